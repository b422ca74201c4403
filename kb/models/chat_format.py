"""Turns of a conversation -> the token ids a model expects, by its own template or a plain one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from jinja2.exceptions import TemplateError

from kb.errors import QuestionError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Role = Literal["system", "user", "assistant"]

# For base models. Both are Jinja, so that one path renders and tokenises every format.
PLAIN = (
    "{% for message in messages %}{% if message['role'] == 'user' %}{{ '### Instruction:\n' }}"
    "{% elif message['role'] == 'assistant' %}{{ '### Response:\n' }}{% endif %}{{ message['content'] + '\n\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '### Response:\n' }}{% endif %}"
)
STOP = tuple(f"{lines}### {header}" for header in ("Instruction", "Response") for lines in ("\n\n", "\n"))
# Encoder-decoder models (Flan-T5) are taught with bare texts; names of speakers stand only where there are several.
PLAIN_ENCODED = (
    "{% set names = messages | selectattr('role', 'equalto', 'assistant') | list | length > 0 %}"
    "{% for message in messages %}{{ '' if loop.first else '\n\n' }}"
    "{% if names and message['role'] != 'system' %}{{ message['role'] + ': ' }}{% endif %}{{ message['content'] }}"
    "{% endfor %}{% if names and add_generation_prompt %}{{ '\n\nassistant:' }}{% endif %}"
)
_PROBE = "kbprobe"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says."""

    role: Role
    text: str


def alternating(turns: Iterable[Turn], *, system: bool) -> list[Turn]:
    """At most one system turn at the front, then user and assistant in turn, the user first and last.

    Neighbours of the same role become one turn, with an empty line between them; a system turn that comes later counts
    as the user's.

    Args:
        turns: In the order in which they were said.
        system: May the system have a turn of its own? If not, its text opens the first turn of the user.

    Raises:
        QuestionError: Nothing is asked, or the assistant speaks first or last.
    """
    joined: list[Turn] = []
    for turn in turns:
        first = not joined or joined[-1].role == "system"
        role: Role = "user" if turn.role == "system" and not (first and system) else turn.role
        if joined and joined[-1].role == role:
            joined[-1] = Turn(role, f"{joined[-1].text}\n\n{turn.text}")
        else:
            joined.append(Turn(role, turn.text))
    said = [turn.role for turn in joined if turn.role != "system"]
    if not said:
        raise QuestionError("The conversation asks nothing", "Add a message of the user")
    for end, role in (("begins", said[0]), ("ends", said[-1])):
        if role != "user":
            raise QuestionError(f"The conversation {end} with the assistant", "Put a message of the user there")
    return joined


class ChatFormat:
    """How one model wants to be spoken to.

    What a message says stays text: a document that holds `<|im_end|>` or `</s>` closes no turn. Safe to share between
    threads.

    Args:
        tokenizer: A transformers tokenizer.
        family: "causal" or "seq2seq".

    Attributes:
        own: Whether the model brings a template of its own.
        stop: Strings that end an answer: the next header of the plain format; none where a token ends it.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, family: str) -> None:
        self._tokenizer = tokenizer
        self._lock = threading.Lock()  # a fast tokenizer that is being set up refuses a second thread
        self._opening, self._closing = _added(tokenizer)
        self.own = tokenizer.chat_template is not None
        self._template: str = tokenizer.get_chat_template() if self.own else self._plain(family)
        self._system = _PROBE in self._probe(Turn("system", _PROBE), Turn("user", "x"))
        self.stop = () if self.own or family == "seq2seq" else STOP
        if self.own:
            self._opening = _start(self._probe(Turn("user", _PROBE)), tokenizer.bos_token)
            self._closing = ""

    def end_of_turn(self) -> int | None:
        """The token that closes an assistant's turn in the model's own template."""
        if not self.own:
            return None
        tail = self._probe(Turn("user", "x"), Turn("assistant", _PROBE), answer=False).rpartition(_PROBE)[2].strip()
        tokens: dict[str, int] = self._tokenizer.added_tokens_encoder
        return next((tokens[token] for token in sorted(tokens, key=len, reverse=True) if tail.startswith(token)), None)

    def text(self, turns: Sequence[Turn]) -> str:
        """The whole prompt as text, control tokens and all.

        Raises:
            QuestionError: As `alternating`; or the template of the model refuses the conversation.
        """
        return self._render(alternating(turns, system=self._system))

    def ids(self, turns: Sequence[Turn]) -> list[int]:
        """The whole prompt as token ids: those of `apply_chat_template`, but that what is said stays text.

        Raises:
            QuestionError: As `text`.
        """
        said = alternating(turns, system=self._system)
        with self._lock:
            try:
                return self._tokenise(said)
            except ValueError:  # this vocabulary holds a control token as an ordinary piece too: T5 with </s>
                return self._tokenise([Turn(turn.role, self._broken(turn.text)) for turn in said])

    def formatted(self, prompt: str) -> list[int]:
        """A prompt that already is in the model's format, as `text` makes it.

        What the format always begins and ends with (BOS; T5's `</s>`) is added where it is missing.
        """
        if not prompt.startswith(self._opening):
            prompt = self._opening + prompt
        if not prompt.endswith(self._closing):
            prompt += self._closing
        return self.encode(prompt)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, nothing added."""
        with self._lock:
            ids: list[int] = self._tokenizer.encode(_sound(text), add_special_tokens=False)
        return ids

    def _plain(self, family: str) -> str:
        opening = "{{ bos_token }}" if self._opening else ""
        if family == "seq2seq":
            return opening + PLAIN_ENCODED + ("{{ eos_token }}" if self._closing else "")
        return opening + PLAIN

    def _probe(self, *turns: Turn, answer: bool = True) -> str:
        try:
            return self._render(turns, answer=answer)
        except QuestionError:
            return ""

    def _render(self, turns: Sequence[Turn], *, answer: bool = True) -> str:
        return str(self._apply(turns, tokenize=False, add_generation_prompt=answer))

    def _tokenise(self, turns: Sequence[Turn]) -> list[int]:
        ids: list[int] = self._apply(turns, add_generation_prompt=True, return_dict=False, sanitize_control_tokens=True)
        return ids

    def _apply(self, turns: Sequence[Turn], **how: Any) -> Any:  # noqa: ANN401
        messages = [{"role": turn.role, "content": _sound(turn.text)} for turn in turns]
        try:
            return self._tokenizer.apply_chat_template(messages, chat_template=self._template, **how)
        except TemplateError as error:
            raise QuestionError(
                f"The chat template of the model refuses the conversation ({error})", "Ask in another form"
            ) from None

    def _broken(self, text: str) -> str:
        for token in sorted(self._tokenizer.all_special_tokens, key=len, reverse=True):
            text = text.replace(token, f"{token[:1]} {token[1:]}")
        return text


def _added(tokenizer: PreTrainedTokenizerBase) -> tuple[str, str]:
    """What the tokenizer puts around a text by itself: BOS and EOS, as text."""
    ids = tokenizer.encode("a")
    opening = tokenizer.bos_token if ids and ids[0] == tokenizer.bos_token_id else ""
    closing = tokenizer.eos_token if ids and ids[-1] == tokenizer.eos_token_id else ""
    return opening or "", closing or ""


def _sound(text: str) -> str:
    """Without lone surrogates (of a file name that is no UTF-8), which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _start(text: str, token: str | None) -> str:
    return token if token and text.startswith(token) else ""
