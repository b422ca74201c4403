"""A model may word a follow-up, but say nothing that was not spoken of."""

from __future__ import annotations

import pytest

from kb.answering.conversation import Turn, by_model
from tests.scripted_llm import ScriptedLLM

HISTORY = [Turn("Who designed it?", "Who designed the mill?", "Tom Reed designed it in 1860 [1].")]
THAI = [Turn("หอดูนกสูงเท่าไหร่", "หอดูนกสูงเท่าไหร่", "สูง 15 เมตร [1]")]


def saying(text: str) -> ScriptedLLM:
    return ScriptedLLM(lambda prompt, adapter: text)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("When did Tom Reed design the mill in 1860?", "When did Tom Reed design the mill in 1860?"),
        ('Question: "Why did Tom Reed design the mill?"\nBecause ...', "Why did Tom Reed design the mill?"),
    ],
)
def test_what_the_model_says_is_taken(said: str, meant: str) -> None:
    llm = saying(said)
    found = by_model(llm, "Why did he?", HISTORY, adapter="chat")
    assert (found.text, found.rewritten, found.why) == (meant, True, "worded by the language model")
    prompt, adapter = llm.asked[0]
    assert adapter == "chat"
    assert "Question: Who designed the mill?\nAnswer: Tom Reed designed it in 1860.\n" in prompt
    assert prompt.rstrip().endswith("Last question: Why did he?")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("When was Bob Stone born?", "“Bob” was not spoken of"),
        ("When was Tom Reed born in 1861?", "“1861” was not spoken of"),
        ("เขาเกิดเมื่อไหร่", "the model changed the language"),
        ("", "the model said nothing"),
        ("?!", "the model said nothing"),
        ("When was Tom Reed born " + "and so on " * 40, "the model said more than a question"),
    ],
)
def test_what_is_made_up_is_not_taken(said: str, why: str) -> None:
    found = by_model(saying(said), "When was he born?", HISTORY)
    assert found.text == "When was Tom Reed born?"
    assert found.why.endswith(f"by rule, since {why}")


def test_a_thai_word_that_was_not_spoken_of() -> None:
    assert by_model(saying("หอดูนกสร้างเมื่อไหร่"), "สร้างเมื่อไหร่", THAI).why == "worded by the language model"
    assert "25" in by_model(saying("หอดูนกสร้างปี 25 เมื่อไหร่"), "สร้างเมื่อไหร่", THAI).why


def test_a_new_topic_is_not_shown_to_the_model() -> None:
    llm = saying("Who designed the mill?")
    assert by_model(llm, "Where is the café?", HISTORY).text == "Where is the café?"
    assert llm.asked == []


def test_a_model_that_rambles_is_not_read_to_its_end() -> None:
    llm = ScriptedLLM(lambda prompt, adapter: "word " * 5000, answer=5000)
    by_model(llm, "When was he born?", HISTORY)
    assert llm.said < 400
