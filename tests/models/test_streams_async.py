"""Async answers: the event loop goes on, and who goes away ends his answer within a token."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from kb.models.language_model import KBLanguageModel
from tests.models.patience import LONG, PATIENCE, QUESTION, Gate, failing, messages, patiently
from tests.models.scripted_model import scripted, the_model, waits


def test_the_event_loop_goes_on_while_the_model_works() -> None:
    llm = scripted("one two")
    the_model(llm).pause = 0.1

    async def both() -> tuple[int, list[str]]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.005)
                ticks += 1

        ticker = asyncio.create_task(tick())
        texts = [(await llm.acomplete(QUESTION)).text, (await llm.achat(messages())).message.content]
        texts.append("".join([piece.delta async for piece in await llm.astream_complete(QUESTION)]))
        texts.append("".join([piece.delta async for piece in await llm.astream_chat(messages())]))
        ticker.cancel()
        return ticks, texts

    ticks, texts = patiently(lambda: asyncio.run(both()))
    assert texts == ["one two"] * 4
    assert ticks > the_model(llm).passes  # a loop that is blocked ticks once a request at most


def test_cancelling_a_task_ends_its_answer_within_a_token() -> None:
    async def reading(llm: KBLanguageModel) -> None:
        async for _ in await llm.astream_complete(QUESTION):
            pass

    async def cancelled(llm: KBLanguageModel, work: Any) -> None:
        gate = Gate(llm, at=4)
        task = asyncio.create_task(work)
        await asyncio.to_thread(gate.reached.wait, PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.open()
        await asyncio.to_thread(waits, llm)

    for work in (reading, lambda llm: llm.acomplete(QUESTION), lambda llm: llm.achat(messages())):
        llm = scripted(LONG)
        patiently(lambda llm=llm, work=work: asyncio.run(cancelled(llm, work(llm))))
        assert the_model(llm).passes == 4


@pytest.mark.parametrize("close", [True, False])
def test_leaving_an_async_loop_ends_the_answer(close: bool) -> None:
    llm = scripted(LONG)
    gate = Gate(llm, at=4)

    async def leave() -> None:
        stream: AsyncGenerator[Any, None] = await llm.astream_chat(messages())  # type: ignore[assignment]
        async for _ in stream:
            break
        await asyncio.to_thread(gate.reached.wait, PATIENCE)
        if close:
            await stream.aclose()
        del stream
        gc.collect()
        await asyncio.sleep(0.01)  # the loop closes what was dropped
        gate.open()
        await asyncio.to_thread(waits, llm)

    patiently(lambda: asyncio.run(leave()))
    assert the_model(llm).passes == 4


def test_an_error_reaches_an_async_reader() -> None:
    llm, error = scripted(LONG), ValueError("the model broke")

    async def read() -> None:
        async for _ in await llm.astream_complete(QUESTION):
            pass

    for work in (read, lambda: llm.acomplete(QUESTION)):
        the_model(llm).passes = 0
        the_model(llm).before = failing(error, 3)
        with pytest.raises(ValueError, match="the model broke") as caught:
            patiently(lambda work=work: asyncio.run(work()))
        assert caught.value is error


def test_a_loop_that_closes_under_a_stream_ends_it() -> None:
    llm = scripted(LONG)
    gate = Gate(llm, at=4)
    loop = asyncio.new_event_loop()
    stream: Any = loop.run_until_complete(llm.astream_complete(QUESTION))
    loop.run_until_complete(anext(stream))
    patiently(gate.reached.wait)
    loop.close()
    gate.open()
    patiently(lambda: waits(llm))
    assert the_model(llm).passes <= 5
    del stream
