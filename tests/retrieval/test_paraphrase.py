from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from pydantic import PrivateAttr

from kb.retrieval.paraphrase import Paraphraser, accepted

QUESTION = "When was the bridge over the Kwai built in 1943?"
GOOD = "In what part of 1943 did they build the Kwai bridge?"


class ScriptedModel(CustomLLM):
    """Says what a function says; `asked` holds the prompts it got."""

    _says: Callable[[str], str] = PrivateAttr()
    _asked: list[str] = PrivateAttr(default_factory=list)

    def __init__(self, says: Callable[[str], str]) -> None:
        super().__init__()
        self._says = says

    @property
    def asked(self) -> list[str]:
        return self._asked

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        self._asked.append(prompt)
        return CompletionResponse(text=self._says(prompt))

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        raise AssertionError("nobody reads a stream")


def asking(says: Callable[[str], str], seconds: float = 20.0, wanted: int = 2) -> Paraphraser:
    return Paraphraser(ScriptedModel(says), seconds, wanted)


def texts(paraphraser: Paraphraser, question: str = QUESTION) -> list[tuple[str, str]]:
    return [(variant.name, variant.text) for variant in paraphraser.variants(question)]


def test_paraphrases_are_numbered_and_no_more_than_wanted() -> None:
    other = "Which months of 1943 saw the Kwai bridge go up?"
    paraphraser = asking(lambda _: f'1. "{GOOD}"\n2) {other}\n- What year before 1943 had no Kwai bridge?')
    assert texts(paraphraser) == [("paraphrase 1", GOOD), ("paraphrase 2", other)]
    assert paraphraser.last_problem is None


def test_the_model_is_told_the_question_its_language_and_how_many() -> None:
    model = ScriptedModel(lambda _: GOOD)
    Paraphraser(model, 20.0, 3).variants("สะพานสร้างเมื่อไร\n\nใครสร้าง")
    (prompt,) = model.asked
    assert "in 3 different ways" in prompt
    assert "Write in Thai" in prompt
    assert "Question: สะพานสร้างเมื่อไร ใครสร้าง\n" in prompt


def test_a_late_model_is_not_waited_for_and_its_words_are_dropped() -> None:
    go_on = threading.Event()

    def slowly(_: str) -> str:
        assert go_on.wait(60)
        return GOOD

    model = ScriptedModel(slowly)
    paraphraser = Paraphraser(model, 0.05, 2)
    assert paraphraser.variants(QUESTION) == ()  # would hang if it waited: nobody lets the model go on
    assert paraphraser.last_problem == "the model took longer than 0.05 s"
    assert paraphraser.variants(QUESTION) == ()
    assert paraphraser.last_problem == "the model is still busy with an earlier question"
    assert len(model.asked) == 1
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "paraphrases":
            thread.join(60)
    assert Paraphraser(model, 20.0, 2).variants(QUESTION)[0].text == GOOD
    paraphraser._seconds = 20.0
    assert texts(paraphraser) == [("paraphrase 1", GOOD)]
    assert len(model.asked) == 3


def test_a_model_that_raises_gives_nothing_and_may_be_asked_again() -> None:
    answers = iter([RuntimeError("out of memory"), ValueError(), GOOD])

    def says(_: str) -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    paraphraser = asking(says)
    assert texts(paraphraser) == []
    assert paraphraser.last_problem == "the model failed: out of memory"
    assert texts(paraphraser) == []
    assert paraphraser.last_problem == "the model failed: ValueError"
    assert texts(paraphraser) == [("paraphrase 1", GOOD)]


def test_no_thread_to_be_had_is_a_problem_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    paraphraser = asking(lambda _: GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert texts(paraphraser) == []
    assert paraphraser.last_problem == "the model failed: can't start new thread"
    assert texts(paraphraser) == [("paraphrase 1", GOOD)]


def test_a_question_without_a_word_is_not_asked() -> None:
    model = ScriptedModel(lambda _: GOOD)
    paraphraser = Paraphraser(model, 20.0, 2)
    assert paraphraser.variants("??") == ()
    assert paraphraser.last_problem == "The question holds no word to look for"
    assert model.asked == []


@pytest.mark.parametrize(("seconds", "wanted"), [(0.0, 1), (-1.0, 1), (float("nan"), 1), (1.0, 0)])
def test_a_deadline_and_a_number_make_sense(seconds: float, wanted: int) -> None:
    with pytest.raises(ValueError, match="cannot be had"):
        asking(lambda _: GOOD, seconds, wanted)


@pytest.mark.parametrize(
    "line",
    [
        QUESTION,
        "when was THE BRIDGE over the Kwai built, in 1943",  # the same words
        "When was the Kwai bridge built in 1942?",
        "When was the Kwai bridge built?",  # a number less
        "When in 1943, or in 1944, was the Kwai bridge built?",
        "สะพานข้ามแม่น้ำแควสร้างช่วงไหนในปี 1943",
        "Kwai in 1943?",
        "In 1943 " + "the bridge was built " * 10,
        "Who or what, and in which 1943 of them was it, then?",
        "",
        "---",
    ],
)
def test_what_is_no_paraphrase_is_dropped(line: str) -> None:
    assert list(accepted(QUESTION, line)) == []
    paraphraser = asking(lambda _: line)
    assert texts(paraphraser) == []
    assert paraphraser.last_problem == "nothing the model said is a paraphrase of the question"


def test_numbers_are_compared_by_what_they_say() -> None:
    said = "มีผู้คนเท่าไรในปี 2560"
    assert texts(asking(lambda _: said), "ปี ๒๕๖๐ มีคนกี่คน") == [("paraphrase 1", said)]
    assert list(accepted("Who sold 1,000 ships?", "Which man sold 1000 ships?")) == ["Which man sold 1000 ships?"]


def test_a_rambling_model_is_read_only_so_far() -> None:
    rambling = "\n".join(["Sure! Here are some ideas."] * 60 + [GOOD])
    assert list(accepted(QUESTION, rambling)) == []
    assert list(accepted(QUESTION, "Sure!\n\n" + GOOD + "\n" + GOOD)) == [GOOD]


@settings(deadline=None, max_examples=60)
@given(said=st.text(max_size=300) | st.lists(st.sampled_from([GOOD, QUESTION, "x", "๑", "\x00", "1)"])).map("\n".join))
def test_nothing_a_model_says_does_harm(said: str) -> None:
    for text in accepted(QUESTION, said):
        assert "1943" in text
        assert len(QUESTION) / 3 <= len(text) <= 3 * len(QUESTION)
        assert text.casefold() != QUESTION.casefold()
