"""Streams: what was asked to stop stops within a token, errors come out, and nobody waits for ever."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

from kb.errors import MemoryPlanError
from kb.models.language_model import KBLanguageModel
from tests.models.patience import LONG, PATIENCE, QUESTION, THAI, Gate, failing, messages, patiently
from tests.models.scripted_model import scripted, the_model, waits


def completed(llm: KBLanguageModel, **how: Any) -> Generator[Any, None, None]:
    return llm.stream_complete(QUESTION, **how)  # type: ignore[return-value]


def chatted(llm: KBLanguageModel, **how: Any) -> Generator[Any, None, None]:
    return llm.stream_chat(messages(), **how)  # type: ignore[return-value]


BOTH = pytest.mark.parametrize("start", [completed, chatted])


@BOTH
@pytest.mark.parametrize("text", [LONG, THAI])
def test_the_pieces_are_the_whole_answer(start: Any, text: str) -> None:
    llm = scripted(text)
    pieces = patiently(lambda: list(start(llm)))
    assert "".join(piece.delta for piece in pieces) == text
    assert len(pieces) > 5
    texts = [piece.text if start is completed else piece.message.content for piece in pieces]
    assert texts == ["".join(piece.delta for piece in pieces[: end + 1]) for end in range(len(pieces))]
    assert not any("\ufffd" in piece.delta for piece in pieces)
    told = pieces[-1].additional_kwargs
    assert told["finish_reason"] == "stop"
    assert told["completion_tokens"] == the_model(llm).passes == llm.count_tokens(text) + 1
    whole = llm.complete(QUESTION).additional_kwargs
    assert {**told, "seconds": 0} == {**whole, "seconds": 0}


def test_no_part_of_a_stop_string_is_shown() -> None:
    llm = scripted("one two <end of it> three")
    pieces = patiently(lambda: list(completed(llm, stop=["<end of it>"])))
    assert "".join(piece.delta for piece in pieces) == "one two "
    assert the_model(llm).passes == llm.count_tokens("one two <end of it>")


def test_pieces_come_as_soon_as_they_are_known() -> None:
    llm = scripted(LONG)
    gate = Gate(llm, at=4)
    stream = completed(llm)
    assert patiently(lambda: next(stream)).delta
    patiently(gate.reached.wait)  # the model is not done, and the first piece is here
    gate.open()
    stream.close()
    waits(llm)


@BOTH
def test_closing_ends_the_answer_within_a_token(start: Any) -> None:
    llm = scripted(LONG)
    gate = Gate(llm, at=4)
    stream = start(llm)
    patiently(lambda: next(stream))
    patiently(gate.reached.wait)
    patiently(stream.close)  # does not wait for the pass that runs
    gate.open()
    waits(llm)
    assert the_model(llm).passes == 4
    assert llm.complete(QUESTION).text == LONG


@BOTH
def test_dropping_ends_the_answer_within_a_token(start: Any) -> None:
    llm = scripted(LONG)
    gate = Gate(llm, at=4)
    stream = start(llm)
    next(stream)
    patiently(gate.reached.wait)
    del stream
    gc.collect()
    gate.open()
    waits(llm)
    assert the_model(llm).passes == 4


def test_an_error_in_the_loop_that_reads_ends_the_answer() -> None:
    llm = scripted(LONG)
    gate = Gate(llm, at=4)

    def read() -> None:
        for _ in completed(llm):
            patiently(gate.reached.wait)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read()
    gate.open()
    waits(llm)
    assert the_model(llm).passes == 4


def test_a_stream_that_nobody_reads_starts_nothing() -> None:
    llm = scripted(LONG)
    stream = completed(llm)
    del stream
    waits(llm)
    assert the_model(llm).passes == 0


@pytest.mark.parametrize("ask", [lambda llm: list(completed(llm)), lambda llm: llm.complete(QUESTION)])
def test_ctrl_c_ends_the_answer_within_a_token(ask: Any) -> None:
    llm = scripted(LONG)
    the_model(llm).pause = 0.05
    stopper = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    stopper.start()
    with pytest.raises(KeyboardInterrupt):
        ask(llm)
    at = the_model(llm).passes
    waits(llm)
    assert the_model(llm).passes <= at + 1
    assert 1 < at < llm.count_tokens(LONG)
    the_model(llm).pause = 0.0
    assert llm.complete(QUESTION).text == LONG


@pytest.mark.parametrize("name", ["cancel", "own"])
def test_a_caller_may_cancel_from_any_thread(name: str) -> None:
    llm, cancel = scripted(LONG), threading.Event()
    the_model(llm).before = lambda number: cancel.set() if number == 4 else None
    ask = llm.complete if name == "cancel" else lambda *a, **k: list(llm.stream_complete(*a, **k))[-1]
    answer = patiently(lambda: ask(QUESTION, cancel=cancel))
    told = answer.additional_kwargs
    assert told["finish_reason"] == "cancelled"
    assert the_model(llm).passes == 4
    assert LONG.startswith(answer.text)
    assert answer.text


def test_a_stream_leaves_the_event_of_its_caller_alone() -> None:
    llm, cancel = scripted(LONG), threading.Event()
    list(completed(llm, cancel=cancel))
    stream = completed(llm, cancel=cancel)
    next(stream)
    stream.close()
    assert not cancel.is_set()


def test_who_goes_before_his_turn_costs_nothing() -> None:
    llm = scripted(LONG)
    gate = Gate(llm, at=2)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(llm.complete, QUESTION)
        patiently(gate.reached.wait)
        cancel = threading.Event()
        second = pool.submit(llm.complete, QUESTION, cancel=cancel)
        cancel.set()
        gate.open()
        assert first.result(PATIENCE).text == LONG
        assert second.result(PATIENCE).additional_kwargs["completion_tokens"] == 0
    assert the_model(llm).passes == llm.count_tokens(LONG) + 1


@pytest.mark.parametrize("at", [1, 5])
@BOTH
def test_an_error_in_the_model_reaches_the_reader_as_it_is(start: Any, at: int) -> None:
    llm, error = scripted(LONG), ValueError("the model broke")
    the_model(llm).before = failing(error, at)
    shown: list[str] = []

    def read() -> None:
        shown.extend(piece.delta for piece in start(llm))

    with pytest.raises(ValueError, match="the model broke") as caught:
        patiently(read)
    assert caught.value is error
    waits(llm)
    the_model(llm).before = lambda number: None
    assert llm.complete(QUESTION).text == LONG


def test_what_was_written_before_an_error_was_shown() -> None:
    llm = scripted(LONG)
    the_model(llm).before = failing(ValueError("the model broke"), 5)
    shown = []

    def read() -> None:
        for piece in completed(llm):
            shown.append(piece.delta)

    with pytest.raises(ValueError, match="the model broke"):
        read()
    assert "".join(shown) == llm.loaded.tokenizer.decode(the_model(llm).script[None][:4])


def test_memory_that_runs_out_in_a_stream_says_what_to_do() -> None:
    llm = scripted(LONG)
    the_model(llm).before = failing(torch.OutOfMemoryError("CUDA out of memory."), 3)  # type: ignore[arg-type]
    with pytest.raises(MemoryPlanError, match="kb doctor --plan"):
        patiently(lambda: list(completed(llm)))
    the_model(llm).before = lambda number: None
    assert patiently(lambda: list(completed(llm)))[-1].text == LONG


def test_one_stream_ends_before_another_adapter_speaks() -> None:
    llm = scripted({"math": "forty-two is the answer to it all", "docs": "page one of the book says so"})
    the_model(llm).before = lambda number: time.sleep(0.002)

    def ask(number: int) -> tuple[str, str]:
        name = ("math", "docs")[number % 2]
        pieces = list(completed(llm, adapter=name)) if number % 3 else [llm.complete(QUESTION, adapter=name)]
        return name, pieces[-1].text

    with ThreadPoolExecutor(4) as pool:
        answers = patiently(lambda: list(pool.map(ask, range(16))))
    assert len(answers) == 16
    assert all(text == llm.loaded.tokenizer.decode(the_model(llm).script[name][:-1]) for name, text in answers)


def test_a_running_stream_keeps_its_adapter_while_another_is_asked_for() -> None:
    llm = scripted({"math": LONG, "docs": "page one"})
    gate = Gate(llm, at=4)
    stream = completed(llm, adapter="math")
    shown = next(stream).delta
    patiently(gate.reached.wait)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(llm.complete, QUESTION, adapter="docs")
        gate.open()
        shown += "".join(piece.delta for piece in stream)
        assert other.result(PATIENCE).text == "page one"
    assert shown == LONG


def test_a_reader_may_ask_in_the_middle_of_a_stream() -> None:
    llm = scripted({None: LONG, "docs": "page one"})

    def read() -> tuple[str, str]:
        stream = completed(llm)
        first = next(stream).delta
        between = llm.complete(QUESTION, adapter="docs").text
        return first + "".join(piece.delta for piece in stream), between

    assert patiently(read) == (LONG, "page one")


LEAVES = """
from tests.models.patience import LONG, PATIENCE, QUESTION, THAI, Gate, failing, messages, patiently
from tests.models.scripted_model import scripted, the_model
llm = scripted("one two three " * 30)
the_model(llm).pause = 2.0
stream = llm.stream_complete("?")
next(stream)
print("left", flush=True)
"""


def test_a_process_that_ends_takes_its_streams_with_it() -> None:
    with subprocess.Popen([sys.executable, "-W", "ignore", "-c", LEAVES], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"left\n"
        try:
            assert process.wait(60) == 0, "the rest of the answer takes minutes"
        finally:
            process.kill()
