"""A server with the OpenAI interface -> a LlamaIndex language model, adapters by name."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import openai
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseAsyncGen,
    CompletionResponseGen,
)
from llama_index.llms.openai.utils import to_openai_message_dicts
from llama_index.llms.openai_like import OpenAILike
from pydantic import PrivateAttr

from kb.errors import AdapterError, KBError
from kb.models import refusals
from kb.models.remote import NO_KEY, Served, Server, adapters, listed
from kb.models.remote_answer import Ask, Request, Said, as_chat, as_completion
from kb.settings import LanguageModelSettings

TRIES = 3  # of a request that is answered with 429 or 5xx
_LONGEST_PAUSE = 10.0  # seconds between tries, whatever the server asks for
Piece = TypeVar("Piece", ChatResponse, CompletionResponse)
# Tokens of a character, on the careful side. SmolLM2, which never learned Thai, takes .27 in English and 1.8 in Thai.
_ASCII, _OTHER = 1 / 3, 2


class RemoteModel(OpenAILike):
    """A model that another process serves; use `kb.models.remote.open_remote`.

    `complete` and `chat` go through the chat interface of the server, which applies its chat template;
    `complete(prompt, formatted=True)` takes the prompt as it is. Every call takes the keywords of
    `KBLanguageModel` (see `Ask`); the last response of a stream, and every other one, holds in `additional_kwargs`
    `finish_reason`, `prompt_tokens`, `completion_tokens`, `total_tokens`, `max_new_tokens`, `adapter` and `seconds`.
    Answers are always streamed underneath, so that silence is noticed and closing an iterator stops the server.

    Raises:
        AdapterError: The server does not serve the adapter.
        QuestionError: Prompt and answer are longer than the server's context.
        ModelUnavailable: Anything else that a server may do; an answer that ends early is an error, not an answer.
    """

    _server: Server = PrivateAttr()
    _seed: int = PrivateAttr()
    _adapters: tuple[str, ...] = PrivateAttr()

    def __init__(
        self, server: Server, served: Served, llm: LanguageModelSettings, adapters: Sequence[str] = ()
    ) -> None:
        super().__init__(
            model=served.name,
            api_base=server.url,
            api_key=NO_KEY,
            is_chat_model=True,
            context_window=min(llm.context, served.context or llm.context),
            max_tokens=llm.max_new_tokens,
            temperature=llm.temperature,
            max_retries=0,  # LlamaIndex would also ask again after a timeout
            timeout=server.silence,
        )
        self._server, self._seed, self._adapters = server, llm.seed, tuple(adapters)
        self._http_client = httpx.Client(**server.options(), event_hooks={"request": [server.sign]})

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex knows it by."""
        return "KBRemoteModel"

    @property
    def estimates_tokens(self) -> bool:
        """True: the tokenizer is with the server."""
        return True

    def count_tokens(self, text: str) -> int:
        """An estimate, on the careful side: a token for three ASCII characters, and two for every other one."""
        plain = sum(character.isascii() for character in text)
        return math.ceil(plain * _ASCII + (len(text) - plain) * _OTHER)

    def models(self) -> tuple[Served, ...]:
        """What the server serves now."""
        return listed(self._server)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Answer a prompt."""
        return super().complete(prompt, use_chat_completions=False, formatted_prompt=formatted, **kwargs)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """Answer a prompt piece by piece."""
        return super().stream_complete(prompt, use_chat_completions=False, formatted_prompt=formatted, **kwargs)

    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Answer a prompt."""
        return await super().acomplete(prompt, use_chat_completions=False, formatted_prompt=formatted, **kwargs)

    async def astream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseAsyncGen:
        """Answer a prompt piece by piece."""
        return await super().astream_complete(prompt, use_chat_completions=False, formatted_prompt=formatted, **kwargs)

    def _get_credential_kwargs(self, is_async: bool = False) -> dict[str, Any]:
        """How the OpenAI client is made; it never asks again by itself, and is told no key."""
        return {**super()._get_credential_kwargs(is_async), "timeout": self._server.options()["timeout"]}

    def _chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return deque(self._stream_chat(messages, **kwargs), maxlen=1).pop()

    def _stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        return self._pieces(self._request(kwargs, messages), as_chat)

    def _complete(self, prompt: str, **kwargs: Any) -> CompletionResponse:
        return deque(self._stream_complete(prompt, **kwargs), maxlen=1).pop()

    def _stream_complete(self, prompt: str, **kwargs: Any) -> CompletionResponseGen:
        return self._pieces(self._request(kwargs, prompt), as_completion)

    async def _achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return [piece async for piece in await self._astream_chat(messages, **kwargs)][-1]

    async def _astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseAsyncGen:
        return self._apieces(await asyncio.to_thread(self._request, kwargs, messages), as_chat)

    async def _acomplete(self, prompt: str, **kwargs: Any) -> CompletionResponse:
        return [piece async for piece in await self._astream_complete(prompt, **kwargs)][-1]

    async def _astream_complete(self, prompt: str, **kwargs: Any) -> CompletionResponseAsyncGen:
        return self._apieces(await asyncio.to_thread(self._request, kwargs, prompt), as_completion)

    def _request(self, kwargs: dict[str, Any], asked: str | Sequence[ChatMessage]) -> Request:
        """What is sent; a prompt that is not formatted yet is a message of the user."""
        kwargs.pop("use_chat_completions", None)
        formatted = kwargs.pop("formatted_prompt", False)
        ask = Ask(**kwargs)
        body: dict[str, Any] = {
            "model": self._named(ask.adapter),
            "max_tokens": self.max_tokens if ask.max_new_tokens is None else ask.max_new_tokens,
            "temperature": self.temperature if ask.temperature is None else ask.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if body["temperature"] > 0:
            body["seed"] = self._seed if ask.seed is None else ask.seed
        if ask.stop:
            body["stop"] = [ask.stop] if isinstance(ask.stop, str) else list(ask.stop)
        if isinstance(asked, str) and formatted:
            return Request(ask, body | {"prompt": asked})
        messages = [ChatMessage(asked)] if isinstance(asked, str) else list(asked)
        return Request(ask, body | {"messages": to_openai_message_dicts(messages, model=self.model)})

    def _named(self, adapter: str | None) -> str:
        """The model's name for the server.

        Raises:
            AdapterError: The server does not serve this adapter.
        """
        if adapter is not None and adapter not in self._adapters:  # it may have come since
            self._adapters = adapters(self.models(), self.model)
            if adapter not in self._adapters:
                raise self._no_adapter(adapter)
        return adapter or self.model

    def _no_adapter(self, adapter: str) -> AdapterError:
        there = f"It serves {', '.join(self._adapters)}" if self._adapters else "It serves none"
        return AdapterError(
            f"The server at {self._server.shown} does not serve an adapter {adapter!r}",
            f"{there}; with vLLM: --enable-lora --lora-modules {adapter}=FOLDER",
        )

    def _pieces(self, request: Request, shape: Callable[[Said, str], Piece]) -> Generator[Piece, None, None]:
        """The answer as it arrives, and once more whole with all that is told beside it."""
        said = Said(request)
        with self._told(request), self._opened(request) as stream:
            self._expect_stream(stream.response)
            for chunk in stream:
                delta = said.take(chunk)
                if delta:
                    yield shape(said, delta)
                if said.cancelled:
                    break
            said.check()
        yield shape(said, "")

    async def _apieces(self, request: Request, shape: Callable[[Said, str], Piece]) -> AsyncGenerator[Piece, None]:
        """As `_pieces`; a client of its own, because one belongs to the event loop that made it."""
        said = Said(request)
        hook = {"request": [self._asign]}
        async with httpx.AsyncClient(**self._server.options(), event_hooks=hook) as http:
            with self._told(request):
                async with await self._aopened(request, http) as stream:
                    self._expect_stream(stream.response)
                    async for chunk in stream:
                        delta = said.take(chunk)
                        if delta:
                            yield shape(said, delta)
                        if said.cancelled:
                            break
                    said.check()
        yield shape(said, "")

    def _opened(self, request: Request) -> Any:  # noqa: ANN401 - Stream of one of two kinds of chunk
        for attempt in itertools.count(1):
            try:
                return request.create(self._get_client())
            except (openai.RateLimitError, openai.InternalServerError) as error:
                if attempt == TRIES:
                    raise
                time.sleep(_pause(attempt, error.response))
        raise AssertionError

    async def _aopened(self, request: Request, http: httpx.AsyncClient) -> Any:  # noqa: ANN401 - as `_opened`
        client = openai.AsyncOpenAI(**{**self._get_credential_kwargs(), "http_client": http})
        for attempt in itertools.count(1):
            try:
                return await request.create(client)
            except (openai.RateLimitError, openai.InternalServerError) as error:
                if attempt == TRIES:
                    raise
                await asyncio.sleep(_pause(attempt, error.response))
        raise AssertionError

    async def _asign(self, request: httpx.Request) -> None:
        self._server.sign(request)

    def _expect_stream(self, response: httpx.Response) -> None:
        kind = response.headers.get("content-type", "nothing").partition(";")[0]
        if kind != "text/event-stream":
            raise refusals.foreign(self._server.shown, f"it answers with {kind} where a stream was asked for")

    @contextmanager
    def _told(self, request: Request) -> Iterator[None]:
        """Say as a KBError what the client and the connection raise."""
        where = self._server.shown
        try:
            yield
        except openai.APIStatusError as error:
            raise self._refusal(request, error.response) from None
        except openai.APIConnectionError as error:
            raise refusals.unreachable(where, error.__cause__ or error) from None
        except openai.APIError as error:  # an error in the middle of a stream
            raise refusals.broken(where, self._server.said({"error": error.body or error.message})) from None
        except httpx.HTTPError as error:
            raise refusals.unreachable(where, error) from None
        except ValueError as error:  # no JSON, no UTF-8, no chunk, no end
            raise refusals.broken(where, self._server.said({"error": str(error)})) from None

    def _refusal(self, request: Request, response: httpx.Response) -> KBError:
        if response.status_code == 404:
            served = self.models()
            if request.body["model"] not in [model.name for model in served]:
                self._adapters = adapters(served, self.model)
                if request.ask.adapter is not None:
                    return self._no_adapter(request.ask.adapter)
                return refusals.unknown(self._server.shown, self.model, [model.name for model in served])
        return refusals.refused(self._server.shown, response, self._server.said(response.content))


def _pause(attempt: int, response: httpx.Response) -> float:
    """Seconds until the next try: what the server asks for within bounds, else a half, one, two ..."""
    try:
        wanted = float(response.headers["retry-after"])
    except (KeyError, ValueError):
        wanted = 2.0 ** (attempt - 2)
    return min(max(wanted, 0.0), _LONGEST_PAUSE)
