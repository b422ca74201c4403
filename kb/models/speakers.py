"""A storage -> its language model and its adapters, opened once and shared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kb.progress import Progress
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.models.adapters import Adapter
    from kb.models.embedding import KBEmbedding
    from kb.models.opening import Announce, Opened
    from kb.models.routing import Route, Router


class Speakers:
    """Who may write in a storage: one language model at a time, and the adapters beside it; thread-safe.

    Opening loads nothing: the language model comes with the first call of `model`, the embedder with the first
    question that has passed adapters to choose from.

    Args:
        settings: `llm` and `adapters` are read.
        storage: The folder of models and adapters.
        embedding: Opens the embedder.
    """

    def __init__(self, settings: Settings, storage: Path, embedding: Callable[[], KBEmbedding]) -> None:
        self._settings = settings
        self._storage = storage
        self._embedding = embedding
        self._lock = threading.RLock()
        self._opened: tuple[str, Opened] | None = None
        self._router: Router | None = None

    def model(
        self, name: str | None = None, progress: Progress | None = None, announce: Announce | None = None
    ) -> Opened:
        """The language model, opened by the first call; another name lets go of the one before.

        Args:
            name: A profile, a Hugging Face name or a folder; None takes `llm.profile`.
            progress: Told (what, done, total) while it is prepared.
            announce: Told the profile and the memory plan before anything is loaded.

        Raises:
            ModelUnavailable: It is not here and cannot be fetched, or is not safe to load.
            MemoryPlanError: It does not fit this machine.
            StorageError: There is no room for its weights.
        """
        from kb.models.opening import open_language_model

        wanted = name or self._settings.llm.profile
        with self._lock:
            if self._opened is None or self._opened[0] != wanted:
                self._opened = None  # its memory goes before the next one comes
                llm = self._settings.llm.model_copy(update={"profile": wanted})
                settings = self._settings.model_copy(update={"llm": llm})
                self._opened = wanted, open_language_model(settings, self._storage, progress, announce)
            return self._opened[1]

    def opened(self) -> Opened | None:
        """The language model of `llm.profile` where it is open already; nothing is opened."""
        with self._lock:
            mine = self._opened is not None and self._opened[0] == self._settings.llm.profile
            return self._opened[1] if self._opened is not None and mine else None

    def adapters(self) -> tuple[Adapter, ...]:
        """Every adapter of the storage by name, rejected and refused ones with their reasons."""
        from kb.models.adapters import discover

        return discover(self._storage / "adapters")

    def route(self, question: str, wanted: str | None = None) -> Route:
        """Which adapter a question is for.

        Args:
            question: As typed.
            wanted: "auto", "none" or the name of an adapter; None takes `adapters.choose`.

        Raises:
            AdapterError: There is no such adapter, or it may not be used.
        """
        from kb.models.routing import choose

        name, there = wanted or self._settings.adapters.choose, self.adapters()
        return choose(question, name, self._routing(there) if name == "auto" else None, there)

    def _routing(self, there: Sequence[Adapter]) -> Router | None:
        """The router for these adapters; without a passed one none is made, and no embedder opened for it."""
        from kb.models.routing import Router

        if not any(adapter.state == "passed" for adapter in there):
            return None
        with self._lock:
            if self._router is None:
                embedding = self._embedding()
                known = self._storage / "adapters" / f".routing-{embedding.identity.digest[:16]}.npz"
                self._router = Router(embedding, there, self._settings.adapters.margin, known)
            self._router = self._router.following(there)
            return self._router
