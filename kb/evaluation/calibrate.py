"""Fit halves of question sets -> the calibration file of an embedder."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.documents.identity import pipeline
from kb.evaluation.datasets import Question, QuestionSet, clapnq, iapp, squad
from kb.evaluation.shelf import Shelf
from kb.knowledge_base import KnowledgeBase
from kb.retrieval.calibration import NEIGHBOURS, Calibration, conformal_threshold, logistic, relevance_features
from kb.settings import Settings

SHARES = (0.01, 0.02, 0.03, 0.05, 0.08, 0.10, 0.15, 0.20, 0.30)
LEFT_OUT = 0.5  # the weight of a passage when what answers the question is left out
KINDS = ("foreign", "sibling", "adversarial")

Rows = list[tuple[tuple[float, ...], bool, float]]  # features, label, weight


@dataclass(frozen=True, slots=True)
class Evidence:
    """Fused scores of one question set.

    `candidates` holds, for every answerable question, (score, is it the gold paragraph) of its passages, best first,
    and `left_out` their scores when the whole article is left out. The other fields hold the best score of a question:
    with its paragraph in the index, with its whole article left out (`foreign`), with only its paragraph left out
    (`sibling`), and of questions that their paragraph does not answer (`adversarial`).
    """

    candidates: tuple[tuple[tuple[float, bool], ...], ...]
    left_out: tuple[tuple[float, ...], ...]
    answerable: tuple[float, ...]
    foreign: tuple[float, ...]
    sibling: tuple[float, ...]
    adversarial: tuple[float, ...]


def gather(base: KnowledgeBase, questions: Sequence[Question], articles: Mapping[str, str]) -> Evidence:
    """Ask questions of a knowledge base that holds one file a paragraph, named after it.

    Leaving a paragraph out is done on the ranked list; the words of the paragraph still count in the idf, so the
    scores of `foreign` and `sibling` are, if anything, too high.

    Args:
        base: Indexed paragraphs.
        questions: Answerable or not; only of the half that is fitted on.
        articles: Paragraph id -> title.
    """
    candidates: list[tuple[tuple[float, bool], ...]] = []
    left_out: list[tuple[float, ...]] = []
    best: dict[str, list[float]] = {kind: [] for kind in ("answerable", *KINDS)}
    for question in questions:
        hits = [
            (hit.document.rsplit("/", 1)[-1].removesuffix(".txt"), hit.score)
            for hit in base.rankings(question.text).fused
        ]
        top = hits[0][1] if hits else 0.0  # a quoted phrase that no passage holds
        if not question.answerable:
            best["adversarial"].append(top)
            continue
        article = articles[question.paragraph]
        candidates.append(tuple((score, name == question.paragraph) for name, score in hits))
        left_out.append(tuple(score for name, score in hits if articles[name] != article))
        best["answerable"].append(top)
        best["foreign"].append(max(left_out[-1], default=0.0))
        best["sibling"].append(next((score for name, score in hits if name != question.paragraph), 0.0))
    return Evidence(
        tuple(candidates),
        tuple(left_out),
        tuple(best["answerable"]),
        tuple(best["foreign"]),
        tuple(best["sibling"]),
        tuple(best["adversarial"]),
    )


def fit(evidence: Mapping[str, Evidence], base: Calibration, max_false_refusal: float, data: str) -> Calibration:
    """Fit P(relevant), P(answerable) and the threshold; every set weighs the same.

    Args:
        evidence: Set name -> scores, all of them from the fit half.
        base: Identity, range and weight of what the scores were made with.
        max_false_refusal: The share of answerable questions that may be refused.
        data: What was fitted on, in words.
    """
    relevance = _fit_sets([_relevance_rows(e) for e in evidence.values()])
    answerable = _fit_sets([_answerable_rows(e) for e in evidence.values()])
    scores = {
        name: {kind: _probabilities(answerable, getattr(e, kind)) for kind in ("answerable", *KINDS)}
        for name, e in evidence.items()
    }
    pooled = _balanced([scores[name]["answerable"] for name in scores])
    curve = [_point(scores, conformal_threshold(pooled, share), share) for share in SHARES]
    return Calibration(
        model=base.model,
        embedder_digest=base.embedder_digest,
        pipeline=base.pipeline,
        cosine=base.cosine,
        w=base.w,
        relevance=relevance,
        answerable=answerable,
        threshold=conformal_threshold(pooled, max_false_refusal),
        curve=tuple(curve),
        n={name: len(e.answerable) for name, e in evidence.items()},
        data=data,
    )


def fit_logistic(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[float, ...]:
    """Weighted maximum likelihood by Newton's method, with a ridge of 1e-6 that keeps separable data finite.

    Args:
        x: Features, shape (n, k).
        y: Labels 0 or 1, shape (n,).
        weight: Weight of each row, shape (n,).

    Returns:
        Intercept and k slopes.
    """
    rows = np.column_stack([np.ones(len(x)), x])
    beta = np.zeros(rows.shape[1])
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-np.clip(rows @ beta, -40, 40)))
        gradient = rows.T @ (weight * (y - p)) - 1e-6 * beta
        hessian = (rows * (weight * p * (1 - p))[:, None]).T @ rows + 1e-6 * np.eye(rows.shape[1])
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if float(np.abs(step).max()) < 1e-10:
            break
    return tuple(float(b) for b in beta)


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


def _answerable_rows(evidence: Evidence) -> Rows:
    answered: Rows = [((score,), True, 1.0) for score in evidence.answerable]
    return [*answered, *(((score,), False, 1.0) for score in evidence.foreign)]


def _fit_sets(sets: Sequence[Rows]) -> tuple[float, ...]:
    x = np.concatenate([np.asarray([features for features, _, _ in rows], dtype=np.float64) for rows in sets])
    y = np.concatenate([np.asarray([label for _, label, _ in rows], dtype=np.float64) for rows in sets])
    weights = [np.asarray([weight for _, _, weight in rows], dtype=np.float64) for rows in sets]
    return fit_logistic(x, y, np.concatenate([1000.0 * own / own.sum() for own in weights]))


def _probabilities(coefficients: Sequence[float], scores: Sequence[float]) -> list[float]:
    return [logistic(coefficients, (score,)) for score in scores]


def _balanced(sets: Sequence[Sequence[float]]) -> list[float]:
    """The same number of scores from every set, drawn with a fixed seed."""
    count = min(len(scores) for scores in sets)
    draw = random.Random(0)  # noqa: S311 - a sample, not a secret
    return [score for scores in sets for score in draw.sample(list(scores), count)]


def _point(scores: Mapping[str, Mapping[str, Sequence[float]]], threshold: float, share: float) -> dict[str, float]:
    point = {"false_refusal": share, "threshold": threshold}
    for kind in KINDS:
        refused = [np.mean(np.asarray(s[kind]) < threshold) for s in scores.values() if s[kind]]
        if refused:
            point[f"refused_{kind}"] = round(float(np.mean(refused)), 4)
    return point


def question_sets(data: Path) -> list[QuestionSet]:
    """The sets that the shipped calibration is fitted on."""
    return [
        squad(data / "xquad-dev-en.json", "xquad-en", "en"),
        squad(data / "xquad-dev-th.json", "xquad-th", "th"),
        squad(data / "squad2-dev.json", "squad2", "en"),
        iapp(data / "iapp-train.jsonl", "iapp", "fit"),
        clapnq(data / "clapnq-dev.jsonl", "clapnq"),
    ]


def run(data: Path, storage: Path, settings: Settings, most: int = 600) -> Calibration:
    """Fit the calibration of the embedder that the settings name, on the fit half only.

    Args:
        data: The folder of data sets.
        storage: Holds the models; the corpora are indexed below its folder `evaluation`.
        settings: Embedder, splitter and the share of false refusals.
        most: How many questions of a set at most.
    """
    shelf = Shelf(storage, settings)
    evidence = {}
    for questions in question_sets(data):
        asked, paragraphs = fit_half(questions, most)
        with shelf.open(f"fit-{questions.name}", paragraphs) as base:
            evidence[questions.name] = gather(base, asked, questions.articles)
            start = replace(base.calibration(), pipeline=json.dumps(pipeline(settings.splitter), sort_keys=True))
    names = ", ".join(evidence)
    return fit(evidence, start, settings.answer.max_false_refusal, f"fit halves of {names}; seed 0")


if __name__ == "__main__":
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    found = run(folder, Path("storage"), Settings.load())
    out.write_text(json.dumps(found.as_dict(), indent=1) + "\n", encoding="utf-8")
