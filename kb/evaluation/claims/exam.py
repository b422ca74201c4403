"""The verifier -> how many false claims it catches and how many true ones it doubts, beside simple means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.answering.verify import verify
from kb.evaluation import claims
from kb.evaluation.claims import answers, baselines, measure
from kb.evaluation.claims.answers import Labelled
from kb.evaluation.claims.baselines import Cosines
from kb.evaluation.claims.case import Case
from kb.evaluation.claims.measure import VERIFIER, Scored
from kb.evaluation.lines import Bound, Line

if TYPE_CHECKING:
    from kb.evaluation.shelf import Shelf
    from kb.progress import Progress

ALARMS = 0.03  # of true claims: where the thresholds of the simple means lie, on the half that is fitted on
WHOLE, RUN, COSINE = "whole substring", "longest run", "cosine"
NEEDED = ("xquad-dev-en.json", "squad2-dev.json", "iapp-dev.jsonl", "thai-pdf/text.clean.txt", "sherlock-1661.txt")
FREE = {"clapnq": answers.clapnq, "wice": answers.wice}

BOUNDS = {
    **measure.bounds(),
    **{
        (f"{name}, {VERIFIER}", f"AUROC over {other}"): Bound("surely above", 0.0)
        for name in FREE
        for other in (RUN, COSINE)
    },
}


def take(data: Path, shelf: Shelf, progress: Progress) -> list[Line]:
    """Measure the verifier on the reported claims of the report half, and on what people wrote.

    The simple means call a claim supported from a score on that 3 % of the true claims of the fit half, rewritten as
    while developing, lie below.

    Args:
        data: The folder of data sets; where some are missing, our own passages alone are measured.
        shelf: Whose embedder gives the cosines.
        progress: Told (what, done, total).
    """
    missing = [name for name in NEEDED if not (data / name).exists()]
    if missing:
        progress(f"claims: own passages alone, for {data / missing[0]} is not there", 1, 1)
    cases = [case for language in measure.LANGUAGES for case in _cases(data, "report", language, bool(missing))]
    cosines = _open(shelf)
    cut = {language: _cuts(data, language, bool(missing), cosines, progress) for language in measure.LANGUAGES}
    _prepared(cosines, cases, "claims: vectors", progress)
    judges: dict[str, Callable[[Case], bool]] = {
        VERIFIER: lambda case: verify(case.claim, case.quotes).status == "supported",
        WHOLE: lambda case: baselines.longest_run(case.claim, case.quotes) == 1.0,
        RUN: lambda case: baselines.longest_run(case.claim, case.quotes) >= cut[case.language][RUN],
        COSINE: lambda case: cosines.best(case.claim, case.quotes) >= cut[case.language][COSINE],
    }
    found = measure.lines(cases, judges)
    for name, read in FREE.items():
        if (data / f"{name}-dev.jsonl").exists():
            found += _apart(name, read(data, "report"), cosines, progress)
    return found


@cache
def _cases(data: Path, half: str, language: str, own: bool) -> tuple[Case, ...]:
    if half == "fit":
        return tuple(claims.cases(None if own else data, "fit", language, "dev"))
    return tuple(claims.cases(None if own else data, "report", language, "second"))


def _cuts(data: Path, language: str, own: bool, cosines: Cosines, progress: Progress) -> dict[str, float]:
    """The scores from which on the simple means call a claim supported."""
    true = [case for case in _cases(data, "fit", language, own) if case.expected == "supported"]
    _prepared(cosines, true, f"claims: {measure.LANGUAGES[language]} vectors to fit on", progress)
    return {
        RUN: measure.threshold([baselines.longest_run(case.claim, case.quotes) for case in true], ALARMS),
        COSINE: measure.threshold([cosines.best(case.claim, case.quotes) for case in true], ALARMS),
    }


def _apart(name: str, labelled: Sequence[Labelled], cosines: Cosines, progress: Progress) -> list[Line]:
    """How well scores tell what is supported from what is not."""
    _prepared(cosines, labelled, f"{name}: vectors", progress)
    judges: dict[str, Callable[[str, Sequence[str]], float]] = {
        VERIFIER: lambda claim, quotes: verify(claim, quotes, cosines.similarity).score,
        RUN: baselines.longest_run,
        COSINE: cosines.best,
    }
    scored = []
    for done, one in enumerate(labelled, start=1):
        said = baselines.sentences([one.claim])  # an answer is as well supported as its worst sentence
        scores = tuple(min(judge(claim, one.quotes) for claim in said) for judge in judges.values())
        scored.append(Scored(one.group, one.supported, scores))
        progress(f"{name}: scores", done, len(labelled))
    return measure.areas(name, scored, tuple(judges))


def _prepared(cosines: Cosines, cases: Sequence[Case] | Sequence[Labelled], what: str, progress: Progress) -> None:
    quotes = dict.fromkeys(quote for case in cases for quote in case.quotes)
    texts = [case.claim for case in cases] + baselines.sentences([*(case.claim for case in cases), *quotes])
    cosines.prepare(texts, lambda done, total: progress(what, done, total))


def _open(shelf: Shelf) -> Cosines:
    from kb.models.embedding import open_embedding

    embedding = open_embedding(shelf.settings, shelf.models)
    file = shelf.folder("claims") / "vectors.npz"
    return Cosines(embedding.encode_passages, file, embedding.identity.digest)
