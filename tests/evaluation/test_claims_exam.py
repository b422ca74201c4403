from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.answering.verify import verify
from kb.evaluation import claims
from kb.evaluation.claims import answers, baselines, exam, measure, sources
from kb.evaluation.claims.baselines import Cosines
from kb.evaluation.claims.case import Case
from kb.evaluation.claims.measure import Scored
from kb.evaluation.exams import EXAMS
from kb.evaluation.lines import Bound, Line
from kb.evaluation.metrics import Interval
from kb.evaluation.report import EvaluationReport, ExamReport


def case(expected: Any, cls: str, claim: str) -> Case:
    return Case("en", cls, expected, claim, ("q",), "by hand")


def test_a_false_claim_is_caught_and_a_true_one_alarms_when_it_is_not_called_supported() -> None:
    cases = [
        case("refuted", "numbers", "a"), case("refuted", "numbers", "b"), case("refuted", "names", "c"),
        case("supported", "order", "d"), case("supported", "order", "e"),
    ]  # fmt: skip
    lines = measure.lines(cases, {"one": lambda case: case.claim in "ad", "other": lambda case: True})
    values = {(line.part, line.measure): line.interval.value for line in lines}
    assert values == {
        ("English, one", "false claims caught"): pytest.approx(2 / 3),
        ("English, other", "false claims caught"): 0.0,
        ("English, one", "false claims caught: numbers"): 0.5,
        ("English, other", "false claims caught: numbers"): 0.0,
        ("English, one", "false claims caught: names"): 1.0,
        ("English, other", "false claims caught: names"): 0.0,
        ("English, one", "false alarms"): 0.5,
        ("English, other", "false alarms"): 0.0,
        ("English, one", "false alarms: order"): 0.5,
        ("English, other", "false alarms: order"): 0.0,
    }
    assert next(line for line in lines if line.measure == "false alarms").interval.n == 2


def test_every_class_of_every_language_has_a_bound() -> None:
    assert measure.bounds()["Thai, verifier", "false claims caught: roles"] == Bound("at least", 0.97)
    assert measure.bounds()["English, verifier", "false alarms"] == Bound("at most", 0.03)
    assert len(measure.bounds()) == 2 * (1 + len(claims.NEGATIVES) + 1 + len(claims.POSITIVES))
    assert EXAMS["claims"].bounds == exam.BOUNDS


@pytest.mark.parametrize("alarms", [0.0, 0.03, 0.5])
def test_at_most_that_share_of_true_claims_lies_below_the_threshold(alarms: float) -> None:
    scores = list(np.random.default_rng(0).normal(size=200))
    cut = measure.threshold(scores, alarms)
    assert sum(score < cut for score in scores) == int(alarms * 200)


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    random = np.random.default_rng(0)
    scores, supported = random.integers(0, 6, 60).astype(np.float64), random.random(60) < 0.4
    pairs = [(high > low) + (high == low) / 2 for high in scores[supported] for low in scores[~supported]]
    assert measure.auroc(scores, supported) == pytest.approx(sum(pairs) / len(pairs))


def test_areas_are_compared_on_the_same_resamples() -> None:
    random = np.random.default_rng(0)
    scored = [
        Scored(f"g{n // 2}", n % 2 == 0, (float(random.normal() + 3 * (n % 2 == 0)), float(random.normal())))
        for n in range(120)
    ]
    lines = {(line.part, line.measure): line.interval for line in measure.areas("set", scored, ("ours", "theirs"))}
    ours, theirs = lines["set, ours", "AUROC"], lines["set, theirs", "AUROC"]
    over = lines["set, ours", "AUROC over theirs"]
    assert ours.value > 0.95 > 0.6 > theirs.value
    assert over.value == pytest.approx(ours.value - theirs.value)
    assert 0 < over.low < over.value < over.high
    same = [Scored(one.group, one.supported, (one.scores[0], one.scores[0])) for one in scored]
    assert measure.areas("set", same, ("ours", "theirs"))[-1].interval.high == 0.0


@pytest.mark.parametrize(
    ("claim", "quote", "expected"),
    [
        ("The cat sat.", "Once the cat sat on it.", 1.0),
        ("abcd", "abxcd", 0.5),
        ("abcd", "xyz", 0.0),
        ("", "xyz", 0.0),
        ("แมว นั่ง", "เห็นแมวนั่งอยู่", 1.0),
    ],
)
def test_the_longest_run_is_a_share_of_the_claim(claim: str, quote: str, expected: float) -> None:
    assert baselines.longest_run(claim, ["nothing", quote]) == expected


def letters(texts: Sequence[str]) -> Any:
    """Unit vectors that count letters."""
    rows = np.asarray([[text.lower().count(sign) for sign in "abcdefghijklmnopqrstuvwxyz"] for text in texts]) + 1e-6
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_the_best_sentence_gives_the_cosine_and_vectors_are_kept(tmp_path: Path) -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Any:
        asked.extend(texts)
        return letters(texts)

    told: list[tuple[int, int]] = []
    cosines = Cosines(encode, tmp_path / "made" / "vectors.npz", "one")
    cosines.prepare(["abc", "abc", "Abcd. Xyz."], lambda done, total: told.append((done, total)))
    assert told == [(2, 2)]
    assert cosines.best("abc", ["Xyz zzz. Abc cba."]) == pytest.approx(1.0, abs=1e-3)
    assert cosines.best("abc", []) == 0.0
    again = Cosines(encode, tmp_path / "made" / "vectors.npz", "one")
    again.prepare(["abc"], lambda done, total: None)
    assert asked.count("abc") == 1
    other = Cosines(encode, tmp_path / "made" / "vectors.npz", "two")
    other.prepare(["abc"], lambda done, total: None)
    assert asked.count("abc") == 2


def test_vectors_are_kept_while_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "BATCH", 2)
    monkeypatch.setattr(baselines, "KEPT", 4)

    def stopped(texts: Sequence[str]) -> Any:
        if "e" in texts:
            raise KeyboardInterrupt
        return letters(texts)

    with pytest.raises(KeyboardInterrupt):
        Cosines(stopped, tmp_path / "vectors.npz", "one").prepare("abcdef", lambda done, total: None)
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Any:
        asked.extend(texts)
        return letters(texts)

    Cosines(encode, tmp_path / "vectors.npz", "one").prepare("abcdef", lambda done, total: None)
    assert asked == ["e", "f"]


def test_text_in_tokens_is_read_as_it_was_written() -> None:
    tokens = "It 's a `` two - year '' plan ( about $ 1 , 000 ) , isn n't it ?"
    assert sources.spoken(tokens) == "It's a \" two-year \" plan (about $1,000), isnn't it?"


def test_answers_keep_to_their_half(data: Path) -> None:
    fit, report = answers.clapnq(data, "fit"), answers.clapnq(data, "report")
    assert not {one.group for one in fit} & {one.group for one in report}
    for some in (fit, report):
        true = {one.group: one.claim for one in some if one.supported}
        assert len(true) > 60
        assert all(one.claim != true[one.group] for one in some if not one.supported)
    splits = json.loads((data / "splits.json").read_text())
    assert {one.group for one in answers.wice(data, "report")} == set(splits["wice"]["report"])


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    lines = tuple(
        Line(part, "false alarms: order", Interval(0.1, 0.0, 0.2, 30))
        for part in ("Thai, cosine", "English, whole substring")
    )
    rows = EvaluationReport("words", (ExamReport("claims", "claims", lines, 1.0),)).as_text().splitlines()
    starts = [row.index("false alarms") for row in rows if "false alarms" in row]
    assert starts == [len("  English, whole substring  ")] * 2


def test_without_data_our_own_passages_are_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(claims, "OF_A_CLASS", {"supported": 4, "refuted": 4})
    monkeypatch.setattr(exam, "_open", lambda shelf: Cosines(letters, tmp_path / "vectors.npz", "letters"))
    told: list[str] = []
    taken = exam.take(tmp_path, None, lambda what, done, total: told.append(what))  # type: ignore[arg-type]
    assert told[0] == f"claims: own passages alone, for {tmp_path / exam.NEEDED[0]} is not there"
    values = {(line.part, line.measure): line.interval for line in taken}
    assert values["English, verifier", "false claims caught"].n == 40
    assert values["Thai, whole substring", "false claims caught"].value == 1.0
    assert all(values[part, measure_].n for part, measure_ in measure.bounds())
    assert (
        values["English, verifier", "false claims caught"].value
        > values["English, cosine", "false claims caught"].value
    )


def test_false_claims_on_own_passages_are_caught() -> None:
    some = [one for one in claims.cases(None, "fit", "en", "dev") if one.expected == "refuted"][::40]
    assert all(verify(one.claim, one.quotes).status != "supported" for one in some)
