"""A loaded model and its adapters -> a LlamaIndex language model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseAsyncGen,
    CompletionResponseGen,
    MessageRole,
    TextBlock,
)
from llama_index.core.callbacks import CallbackManager
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.llms.huggingface import HuggingFaceLLM
from pydantic import PrivateAttr

from kb.errors import QuestionError
from kb.models.chat_format import ChatFormat, Role, Turn
from kb.models.generation import Writer, Written
from kb.models.limits import Call, Limits, Request
from kb.models.streams import Piece, astream, awrite, stream

if TYPE_CHECKING:
    from kb.models.loading import Loaded
    from kb.models.residents import Residents

ADVICE = "Ask for less: a shorter prompt or a smaller max_new_tokens; `kb doctor --plan` shows what fits"
_ROLES: dict[MessageRole, Role] = {
    MessageRole.SYSTEM: "system",
    MessageRole.DEVELOPER: "system",
    MessageRole.USER: "user",
    MessageRole.ASSISTANT: "assistant",
    MessageRole.CHATBOT: "assistant",
    MessageRole.MODEL: "assistant",
}
_Response = TypeVar("_Response")
_Facts = dict[str, Any]
_Said = tuple[str, str | None, _Facts]


class KBLanguageModel(HuggingFaceLLM):
    """A local model that writes, and an `llm` for anything of LlamaIndex.

    `chat` and `complete` both put what is said through the chat template of the model, or through a plain instruction
    format where it has none, exactly once. Every call takes the keywords of `kb.models.limits.Call`: adapter,
    max_new_tokens, temperature, seed, stop and cancel.

    Responses say in `additional_kwargs`: prompt_tokens, completion_tokens, total_tokens, max_new_tokens (what was
    allowed, which is less than asked where the context ends), finish_reason ("stop", "length" or "cancelled"), adapter
    and seconds. In a stream the last response says so. Safe to share between threads: one request runs at a time.

    Args:
        residents: The loaded model and its adapters.
        limits: What a call does not name itself.
        advice: What to do when memory runs out in the middle of an answer.
    """

    _residents: Residents = PrivateAttr()
    _limits: Limits = PrivateAttr()
    _format: ChatFormat = PrivateAttr()
    _writer: Writer = PrivateAttr()

    def __init__(self, residents: Residents, limits: Limits, advice: str = ADVICE) -> None:
        loaded = residents.loaded
        positions = getattr(loaded.model.config, "max_position_embeddings", None) or limits.context
        layout = ChatFormat(loaded.tokenizer, loaded.family)
        loaded.tokenizer.name_or_path = loaded.model.name_or_path  # or LlamaIndex warns that they differ
        super().__init__(
            context_window=min(limits.context, positions),
            max_new_tokens=limits.max_new_tokens,
            model_name=loaded.name,
            tokenizer_name=loaded.name,
            model=loaded.model,
            tokenizer=loaded.tokenizer,
            is_chat_model=True,  # LlamaIndex then gives messages, whose texts cannot close a turn
            callback_manager=CallbackManager(),
            messages_to_prompt=lambda messages: layout.text(_turns(messages)),
        )
        self._residents = residents
        self._limits = replace(limits, context=self.context_window)
        self._format = layout
        self._writer = Writer(residents, _ends(loaded, layout), advice)

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex writes down."""
        return "KBLanguageModel"

    def __getstate__(self) -> NoReturn:
        raise TypeError("a KBLanguageModel cannot be pickled: open it where it is needed")

    @property
    def residents(self) -> Residents:
        """The adapters that are loaded, and the lock."""
        return self._residents

    @property
    def loaded(self) -> Loaded:
        """The base model: `kb.models.loading.Loaded`."""
        return self._residents.loaded

    def encode(self, text: str) -> list[int]:
        """The token ids of a text, nothing added: a `tokenizer` for what counts in LlamaIndex."""
        return self._format.encode(text)

    def count_tokens(self, text: str) -> int:
        """How many tokens a text has, nothing added."""
        return len(self.encode(text))

    def format(self, messages: Sequence[ChatMessage]) -> str:
        """The prompt that `chat` makes, as text; `complete(text, formatted=True)` takes it.

        Raises:
            QuestionError: As `chat`.
        """
        return self._format.text(_turns(messages))

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Answer a prompt, as one message of a user; with `formatted` the prompt is in the model's format already.

        Raises:
            QuestionError: The prompt fills the context, or a keyword has an impossible value.
            AdapterError: The adapter cannot be used.
            MemoryPlanError: Memory ran out; it is freed again.
        """
        return _completion(*self._write(self._prompted(prompt, formatted, kwargs)))

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """As `complete`, piece by piece; closing or dropping the iterator ends the answer within a token."""
        request = self._prompted(prompt, formatted, kwargs)
        return stream(self._writer, request, _growing(request, _completion))

    @llm_completion_callback()
    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """As `complete`; the event loop goes on, and cancelling the task ends the answer within a token."""
        request = await asyncio.to_thread(self._prompted, prompt, formatted, kwargs)
        return _completion(*await self._awrite(request))

    @llm_completion_callback()
    async def astream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseAsyncGen:
        """As `stream_complete` and `acomplete`."""
        request = await asyncio.to_thread(self._prompted, prompt, formatted, kwargs)
        return astream(self._writer, request, _growing(request, _completion))

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Answer the last message of a conversation.

        Raises:
            QuestionError: As `complete`; or nothing is asked, or a message is no text.
            AdapterError: As `complete`.
            MemoryPlanError: As `complete`.
        """
        return _chat(*self._write(self._said(messages, kwargs)))

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        """As `chat`, piece by piece; closing or dropping the iterator ends the answer within a token."""
        request = self._said(messages, kwargs)
        return stream(self._writer, request, _growing(request, _chat))

    @llm_chat_callback()
    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """As `chat`; the event loop goes on, and cancelling the task ends the answer within a token."""
        return _chat(*await self._awrite(await asyncio.to_thread(self._said, messages, kwargs)))

    @llm_chat_callback()
    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseAsyncGen:
        """As `stream_chat` and `achat`."""
        request = await asyncio.to_thread(self._said, messages, kwargs)
        return astream(self._writer, request, _growing(request, _chat))

    def _prompted(self, prompt: str, formatted: bool, kwargs: dict[str, Any]) -> Request:
        ids = self._format.formatted(prompt) if formatted else self._format.ids([Turn("user", prompt)])
        return self._request(ids, **kwargs)

    def _said(self, messages: Sequence[ChatMessage], kwargs: dict[str, Any]) -> Request:
        return self._request(self._format.ids(_turns(messages)), **kwargs)

    def _request(self, ids: list[int], **kwargs: Any) -> Request:
        return Request.of(ids, Call(**kwargs), self._limits, self._format.stop)

    def _write(self, request: Request) -> _Said:
        written = self._writer.write(request)
        return written.text, None, _told(request, written)

    async def _awrite(self, request: Request) -> _Said:
        written = await awrite(self._writer, request)
        return written.text, None, _told(request, written)


def _completion(text: str, delta: str | None, told: _Facts) -> CompletionResponse:
    return CompletionResponse(text=text, delta=delta, additional_kwargs=told, raw=_usage(told))


def _chat(text: str, delta: str | None, told: _Facts) -> ChatResponse:
    message = ChatMessage(role=MessageRole.ASSISTANT, content=text)
    return ChatResponse(message=message, delta=delta, additional_kwargs=told, raw=_usage(told))


def _usage(told: _Facts) -> _Facts | None:
    return {"usage": told} if told else None  # where LlamaIndex looks for counts


def _growing(request: Request, respond: Callable[[str, str | None, _Facts], _Response]) -> Callable[[Piece], _Response]:
    """Pieces -> responses that hold the text so far."""
    text = ""

    def grown(piece: Piece) -> _Response:
        nonlocal text
        if isinstance(piece, Written):
            return respond(piece.text, "", _told(request, piece))
        text += piece
        return respond(text, piece, {})

    return grown


def _told(request: Request, written: Written) -> _Facts:
    return {
        "prompt_tokens": len(request.ids),
        "completion_tokens": written.tokens,
        "total_tokens": len(request.ids) + written.tokens,
        "max_new_tokens": request.most,
        "finish_reason": written.finish,
        "adapter": request.adapter,
        "seconds": written.seconds,
    }


def _turns(messages: Sequence[ChatMessage]) -> list[Turn]:
    return [_turn(message) for message in messages]


def _turn(message: ChatMessage) -> Turn:
    role = _ROLES.get(message.role)
    if role is None or not all(isinstance(block, TextBlock) for block in message.blocks):
        kinds = ", ".join(type(block).__name__ for block in message.blocks)
        raise QuestionError(
            f"A message of the role {message.role.value} ({kinds}) is not for a model that reads text",
            "Send texts of the system, the user and the assistant",
        )
    return Turn(role, message.content or "")


def _ends(loaded: Loaded, layout: ChatFormat) -> frozenset[int]:
    """The tokens that end an answer: those of the model, of its tokenizer and of its chat template."""
    named = loaded.model.generation_config.eos_token_id
    every = [*(named if isinstance(named, list) else [named]), loaded.tokenizer.eos_token_id, layout.end_of_turn()]
    return frozenset(token for token in every if token is not None)
