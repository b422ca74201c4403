"""What a question asks for, and which sentences hold it, in both languages."""

from __future__ import annotations

import pytest

from kb.answering.kinds import Kind, holds, kind, names, numbers


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("When did the ferry sink?", "time"),
        ("In what year did the ferry sink?", "time"),
        ("เรือเฟอร์รีจมเมื่อไร", "time"),
        ("เรือเฟอร์รีจมในปี พ.ศ. ใด", "time"),
        ("How many people were on board?", "number"),
        ("What percentage of the crew could swim?", "number"),
        ("มีผู้โดยสารกี่คน", "number"),
        ("Whose boat was it?", "person"),
        ("ใครเป็นกัปตัน", "person"),
        ("Where did it sink?", "place"),
        ("เรือจมที่ไหน", "place"),
        ("Why did it sink?", "cause"),
        ("ทำไมเรือจึงจม", "cause"),
        ("What is a ferry?", "other"),
        ("", "other"),
    ],
)
def test_the_words_of_a_question_tell_what_it_asks_for(question: str, wanted: Kind) -> None:
    assert kind(question) == wanted


@pytest.mark.parametrize(
    ("question", "sentence", "there"),
    [
        ("When did it sink?", "It sank in 1912.", True),
        ("When did it sink?", "It sank slowly.", False),
        ("When did the ship of 1912 sink?", "The ship of 1912 sank.", False),
        ("เรือจมเมื่อไร", "เรือจมเมื่อ ๒๔ เมษายน", True),
        ("เรือจมเมื่อไร", "เรือจมช้า", False),
        ("How many were on board?", "Seventy were on board.", True),
        ("How many of the 70 swam?", "The 70 could swim.", False),
        ("Who steered?", "The mate, Ann Low, steered.", True),
        ("Who steered the Ann?", "The Ann was steered by nobody.", False),
        ("ใครเป็นกัปตัน", "สมชายเป็นกัปตัน", None),
        ("What is a ferry?", "A ferry is a boat.", None),
        ("Why did it sink?", "It sank because of a leak.", True),
        ("Why did it sink?", "It sank at noon.", False),
    ],
)
def test_a_sentence_holds_what_is_asked_for_only_where_the_question_does_not_say_it(
    question: str, sentence: str, there: bool | None
) -> None:
    assert holds(kind(question), sentence, question) is there


def test_names_and_numbers() -> None:
    assert names("What did Ann Low of São Tomé say in May?") == ["ann", "low", "são", "tomé", "may"]
    assert numbers("1,250 of 40.5, ๒๕") == ["1,250", "40.5", "๒๕"]
