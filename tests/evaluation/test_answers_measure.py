"""The scores of a card, held against answers whose every measure can be counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.evaluation.answers.given import Cited, Given, Kept, Shown
from kb.evaluation.answers.measure import Answered, Judge, holds_answer, scores
from kb.evaluation.answers.questions import Question
from kb.models.cards import Score

TOWER = "The tower is 31 metres tall. It was built in 1861. The café has forty seats. Dogs must stay outside."
THAI = "ศูนย์เปิดให้เข้าชมเมื่อ พ.ศ. ๒๕๔๘ ค่าเข้าชมคนละ 40 บาท"
TEXTS = {"tower.txt": TOWER, "thai.txt": THAI}.get
HIGH = Question("How high?", ("31 metres",), "tower.txt", 1)
FEE = Question("จ่ายเท่าไร", ("40 บาท",), "thai.txt", 2)
TOPIC = Question("Who designed it?", (), "tower.txt", 3)
FOREIGN = Question("Who is Ann?", (), None, 4)


def shown(text: str, *quotes: str, document: str = "tower.txt", by: int = 0) -> Shown:
    """A sentence with citations of these words, each `by` characters beside where they stand."""
    whole = TEXTS(document) or ""
    return Shown(text, tuple(Cited(document, whole.index(quote) + by, quote) for quote in quotes))


def given(*said: Shown, dropped: int = 0, seconds: float = 1.0, draft: str | None = "a draft") -> Given:
    return Given(not said, said, dropped, seconds, draft)


@pytest.mark.parametrize(
    ("one", "question", "right"),
    [
        (shown("The tower is 31 metres tall.", "The tower is 31 metres tall."), HIGH, True),
        (shown("It was built in 1861.", "It was built in 1861."), HIGH, True),
        (shown("The tower is 31 metres tall."), HIGH, False),
        (shown("The tower is 31 metres tall.", "The tower is 31 metres tall.", by=1), HIGH, False),
        (shown("The tower is 31 metres tall.", "The tower is 31 metres tall.", "It was built in 1861."), HIGH, True),
        (shown("The tower is 32 metres tall.", "The tower is 31 metres tall."), HIGH, False),
        (shown("The tower is tall.", "It was built in 1861."), HIGH, False),
        (shown("Dogs may stay outside.", "Dogs must stay outside."), TOPIC, False),
        (shown("Dogs must stay outside.", "Dogs must stay outside."), FOREIGN, True),
        (Shown("Made up.", (Cited("gone.txt", 0, "Made up."),)), HIGH, False),
        (Shown("Made up.", (Cited("tower.txt", 0, ""),)), HIGH, False),
        (shown("ค่าเข้าชมคนละ ๔๐ บาท", "ค่าเข้าชมคนละ 40 บาท", document="thai.txt"), FEE, True),
        (shown("ค่าเข้าชมคนละ ๔๕ บาท", "ค่าเข้าชมคนละ 40 บาท", document="thai.txt"), FEE, False),
    ],
)
def test_a_sentence_is_right_when_what_it_cites_proves_it(one: Shown, question: Question, right: bool) -> None:
    assert Judge(TEXTS).right(one, question) is right


def test_a_number_that_the_quotes_lack_is_never_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.evaluation.answers.measure.proves", lambda text, quotes: True)
    judge = Judge(TEXTS)
    assert not judge.right(shown("It was built in 1862.", "It was built in 1861."), HIGH)
    assert judge.right(shown("It was built in 2404.", "It was built in 1861."), HIGH)  # the Buddhist era
    assert judge.right(shown("The tower is 31 metres tall.", "The tower is 31 metres tall."), HIGH)


def test_a_sentence_of_the_models_own_that_contradicts_the_answer_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.evaluation.answers.measure.proves", lambda text, quotes: True)
    judge = Judge(TEXTS)
    wrong = shown("The tower is not 31 metres tall, it is taller.", "The tower is 31 metres tall.")
    question = Question("How high?", ("is 31 metres tall",), "tower.txt", 1)
    assert not judge.right(wrong, question)
    assert judge.right(wrong, TOPIC)


@pytest.mark.parametrize(
    ("text", "answers", "holds"),
    [
        ("The tower is 31 metres tall.", ("31 metres",), True),
        ("It is 31\nMETRES tall.", ("30 metres", "31 metres"), True),
        ("It is 131 metres tall.", ("31 metres",), False),
        ("It is 31.5 high.", ("31",), False),
        ("It is 1,31 high.", ("31",), False),
        ("It is 31.", ("31",), True),
        ("ปี ๒๕๔๘", ("2548",), True),
        ("ปี 2548", ("๒๕๔๘",), True),
        ("It is tall.", ("31 metres",), False),
    ],
)
def test_an_answer_stands_in_what_is_shown(text: str, answers: tuple[str, ...], holds: bool) -> None:
    question = Question("How high?", answers, "tower.txt", 1)
    assert holds_answer(Answered(question, given(Shown(text, ())))) is holds
    assert not holds_answer(Answered(question, given()))


def test_every_measure_counted_by_hand() -> None:
    good = shown("The tower is 31 metres tall.", "The tower is 31 metres tall.")
    bad = shown("The tower is 32 metres tall.", "The tower is 31 metres tall.")
    beside = shown("It was built in 1861.", "It was built in 1861.")
    thai = shown("ค่าเข้าชมคนละ 40 บาท", "ค่าเข้าชมคนละ 40 บาท", document="thai.txt")
    second = Question("How tall?", ("31 metres",), "tower.txt", 5)
    found = scores(
        [
            Answered(HIGH, given(good, beside, dropped=1, seconds=2)),
            Answered(second, given(bad, dropped=2, seconds=4)),
            Answered(FEE, given(thai, dropped=0)),
            Answered(TOPIC, given(beside, dropped=3)),
            Answered(FOREIGN, given(draft=None)),
        ],
        TEXTS,
    )
    assert {name: (round(score.value, 4), score.n) for name, score in found.items()} == {
        "citation_precision": (0.8, 5),
        "answer_accuracy": (0.6667, 3),
        "answer_accuracy_en": (0.5, 2),
        "answer_accuracy_th": (1.0, 1),
        "foreign_refused": (1.0, 1),
        "same_topic_refused": (0.0, 1),
        "false_refusals": (0.0, 3),
        "sentences_kept": (0.4545, 11),
        "seconds": (1.8, 5),
    }
    precision = found["citation_precision"]
    assert precision.low < precision.value < precision.high == 1.0
    assert found["foreign_refused"] == Score(1.0, 1.0, 1.0, 1)


def test_what_cannot_be_measured_is_left_out() -> None:
    found = scores([Answered(HIGH, given(draft=None))], TEXTS)
    assert found.keys() == {"answer_accuracy", "answer_accuracy_en", "false_refusals", "seconds"}
    assert found["false_refusals"].value == 1.0


def test_the_interval_of_a_share_is_over_whole_questions() -> None:
    good = shown("It was built in 1861.", "It was built in 1861.")
    bad = shown("It was built in 1862.", "It was built in 1861.")
    clustered = [Answered(Question(f"{n}?", (), None, n), given(*[good if n % 2 else bad] * 4)) for n in range(100)]
    score = scores(clustered, TEXTS)["citation_precision"]
    assert (score.value, score.n) == (0.5, 400)
    # 100 questions: the standard error is sqrt(.25 / 100) = .05; of 400 independent sentences it would be .025
    assert score.high - score.low == pytest.approx(2 * 1.96 * 0.05, abs=0.04)


def test_answers_are_kept_and_a_torn_line_is_not(tmp_path: Path) -> None:
    one = given(shown("It was built in 1861.", "It was built in 1861."), dropped=2)
    kept = Kept(tmp_path / "given", {"mode": "compose"})
    kept.put("When?", one)
    kept.put("ใคร", given())
    (file,) = (tmp_path / "given").iterdir()
    whole = file.read_text(encoding="utf-8")
    assert Kept(tmp_path / "given", {"mode": "compose"}).get("When?") == one
    assert len(Kept(tmp_path / "given", {"mode": "quote"})) == 0
    for cut in (1, 10, len(whole) // 4):
        file.write_text(whole[:-cut], encoding="utf-8")
        torn = Kept(tmp_path / "given", {"mode": "compose"})
        assert (torn.get("When?"), torn.get("ใคร")) == (one, given() if cut == 1 else None)
        torn.put("Again?", one)
        assert Kept(tmp_path / "given", {"mode": "compose"}).get("Again?") == one
