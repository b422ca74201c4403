"""Whatever is said, a question comes back, and nothing that was not spoken of gets into it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.answering.conversation import Turn, differs, standalone
from kb.language.segment import words

WORDS = """
    and what about how many the second one it he she they there that year who which why ? , . 'them' its a tower Holmes
    museum in winter of children I’ll £5 1.9 [1] แล้ว ล่ะ เขา มัน อันที่สอง ปีไหน ที่นั่น นี้ ศูนย์ เปิด กี่โมง ของ ใคร ทำไม และ ๒ Ω 🗼
"""
PIECES = [*WORDS.split(), "\u202e", "\n", "\x00", "", "  "]
ENGLISH = PIECES[: PIECES.index("[1]")]
SAID = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=60)
TURNS = st.lists(st.builds(Turn, SAID, SAID, SAID), max_size=3)
SMALL = (
    "tell me more about what else and the one a an another at to from on in are is was were person who that which of"
)
ADDED = {*words(SMALL), "of"}


@settings(deadline=None, max_examples=400)
@given(question=SAID, history=TURNS)
def test_any_question_after_any_history(question: str, history: list[Turn]) -> None:
    found = standalone(question, history)
    assert found.rewritten or found.text == question
    assert not found.rewritten or found.text.strip()
    assert standalone(question, history) == found


@settings(deadline=None, max_examples=300)
@given(
    question=st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=8).map(" ".join),
    frame=st.sampled_from(["Who designed the mill?", "How much is a ticket?", "When did Irene Adler leave?"]),
    answer=st.sampled_from(["", "It was built by Tom Reed in 1860.", "A, b and c."]),
)
def test_an_english_question_is_made_of_what_was_said(question: str, frame: str, answer: str) -> None:
    history = [Turn(frame, frame, answer)]
    made = {word for word in words(standalone(question, history).text) if word.isalpha()}
    said = set(words(f"{question} {frame} {answer}"))
    assert {word for word in made - said - ADDED if f"{word}s" not in said and word[:-1] not in said} == set()


def test_stray_signs_and_spaces_are_no_other_question() -> None:
    assert not differs("  Who “built”  it ?!", "Who built it?")
    assert differs("And it?", "Who built the mill?")
