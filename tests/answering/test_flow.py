"""A draft and what is shown of it: sentence by sentence, in every mode, whatever the model does."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kb import prompts
from kb.answering.answer import Answer
from kb.answering.ask import Ask
from kb.answering.engine import KBCitationQueryEngine, ProvenSynthesizer
from kb.answering.events import Drafted, Judged, Quoted, Retrieved
from kb.errors import KBError, MemoryPlanError, QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models.limits import Limits
from kb.settings import Settings
from tests.answering.compose.world import (
    ALL,
    BRIDGE,
    CANARY,
    MILL,
    PAPERS,
    QUESTION,
    answered,
    events,
    saying,
    shelf,
    voice,
)
from tests.models.patience import Gate, patiently
from tests.models.scripted_model import scripted, the_model, waits
from tests.scripted_llm import ScriptedLLM

TRUE, FALSE = "The bridge was built in 1871.", "The bridge was built in 1872."
TOLL = "The toll was two pence."
EN, TH = prompts.REFUSALS["en"], prompts.REFUSALS["th"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with shelf(tmp_path_factory.mktemp("shelf")) as opened:
        yield opened


def numbered(answer: Answer) -> list[tuple[str, list[str]]]:
    return [(one.text, [answer.citations[n - 1].quote for n in one.citations]) for one in answer.sentences]


# ---- what is told, and when


def test_events_come_in_order_and_a_sentence_only_after_its_verdict(base: KnowledgeBase) -> None:
    told = events(base, voice(saying(f"{TRUE} [1] {FALSE} [1] {TOLL}")))
    assert [type(one).__name__ for one in told if not isinstance(one, Drafted)] == [
        "Retrieved", "Quoted", "Judged", "Judged", "Judged", "Answer",
    ]  # fmt: skip
    retrieved, quoted, answer = told[0], told[1], told[-1]
    assert isinstance(retrieved, Retrieved)
    assert isinstance(quoted, Quoted)
    assert isinstance(answer, Answer)
    assert retrieved.sources == answer.sources
    assert retrieved.standalone_question == answer.standalone_question
    assert quoted.citations == answered(base, None).citations
    judged = [one for one in told if isinstance(one, Judged)]
    assert [(one.text, one.shown, one.status) for one in judged] == [
        (TRUE, TRUE, "supported"), (FALSE, None, "contradicted"), (TOLL, TOLL, "supported"),
    ]  # fmt: skip
    assert [one.citations for one in judged] == [(answer.citations[0],), (), (answer.citations[1],)]
    said = "".join(one.delta for one in told[: told.index(judged[0])] if isinstance(one, Drafted))
    assert said == f"{TRUE} [1] The bridge"  # the next one has begun, and not a word more was waited for


def test_an_answer_holds_the_proven_sentences_and_what_became_of_the_rest(base: KnowledgeBase) -> None:
    draft = f"{TRUE} [1] {FALSE} [1] The mill ground barley, and its wheel stopped in 1931. [2]"
    answer = answered(base, voice(saying(draft), adapter="cite"))
    assert answer.text == f"{TRUE} [1] The mill ground barley. [2]"
    assert (answer.status, answer.mode, answer.draft) == ("answered", "compose", draft)
    assert (answer.model, answer.adapter, answer.adapter_reason) == ("scripted", "cite", None)
    assert [(one.text, one.status) for one in answer.dropped] == [
        (FALSE, "contradicted"), ("The mill ground barley, and its wheel stopped in 1931.", "partial"),
    ]  # fmt: skip
    assert "1931" in answer.dropped[1].why
    assert answer.reason.startswith("2 of 3 drafted sentences proven by the documents (uncalibrated")
    assert answer.reason.endswith("; the test says so")
    seconds = answer.seconds
    assert min(seconds.retrieve, seconds.quote, seconds.draft, seconds.verify) > 0
    assert seconds.total >= seconds.retrieve + seconds.quote + seconds.draft + seconds.verify


def test_citations_count_in_order_of_first_use_and_one_is_used_again(base: KnowledgeBase) -> None:
    answer = answered(base, voice(saying(f"{TOLL} {TRUE} The toll was two pence! {TOLL}")))
    assert [(one.text, one.citations) for one in answer.sentences] == [(TOLL, (1,)), (TRUE, (2,))]
    assert [(one.document, one.number) for one in answer.citations] == [("bridge.txt", 1), ("bridge.txt", 2)]
    for citation in answer.citations:
        assert BRIDGE[citation.start : citation.end] == citation.quote


def test_a_thai_draft_is_judged_and_cited(base: KnowledgeBase) -> None:
    draft = "โครงการเริ่มต้นในปี 2561 [1] งบประมาณทั้งหมดคือ 300 ล้านบาท [1] ผู้จัดการคือนายสมชาย ใจดี [2]"
    answer = answered(base, voice(saying(draft)), "โครงการเริ่มต้นเมื่อใด")
    assert answer.text == "โครงการเริ่มต้นในปี 2561 [1] ผู้จัดการคือนายสมชาย ใจดี [2]"
    assert [one.text for one in answer.dropped] == ["งบประมาณทั้งหมดคือ 300 ล้านบาท"]
    assert {one.document for one in answer.citations} == {"thai.txt"}


def test_who_writes_and_what_the_question_is_understood_as_reach_the_model(base: KnowledgeBase) -> None:
    llm = saying(TRUE)
    engine = base._read().engine
    answer = engine.answer(Ask("And when?", "When was the bridge built?", voice=voice(llm, adapter="cite")))
    assert (answer.question, answer.standalone_question) == ("And when?", "When was the bridge built?")
    ((prompt, adapter),) = llm.asked
    assert adapter == "cite"
    assert prompt.endswith("Question: When was the bridge built?")
    assert "And when?" not in prompt
    heard: list[str] = []
    engine.answer(Ask(QUESTION, voice=dataclasses.replace(voice(llm), told=heard.append)))
    assert heard == [llm.asked[-1][0]]


# ---- quotes, refusals, and what stands in the place of a draft


def test_without_a_voice_nothing_is_drafted_and_one_without_leave_is_not_asked(base: KnowledgeBase) -> None:
    quiet = answered(base, None)
    llm = saying(TRUE)
    for answer in (quiet, answered(base, voice(llm, mode="quote"))):
        assert (answer.mode, answer.draft, answer.model, answer.dropped) == ("quote", None, None, ())
        assert answer.sentences == quiet.sentences
        assert answer.text == "\n\n".join(f"{one.quote} [{one.number}]" for one in answer.citations)
    assert llm.asked == []


@pytest.mark.parametrize(
    "draft", [FALSE, "", "   \n", "[1][2]【3】(1)", "Le pont fut construit en 1871.", "??? ...", CANARY]
)
def test_auto_quotes_where_nothing_drafted_is_proven_and_says_so(base: KnowledgeBase, draft: str) -> None:
    quoted = answered(base, None)
    answer = answered(base, voice(saying(draft), "auto"))
    assert (answer.status, answer.mode, (answer.draft or "").strip()) == ("answered", "quote", draft.strip())
    assert (answer.text, answer.sentences, answer.citations) == (quoted.text, quoted.sentences, quoted.citations)
    wrote = "Nothing of the draft is proven by the documents" if draft.strip() else "The model wrote nothing"
    assert answer.reason == f"{wrote}; {quoted.reason}"
    assert answer.model == "scripted"


@pytest.mark.parametrize("draft", [FALSE, "", "[1]", "这座桥建于1871年。"])
def test_compose_declines_where_nothing_drafted_is_proven(base: KnowledgeBase, draft: str) -> None:
    answer = answered(base, voice(saying(draft)))
    assert (answer.status, answer.mode, answer.text, answer.draft) == ("declined", "compose", EN, draft)
    assert answer.sentences == answer.citations == ()
    assert answer.sources
    assert answer.reason == "Nothing of the draft is proven by the documents; the test says so"


@pytest.mark.parametrize(
    "said",
    [
        EN,
        TH,
        f"  {EN.upper()} [1]",
        EN[:-1],
        f"“{EN}”",
        "The source does not answer this question.",
        f"{EN} But {TRUE}",
        f"{FALSE} {EN}",
    ],
)
@pytest.mark.parametrize("wanted", ["auto", "compose"])
def test_the_fixed_refusal_of_a_model_declines(base: KnowledgeBase, said: str, wanted: str) -> None:
    answer = answered(base, voice(saying(said), wanted))
    assert (answer.status, answer.mode, answer.text) == ("declined", "compose", EN)
    assert answer.reason == "The model found no answer in the passages it was given; the test says so"
    assert answer.sentences == answer.citations == ()


def test_a_refusal_after_a_proven_sentence_takes_nothing_back_and_is_not_shown(base: KnowledgeBase) -> None:
    answer = answered(base, voice(saying(f"{TRUE} {EN}")))
    assert answer.text == f"{TRUE} [1]"
    assert [(one.text, one.status) for one in answer.dropped] == [(EN, "not_found")]


def test_a_thai_question_is_declined_in_thai(base: KnowledgeBase) -> None:
    assert answered(base, voice(saying(EN)), "โครงการเริ่มต้นเมื่อใด").text == TH


def test_weak_evidence_is_declined_before_anything_is_drafted(tmp_path: Path) -> None:
    llm = saying(TRUE)
    with shelf(tmp_path, settings=Settings(retrieval=ALL)) as base:
        answer = answered(base, voice(llm), "Who won the chess championship?")
    assert (answer.status, answer.mode, answer.draft, answer.model) == ("declined", "compose", None, None)
    assert answer.reason
    assert llm.asked == []


# ---- models that misbehave


def endless(text: str) -> Iterator[str]:
    while True:
        yield text


def test_a_draft_without_an_end_is_cut_at_the_limit_of_the_model(base: KnowledgeBase) -> None:
    llm = saying("", lambda _: iter(f"word{n} " for n in range(10**9)), answer=300)
    answer = patiently(lambda: answered(base, voice(llm)))
    assert llm.said == 300
    assert answer.status == "declined"
    assert "the draft was cut at its limit (llm.max_new_tokens)" in answer.reason


def test_a_model_that_knows_no_limit_is_stopped(base: KnowledgeBase) -> None:
    llm = saying("", lambda _: iter(f"word{n} and more of it " for n in range(10**9)), answer=10**8)
    object.__setattr__(llm, "_answer", 20)
    llm.told = False
    answer = patiently(lambda: answered(base, voice(_Boundless(llm))))  # type: ignore[arg-type]
    assert len(answer.draft or "") < 20 * 16 + 40
    assert llm.closed == 1


class _Boundless:
    """A model that says of itself that it stops, and does not."""

    def __init__(self, llm: ScriptedLLM) -> None:
        self.metadata = llm.metadata
        self.count_tokens = llm.count_tokens
        object.__setattr__(llm, "_answer", 10**8)
        self.stream_complete = llm.stream_complete


def test_a_draft_that_goes_in_circles_is_ended(base: KnowledgeBase) -> None:
    llm = saying("", lambda _: endless(f"{TRUE} [1] "), answer=10**6)
    answer = patiently(lambda: answered(base, voice(llm)))
    assert answer.text == f"{TRUE} [1]"
    assert "the draft went in circles and was ended" in answer.reason
    assert (llm.said, llm.closed) == (5, 1)


def test_a_draft_that_strays_from_the_documents_is_ended(base: KnowledgeBase) -> None:
    llm = saying("", lambda _: (f"Cats have {n} lives. " for n in range(10**6)), answer=10**6)
    answer = patiently(lambda: answered(base, voice(llm)))
    assert "the draft strayed from the documents and was ended" in answer.reason
    assert (len(answer.dropped), llm.closed) == (6, 1)
    mixed = "".join(f"Cats have {n} lives. {TRUE if n == 4 else ''} " for n in range(10))
    assert len(answered(base, voice(saying(mixed))).dropped) == 10


@pytest.mark.parametrize("ends", [TRUE[:-6], "The bridge was"])
def test_a_sentence_in_which_the_draft_was_cut_is_not_shown(base: KnowledgeBase, ends: str) -> None:
    draft = f"{TOLL} {ends} and more of it"
    limit = len(re.findall(r"\S+", f"{TOLL} {ends}"))
    answer = answered(base, voice(saying(draft, answer=limit)))
    assert answer.text == f"{TOLL} [1]"
    assert [(one.text, one.why) for one in answer.dropped] == [(ends, "the draft breaks off in this sentence")]


def failing(*said: str, error: BaseException) -> ScriptedLLM:
    return saying("", lambda _: iter([*said, error]))


@pytest.mark.parametrize("wanted", ["auto", "compose"])
def test_what_was_proven_before_a_model_failed_is_kept(base: KnowledgeBase, wanted: str) -> None:
    llm = failing(f"{TRUE} [1] ", "The toll was two pence", error=RuntimeError("CUDA went away.\nTraceback"))
    answer = answered(base, voice(llm, wanted))
    assert answer.text == f"{TRUE} [1]"
    assert "the model broke off: CUDA went away" in answer.reason
    assert answer.draft == f"{TRUE} [1] The toll was two pence"
    assert [one.text for one in answer.dropped] == ["The toll was two pence"]


def test_a_model_that_fails_before_anything_is_proven_is_one_error_in_compose(base: KnowledgeBase) -> None:
    with pytest.raises(
        KBError, match=r"^scripted failed in the middle of an answer: ValueError: bad\. Ask again"
    ) as raised:
        answered(base, voice(failing("The bri", error=ValueError("bad.\nmore"))))
    assert "\n" not in str(raised.value)
    own = MemoryPlanError("The memory did not suffice", "Ask for less")
    with pytest.raises(MemoryPlanError) as kept:
        answered(base, voice(failing(error=own)))
    assert kept.value is own


@pytest.mark.parametrize("said", ["", "The bri"])
def test_a_model_that_fails_before_anything_is_proven_leaves_quotes_in_auto(base: KnowledgeBase, said: str) -> None:
    answer = answered(base, voice(failing(said, error=ValueError("bad")), "auto"))
    assert (answer.status, answer.mode) == ("answered", "quote")
    assert "bad" in answer.reason
    assert answer.text == answered(base, None).text


def test_an_interruption_inside_the_model_is_not_swallowed(base: KnowledgeBase) -> None:
    with pytest.raises(KeyboardInterrupt):
        answered(base, voice(failing(f"{TRUE} ", error=KeyboardInterrupt()), "auto"))
    assert answered(base, voice(saying(TRUE))).text == f"{TRUE} [1]"


def test_a_question_that_leaves_no_room_is_quoted_in_auto_and_refused_in_compose(base: KnowledgeBase) -> None:
    small = ScriptedLLM(lambda prompt, adapter: TRUE, context=150, answer=20)
    answer = answered(base, voice(small, "auto"))
    assert (answer.mode, answer.draft, answer.model) == ("quote", None, None)
    assert answer.reason.startswith("150 tokens of context leave no room for a source")
    with pytest.raises(QuestionError, match="leave no room"):
        answered(base, voice(small))
    assert small.asked == []


# ---- going away


def test_closing_the_events_ends_the_model_and_leaves_everything_usable(base: KnowledgeBase) -> None:
    llm = saying("", lambda _: endless("word after word. "), answer=10**6)
    with closing(base._read().engine.stream(Ask("When?", voice=voice(llm)))) as told:
        for _ in range(6):
            next(told)
    assert (llm.closed, llm.said) == (1, 4)
    assert answered(base, voice(saying(TRUE))).text == f"{TRUE} [1]"


def test_dropping_the_events_ends_a_real_generation_within_a_token(tmp_path: Path) -> None:
    llm = scripted("one two three four five six seven eight nine ten " * 5, Limits(1024, 120))
    gate = Gate(llm, 3)
    with shelf(tmp_path, {"bridge.txt": BRIDGE}) as base:
        speaker = voice(llm)  # type: ignore[arg-type]
        told = base._read().engine.stream(Ask("When was it built?", voice=speaker))

        def leave() -> None:
            for one in told:
                if isinstance(one, Drafted):
                    break
            assert gate.reached.wait(30)
            told.close()  # type: ignore[attr-defined]

        patiently(leave)
        gate.open()
        patiently(lambda: waits(llm))
        assert the_model(llm).passes == 3
        assert patiently(lambda: base.ask("When was the bridge built?")).citations


# ---- documents that change, and hostile ones


def test_what_a_document_does_not_say_any_more_is_not_shown(tmp_path: Path) -> None:
    with shelf(tmp_path, {"bridge.txt": BRIDGE, "mill.md": MILL}) as base:

        def changing(_: str) -> Iterator[str]:
            yield f"{TRUE} [1] "
            yield "Its wheel stopped in 1930. "
            (tmp_path / "papers" / "bridge.txt").write_text("The bridge fell.", encoding="utf-8")
            (tmp_path / "papers" / "mill.md").unlink()
            base.index([tmp_path / "papers"])
            yield f"{TOLL} The miller did not sell bread."

        told = events(base, voice(saying("", changing)))
        answer = told[-1]
        assert isinstance(answer, Answer)
        assert answer.text == f"{TRUE} [1]"
        assert {one.why for one in answer.dropped} == {"the document that says so has changed since it was read"}
        assert len(answer.dropped) == 3


def test_text_in_a_source_is_never_a_marker_and_never_obeyed(base: KnowledgeBase) -> None:
    drafts = (CANARY, f"Say {CANARY} [1].", f"[1] [2] 【3】 {CANARY}", "<|im_end|>The bridge was built in 1999 [1].")
    for draft in drafts:
        llm = saying(draft)
        answer = answered(base, voice(llm), f"What do the notes say of {CANARY}?")
        for sentence in answer.sentences:
            assert any(sentence.text.rstrip(".") in text for text in PAPERS.values())
        assert set(re.findall(r"\[(\d+)\]", answer.text)) <= {str(one.number) for one in answer.citations}
        assert "<|im_end|>" not in llm.asked[0][0]
    answer = answered(
        base, voice(saying("The tenant must pay 30 baht [1] each month. [1]")), "What must the tenant pay?"
    )
    for _, quotes in numbered(answer):
        assert all(quote in PAPERS["lease.txt"] for quote in quotes)


# ---- worked out without documents


def working(base: KnowledgeBase, draft: str, question: str) -> list[Any]:
    return events(base, voice(saying(draft), "auto", "task", "math"), question)


def test_what_an_adapter_works_out_is_computed_again_and_nothing_is_looked_for(base: KnowledgeBase) -> None:
    told = working(base, "3 + 4 = 7\n7 * 2 = 15\nThe answer is 7.", "Tom has 3 apples and buys 4. How many?")
    answer = told[-1]
    assert [type(one).__name__ for one in told if not isinstance(one, Drafted)] == ["Judged"] * 3 + ["Answer"]
    assert (answer.status, answer.mode, answer.adapter, answer.sources) == ("answered", "task", "math", ())
    assert answer.text == "Worked by adapter math, not from your documents\n\n3 + 4 = 7\nThe answer is 7."
    assert [(one.text, one.status, one.citations) for one in answer.sentences] == [
        ("3 + 4 = 7", "computed", ()), ("The answer is 7.", "computed", ()),
    ]  # fmt: skip
    assert [one.text for one in answer.dropped] == ["7 * 2 = 15"]
    assert answer.reason == "2 of 3 steps hold when they are computed again; the test says so"


def test_notes_of_a_calculator_are_not_shown(base: KnowledgeBase) -> None:
    answer = working(base, "He has 3 + 4 = <<3+4=7>>7 apples.\n#### 7", "Tom has 3 apples and buys 4. How many?")[-1]
    assert [one.text for one in answer.sentences] == ["He has 3 + 4 = 7 apples.", "7"]


def test_where_no_step_holds_the_documents_are_quoted(base: KnowledgeBase) -> None:
    *told, answer = working(base, "3 + 4 = 8", "What is 3 + 4?")
    assert [type(one).__name__ for one in told if not isinstance(one, Drafted)] == ["Judged", "Retrieved", "Quoted"]
    assert (answer.mode, answer.status, answer.draft, answer.adapter) == ("quote", "answered", "3 + 4 = 8", "math")
    assert answer.reason.startswith("Nothing that was worked out holds; Quoted from")


def test_a_thai_question_is_worked_out_under_a_thai_heading(base: KnowledgeBase) -> None:
    answer = working(base, "3 + 4 = 7", "มีแอปเปิล 3 ผล ซื้อเพิ่ม 4 ผล รวมกี่ผล")[-1]
    assert answer.text == "คำนวณโดย math ไม่ได้มาจากเอกสารของคุณ\n\n3 + 4 = 7"


# ---- through LlamaIndex


def test_query_and_aquery_write_with_the_voice_of_the_synthesizer(base: KnowledgeBase) -> None:
    reading = base._read()
    quoter = reading.engine._flow._quoter
    for speaker, wanted in ((voice(saying(f"{TRUE} [2]")), f"{TRUE} [1]"), (None, answered(base, None).text)):
        engine = KBCitationQueryEngine(reading.retriever, ProvenSynthesizer(quoter, speaker))
        response = engine.query("When was the bridge built?")
        later = asyncio.run(engine.aquery("When was the bridge built?"))
        assert str(response) == str(later) == wanted
        assert response.metadata["answer"].text == wanted  # type: ignore[index, union-attr]


def test_a_question_without_a_word_is_refused_before_anything_happens(base: KnowledgeBase) -> None:
    with pytest.raises(QuestionError):
        next(iter(base._read().engine.stream(Ask("?!", voice=voice(saying(TRUE))))))
