"""Fit halves of question sets -> the calibration file of an embedder."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kb.documents.identity import pipeline
from kb.evaluation import gating, staging
from kb.evaluation.datasets import Question, QuestionSet, clapnq, iapp, squad
from kb.evaluation.logistic import fit_logistic
from kb.evaluation.scenes import Scene
from kb.evaluation.shelf import Shelf, document
from kb.knowledge_base import KnowledgeBase
from kb.progress import Progress, silent
from kb.retrieval.calibration import NEIGHBOURS, Calibration, conformal_threshold, relevance_features
from kb.settings import Settings

LEFT_OUT = 0.5  # the weight of a passage when what answers the question is left out
MOST = {"squad2": 2000}  # questions of a set, where more than DEFAULT are needed: half of these have no answer
DEFAULT = 600
ADVERSARIAL_LOSS = 0.10

Rows = list[tuple[tuple[float, ...], bool, float]]  # features, label, weight


@dataclass(frozen=True, slots=True)
class Evidence:
    """Fused scores of one question set.

    `candidates` holds, for every answerable question, (score, is it the gold paragraph) of its passages, best first,
    and `left_out` their scores when the whole article is left out.
    """

    candidates: tuple[tuple[tuple[float, bool], ...], ...]
    left_out: tuple[tuple[float, ...], ...]


def gather(base: KnowledgeBase, questions: Sequence[Question], articles: Mapping[str, str]) -> Evidence:
    """Ask questions of a knowledge base that holds one file a paragraph, named after it.

    Leaving an article out is done on the ranked list; its words still count in the idf, so the scores of what is left
    are, if anything, too high.

    Args:
        base: Indexed paragraphs.
        questions: Only of the half that is fitted on; those without an answer are passed over.
        articles: Paragraph id -> title.
    """
    candidates: list[tuple[tuple[float, bool], ...]] = []
    left_out: list[tuple[float, ...]] = []
    for question in questions:
        if question.answerable:
            hits = [(document(hit.document), hit.score) for hit in base.rankings(question.text).fused]
            article = articles[question.paragraph]
            candidates.append(tuple((score, name == question.paragraph) for name, score in hits))
            left_out.append(tuple(score for name, score in hits if articles[name] != article))
    return Evidence(tuple(candidates), tuple(left_out))


def relevance(evidence: Mapping[str, Evidence]) -> tuple[float, ...]:
    """Fit P(relevant); every set weighs the same.

    Args:
        evidence: Set name -> scores, all of them from the fit half.
    """
    sets = [_relevance_rows(one) for one in evidence.values()]
    x = np.concatenate([np.asarray([features for features, _, _ in rows], dtype=np.float64) for rows in sets])
    y = np.concatenate([np.asarray([label for _, label, _ in rows], dtype=np.float64) for rows in sets])
    weights = [np.asarray([weight for _, _, weight in rows], dtype=np.float64) for rows in sets]
    return fit_logistic(x, y, np.concatenate([1000.0 * own / own.sum() for own in weights]))


def with_gates(start: Calibration, scenes: Mapping[str, Sequence[Scene]]) -> Calibration:
    """Fit the gates, and note what they refuse at every setting.

    Args:
        start: Everything but the gates.
        scenes: Set name -> its scenes, read with `start`, all of them from the fit half.
    """
    made = gating.gates(scenes)
    detail = gating.fit({"squad2": scenes["squad2"]}, gating.DETAIL, gating.DETAIL_COUNTS)
    odds = zip(scenes["squad2"], detail.odds["squad2"], strict=True)
    bar = conformal_threshold(
        [own for scene, own in odds if (scene.kind, scene.size) == ("answerable", "many")], ADVERSARIAL_LOSS
    )
    return replace(
        start,
        gates=made,
        curve=tuple(gating.curve(made, scenes, staging.GROUPS)),
        points={gating.AT_LOSS: bar},
        n={name: len({scene.question for scene in own}) for name, own in scenes.items()},
    )


def fit_half(questions: QuestionSet, most: int, seed: int = 0) -> tuple[list[Question], dict[str, str]]:
    """At most `most` questions of the fit half, and the paragraphs (id -> text) of the articles they come from."""
    asked = list(questions.of("fit"))
    random.Random(seed).shuffle(asked)  # noqa: S311 - a sample, not a secret
    asked = asked[:most]
    titles = {questions.articles[question.paragraph] for question in asked}
    return asked, {name: text for name, text in questions.paragraphs.items() if questions.articles[name] in titles}


def _relevance_rows(evidence: Evidence) -> Rows:
    """The first ten passages of every question, and, for what they weigh less, those of a question nothing answers."""
    rows: Rows = []
    for passages in evidence.candidates:
        features = relevance_features([score for score, _ in passages])
        rows += [(x, is_gold, 1.0) for x, (_, is_gold) in zip(features, passages, strict=True)][:NEIGHBOURS]
    for scores in evidence.left_out:
        rows += [(x, False, LEFT_OUT) for x in relevance_features(scores)][:NEIGHBOURS]
    return rows


def question_sets(data: Path) -> list[QuestionSet]:
    """The sets that the shipped calibration is fitted on."""
    return [
        squad(data / "xquad-dev-en.json", "xquad-en", "en"),
        squad(data / "xquad-dev-th.json", "xquad-th", "th"),
        squad(data / "squad2-dev.json", "squad2", "en"),
        iapp(data / "iapp-train.jsonl", "iapp", "fit"),
        clapnq(data / "clapnq-dev.jsonl", "clapnq"),
    ]


def run(data: Path, storage: Path, settings: Settings, progress: Progress = silent) -> Calibration:
    """Fit the calibration of the embedder that the settings name, on the fit half only.

    Args:
        data: The folder of data sets.
        storage: Holds the models; the corpora are indexed below its folder `evaluation`.
        settings: Embedder, splitter and steps of retrieval.
        progress: Told (what, done, total).
    """
    shelf = Shelf(storage, settings, progress)
    evidence, corpora = {}, {}
    for questions in question_sets(data):
        asked, paragraphs = fit_half(questions, MOST.get(questions.name, DEFAULT))
        with shelf.open(f"fit-{questions.name}", paragraphs) as base:
            evidence[questions.name] = gather(base, asked, questions.articles)
            start = replace(base.calibration(), pipeline=json.dumps(pipeline(settings.splitter), sort_keys=True))
            corpora[questions.name] = staging.corpus(base, asked, questions.articles)
    start = replace(start, relevance=relevance(evidence), data=f"fit halves of {', '.join(evidence)}; seed 0")
    scenes = staging.scenes(corpora, start, settings, shelf.embedding(), progress)
    return with_gates(start, scenes)


if __name__ == "__main__":
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    found = run(folder, Path("storage"), Settings.load())
    out.write_text(json.dumps(found.as_dict(), indent=1) + "\n", encoding="utf-8")
