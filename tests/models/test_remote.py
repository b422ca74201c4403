from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from llama_index.core.llms import ChatMessage, MessageRole
from pydantic import SecretStr

from kb.errors import AdapterError, KBError, ModelUnavailable, QuestionError, SettingsError
from kb.models import refusals
from kb.models.remote import Served, Server, adapters, bases, models, open_remote
from kb.models.remote_model import RemoteModel
from kb.settings import LanguageModelSettings
from tests.models.remote_fixtures import Child, served

ROOT = Path(__file__).parents[2]
THAI = "สวัสดีครับ ผมชื่อสมชาย"
KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with served("--model", "acme/tiny-7b", "--lora", "math", "--lora", "cite") as running:
        yield running


@pytest.fixture
def model(child: Child) -> RemoteModel:
    child.fault("none", 0)
    return open_remote(child.llm(max_new_tokens=300))


def failing(model: RemoteModel, **more: Any) -> KBError:
    with pytest.raises(KBError) as caught:
        model.complete("one two three four five", **more)
    return caught.value


# ---- what is served


def test_the_server_says_what_it_serves(child: Child) -> None:
    base = Served("acme/tiny-7b", None, "acme/tiny-7b", 4096)
    math, cite = (Served(name, "acme/tiny-7b", f"/adapters/{name}") for name in ("math", "cite"))
    assert models(child.llm()) == (base, math, cite)


def test_without_a_name_the_only_base_model_is_taken(model: RemoteModel) -> None:
    assert (model.model, model.metadata.context_window, model.metadata.is_chat_model) == ("acme/tiny-7b", 4096, True)


def test_the_context_is_the_smaller_of_the_servers_and_ours(child: Child) -> None:
    assert open_remote(child.llm(context=1000)).metadata.context_window == 1000
    assert open_remote(child.llm(context=9000)).metadata.context_window == 4096


def test_among_several_base_models_one_must_be_named() -> None:
    with served("--more", "other", "--lora", "math") as child:
        with pytest.raises(ModelUnavailable, match=r"serves 2 models. Put one of these .*: tiny, other$"):
            open_remote(child.llm())
        assert open_remote(child.llm(remote_model="other")).complete("Hi").text == "other chat: Hi"


def test_a_model_that_is_not_served_is_named_with_those_that_are(child: Child) -> None:
    with pytest.raises(ModelUnavailable, match=r"does not serve gpt-4\. .*: acme/tiny-7b, math, cite$"):
        open_remote(child.llm(remote_model="gpt-4"))


def test_several_names_of_the_same_weights_are_one_model() -> None:
    listing = (Served("long/name", root="/w"), Served("short", root="/w"), Served("math", "long/name", "/a"))
    assert [model.name for model in bases(listing)] == ["long/name"]
    assert adapters(listing, "long/name") == ("math",)


def test_where_no_model_has_a_parent_any_other_name_may_be_an_adapter() -> None:
    with served("--lora", "math", "--no-parents") as child:
        model = open_remote(child.llm(remote_model="tiny"))
        assert model.complete("Hi", adapter="math").text == "math chat: Hi"
        with pytest.raises(AdapterError, match="does not serve an adapter 'tiny'"):
            model.complete("Hi", adapter="tiny")


def test_a_server_that_lists_nothing_is_believed_to_serve_what_is_named() -> None:
    with served("--no-list", "--model", "/models/tiny") as child:
        assert open_remote(child.llm(remote_model="/models/tiny")).complete("Hi").text == "/models/tiny chat: Hi"
        with pytest.raises(ModelUnavailable, match=r"does not serve other\. It serves none"):
            open_remote(child.llm(remote_model="other")).complete("Hi")
        with pytest.raises(ModelUnavailable, match=r"serves no model\. Start it with a model"):
            open_remote(child.llm())


# ---- requests and answers


def test_a_prompt_goes_through_the_chat_template_of_the_server(model: RemoteModel, child: Child) -> None:
    answer = model.complete(f"Say hello, {THAI}")
    assert answer.text == f"acme/tiny-7b chat: Say hello, {THAI}"
    sent = child.last()
    assert sent["path"] == "/v1/chat/completions"
    assert sent["body"] == {
        "model": "acme/tiny-7b",
        "messages": [{"role": "user", "content": f"Say hello, {THAI}"}],
        "max_tokens": 300,
        "temperature": 0.0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_formatted_prompt_is_taken_as_it_is(model: RemoteModel, child: Child) -> None:
    assert model.complete("[INST] Hi [/INST]", formatted=True).text == "acme/tiny-7b completion: [INST] Hi [/INST]"
    assert (child.last()["path"], child.last()["body"]["prompt"]) == ("/v1/completions", "[INST] Hi [/INST]")


def test_messages_arrive_with_their_roles(model: RemoteModel, child: Child) -> None:
    roles = (MessageRole.SYSTEM, MessageRole.USER, MessageRole.ASSISTANT, MessageRole.USER)
    answer = model.chat([ChatMessage(f"text {number}", role=role) for number, role in enumerate(roles)])
    assert answer.message.content == "acme/tiny-7b chat: (text 0) text 3"
    assert answer.message.role == MessageRole.ASSISTANT
    sent = [(message["role"], message["content"]) for message in child.last()["body"]["messages"]]
    assert sent == [("system", "text 0"), ("user", "text 1"), ("assistant", "text 2"), ("user", "text 3")]


def test_what_a_call_sets_wins_over_the_settings(model: RemoteModel, child: Child) -> None:
    answer = model.complete("a b c d stop e", max_new_tokens=9, temperature=0.5, seed=7, stop=["stop"])
    body = child.last()["body"]
    assert {name: body[name] for name in ("max_tokens", "temperature", "seed", "stop")} == {
        "max_tokens": 9,
        "temperature": 0.5,
        "seed": 7,
        "stop": ["stop"],
    }
    assert answer.text.endswith(" a b c d ")
    assert model.complete("a b", temperature=0.5, seed=7).text == model.complete("a b", temperature=0.5, seed=7).text
    assert model.complete("a b", temperature=0.5, seed=7).text != model.complete("a b", temperature=0.5, seed=8).text


def test_a_keyword_nobody_knows_is_refused(model: RemoteModel) -> None:
    with pytest.raises(TypeError, match="max_tokens"):
        model.complete("Hi", max_tokens=5)


def test_an_answer_tells_why_it_ended_and_what_it_took(model: RemoteModel) -> None:
    whole = model.complete("one two three", adapter="math").additional_kwargs
    assert whole.pop("seconds") > 0
    counts = {"prompt_tokens": 4, "completion_tokens": 5, "total_tokens": 9}
    assert whole == {"finish_reason": "stop", "adapter": "math", "max_new_tokens": 300, **counts}
    short = model.chat([ChatMessage("one two three")], max_new_tokens=2)
    assert short.message.content == "acme/tiny-7b chat: "
    assert (short.additional_kwargs["finish_reason"], short.additional_kwargs["completion_tokens"]) == ("length", 2)


def test_tokens_nobody_counted_are_none(model: RemoteModel, child: Child) -> None:
    child.fault("uncounted")
    extras = model.complete("Hi").additional_kwargs
    assert (extras["finish_reason"], extras["completion_tokens"]) == ("stop", None)


def test_a_stream_brings_every_piece_and_then_the_whole(model: RemoteModel) -> None:
    for stream in (model.stream_complete(THAI), model.stream_chat([ChatMessage(THAI)])):
        pieces = list(stream)
        texts = [getattr(piece, "text", None) or piece.message.content for piece in pieces]
        assert texts == list(itertools.accumulate(piece.delta or "" for piece in pieces))
        assert texts[-1] == f"acme/tiny-7b chat: {THAI}"
        assert len(pieces) > 5
        assert [bool(piece.additional_kwargs) for piece in pieces] == [False] * (len(pieces) - 1) + [True]


def test_adapters_answer_by_their_name_from_many_threads(model: RemoteModel) -> None:
    wanted = {f"question {n}": ("math", "cite", None)[n % 3] for n in range(24)}
    got: dict[str, str] = {}

    def ask(question: str, adapter: str | None) -> None:
        got[question] = model.complete(question, adapter=adapter).text

    threads = [threading.Thread(target=ask, args=pair) for pair in wanted.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {q: f"{adapter or 'acme/tiny-7b'} chat: {q}" for q, adapter in wanted.items()}


@pytest.mark.parametrize("name", ["nope", "acme/tiny-7b", "../math", ""])
def test_an_adapter_that_is_not_served_is_an_error_that_lists_those_that_are(model: RemoteModel, name: str) -> None:
    with pytest.raises(AdapterError, match=r"does not serve an adapter '.*It serves math, cite"):
        model.complete("Hi", adapter=name)


def test_asynchronous_calls_do_the_same(model: RemoteModel, child: Child) -> None:
    async def ask() -> list[str]:
        message = ChatMessage("Hi")
        complete, chat = await asyncio.gather(model.acomplete("Hi", adapter="math"), model.achat([message]))
        streamed = [piece.text async for piece in await model.astream_complete("Hi", formatted=True)]
        chatted = [piece.delta or "" async for piece in await model.astream_chat([message], max_new_tokens=1)]
        return [complete.text, str(chat.message.content), streamed[-1], "".join(chatted)]

    wanted = ["math chat: Hi", "acme/tiny-7b chat: Hi", "acme/tiny-7b completion: Hi", "acme/tiny-7b "]
    assert asyncio.run(ask()) == wanted
    assert asyncio.run(ask()) == wanted  # in another event loop


# ---- cancellation


def test_closing_a_stream_stops_the_server(model: RemoteModel, child: Child) -> None:
    before = child.seen()
    for start in (model.stream_complete, lambda prompt: model.stream_chat([ChatMessage(prompt)])):
        child.fault("slow")
        stream = start("word " * 250)
        assert next(stream).delta == "acme/tiny-7b "
        stream.close()
    seen = child.until(lambda seen: seen["running"] == 0)
    assert seen["stopped"] == before["stopped"] + 2
    assert seen["made"] - before["made"] < 100  # of 504


def test_a_dropped_stream_stops_the_server(model: RemoteModel, child: Child) -> None:
    before = child.seen()["stopped"]
    child.fault("slow")
    stream = model.stream_complete("word " * 250)
    next(stream)
    del stream
    gc.collect()
    assert child.until(lambda seen: seen["running"] == 0)["stopped"] == before + 1


def test_an_asynchronous_stream_stops_the_server_when_closed_or_cancelled(model: RemoteModel, child: Child) -> None:
    async def close() -> None:
        stream = await model.astream_chat([ChatMessage("word " * 250)])
        await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.to_thread(child.until, lambda seen: seen["running"] == 0)

    async def cancel() -> None:
        task = asyncio.create_task(model.acomplete("word " * 250))
        await asyncio.to_thread(child.until, lambda seen: seen["running"] == 1)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.to_thread(child.until, lambda seen: seen["running"] == 0)

    for job in (close, cancel):
        before = child.seen()["stopped"]
        child.fault("slow")
        asyncio.run(job())
        assert child.seen()["stopped"] == before + 1


def test_an_asynchronous_call_leaves_the_loop_to_others(model: RemoteModel, child: Child) -> None:
    async def both() -> int:
        child.fault("slow")
        task = asyncio.create_task(model.acomplete("word " * 40))
        turns = 0
        while not task.done():
            await asyncio.sleep(0.01)
            turns += 1
        await task
        return turns

    assert asyncio.run(both()) > 20


def test_an_event_ends_an_answer_with_its_next_piece(model: RemoteModel, child: Child) -> None:
    cancel = threading.Event()
    before = child.seen()["stopped"]
    child.fault("slow")
    stream = model.stream_complete("word " * 250, cancel=cancel)
    next(stream)
    cancel.set()
    *_, last = stream
    assert last.additional_kwargs["finish_reason"] == "cancelled"
    assert last.text.startswith("acme/tiny-7b chat: ")
    assert len(last.text) < 100
    assert child.until(lambda seen: seen["running"] == 0)["stopped"] == before + 1


# ---- faults


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("cut", r"broke off \(.*incomplete"),
        ("early", r"broke off \(it ended after \d+ characters with no reason to finish\)"),
        ("unfinished", r"broke off \(it ended after \d+ characters with no reason to finish\)"),
        ("abort", r"broke off \(it ended after .* characters with abort\)"),
        ("garbage", r"broke off \(.*delimiter"),
        ("chunkless", r"broke off \(something that is no part of an answer\)"),
        ("error", r"broke off \(EngineCore encountered an issue\)"),
        ("html", r"no server with the OpenAI interface: it answers with text/html"),
        ("json", r"no server with the OpenAI interface: it answers with application/json"),
        ("moved", r"points to http://127.0.0.1:9/v1/elsewhere\. Put that address into llm.base_url"),
        ("lost", r"no such path \(a web page\)\. Correct llm.base_url; it usually ends in /v1"),
    ],
)
@pytest.mark.parametrize("formatted", [False, True])
def test_what_is_no_whole_answer_is_an_error(
    model: RemoteModel, child: Child, fault: str, says: str, formatted: bool
) -> None:
    child.fault(fault)
    error = failing(model, formatted=formatted)
    assert isinstance(error, ModelUnavailable)
    assert error.fix
    assert re.search(says, str(error)), str(error)
    assert model.complete("again").text == "acme/tiny-7b chat: again"  # the model goes on


@pytest.mark.parametrize("fault", ["cut", "early", "garbage", "html"])
def test_asynchronous_answers_must_be_whole_too(model: RemoteModel, child: Child, fault: str) -> None:
    child.fault(fault)
    with pytest.raises(ModelUnavailable):
        asyncio.run(model.acomplete("one two three"))


def test_a_stream_gives_what_came_and_then_the_error(model: RemoteModel, child: Child) -> None:
    child.fault("cut")
    stream = model.stream_complete("one two three")
    assert [next(stream).delta, next(stream).delta] == ["acme/tiny-7b ", "chat: "]
    with pytest.raises(ModelUnavailable, match="broke off"):
        next(stream)


@pytest.mark.parametrize(("fault", "says"), [("busy", "too much to do"), ("broken", "failed"), ("page", "failed")])
def test_a_server_that_is_busy_or_fails_is_asked_three_times(
    model: RemoteModel, child: Child, fault: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.models.remote_model.time.sleep", lambda seconds: None)
    for fails, answers in ((2, True), (3, False)):
        before = len(child.seen()["requests"])
        child.fault(fault, fails)
        if answers:
            assert model.complete("Hi").text == "acme/tiny-7b chat: Hi"
        else:
            assert re.search(says, str(failing(model)))
        assert len(child.seen()["requests"]) == before + 3
    child.fault(fault, 2)
    assert asyncio.run(model.acomplete("Hi")).text == "acme/tiny-7b chat: Hi"


def test_tries_are_as_far_apart_as_the_server_asks_within_bounds() -> None:
    import httpx

    from kb.models.remote_model import _pause

    def pause(attempt: int, **headers: str) -> float:
        return _pause(attempt, httpx.Response(429, headers={k.replace("_", "-"): v for k, v in headers.items()}))

    assert [pause(1), pause(2), pause(3)] == [0.5, 1.0, 2.0]
    assert [pause(1, retry_after=after) for after in ("0", "3", "3600", "-1", "Wed, 21 Oct")] == [0, 3, 10, 0, 0.5]


def test_silence_ends_an_answer_and_is_not_asked_again(child: Child) -> None:
    model = open_remote(child.llm(), silence=0.4)
    before = len(child.seen()["requests"])
    child.fault("silent", 5)
    assert "fell silent" in str(failing(model))
    assert len(child.seen()["requests"]) == before + 1
    child.until(lambda seen: seen["running"] == 0)
    child.fault("none", 0)


def test_a_prompt_that_is_too_long_is_refused_in_the_words_of_the_server(model: RemoteModel) -> None:
    with pytest.raises(
        QuestionError, match=r"maximum context length is 4096 .* prompt contains 4001 input tokens"
    ) as e:
        model.complete("word " * 4000)
    assert "llm.max_new_tokens" in e.value.fix


@pytest.mark.parametrize("impossible", [{"max_new_tokens": 0}, {"temperature": -0.1}])
def test_an_impossible_value_is_not_sent(model: RemoteModel, child: Child, impossible: dict[str, Any]) -> None:
    before = len(child.seen()["requests"])
    with pytest.raises(QuestionError, match=next(iter(impossible))):
        model.complete("Hi", **impossible)
    assert len(child.seen()["requests"]) == before


def test_a_request_that_is_refused_passes_on_why(model: RemoteModel) -> None:
    with pytest.raises(ModelUnavailable, match=r"refused the request \(400: .*Input should be a valid message"):
        model.chat([ChatMessage("x", role=MessageRole.TOOL)])


def test_a_base_model_without_a_chat_template_says_so() -> None:
    with served("--no-template") as child:
        model = open_remote(child.llm())
        assert "you must provide a chat template" in str(failing(model))
        assert model.complete("Once", formatted=True).text == "tiny completion: Once"


def test_an_adapter_that_has_gone_is_told_with_those_that_are_left(model: RemoteModel) -> None:
    model._adapters = (*model._adapters, "gone")
    with pytest.raises(AdapterError, match=r"does not serve an adapter 'gone'. It serves math, cite"):
        model.complete("Hi", adapter="gone")
    assert model._adapters == ("math", "cite")


def test_a_model_that_has_gone_is_told_with_those_that_are_there(child: Child) -> None:
    model = RemoteModel(Server.of(child.llm()), Served("gone"), child.llm())
    assert re.search(r"does not serve gone\. .*: acme/tiny-7b, math, cite$", str(failing(model)))


# ---- addresses


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_where_nobody_listens_the_connection_is_refused() -> None:
    llm = LanguageModelSettings(profile="http", base_url=f"http://127.0.0.1:{free_port()}/v1")
    for ask in (models, open_remote):
        with pytest.raises(ModelUnavailable, match=r"No server answers at http://127.* refused.* correct llm.base_url"):
            ask(llm)


def test_a_server_that_dies_is_told(tmp_path: Path) -> None:
    with served() as child:
        model = open_remote(child.llm())
        child.process.kill()
        child.process.wait()
        assert "No server answers" in str(failing(model))
        with pytest.raises(ModelUnavailable, match="No server answers"):
            asyncio.run(model.acomplete("Hi"))


def test_a_page_at_the_address_is_no_server(child: Child) -> None:
    child.fault("html")
    with pytest.raises(
        ModelUnavailable, match="no server with the OpenAI interface: it answers /models with a web page"
    ):
        models(child.llm())
    child.fault("none", 0)


def test_an_address_without_v1_is_told_what_is_missing(child: Child) -> None:
    llm = LanguageModelSettings(profile="http", base_url=child.url.removesuffix("/v1"))
    with pytest.raises(ModelUnavailable, match=r"no such path \(Not Found\)\. .*usually ends in /v1"):
        models(llm)


def test_a_slash_at_the_end_of_the_address_does_no_harm(child: Child) -> None:
    llm = LanguageModelSettings(profile="http", base_url=f"{child.url}/")
    assert open_remote(llm).complete("Hi").text == "acme/tiny-7b chat: Hi"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000/v1", "ftp://host/v1", "http://", "http://host:99999/v1", "http://a\x00b/v1", "/etc", ""]
)
def test_what_is_no_address_is_a_settings_error(url: str) -> None:
    with pytest.raises(SettingsError, match="base_url"):
        models(LanguageModelSettings(profile="http", base_url=url))


# ---- the key


@pytest.fixture(scope="module")
def locked() -> Iterator[Child]:
    with served("--api-key", KEY) as running:
        yield running


@pytest.mark.parametrize("key", [None, "wrong-key-999"])
def test_a_refused_key_names_the_variable_and_shows_no_key(locked: Child, key: str | None) -> None:
    llm = locked.llm(api_key=None if key is None else SecretStr(key))
    with pytest.raises(ModelUnavailable, match=r"wants another API key.* KB_LLM__API_KEY$") as caught:
        open_remote(llm)
    assert "wrong-key" not in str(caught.value)
    model = RemoteModel(Server.of(llm), Served("tiny"), llm)
    assert "KB_LLM__API_KEY" in str(failing(model))


def test_the_key_is_sent_and_nowhere_shown(
    locked: Child, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    model = open_remote(locked.llm(api_key=SecretStr(KEY)))
    assert model.complete("Hi").text == "tiny chat: Hi"
    assert locked.last()["headers"]["Authorization"] == f"Bearer {KEY}"
    locked.fault("echo")
    error = failing(model)
    assert "Incorrect API key provided: Bearer ***" in str(error)
    shown = [repr(model), str(model), json.dumps(model.to_dict(), default=str), repr(model._server), repr(error)]
    assert KEY not in "".join([*shown, caplog.text, *capfd.readouterr()])


def test_the_server_learns_nothing_but_the_request(
    child: Child, model: RemoteModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "OPENAI_API_KEY": KEY,
        "OPENAI_ORG_ID": "org-1",
        "OPENAI_PROJECT_ID": "p-1",
        "OPENAI_CUSTOM_HEADERS": "x-spy: 1",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(openai, "api_key", KEY)
    fresh = open_remote(child.llm())
    for _ in (fresh.complete("Hi"), asyncio.run(fresh.acomplete("Hi"))):
        headers = {name.lower(): value for name, value in child.last()["headers"].items()}
        assert headers.pop("user-agent") == "kb"
        assert set(headers) <= {"host", "accept", "accept-encoding", "connection", "content-type", "content-length"}


def test_a_password_in_the_address_is_not_shown() -> None:
    llm = LanguageModelSettings(profile="http", base_url=f"http://me:hunter2@127.0.0.1:{free_port()}/v1")
    with pytest.raises(ModelUnavailable) as caught:
        models(llm)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingsError) as refused:
        models(LanguageModelSettings(profile="http", base_url="ftp://me:hunter2@host/v1"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("key", ["กุญแจ", "two\nlines", "\x00"])
def test_what_can_be_no_key_is_a_settings_error_that_does_not_show_it(child: Child, key: str) -> None:
    with pytest.raises(SettingsError, match=r"llm.api_key .*KB_LLM__API_KEY") as caught:
        models(child.llm(api_key=SecretStr(key)))
    assert key not in str(caught.value)


def test_white_space_around_a_key_is_none_of_it(locked: Child) -> None:
    assert open_remote(locked.llm(api_key=SecretStr(f" {KEY}\n"))).complete("Hi").text == "tiny chat: Hi"


def test_a_proxy_is_used_for_others_and_never_for_this_machine(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    assert open_remote(child.llm()).complete("Hi").text == "acme/tiny-7b chat: Hi"
    elsewhere = LanguageModelSettings(profile="http", base_url="http://models.example/v1")
    with pytest.raises(ModelUnavailable, match=r"No server answers at http://models\.example/v1 .*refused"):
        models(elsewhere)
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:70")
    with pytest.raises(SettingsError, match="proxy in the environment is of no use"):
        models(elsewhere)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"data": 5}', b'{"data": ["tiny"]}', b'{"data": [{}]}', b"{", b""])
def test_a_listing_that_is_none_is_told(body: bytes) -> None:
    says = "is no server with the OpenAI interface: it answers /models with"
    answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + body
    with answering(answer) as url, pytest.raises(ModelUnavailable, match=says):
        models(LanguageModelSettings(profile="http", base_url=url))


def test_a_server_that_accepts_and_never_answers_falls_silent() -> None:
    with answering(None) as url:
        llm = LanguageModelSettings(profile="http", base_url=url)
        with pytest.raises(ModelUnavailable, match="fell silent"):
            models(llm, silence=0.2)
        model = RemoteModel(Server.of(llm, silence=0.2), Served("tiny"), llm)
        assert "fell silent" in str(failing(model))
        with pytest.raises(ModelUnavailable, match="fell silent"):
            asyncio.run(model.acomplete("Hi"))


def test_a_server_that_hangs_up_at_once_is_told() -> None:
    with answering(b"") as url:
        model = RemoteModel(Server.of(LanguageModelSettings(base_url=url)), Served("tiny"), LanguageModelSettings())
        assert re.search(r"broke off \(Server disconnected", str(failing(model)))


@contextlib.contextmanager
def answering(data: bytes | None) -> Iterator[str]:
    """A server that says this to everyone and hangs up; with None it says nothing and waits."""
    done = threading.Event()

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    if data is None:
                        done.wait(10)
                    else:
                        connection.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        finally:
            done.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


# ---- small things


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"error": {"message": "too long."}}, "too long"),
        ({"object": "error", "message": "older vLLM"}, "older vLLM"),
        ({"error": "Unauthorized"}, "Unauthorized"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "field required"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b"  <html><body>", "a web page"),
        (b"", "no reason given"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ({}, "no reason given"),
        (f"key {KEY}!".encode(), "key ***!"),
    ],
)
def test_messages_are_read_from_every_shape(content: Any, says: str) -> None:
    assert refusals.message_of(content, KEY) == says


def test_a_key_at_the_edge_of_a_long_message_is_blotted_out_whole() -> None:
    for length in range(270, 310):
        assert "sk-v" not in refusals.message_of(("x" * length + KEY).encode(), KEY)


def test_tokens_are_estimated(model: RemoteModel) -> None:
    assert model.estimates_tokens
    assert [model.count_tokens(text) for text in ("", "abcdef", "สวัสดี", "abc ครับ")] == [0, 2, 12, 10]


def test_listing_models_loads_no_model_library_and_an_answer_no_torch(child: Child) -> None:
    script = (
        "import sys\n"
        "from kb.settings import LanguageModelSettings\n"
        "from kb.models.remote import models, open_remote\n"
        "llm = LanguageModelSettings(profile='http', base_url=sys.argv[1])\n"
        "models(llm)\n"
        "heavy = {'torch', 'transformers', 'llama_index', 'openai', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert open_remote(llm).complete('Hi').text == 'acme/tiny-7b chat: Hi'\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)\n"
        "import tiktoken.load\n"
        "assert not tiktoken.registry.ENCODINGS\n"
    )
    subprocess.run([sys.executable, "-c", script, child.url], check=True, cwd=ROOT, env={**os.environ})


def test_without_the_packages_it_says_what_to_install(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "openai" else find(name, *a))
    with pytest.raises(ModelUnavailable, match=r"packages that are not installed\. Run: make models"):
        open_remote(child.llm())


def test_the_servers_whole_answers_and_its_streams_say_the_same(child: Child) -> None:
    """The server itself, read by the OpenAI client alone."""
    client = openai.OpenAI(base_url=child.url, api_key="none", max_retries=0)
    with client:
        ask: dict[str, Any] = {"model": "math", "messages": [{"role": "user", "content": THAI}], "temperature": 0}
        whole = client.chat.completions.create(**ask)
        chunks = list(client.chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}))
        text = client.completions.create(model="math", prompt=THAI, temperature=0).choices[0].text
    assert whole.choices[0].message.content == f"math chat: {THAI}"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == f"math chat: {THAI}"
    assert chunks[-1].usage == whole.usage
    assert text == f"math completion: {THAI}"


def test_the_server_ends_with_its_parent() -> None:
    with served() as child:
        assert child.process.stdin is not None
        child.process.stdin.close()
        assert child.process.wait(10) == 0
