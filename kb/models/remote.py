"""llm.base_url -> what a server with the OpenAI interface serves, and a language model that speaks through it."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kb.errors import KBError, ModelUnavailable, SettingsError
from kb.models import refusals
from kb.models.hub import INSTALL
from kb.settings import LanguageModelSettings

if TYPE_CHECKING:
    import httpx

    from kb.models.remote_model import RemoteModel

CONNECT = 5.0  # seconds to be answered at all
SILENCE = 300.0  # seconds without a byte; a long prompt on a busy server takes its time before the first token
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# All that a server learns of us; libraries would add our system, their versions, and what stands in OPENAI_* variables.
_HEADERS = {"accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"}
NO_KEY = "none"  # what the OpenAI client is told; it never sees the real one


@dataclass(frozen=True, slots=True)
class Served:
    """A model as the server lists it; `parent` is the base of an adapter, `context` its tokens where it says so."""

    name: str
    parent: str | None = None
    root: str | None = None
    context: int | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """Where requests go, and nowhere else: no redirect is followed, no proxy used for this machine itself.

    `silence` is how many seconds may pass without a byte.
    """

    url: str
    key: str = field(default="", repr=False)
    silence: float = SILENCE

    @classmethod
    def of(cls, llm: LanguageModelSettings, silence: float = SILENCE) -> Server:
        """The server that the settings name.

        Raises:
            SettingsError: llm.base_url is missing or is no address, or llm.api_key can be no key.
        """
        url = (llm.base_url or "").rstrip("/")
        try:
            parts = urlsplit(url)
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fine = False
        if not fine:
            raise _no_address(url.rpartition("@")[2])
        key = "" if llm.api_key is None else llm.api_key.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()):
            raise SettingsError("llm.api_key holds characters that no key has", refusals.KEY)
        return cls(url, key, silence)

    @property
    def shown(self) -> str:
        """The address without a name and password in it."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def options(self) -> dict[str, Any]:
        """How httpx clients for this server are made, but for the hook that signs."""
        import httpx

        return {
            "timeout": httpx.Timeout(self.silence, connect=min(CONNECT, self.silence)),
            "limits": httpx.Limits(max_keepalive_connections=0),  # nothing is left open, nobody has to close it
            "trust_env": urlsplit(self.url).hostname not in _LOOPBACK,
            "follow_redirects": False,
        }

    def sign(self, request: httpx.Request) -> None:
        """Put the key into a request, and take out what the server need not know."""
        for name in {name.lower() for name in request.headers} - _HEADERS:
            del request.headers[name]
        request.headers["User-Agent"] = "kb"
        if self.key:
            request.headers["Authorization"] = f"Bearer {self.key}"
        elif request.headers.get("Authorization") == f"Bearer {NO_KEY}":
            del request.headers["Authorization"]

    def said(self, content: bytes | Any) -> str:  # noqa: ANN401 - whatever was parsed as JSON
        """What an error says; a key that the server repeats is blotted out."""
        return refusals.message_of(content, self.key)


def models(llm: LanguageModelSettings, silence: float = 30.0) -> tuple[Served, ...]:
    """What the server of the settings serves, base models and adapters; loads no model library.

    Raises:
        SettingsError: llm.base_url is missing or is no address.
        ModelUnavailable: Nobody answers there, the key is refused, or it is no server with the OpenAI interface.
    """
    return listed(Server.of(llm, silence))


def listed(server: Server) -> tuple[Served, ...]:
    """As `models`, for a server."""
    if importlib.util.find_spec("httpx") is None:
        raise ModelUnavailable("Remote models need packages that are not installed", INSTALL)
    import httpx

    try:
        with httpx.Client(**server.options(), event_hooks={"request": [server.sign]}) as client:
            response = client.get(f"{server.url}/models")
    except httpx.HTTPError as error:
        raise refusals.unreachable(server.shown, error) from None
    except httpx.InvalidURL:
        raise _no_address(server.shown) from None
    except (ImportError, ValueError) as error:  # a kind of proxy that httpx does not know
        raise SettingsError(f"The proxy in the environment is of no use: {error}", "Correct or unset it") from None
    if response.status_code != 200:
        raise refusals.refused(server.shown, response, server.said(response.content)) from None
    try:
        return tuple(_card(card) for card in response.json()["data"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refusals.foreign(server.shown, f"it answers /models with {server.said(response.content)}") from None


def _no_address(shown: str) -> SettingsError:
    return SettingsError(f"llm.base_url is {shown!r}", 'Give the address of a server: "http://127.0.0.1:8000/v1"')


def _card(card: dict[str, Any]) -> Served:
    context = card.get("max_model_len")
    known = context if isinstance(context, int) and context > 0 else None
    return Served(str(card["id"]), card.get("parent") or None, card.get("root") or None, known)


def bases(served: Sequence[Served]) -> tuple[Served, ...]:
    """The base models among what is served; several names of the same weights count once, under the first."""
    first: dict[str, Served] = {}
    for model in served:
        if model.parent is None:
            first.setdefault(model.root or model.name, model)
    return tuple(first.values())


def adapters(served: Sequence[Served], base: str) -> tuple[str, ...]:
    """The names that may stand for an adapter: those that have a parent, or all others where no model has one."""
    with_parent = tuple(model.name for model in served if model.parent is not None)
    return with_parent or tuple(model.name for model in served if model.name != base)


def open_remote(llm: LanguageModelSettings, silence: float = SILENCE) -> RemoteModel:
    """A language model behind `llm.base_url`; asks the server once what it serves.

    Args:
        llm: The settings; without `remote_model` the server must serve one base model, and that one is taken.
        silence: Seconds without a byte after which an answer is given up.

    Raises:
        SettingsError: llm.base_url is missing or is no address.
        ModelUnavailable: Nobody answers there, the key is refused, the model is not served, or packages are missing.
    """
    server = Server.of(llm, silence)
    served = listed(server)
    chosen = _chosen(server, served, llm.remote_model)
    if importlib.util.find_spec("openai") is None or importlib.util.find_spec("llama_index.llms.openai_like") is None:
        raise ModelUnavailable("Remote models need packages that are not installed", INSTALL)
    from kb.models.remote_model import RemoteModel

    return RemoteModel(server, chosen, llm, adapters(served, chosen.name))


def _chosen(server: Server, served: Sequence[Served], wanted: str | None) -> Served:
    if wanted is not None:
        found = next((model for model in served if model.name == wanted), None)
        if not served:  # `transformers serve` lists what is in its cache, not the folder it was started with
            return Served(wanted)
        if found is None:
            raise refusals.unknown(server.shown, wanted, [model.name for model in served])
        return found
    several = bases(served)
    if len(several) == 1:
        return several[0]
    what = f"serves {len(several)} models" if several else "serves no model"
    raise _undecided(server, what, [model.name for model in several])


def _undecided(server: Server, what: str, names: Sequence[str]) -> KBError:
    fix = f"Put one of these into llm.remote_model: {', '.join(names)}" if names else "Start it with a model"
    return ModelUnavailable(f"The server at {server.shown} {what}", fix)
