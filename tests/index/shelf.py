"""A folder of documents and its index, as a user has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb.index.catalog import Catalog, Identity
from kb.index.check import check
from kb.index.lexical import search as lexical_search
from kb.index.storage import IndexStorage
from kb.index.sync import Synced, sync
from kb.index.vectors import VectorIndex
from kb.settings import IndexSettings
from tests.index.doubles import IDENTITY, Parts, vector_of


class Shelf:
    """`docs` is the folder, `storage` the index, `parts` the doubles that count their calls."""

    def __init__(self, folder: Path) -> None:
        self.docs = folder / "docs"
        self.docs.mkdir(exist_ok=True)
        self.storage = IndexStorage(folder / "index")
        self.parts = Parts()
        self.settings = IndexSettings()

    def put(self, name: str, *paragraphs: str) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(paragraphs), encoding="utf-8")
        return path

    @contextmanager
    def writing(self, identity: Identity = IDENTITY) -> Iterator[Catalog]:
        with self.storage.writer() as writer, writer.open(identity) as catalog:
            yield catalog

    def sync(self, *paths: Path, prune: bool = False) -> Synced:
        """Index the named paths; without any, the folder `docs`."""
        return self._sync(paths or (self.docs,), prune)

    def sync_known(self, prune: bool = False) -> Synced:
        return self._sync((), prune)

    def _sync(self, paths: Sequence[Path], prune: bool) -> Synced:
        with self.writing() as catalog:
            return sync(catalog, paths, self.parts.parts(), self.settings, prune=prune)

    def texts(self) -> dict[str, list[str]]:
        """The chunk texts of every document that has any, by name."""
        with self.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
            found = {}
            for row in snapshot.documents():
                rows = snapshot.chunks(snapshot.chunk_ids_of(row.id)).values()
                if rows:
                    found[row.name] = [chunk.text for chunk in rows]
            return found

    def states(self) -> dict[str, str]:
        with self.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
            return {row.name: row.state for row in snapshot.documents()}

    def nearest(self, text: str, k: int = 3) -> list[tuple[str, float]]:
        """(chunk text, cosine) by the vectors."""
        with self.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
            ids, cosines = VectorIndex(catalog, self.settings).search(snapshot, vector_of(text), k)
            rows = snapshot.chunks(ids.tolist())
            return [(rows[id_].text, cosine) for id_, cosine in zip(ids.tolist(), cosines.tolist(), strict=True)]

    def worded(self, question: str, k: int = 3) -> list[str]:
        """Chunk texts by the words."""
        with self.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
            hits = lexical_search(snapshot, question, k)
            rows = snapshot.chunks(hits.ids)
            return [rows[id_].text for id_ in hits.ids]

    def word_scores(self, question: str, k: int = 10) -> list[float]:
        """The best BM25 scores."""
        with self.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
            return lexical_search(snapshot, question, k).scores

    def findings(self) -> list[str]:
        with self.storage.open(IDENTITY) as catalog:
            return [f"{finding.part}: {finding.what}" for finding in check(catalog)]
