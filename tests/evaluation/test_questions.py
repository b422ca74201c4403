"""Questions made out of sentences: their words are those of the sentence, and what asks stands in the gap."""

from __future__ import annotations

import random
import re

import pytest

from kb.answering.evidence import telling_words
from kb.evaluation.questions import LEFT_OUT, Made, made
from kb.index import lexical

ENGLISH = (
    "Saltmarrow harbour was dug by hand between 1790 and 1804, and sixty boats used to lie there in winter. "
    "The harbour master, Anne Porter, kept a ledger of every boat that entered with herring or with salt."
)
THAI = (
    "ท่าเรือแห่งนี้สร้างขึ้นเมื่อ พ.ศ. 2333 โดยชาวประมงในหมู่บ้าน และใช้จอดเรือได้หกสิบลำในฤดูหนาว "
    "นายท่าเรือจดบัญชีเรือทุกลำที่บรรทุกปลาและเกลือเข้ามายังท่าเรือแห่งนี้ทุกวัน"
)
PASSAGES = [
    f"{ENGLISH} Ferry number {number} sails at noon from the western quay to the islands." for number in range(30)
]


@pytest.mark.parametrize("seed", range(5))
def test_every_word_of_a_question_is_of_its_passage_but_for_what_asks(seed: int) -> None:
    for question in made(PASSAGES, 30, seed):
        words = set(lexical.terms(question.text)) - set(lexical.terms("how many who or what what"))
        assert words <= set(lexical.terms(PASSAGES[question.passage]))


def test_both_forms_are_made_and_no_passage_is_asked_about_twice() -> None:
    found = made(PASSAGES, 20)
    assert [question.form for question in found] == ["keywords", "cloze"] * 10
    assert len({question.passage for question in found}) == 20


def test_the_same_seed_makes_the_same_questions_and_another_others() -> None:
    assert made(PASSAGES, 10, 1) == made(PASSAGES, 10, 1) != made(PASSAGES, 10, 2)


def test_a_gap_asks_for_what_was_taken_out() -> None:
    found = {
        question.text for seed in range(60) for question in made([ENGLISH] * 2, 2, seed) if question.form == "cloze"
    }
    assert any("between how many and 1804" in text for text in found)
    assert any("The harbour master, who or what, kept" in text for text in found)
    assert all(text.endswith("?") for text in found)


def test_thai_is_asked_in_thai() -> None:
    found = [question for seed in range(20) for question in made([THAI] * 2, 2, seed)]
    assert {question.language for question in found} == {"th"}
    gaps = [question.text for question in found if question.form == "cloze"]
    assert gaps
    assert all(re.search("เท่าไร|ใคร|อะไร", text) for text in gaps)


def test_some_of_the_words_are_left_out_of_what_is_heard() -> None:
    found = [question for seed in range(40) for question in made(PASSAGES, 30, seed)]
    for question in found:
        assert set(lexical.terms(question.heard)) <= set(lexical.terms(question.text))
        assert len(lexical.query_terms(question.heard)) >= 2
        assert question.missing or question.heard == question.text
    told = sum(len(telling_words(lexical.query_terms(question.text))) for question in found)
    assert sum(len(question.missing) for question in found) / told == pytest.approx(LEFT_OUT, abs=0.06)


@pytest.mark.parametrize(
    "passage",
    [
        "",
        "Opening hours",
        "Too short a sentence.",
        "aaaa " * 200,
        "# The whole history of the old harbour and its boats",
    ],
)
def test_what_cannot_be_asked_about_is_passed_over(passage: str) -> None:
    assert made([passage, ENGLISH], 5) == [
        question for question in made([passage, ENGLISH], 5) if question.passage == 1
    ]
    assert made([passage], 5) == []


def test_any_text_gives_questions_or_none() -> None:
    draw = random.Random(0)
    signs = "ab ก.1๒ \n“”()A,;:!?\u200b𝟎ﬁ"
    for _ in range(300):
        text = "".join(draw.choices(signs, k=draw.randint(0, 400)))
        assert all(isinstance(question, Made) for question in made([text], 3))
