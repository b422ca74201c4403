"""The verifier -> how many false claims it catches and how many true ones it doubts, beside simple means."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
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
FITTED_ON = 4  # every fourth of them: enough for where 3 % lie
NEEDED = (
    "xquad-dev-en.json",
    "xquad-dev-th.json",
    "squad2-dev.json",
    "iapp-train.jsonl",
    "iapp-dev.jsonl",
    "thai-pdf/text.clean.txt",
    "sherlock-1661.txt",
    "clapnq-dev.jsonl",
)
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
    source = None if missing else data
    cases = [case for language in measure.LANGUAGES for case in claims.cases(source, "report", language, "report")]
    cosines = _open(shelf)
    cut = {language: _cuts(source, language, cosines, progress) for language in measure.LANGUAGES}
    _prepared(cosines, cases, "claims: vectors", progress)
    runs = {case: baselines.longest_run(case.claim, case.quotes) for case in cases}
    judges: dict[str, Callable[[Case], bool]] = {
        VERIFIER: _verified(len(cases), progress),
        WHOLE: lambda case: runs[case] == 1.0,
        RUN: lambda case: runs[case] >= cut[case.language][RUN],
        COSINE: lambda case: cosines.best(case.claim, case.quotes) >= cut[case.language][COSINE],
    }
    found = measure.lines(cases, judges)
    for name, read in FREE.items():
        if (data / f"{name}-dev.jsonl").exists():
            found += _apart(name, read(data, "report"), cosines, progress)
    return found


def _verified(total: int, progress: Progress) -> Callable[[Case], bool]:
    """The verifier as a judge that tells how far it is."""
    done = itertools.count(1)

    def judge(case: Case) -> bool:
        progress("claims: verified", next(done), total)
        return verify(case.claim, case.quotes).status == "supported"

    return judge


def _cuts(data: Path | None, language: str, cosines: Cosines, progress: Progress) -> dict[str, float]:
    """The scores from which on the simple means call a claim supported."""
    fitted_on = claims.cases(data, "fit", language, "dev")
    true = [case for case in fitted_on if case.expected == "supported"][::FITTED_ON]
    _prepared(cosines, true, f"claims: {measure.LANGUAGES[language]} vectors to fit on", progress)
    return {
        RUN: measure.threshold([baselines.longest_run(case.claim, case.quotes) for case in true], ALARMS),
        COSINE: measure.threshold([cosines.best(case.claim, case.quotes) for case in true], ALARMS),
    }


def _apart(name: str, labelled: Sequence[Labelled], cosines: Cosines, progress: Progress) -> list[Line]:
    """How well scores tell what is supported from what is not."""
    texts = baselines.sentences(one.claim for one in labelled)
    _prepared(cosines, labelled, f"{name}: vectors", progress, texts)
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


def _prepared(
    cosines: Cosines,
    cases: Sequence[Case] | Sequence[Labelled],
    what: str,
    progress: Progress,
    said: Sequence[str] | None = None,
) -> None:
    """Vectors of the claims (or of what else is `said`), and of the sentences of their quotes."""
    quotes = dict.fromkeys(quote for case in cases for quote in case.quotes)
    texts = said if said is not None else [case.claim for case in cases]
    cosines.prepare([*texts, *baselines.sentences(quotes)], lambda done, total: progress(what, done, total))


def _open(shelf: Shelf) -> Cosines:
    from kb.models.embedding import open_embedding

    embedding = open_embedding(shelf.settings, shelf.models)
    file = shelf.folder("claims") / "vectors.npz"
    return Cosines(embedding.encode_passages, file, embedding.identity.digest)
