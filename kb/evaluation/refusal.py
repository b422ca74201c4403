"""Questions -> how many are declined, by why they should or should not be, at every setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.answering.answer import Answer
from kb.evaluation import gating, metrics, staging
from kb.evaluation.datasets import Question, QuestionSet
from kb.evaluation.lines import Line
from kb.evaluation.scenes import Scene
from kb.evaluation.shelf import Shelf
from kb.retrieval.calibration import Calibration
from kb.retrieval.gates import Gate, name

Remaining = tuple[Mapping[str, str], tuple[Question, ...]]


def declined(questions: Iterable[str], ask: Callable[[str], Answer]) -> list[float]:
    """1 for each question that is declined, 0 for each that is answered."""
    return [float(ask(question).status == "declined") for question in questions]


def line(kind: str, refused: Sequence[float]) -> Line:
    """The share of the questions of one kind that is declined at the threshold in use.

    Args:
        kind: Why these questions should be declined, or "answerable" when they should not.
        refused: What `declined` says of each.
    """
    return Line("refusal", f"declined: {kind}", metrics.mean(refused))


@dataclass(frozen=True, slots=True)
class Staged:
    """The scenes of some sets, and what judges them."""

    calibration: Calibration
    scenes: Mapping[str, Sequence[Scene]]

    @property
    def gates(self) -> Mapping[str, Gate]:
        """The tests in use."""
        return self.calibration.gates

    def curve(self, fewest: int = 20) -> list[dict[str, float | str]]:
        """What is refused of each kind of which there are enough scenes, at every setting."""
        return gating.curve(self.gates, self.scenes, staging.GROUPS, fewest)

    def lines(self, share: float) -> list[Line]:
        """What is refused of each kind of scene at one setting."""
        found = []
        for one, scenes in self.scenes.items():
            kinds = dict.fromkeys((scene.size, scene.kind) for scene in scenes)
            for size, kind in sorted(kinds):
                some = [scene for scene in scenes if (scene.size, scene.kind) == (size, kind)]
                refused = [float(gating.is_refused(self.gates, staging.GROUPS[one], scene, share)) for scene in some]
                found.append(Line(one, f"{size} passages, {kind}: refused", metrics.mean(refused)))
        return found

    def at_the_loss(self) -> list[Line]:
        """The operating point that was chosen for adversarial questions: both shares that it refuses."""
        gate, bar = self.gates[name("detail", "en", "many")], self.calibration.points[gating.AT_LOSS]
        refused = {
            kind: [
                float(gate.odds(scene.signs) < bar)
                for scene in self.scenes["squad2"]
                if (scene.kind, scene.size) == (kind, "many")
            ]
            for kind in ("adversarial", "answerable")
        }
        return [
            Line("squad2", f"{kind} refused at the operating point for 10 % loss", metrics.mean(values))
            for kind, values in refused.items()
            if values
        ]


def stage(known: Sequence[QuestionSet], shelf: Shelf) -> Staged:
    """Put the report questions of some sets to their paragraphs, to parts of them, and to what lacks the answer.

    Args:
        known: Sets, all paragraphs of which are indexed.
        shelf: Where they are indexed, with the settings that are evaluated.
    """
    corpora = {}
    for questions in known:
        with shelf.open(questions.name, questions.paragraphs) as base:
            corpora[questions.name] = staging.corpus(base, questions.of("report"), questions.articles)
            calibration = base.calibration()
    found = staging.scenes(corpora, calibration, shelf.settings, shelf.embedding(), shelf.progress)
    return Staged(calibration, found)


def without_report_articles(known: QuestionSet) -> Remaining:
    """What is left when the articles of the report half are taken away, and the questions on what was taken."""
    gone = {known.articles[question.paragraph] for question in known.of("report")}
    return _without(known, {paragraph for paragraph, article in known.articles.items() if article in gone})


def without_every_second_paragraph(known: QuestionSet) -> Remaining:
    """What is left when every second paragraph is taken away: its siblings on the same topic remain."""
    return _without(known, set(list(known.paragraphs)[1::2]))


def _without(known: QuestionSet, gone: set[str]) -> Remaining:
    kept = {name: text for name, text in known.paragraphs.items() if name not in gone}
    asked = (question for question in known.of("report") if question.answerable and question.paragraph in gone)
    return kept, tuple(asked)
