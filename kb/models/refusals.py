"""What a server refused, broke off or never was -> one KBError that says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kb.errors import KBError, ModelUnavailable, QuestionError

if TYPE_CHECKING:
    import httpx

_LONGEST = 300  # characters of what a server says
_TOO_LONG = ("context length", "maximum context", "context window", "max_model_len", "context size")
KEY = "Put the key of this server into the environment as KB_LLM__API_KEY"
ADDRESS = "Correct llm.base_url; it usually ends in /v1"


def unreachable(where: str, error: BaseException) -> ModelUnavailable:
    """Nobody answers there, or not in time.

    Args:
        where: The address as it may be shown.
        error: httpx's.
    """
    import httpx

    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
        why = _short(str(error)) or "no connection"
        return ModelUnavailable(f"No server answers at {where} ({why})", "Start it, or correct llm.base_url")
    if isinstance(error, httpx.TimeoutException):
        return ModelUnavailable(f"The server at {where} fell silent", "Look at its log, or ask for a shorter answer")
    return broken(where, _short(str(error)) or type(error).__name__)


def broken(where: str, why: str) -> ModelUnavailable:
    """An answer began and did not end as it should; what has arrived of it is no answer."""
    return ModelUnavailable(f"The answer of the server at {where} broke off ({why})", "Ask again, or look at its log")


def foreign(where: str, why: str) -> ModelUnavailable:
    """What answers there does not speak the OpenAI interface."""
    return ModelUnavailable(f"What answers at {where} is no server with the OpenAI interface: {why}", ADDRESS)


def unknown(where: str, model: str, served: Sequence[str]) -> ModelUnavailable:
    """A model that the server does not serve."""
    there = f"Put one of these into llm.remote_model: {', '.join(served)}" if served else "It serves none that it lists"
    return ModelUnavailable(f"The server at {where} does not serve {model}", there)


def refused(where: str, response: httpx.Response, said: str) -> KBError:
    """An error status.

    Args:
        where: The address as it may be shown.
        response: The refusal.
        said: What the server said, as `message_of` reads it.
    """
    status = response.status_code
    if status in (401, 403):
        return ModelUnavailable(f"The server at {where} wants another API key, or one at all ({status}: {said})", KEY)
    if 300 <= status < 400:
        there = _short(response.headers.get("location", "another address"))
        return ModelUnavailable(f"The server at {where} points to {there}", "Put that address into llm.base_url")
    if status == 404:
        return ModelUnavailable(f"The server at {where} has no such path ({said})", ADDRESS)
    if status == 429:
        return ModelUnavailable(f"The server at {where} has too much to do (429: {said})", "Ask again later")
    if status >= 500:
        return ModelUnavailable(f"The server at {where} failed ({status}: {said})", "Look at its log, then ask again")
    if any(sign in said.lower() for sign in _TOO_LONG):
        return QuestionError(f"The server at {where} says: {said}", "Ask with less, or lower llm.max_new_tokens")
    return ModelUnavailable(f"The server at {where} refused the request ({status}: {said})", "Look at its log")


def message_of(content: bytes | Any, secret: str = "") -> str:  # noqa: ANN401 - whatever was parsed as JSON
    """What an error says, from the shapes that servers give it: OpenAI's, older vLLM's, FastAPI's, or a page.

    Args:
        content: The body of the response, or what it was parsed to.
        secret: What is blotted out where the server repeats it.
    """
    if isinstance(content, bytes):
        try:
            content = json.loads(content)
        except ValueError:
            content = _page(content.decode(errors="replace"))
    for _ in range(4):
        if isinstance(content, dict):
            content = next((content[key] for key in ("error", "message", "detail", "msg") if content.get(key)), "")
        elif isinstance(content, list) and content:
            content = content[0]
    text = str(content)
    return _short(text.replace(secret, "***") if secret else text) or "no reason given"


def _page(text: str) -> str:
    return "a web page" if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml")) else text


def _short(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
