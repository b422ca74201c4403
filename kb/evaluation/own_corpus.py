"""The user's own index -> questions made out of it -> a calibration of its own, and what it changes."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kb.errors import KBError
from kb.evaluation import metrics, questions
from kb.evaluation.gating import DETAIL_SHARE, SHARES, TOPIC_SHARE
from kb.evaluation.metrics import Interval
from kb.evaluation.questions import Made
from kb.evaluation.staging import reader
from kb.evaluation.world import Reader, World
from kb.index.storage import IndexStorage
from kb.progress import Progress
from kb.retrieval.calibration import Calibration, conformal_threshold, save, shipped
from kb.retrieval.gates import Gate, Test, judge, name

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.models.embedding import KBEmbedding

FEWEST_PASSAGES = 60
FEWEST_QUESTIONS = 40  # of one language in the half that is fitted on: 2 of them are one in twenty
MOST_QUESTIONS = 400
MOST_PASSAGES = 3000  # looked at; of more, every n-th
MOST_RAISED = 1.0  # log odds; made questions are easier than those people ask, so they may not raise a bar far

PARTS: Mapping[Test, float] = {"topic": TOPIC_SHARE, "detail": DETAIL_SHARE}

Should = Literal["answered", "passage missing", "document missing"]


class TooSmall(KBError):
    """The index holds too little to calibrate on."""


@dataclass(frozen=True, slots=True)
class Change:
    """What share of the held-out questions of one language and kind is refused before and after."""

    language: str
    should: Should
    before: Interval
    after: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """What was calibrated: the file, on how many passages and questions, and what it changes on the held-out half.

    `kept` says for each language that was left as it was why.
    """

    file: Path
    passages: int
    made: int
    changes: tuple[Change, ...]
    kept: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {**asdict(self), "file": str(self.file)}


@dataclass(frozen=True, slots=True)
class Trial:
    """One made question with its passage there or not, and its evidence."""

    language: str
    should: Should
    fitted_on: bool
    signs: Mapping[str, float]


def calibrate_corpus(base: KnowledgeBase, progress: Progress) -> Report:
    """Fit the bars of the refusal to the user's own documents, and write them to storage/calibration.

    Questions are made of sentences (`kb.evaluation.questions`) and asked with their passage in the index, without it,
    and without its document. Half of them move the bars, by split conformal prediction for every setting of
    `answer.max_false_refusal`; the other half tells what that changes. What the signs of evidence weigh stays as it
    was fitted on questions that people asked.

    Args:
        base: An index with enough passages; calibrating again begins with what was shipped, not with the last result.
        progress: Told (what, done, total).

    Returns:
        What was written, and what it changes.

    Raises:
        TooSmall: There are too few passages, or too few of them can be asked about.
        IndexMissing: Nothing is indexed here yet.
        StorageError: The calibration cannot be written.
    """
    embedding = base.embedding()
    start = _start(base, embedding)
    with IndexStorage(base.storage / "index").open() as catalog, catalog.read() as snapshot:
        total = snapshot.chunk_count()
        if total < FEWEST_PASSAGES:
            raise TooSmall(
                f"The index holds {total} passages, too few to calibrate on (at least {FEWEST_PASSAGES})",
                "Add documents with kb index FOLDER; until then the shipped calibration is in use",
            )
        world = World.of(snapshot, str, MOST_PASSAGES)
    asked = questions.made(world.texts, MOST_QUESTIONS)
    read = reader(start, base.settings, embedding)
    trials = list(_trials(world, asked, read, embedding, progress))
    gates, kept = _moved(start.gates, trials)
    if not gates:
        raise TooSmall(
            f"Only {len(asked)} questions could be made out of {total} passages, too few to calibrate on",
            "Add documents with whole sentences; until then the shipped calibration is in use",
        )
    after = replace(
        start, gates={**start.gates, **gates}, data=f"{start.data}; bars moved by {len(asked)} questions made here"
    )
    share = base.settings.answer.max_false_refusal
    changes = tuple(_changes(trials, start.gates, after.gates, (total, share)))
    return Report(save(after, base.storage / "calibration"), total, len(asked), changes, kept)


def _start(base: KnowledgeBase, embedding: KBEmbedding) -> Calibration:
    """What is shipped for this embedder, or what is in use where nothing is."""
    identity = embedding.identity
    known = shipped(identity.model, identity.digest) or base.calibration()
    return replace(known, embedder_digest=identity.digest)


def _trials(
    world: World, asked: Sequence[Made], read: Reader, embedding: KBEmbedding, progress: Progress
) -> Iterator[Trial]:
    vectors = embedding.encode_queries([question.heard for question in asked])
    draw = random.Random(1)  # noqa: S311 - a sample, not a secret
    places = _by_document(world)
    for done, (question, vector) in enumerate(zip(asked, vectors, strict=True), start=1):
        fitted_on = draw.random() < 0.5
        document = places[world.documents[question.passage]]
        absent: dict[Should, Collection[int]] = {"answered": (), "passage missing": {question.passage}}
        if len(document) < len(world):
            absent["document missing"] = document
        for should, gone in absent.items():
            signs = world.signs(_worded(question), vector, read, gone)
            yield Trial(question.language, should, fitted_on, signs)
        progress("asking made questions", done, len(asked))


def _by_document(world: World) -> dict[str, set[int]]:
    places: dict[str, set[int]] = {}
    for place, document in enumerate(world.documents):
        places.setdefault(document, set()).add(place)
    return places


def _worded(question: Made) -> str:
    """The question with words that stand nowhere in place of those that were left out."""
    strange = " ".join(f"qz{number}xq" for number, _ in enumerate(question.missing))
    return f"{question.heard} {strange}".strip()


def _moved(gates: Mapping[str, Gate], trials: Sequence[Trial]) -> tuple[dict[str, Gate], dict[str, str]]:
    """The gates with bars of their own, and why those of a language stay; a handful is too few to come here."""
    made: dict[str, Gate] = {}
    kept: dict[str, str] = {}
    for language in sorted({trial.language for trial in trials}):
        answered = [
            trial for trial in trials if (trial.language, trial.should, trial.fitted_on) == (language, "answered", True)
        ]
        if len(answered) < FEWEST_QUESTIONS:
            kept[language] = f"{len(answered)} questions to fit on, {FEWEST_QUESTIONS} are needed"
            continue
        for test, part in PARTS.items():
            key = name(test, language, "many")
            if key in gates:
                made[key] = _with_bars(gates[key], [gates[key].odds(trial.signs) for trial in answered], part)
    return made, kept


def _with_bars(gate: Gate, odds: Sequence[float], part: float) -> Gate:
    """The gate with the least odds that these questions ask for, none of them far above its own.

    Args:
        gate: As it was.
        odds: Of answerable questions.
        part: Of the wrong refusals that are allowed, so many may be this gate's.
    """
    bars = [(share, conformal_threshold(odds, part * share)) for share in SHARES]
    least = [(share, min(bar, gate.bar(share) + MOST_RAISED)) for share, bar in bars if bar > float("-inf")]
    return replace(gate, least=tuple(least))


def _changes(
    trials: Sequence[Trial], before: Mapping[str, Gate], after: Mapping[str, Gate], at: tuple[int, float]
) -> Iterator[Change]:
    held = [trial for trial in trials if not trial.fitted_on]
    for language in sorted({trial.language for trial in held}):
        for should in ("answered", "passage missing", "document missing"):
            some = [trial for trial in held if (trial.language, trial.should) == (language, should)]
            if some:
                was, now = (metrics.mean([_refused(gates, one, at) for one in some]) for gates in (before, after))
                yield Change(language, should, was, now)


def _refused(gates: Mapping[str, Gate], trial: Trial, at: tuple[int, float]) -> float:
    passages, share = at
    return float(any(not judged.passed for judged in judge(gates, trial.language, passages, trial.signs, share)))
