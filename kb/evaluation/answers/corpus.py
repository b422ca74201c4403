"""The sample documents, or what the user has indexed -> the knowledge base that is asked, and its texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.evaluation.answers.questions import Texts
from kb.evaluation.datasets import DataError
from kb.evaluation.shelf import Shelf
from kb.progress import Progress

if TYPE_CHECKING:
    from kb.index.catalog import Catalog
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings

NAME = "answers"
SAMPLES = ("lighthouse-guide.txt", "mangrove-guide.pdf")
_CHECKOUT = Path(__file__).parents[3] / "storage" / "documents"
_IN_MEMORY = 64  # texts of documents


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is asked.

    Args:
        kb: The knowledge base.
        texts: Document name -> canonical text.
        digest: What its documents are: the SHA-256 of each.
    """

    kb: KnowledgeBase
    texts: Texts
    digest: tuple[str, ...]


@contextmanager
def samples(settings: Settings, storage: Path, progress: Progress) -> Iterator[Corpus]:
    """The two sample documents alone, in an index of their own, with the models and the adapters of the storage.

    Raises:
        DataError: The samples are gone.
    """
    shelf = Shelf(storage, settings, progress)
    with shelf.open(NAME, _read_samples(settings, storage)) as kb:
        _share_adapters(storage, kb.storage)
        with _opened(kb) as corpus:
            yield corpus


@contextmanager
def indexed(settings: Settings, storage: Path) -> Iterator[Corpus]:
    """What the user has indexed.

    Raises:
        IndexMissing: Nothing is.
    """
    from kb.knowledge_base import KnowledgeBase

    with KnowledgeBase.open(settings, storage=storage) as kb, _opened(kb) as corpus:
        yield corpus


@contextmanager
def _opened(kb: KnowledgeBase) -> Iterator[Corpus]:
    from kb.index.storage import IndexStorage

    with ExitStack() as stack:
        catalog = stack.enter_context(IndexStorage(kb.storage / "index").open())
        with catalog.read() as snapshot:
            rows = [row for row in snapshot.documents() if row.state == "ok"]
        names = {Path(row.name).stem: row.id for row in rows} | {row.name: row.id for row in rows}
        yield Corpus(kb, _texts(catalog, names), tuple(sorted(row.sha256 for row in rows)))


def _texts(catalog: Catalog, names: dict[str, int]) -> Texts:
    @lru_cache(_IN_MEMORY)
    def text(document: str) -> str | None:
        number = names.get(document)
        if number is None:
            return None
        with catalog.read() as snapshot:
            return snapshot.text(number)

    return text


def _read_samples(settings: Settings, storage: Path) -> dict[str, str]:
    """Name without ending -> canonical text."""
    from kb.documents.readers import DocumentReader

    folders = (settings.documents.folder, storage / "documents", _CHECKOUT)
    for folder in folders:
        if folder is not None and all((folder / name).is_file() for name in SAMPLES):
            with DocumentReader(settings.documents) as reader:
                return {Path(name).stem: reader.read(folder / name).text for name in SAMPLES}
    fix = "Put them back, or ask questions of your own: kb evaluate answers --data FILE.jsonl"
    raise DataError(f"The sample documents ({', '.join(SAMPLES)}) are not in {storage / 'documents'}", fix)


def _share_adapters(storage: Path, folder: Path) -> None:
    own, theirs = folder / "adapters", (storage / "adapters").resolve()
    if own.is_symlink():
        own.unlink()
    if theirs.is_dir():
        own.symlink_to(theirs, target_is_directory=True)
