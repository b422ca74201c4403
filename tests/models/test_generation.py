"""One answer of a language model: against transformers' own generate, and against scripts."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
import torch

from kb.errors import MemoryPlanError, QuestionError
from kb.models.language_model import ADVICE, KBLanguageModel
from kb.models.limits import Limits
from tests.models.scripted_model import scripted, small, the_model, waits
from tests.models.tiny_language import KINDS, Kind

QUESTION = "Who founded the league?"
THAI = "สมาคมก่อตั้งโดยชายผมแดง 🦊 และปิดในเดือนตุลาคม"


def generated(llm: KBLanguageModel, ids: list[int], **how: Any) -> list[int]:
    """What transformers itself writes."""
    model = llm.loaded.model
    given = torch.tensor([ids])
    how = {"max_new_tokens": 24, "do_sample": False, **how}
    whole = model.generate(input_ids=given, attention_mask=torch.ones_like(given), **how)[0].tolist()
    return whole[1:] if model.config.is_encoder_decoder else whole[len(ids) :]


def as_text(llm: KBLanguageModel, ids: list[int]) -> str:
    return str(llm.loaded.tokenizer.decode(ids, skip_special_tokens=True)).rstrip("\ufffd")


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_that_of_generate_and_holds_no_prompt(kind: Kind) -> None:
    llm = small(kind)
    ids = llm._format.formatted(llm._format.text([turn(QUESTION)]))
    new = generated(llm, ids)
    answer = llm.complete(QUESTION)
    assert answer.text == as_text(llm, new)
    assert answer.text
    told = answer.additional_kwargs
    assert (told["prompt_tokens"], told["completion_tokens"]) == (len(ids), len(new))
    assert told["total_tokens"] == len(ids) + len(new)
    assert told["finish_reason"] == ("stop" if new[-1] == 2 else "length")
    assert 0 < told["seconds"] < 60


def turn(text: str) -> Any:
    from kb.models.chat_format import Turn

    return Turn("user", text)


def test_an_answer_ends_with_its_end_token() -> None:
    llm = scripted(THAI)
    answer = llm.complete(QUESTION)
    assert answer.text == THAI
    assert answer.additional_kwargs["finish_reason"] == "stop"
    assert answer.additional_kwargs["completion_tokens"] == llm.count_tokens(THAI) + 1 == the_model(llm).passes


@pytest.mark.parametrize("token", ["<|im_end|>", "</s>", "<pad>"])
def test_every_end_token_of_model_tokenizer_and_template_ends_an_answer(token: str) -> None:
    llm = scripted("one two")
    words, model = llm.loaded.tokenizer, the_model(llm)
    words.eos_token, model.generation_config.eos_token_id = "</s>", [3]
    llm = KBLanguageModel(llm.residents, Limits(512, 256))
    one = words.encode("one", add_special_tokens=False)
    model.script[None] = [*one, words.convert_tokens_to_ids(token), *one]
    answer = llm.complete(QUESTION)
    assert (answer.text, answer.additional_kwargs["finish_reason"]) == ("one", "stop")


def test_special_tokens_in_the_middle_of_an_answer_are_not_shown() -> None:
    llm = scripted("a<s>[b")
    the_model(llm).script[None] = [1, *the_model(llm).script[None]]
    assert llm.loaded.tokenizer.encode("a<s>[b", add_special_tokens=False)[1] == 1
    assert llm.complete(QUESTION).text == "a[b"


def test_a_call_names_its_own_limits() -> None:
    llm = scripted("one two three four five six seven", Limits(512, 9))
    assert llm.complete(QUESTION).additional_kwargs["completion_tokens"] == 9
    answer = llm.complete(QUESTION, max_new_tokens=3)
    assert answer.additional_kwargs["completion_tokens"] == 3 == answer.additional_kwargs["max_new_tokens"]
    assert answer.additional_kwargs["finish_reason"] == "length"
    assert answer.text == as_text(llm, the_model(llm).script[None][:3])  # type: ignore[arg-type]


def test_an_answer_ends_where_the_context_does_and_says_so() -> None:
    llm = scripted("one two three four five six seven")
    asked = len(llm._format.ids([turn(QUESTION)]))
    tight = KBLanguageModel(llm.residents, Limits(asked + 4, 256))
    told = tight.complete(QUESTION).additional_kwargs
    assert (told["finish_reason"], told["completion_tokens"], told["max_new_tokens"]) == ("length", 4, 4)


def test_a_prompt_that_leaves_no_room_is_refused_with_both_numbers_before_anything_runs() -> None:
    llm = scripted("one")
    asked = len(llm._format.ids([turn(QUESTION)]))
    full = KBLanguageModel(llm.residents, Limits(asked, 256))
    for ask in (full.complete, full.stream_complete):
        with pytest.raises(QuestionError, match=rf"{asked} tokens.*room for {asked}"):
            ask(QUESTION)
    assert the_model(llm).passes == 0


def test_the_context_is_not_longer_than_the_model_reads() -> None:
    assert small("chatml", Limits(100_000, 10)).metadata.context_window == 1024


@pytest.mark.parametrize(
    ("keywords", "problem"),
    [
        ({"max_new_tokens": 0}, "max_new_tokens is 0"),
        ({"temperature": -1.0}, "temperature"),
        ({"temperature": float("nan")}, "nan"),
    ],
)
def test_impossible_keywords_are_refused(keywords: dict[str, Any], problem: str) -> None:
    with pytest.raises(QuestionError, match=problem):
        scripted("one").complete(QUESTION, **keywords)


def test_a_keyword_that_does_nothing_is_not_swallowed() -> None:
    with pytest.raises(TypeError, match="top_n"):
        scripted("one").complete(QUESTION, top_n=3)


@pytest.mark.parametrize("stop", ["STOP", ["STOP"], ("never", "STOP")])
def test_a_stop_string_ends_the_answer_at_once(stop: Any) -> None:
    llm = scripted("one two STOP three four")
    answer = llm.complete(QUESTION, stop=stop)
    assert (answer.text, answer.additional_kwargs["finish_reason"]) == ("one two ", "stop")
    until = llm.count_tokens("one two STOP")
    assert answer.additional_kwargs["completion_tokens"] == until == the_model(llm).passes


def test_a_base_model_stops_before_it_asks_itself_the_next_question() -> None:
    llm = scripted("A man.\n\n### Instruction:\nWho else?\n\n### Response:\nNobody.", kind="base")
    answer = llm.complete(QUESTION)
    assert (answer.text, answer.additional_kwargs["finish_reason"]) == ("A man.", "stop")


def test_the_adapter_of_a_call_speaks_and_then_no_longer() -> None:
    llm = scripted({None: "base", "math": "forty-two", "docs": "page one"})
    assert [llm.complete(QUESTION, adapter=name).text for name in ("math", None, "docs")] == [
        "forty-two",
        "base",
        "page one",
    ]
    assert llm.complete(QUESTION, adapter="math").additional_kwargs["adapter"] == "math"


def test_greedy_by_default_whatever_the_model_brings() -> None:
    llm = small("chatml")
    llm.loaded.model.generation_config.update(do_sample=True, temperature=5.0, top_k=7)
    assert llm.complete(QUESTION).text == as_text(llm, generated(llm, llm._format.ids([turn(QUESTION)])))


@pytest.mark.parametrize("kind", ["mistral", "t5"])
def test_a_seed_draws_what_generate_would_and_leaves_the_global_one_alone(kind: Kind) -> None:
    llm = small(kind)
    ids = llm._format.ids([turn(QUESTION)])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        drawn = generated(llm, ids, do_sample=True, temperature=1.7, top_k=0, top_p=1.0)
    before = torch.get_rng_state()
    answers = [llm.complete(QUESTION, temperature=1.7, seed=seed).text for seed in (11, 12, 11)]
    assert torch.equal(torch.get_rng_state(), before)
    assert answers[0] == answers[2] == as_text(llm, drawn)
    assert answers[0] != answers[1]
    assert answers[0] != llm.complete(QUESTION).text


def test_temperature_and_seed_of_the_limits_hold_where_a_call_names_none() -> None:
    llm = small("mistral", Limits(512, 24, temperature=1.7, seed=11))
    assert llm.complete(QUESTION).text == llm.complete(QUESTION, temperature=1.7, seed=11).text
    assert llm.complete(QUESTION).text != llm.complete(QUESTION, temperature=0.0).text


def test_every_token_of_the_prompt_is_seen_though_pad_is_eos(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation holds EOS after each answer; a mask made of pad tokens would hide them."""
    llm = small("mistral")
    llm.loaded.tokenizer.pad_token = "</s>"
    llm = KBLanguageModel(llm.residents, Limits(512, 24))
    given: dict[str, Any] = {}
    generate = llm.loaded.model.generate
    monkeypatch.setattr(llm.loaded.model, "generate", lambda **how: given.update(how) or generate(**how))
    llm.complete("<s>[INST] a [/INST] b</s>[INST] c [/INST]", formatted=True)
    assert given["input_ids"][0].tolist().count(2) == 1
    assert given["attention_mask"].tolist() == [[1] * given["input_ids"].shape[1]]


def test_a_model_that_runs_out_of_memory_says_what_to_do_frees_it_and_goes_on() -> None:
    llm = scripted("one two three")
    cache: list[weakref.ref[torch.Tensor]] = []

    def full(number: int) -> None:
        large = torch.zeros(1000)  # lives in the frames of the error, as the KV cache does
        cache.append(weakref.ref(large))
        if number == 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    the_model(llm).before = full
    gc.disable()  # so that only what nothing holds is freed
    try:
        with pytest.raises(MemoryPlanError) as caught:
            llm.complete(QUESTION)
        assert len(cache) == 3
        assert all(reference() is None for reference in cache), "the error keeps the memory"
    finally:
        gc.enable()
    assert caught.value.fix == ADVICE
    assert "16 tokens of prompt and up to 256 of answer" in caught.value.what
    the_model(llm).before = lambda number: None
    assert llm.complete(QUESTION).text == "one two three"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_memory_may_run_out_under_other_names(error: Exception) -> None:
    llm = scripted("one")
    the_model(llm).before = raising(error)
    with pytest.raises(MemoryPlanError, match="kb doctor --plan"):
        llm.complete(QUESTION)


def test_any_other_error_comes_out_as_it_is() -> None:
    llm, error = scripted("one"), RuntimeError("probability tensor contains inf")
    the_model(llm).before = raising(error)
    with pytest.raises(RuntimeError) as caught:
        llm.complete(QUESTION)
    assert caught.value is error
    waits(llm)


def raising(error: BaseException) -> Any:
    def before(number: int) -> None:
        raise error

    return before
