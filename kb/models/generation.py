"""One request to a language model -> its text, whole or in pieces, with real cancellation."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch
from transformers import GenerationConfig, LogitsProcessorList, PreTrainedTokenizerBase
from transformers.generation.streamers import BaseStreamer

from kb.errors import MemoryPlanError
from kb.models.limits import Request
from kb.models.written import Characters, Until

if TYPE_CHECKING:
    from kb.models.residents import Residents

Finish = Literal["stop", "length", "cancelled"]
_NO_ROOM = ("out of memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED")


@dataclass(frozen=True, slots=True)
class Written:
    """A whole answer.

    Attributes:
        text: Without special tokens, up to the stop string.
        tokens: How many the model made, the one that ended the answer included.
        finish: "stop" (an end token or a stop string), "length" (`most` tokens) or "cancelled".
        seconds: From the model's turn to the end.
    """

    text: str
    tokens: int
    finish: Finish
    seconds: float


class Writer:
    """Runs `generate`, on the calling thread.

    Args:
        residents: The model and its adapters; a request holds them from its first token to its last.
        ends: Ids that end an answer.
        advice: What to do when memory runs out in the middle of an answer.
    """

    def __init__(self, residents: Residents, ends: frozenset[int], advice: str) -> None:
        tokenizer: PreTrainedTokenizerBase = residents.loaded.tokenizer
        self._residents = residents
        self._decode = tokenizer.decode
        self._ends = ends
        self._advice = advice
        self._special = frozenset(tokenizer.all_special_ids) | ends
        pad = tokenizer.pad_token_id
        self._pad = min(ends, default=0) if pad is None else pad  # a batch of one is never padded

    def write(self, request: Request, show: Callable[[str], object] = lambda text: None) -> Written:
        """Answer.

        Args:
            request: What is asked.
            show: Called with each piece of the text as soon as it is sure; together they are the text.

        Raises:
            MemoryPlanError: Memory ran out; it is freed again, and the next request finds the model as before.
            AdapterError: As `Residents.active`.
        """
        try:
            with self._residents.active(request.adapter) as model:
                return self._run(model, request, show)
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not _no_room(error):
                raise
        # Outside the except block: there the error, with its frames, would keep the tensors alive.
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise MemoryPlanError(
            f"The memory did not suffice for {len(request.ids)} tokens of prompt and up to {request.most} of answer",
            self._advice,
        )

    def _run(self, model: Any, request: Request, show: Callable[[str], object]) -> Written:  # noqa: ANN401
        started = time.perf_counter()
        ids = torch.tensor([request.ids], device=model.device)
        pen = _Pen(request, self._characters(), self._ends, self._special, show)
        draw = LogitsProcessorList()
        if request.temperature > 0:
            draw.append(_Draw(request.temperature, torch.Generator(model.device).manual_seed(request.seed)))
        with suppress(_Enough):
            model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                generation_config=self._config(request),
                logits_processor=draw,
                streamer=pen,
            )
        return pen.written(time.perf_counter() - started)

    def _config(self, request: Request) -> GenerationConfig:
        return GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=request.most,
            do_sample=False,  # _Draw draws
            num_beams=1,
            eos_token_id=sorted(self._ends) or None,
            pad_token_id=self._pad,
        )

    def _characters(self) -> Characters:
        return Characters(
            lambda ids: str(self._decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
        )


class _Enough(Exception):
    """Ends `generate` before the next forward pass."""


class _Pen(BaseStreamer):
    """A streamer for `generate`: takes each token, shows what is sure, and ends the run when that is asked for."""

    def __init__(
        self,
        request: Request,
        characters: Characters,
        ends: frozenset[int],
        special: frozenset[int],
        show: Callable[[str], object],
    ) -> None:
        self._request = request
        self._characters = characters
        self._until = Until(request.stop)
        self._ends = ends
        self._special = special
        self._show = show
        self._shown: list[str] = []
        self._tokens = -1  # the first call brings the prompt
        self._finish: Finish = "length"

    def put(self, value: torch.Tensor) -> None:
        """Called by `generate` with the prompt, then with each new token.

        Raises:
            _Enough: Nothing more is wanted.
        """
        self._tokens += 1
        if self._request.over:
            self._finish = "cancelled"
            raise _Enough
        if self._tokens:
            self._take(int(value[-1]))

    def end(self) -> None:
        """Called by `generate` after the last token; `written` ends the text."""

    def written(self, seconds: float) -> Written:
        """What was written, once no more tokens come."""
        if self._finish != "cancelled" and not self._until.stopped:
            self._write(self._characters.flush())
            self._out(self._until.flush())
        return Written("".join(self._shown), max(self._tokens, 0), self._finish, seconds)

    def _take(self, token: int) -> None:
        if token in self._ends:
            self._finish = "stop"
        elif token not in self._special:
            self._write(self._characters.push(token))
            if self._until.stopped:
                self._finish = "stop"
                raise _Enough

    def _write(self, text: str) -> None:
        self._out(self._until.push(text) if text else "")

    def _out(self, text: str) -> None:
        if text:
            self._shown.append(text)
            self._show(text)


class _Draw:
    """Draws a token with a generator of its own, so that the global one of torch is left alone.

    Leaves only that token possible. The draw is that of `generate(do_sample=True, top_k=0)` after `manual_seed(seed)`.
    """

    def __init__(self, temperature: float, generator: torch.Generator) -> None:
        self._temperature = temperature
        self._generator = generator

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        likely = torch.softmax(scores / self._temperature, dim=-1)
        token = torch.multinomial(likely, 1, generator=self._generator)
        return torch.full_like(scores, -torch.inf).scatter_(1, token, 0.0)


def _no_room(error: BaseException) -> bool:
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or any(text in str(error) for text in _NO_ROOM)
