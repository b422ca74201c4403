"""Texts -> an indexed knowledge base in a storage of its own, made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import IndexMismatch
from kb.evaluation.datasets import DataError
from kb.progress import Progress, silent

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.models.embedding import KBEmbedding
    from kb.settings import Settings


class Shelf:
    """One storage for each corpus under `storage/evaluation`, with the models and the calibration of `storage`.

    An index is kept from run to run: what did not change is not encoded again.

    Args:
        storage: The storage that is evaluated.
        settings: The settings that are evaluated.
        progress: Told (corpus: stage, done, total).
    """

    def __init__(self, storage: Path, settings: Settings, progress: Progress | None = None) -> None:
        self.settings = settings
        self.progress = progress or silent
        self._storage = storage
        self._ready: set[str] = set()

    @property
    def storage(self) -> Path:
        """The storage that is evaluated."""
        return self._storage

    @property
    def models(self) -> Path:
        """Where the models are."""
        return self._storage / "models"

    def embedding(self) -> KBEmbedding:
        """The embedder that is evaluated.

        Raises:
            ModelUnavailable: It is not here and cannot be fetched.
        """
        from kb.models.embedding import open_embedding

        return open_embedding(self.settings, self.models, self.progress)

    def folder(self, corpus: str) -> Path:
        """Where a corpus and all that is made of it is kept."""
        return self._storage / "evaluation" / corpus

    def under(self, settings: Settings) -> Shelf:
        """The same shelf under other settings of retrieval or answering: what is indexed stays so."""
        other = Shelf(self._storage, settings, self.progress)
        other._ready = self._ready
        return other

    @contextmanager
    def open(self, corpus: str, texts: Mapping[str, str], *, refuse: bool = True) -> Iterator[KnowledgeBase]:
        """A knowledge base that holds these texts, one file each, and nothing else.

        Args:
            corpus: Its name, the same for the same texts.
            texts: Document name without ending -> text.
            refuse: Whether weak evidence is declined.

        Raises:
            DataError: A text could not be indexed.
        """
        from kb.knowledge_base import KnowledgeBase

        folder = self.folder(corpus)
        settings = _examined(self.settings, refuse)
        self._share(folder)
        with KnowledgeBase.open(settings, storage=folder) as kb:
            if corpus not in self._ready:
                self._index(kb, corpus, _written(folder / "texts", texts))
                self._ready.add(corpus)
            yield kb

    def _share(self, folder: Path) -> None:
        """Let the storage of a corpus use the models, and a copy of the calibration, that are evaluated."""
        models, own = (self._storage / "models").resolve(), folder / "calibration"
        models.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir(parents=True)
        for file in (self._storage / "calibration").glob("*.json"):
            shutil.copy(file, own)
        if not (folder / "models").is_symlink():
            (folder / "models").symlink_to(models, target_is_directory=True)

    def _index(self, kb: KnowledgeBase, corpus: str, texts: Path) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            self.progress(f"{corpus}: {stage}", done, total)

        try:
            synced = kb.index([texts], prune=True, progress=progress)
        except IndexMismatch:
            synced = kb.index([texts], rebuild=True, prune=True, progress=progress)
        if synced.failed:
            name, reason = synced.failed[0]
            raise DataError(f"{corpus}: {name} could not be indexed: {reason}", "Check the data set")


def _examined(settings: Settings, refuse: bool) -> Settings:
    """Those of an exam: quotes unless another mode is asked for, and no receipts of thousands of questions."""
    answer = settings.answer.model_copy(update={"mode": "quote", "refuse": refuse})
    receipts = settings.receipts.model_copy(update={"keep": False})
    return settings.model_copy(update={"answer": answer, "receipts": receipts})


def document(name: str) -> str:
    """The text a document name stands for: the name of its file without folder and ending."""
    return Path(name).stem


def _written(folder: Path, texts: Mapping[str, str]) -> Path:
    """Make the folder hold exactly these texts, touching no file that already does."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        if file.stem not in texts:
            file.unlink()
    for name, text in texts.items():
        file = folder / f"{name}.txt"
        content = text.encode("utf-8")
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)
    return folder
