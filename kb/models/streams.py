"""A request on a thread of its own -> pieces of its text as they come, for plain and for async callers."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import TypeVar

from kb.models.generation import Writer, Written
from kb.models.limits import Request

Piece = str | Written  # pieces of the text, then what it all was
_Sent = Piece | BaseException
_Made = TypeVar("_Made")


def stream(writer: Writer, request: Request, make: Callable[[Piece], _Made]) -> Generator[_Made, None, None]:
    """Answer piece by piece; yields what `make` makes of each.

    The model starts when the first piece is asked for. Closing or dropping the iterator, or an exception in the loop
    that reads it, ends the answer within a token; it does not wait for that.

    Raises:
        BaseException: What `Writer.write` raised, the very object.
    """
    pieces: queue.SimpleQueue[_Sent] = queue.SimpleQueue()  # unbounded: a slow reader must not keep the model
    _start(writer, request, pieces.put)
    try:
        while True:
            piece = _checked(pieces.get())
            yield make(piece)
            if isinstance(piece, Written):
                return
    finally:
        request.dropped.set()


async def astream(writer: Writer, request: Request, make: Callable[[Piece], _Made]) -> AsyncGenerator[_Made, None]:
    """As `stream`; the event loop goes on, and cancelling the task that reads ends the answer within a token.

    Raises:
        BaseException: What `Writer.write` raised, the very object.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[_Sent] = asyncio.Queue()

    def send(piece: _Sent) -> None:
        try:
            loop.call_soon_threadsafe(pieces.put_nowait, piece)
        except RuntimeError:  # the loop is closed, and with it whoever read
            request.dropped.set()

    _start(writer, request, send)
    try:
        while True:
            piece = _checked(await pieces.get())
            yield make(piece)
            if isinstance(piece, Written):
                return
    finally:
        request.dropped.set()


async def awrite(writer: Writer, request: Request) -> Written:
    """The whole answer; cancelling the task that waits ends it within a token.

    Raises:
        BaseException: What `Writer.write` raised.
    """
    try:
        return await asyncio.to_thread(writer.write, request)
    finally:
        request.dropped.set()


def _start(writer: Writer, request: Request, send: Callable[[_Sent], object]) -> None:
    def run() -> None:
        try:
            send(writer.write(request, send))
        except BaseException as error:  # whatever it is, it belongs to the reader
            send(error)

    threading.Thread(target=run, name="kb-generate").start()


def _checked(piece: _Sent) -> Piece:
    if isinstance(piece, BaseException):
        raise piece
    return piece
