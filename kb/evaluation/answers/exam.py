"""Questions whose answers are known -> what a model and, beside it, quotes make of them, and the model's card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.answering.permission import ANSWER_ACCURACY, needed
from kb.errors import AdapterError, QuestionError
from kb.evaluation.answers import corpus, verdict
from kb.evaluation.answers.corpus import Corpus
from kb.evaluation.answers.given import Given, Kept, program
from kb.evaluation.answers.measure import Answered, scores
from kb.evaluation.answers.questions import Question, QuestionFile, check, own, read
from kb.evaluation.datasets import DataError
from kb.evaluation.lines import Line
from kb.evaluation.metrics import Interval
from kb.models.adapters import Adapter
from kb.models.base_card import Base, of
from kb.models.cards import Score
from kb.models.profiles import Profile
from kb.progress import Progress, silent

if TYPE_CHECKING:
    from kb.models.memory import Plan
    from kb.models.opening import Announce
    from kb.settings import Settings

QUOTE, COMPOSE = "quote", "compose"


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be judged.

    Args:
        adapter: The name of an adapter; None: the base model.
        model: A profile, a Hugging Face name or a folder; None takes `llm.profile`.
        data: A file of questions about what is indexed; None takes our own about the samples.
        most: So many questions at most; None asks all.
    """

    adapter: str | None = None
    model: str | None = None
    data: Path | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """What was measured.

    Args:
        model: The base model.
        adapter: Who wrote, where it was not the base model.
        asked: The questions.
        quoted: The scores of quote mode.
        composed: Those of what the model wrote, on the same questions.
        needed: What the bar asks of the measures, in words.
        passed: Whether the card passes it.
        reasons: What it lacks.
        card: Where the card is.
        note: What else there is to know about the card; empty: nothing.
        seconds: What answering took in all, now or in the runs before.
    """

    model: str
    adapter: str | None
    asked: QuestionFile
    quoted: Mapping[str, Score]
    composed: Mapping[str, Score]
    needed: Mapping[str, str]
    passed: bool
    reasons: tuple[str, ...]
    card: Path
    note: str = ""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        counts = {kind.replace(" ", "_"): n for kind, n in self.asked.counts().items()}
        scores = {QUOTE: self.quoted, COMPOSE: self.composed}
        return {
            "model": self.model,
            "adapter": self.adapter,
            "questions": {"name": self.asked.name, "n": len(self.asked.questions), **counts},
            "scores": {who: {what: list(score) for what, score in its.items()} for who, its in scores.items()},
            "needed": dict(self.needed),
            "passed": self.passed,
            "reasons": list(self.reasons),
            "card": str(self.card),
            "note": self.note,
            "seconds": round(self.seconds, 1),
        }


class Halted(KeyboardInterrupt):
    """The user said stop; `done` of `total` answers are kept, and no card was written."""

    def __init__(self, mode: str, done: int, total: int) -> None:
        super().__init__(f"{mode}: {done} of {total}")
        self.mode, self.done, self.total = mode, done, total


@dataclass(frozen=True, slots=True)
class Examiner:
    """Asks questions in one mode after the other and keeps what is answered.

    Args:
        asked: The questions.
        corpus: What they are asked of.
        folder: Where answers are kept from run to run.
        progress: Told (what, done, total).
    """

    asked: QuestionFile
    corpus: Corpus
    folder: Path
    progress: Progress

    def quoted(self) -> list[Answered]:
        """What quote mode answers."""
        settings = self._settings()
        del settings["llm"]
        kept = self._kept(QUOTE, {"settings": settings})
        return self._answers(QUOTE, kept, lambda text: self.corpus.kb.ask(text, mode=QUOTE))

    def composed(self, base: Base, profile: Profile, adapter: Adapter | None) -> list[Answered]:
        """What a model answers; it must be opened. What a server answers is not kept once all is asked."""
        kb, name = self.corpus.kb, adapter.name if adapter else "none"
        writer = {
            "settings": self._settings(),
            "model": [base.model, base.base_digest, base.quantisation, profile.compute, profile.device],
            "adapter": adapter.digest if adapter else None,
        }
        kept = self._kept(COMPOSE, writer)
        answered = self._answers(COMPOSE, kept, lambda text: kb.ask(text, mode=COMPOSE, adapter=name))
        if profile.kind == "http":
            kept.forget()
        return answered

    def _settings(self) -> dict[str, Any]:
        told = self.corpus.kb.settings.model_dump(mode="json")
        return {name: told[name] for name in ("splitter", "embedding", "retrieval", "answer", "llm")}

    def _kept(self, mode: str, key: Mapping[str, Any]) -> Kept:
        told = {"mode": mode, "program": program(), "documents": self.corpus.digest, **key}
        return Kept(self.folder, {**told, "calibration": repr(self.corpus.kb.calibration())})

    def _answers(self, mode: str, kept: Kept, ask: Callable[[str], Any]) -> list[Answered]:
        questions, answered = self.asked.questions, []
        for done, question in enumerate(questions):
            self.progress(_stage(mode), done, len(questions))
            given = kept.get(question.text)
            if given is None:
                try:
                    given = self._given(question, ask)
                except KeyboardInterrupt:
                    raise Halted(mode, done, len(questions)) from None
                kept.put(question.text, given)
            answered.append(Answered(question, given))
        self.progress(_stage(mode), len(questions), len(questions))
        return answered

    def _given(self, question: Question, ask: Callable[[str], Any]) -> Given:
        try:
            return Given.of(ask(question.text))
        except QuestionError as error:
            raise DataError(f"{self.asked.name}, line {question.line}: {error.what}", error.fix) from None


def _stage(mode: str) -> str:
    return "answering with quotes" if mode == QUOTE else "answering with the model"


def run(
    job: Job, settings: Settings, storage: Path, progress: Progress | None = None, announce: Announce | None = None
) -> AnswersReport:
    """Judge a model or an adapter, and write its card.

    The questions are answered in quote mode, then by the model in mode compose: whatever it writes is checked, and
    nothing but what is proven is shown. Answers are kept under `storage/evaluation/answers/given`, so that an
    interrupted run goes on where it was; other weights, settings, documents or another state of this program make them
    anew. Those of a server are let go when all is asked, for its weights may change behind its name. Scores are those
    of `measure.scores`; the card also has the accuracy of quote mode, as `quote_accuracy`.

    Args:
        job: Who is judged, on which questions.
        settings: The settings that are evaluated.
        storage: The storage whose models, adapters and, with questions of the user's own, index are evaluated.
        progress: Told (what, done, total).
        announce: Told the profile and the memory plan before a model is loaded.

    Raises:
        DataError: The questions make no sense, or their answers do not stand in the documents.
        AdapterError: There is no such adapter, or it is not for documents.
        ModelUnavailable: The model is not here and cannot be fetched.
        Halted: The user said stop; no card was written.
    """
    tell = progress or silent
    settings, adapter = _under(settings, job), _adapter(job.adapter, storage)
    asked = (read(job.data) if job.data else own()).at_most(job.most)
    with _corpus(job, settings, storage, tell) as known:
        check(asked, known.texts)
        examiner = Examiner(asked, known, storage / "evaluation" / corpus.NAME / "given", tell)
        quoted = examiner.quoted()
        seen = _Seen(announce)
        known.kb.language_model(None, tell, seen)
        base = of(seen.profile, settings, storage, weighed=True)
        composed = examiner.composed(base, seen.profile, adapter)
        measured = scores(quoted, known.texts), scores(composed, known.texts)
    card = verdict.card(verdict.Judged(asked, base, adapter), *measured, settings)
    file, note = verdict.keep(card, base, adapter)
    took = sum(one.given.seconds for one in (*quoted, *composed))
    return AnswersReport(
        model=base.model,
        adapter=adapter.name if adapter else None,
        asked=asked,
        quoted=measured[0],
        composed=measured[1],
        needed=needed(settings.answer.bar, measured[0].get(ANSWER_ACCURACY)),
        passed=card.passed,
        reasons=card.reasons,
        card=file,
        note=note,
        seconds=took,
    )


def take(settings: Settings, storage: Path, most: int, progress: Progress) -> list[Line]:
    """How quotes, and the model that the settings choose, answer our own questions; no card is written.

    Args:
        settings: The settings that are evaluated.
        storage: The storage whose models are evaluated.
        most: So many questions at most are put to the model.
        progress: Told (what, done, total).
    """
    settings, found = _under(settings, Job()), list[Line]()
    with corpus.samples(settings, storage, progress) as known:
        folder, seen = storage / "evaluation" / corpus.NAME / "given", _Seen(None)
        quoted = Examiner(own(), known, folder, progress).quoted()
        known.kb.language_model(None, progress, seen)
        base = of(seen.profile, settings, storage, weighed=True)
        composed = Examiner(own().at_most(most), known, folder, progress).composed(base, seen.profile, None)
        for part, answered in (("quotes", quoted), (f"written by {base.model}", composed)):
            for name, score in scores(answered, known.texts).items():
                found.append(Line(part, name.replace("_", " "), Interval(*score)))
    return found


class _Seen:
    """Catches which profile is opened on its way to who wants to know."""

    def __init__(self, told: Announce | None) -> None:
        self._told = told
        self._profile: Profile | None = None

    def __call__(self, profile: Profile, plan: Plan | None) -> None:
        self._profile = profile
        if self._told is not None:
            self._told(profile, plan)

    @property
    def profile(self) -> Profile:
        assert self._profile is not None, "the model was opened by somebody else"
        return self._profile


def _under(settings: Settings, job: Job) -> Settings:
    """Without receipts, which are for answers that somebody asked for."""
    llm = settings.llm.model_copy(update={"profile": job.model} if job.model else {})
    receipts = settings.receipts.model_copy(update={"keep": False})
    return settings.model_copy(update={"llm": llm, "receipts": receipts})


def _corpus(job: Job, settings: Settings, storage: Path, progress: Progress) -> AbstractContextManager[Corpus]:
    if job.data is None:
        return corpus.samples(settings, storage, progress)
    return corpus.indexed(settings, storage)


def _adapter(name: str | None, storage: Path) -> Adapter | None:
    from kb.models.adapters import find

    if name is None:
        return None
    adapter = find(storage / "adapters", name)
    if adapter.card is not None and not adapter.card.grounded:
        what = f"Adapter {name} works without documents: these questions say nothing about it"
        raise AdapterError(what, f"kb adapters show {name} shows how it was judged")
    return adapter
