"""Files to read -> documents in the catalog, each in one transaction; reading goes on while the encoder works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from llama_index.core.schema import Document, TextNode
from numpy.typing import NDArray

from kb.errors import DocumentError
from kb.index import lexical
from kb.index.ahead import ahead
from kb.index.catalog import Catalog
from kb.index.nearest import checked_vectors
from kb.index.plan import Job, sha256_of
from kb.index.scan import file_stat
from kb.index.writer import NewChunk, NewDocument, chunk_digest
from kb.progress import Progress, silent

_GROUP = 128  # chunks that are encoded together at least, so that the encoder can sort them by length
_SLICE = 512  # chunks between two signs of progress
_TRIES = 3


@dataclass(frozen=True)
class SyncParts:
    """What a run is made of; tests put transparent doubles here.

    Args:
        read: A path -> a Document with canonical text and the metadata type, language, page_starts.
        split: A Document -> its chunks; each node's text is document.text[start_char_idx:end_char_idx].
        encode: Texts -> float32 vectors, shape (n, d), in that order.
        progress: Told (stage, done, total); stages are "documents" and "chunks".
    """

    read: Callable[[Path], Document]
    split: Callable[[Document], list[TextNode]]
    encode: Callable[[Sequence[str]], NDArray[np.float32]]
    progress: Progress = silent


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read: what is to be stored; `lost` says why there is nothing, and the old content stays."""

    job: Job
    document: NewDocument | None
    chunks: list[NewChunk] = field(default_factory=list)
    lost: str = ""


class Ingest:
    """Reads, encodes and stores files; `added` and `changed` are document ids, `failed` names with reasons."""

    def __init__(self, catalog: Catalog, parts: SyncParts) -> None:
        self._catalog = catalog
        self._parts = parts
        self.added: list[int] = []
        self.changed: list[int] = []
        self.failed: list[tuple[str, str]] = []
        self._stored = 0
        self._total = 0
        self._encoded = 0

    def run(self, jobs: Sequence[Job]) -> None:
        """Ingest files in order; one that cannot be read is noted and the next one goes on.

        Raises:
            StorageError: The disk is full or read-only; finished documents are kept.
        """
        if not jobs:
            return
        self._total = len(jobs)
        self._parts.progress("documents", 0, self._total)
        group: list[_Read] = []
        waiting = 0
        for read in ahead(self._read, jobs):
            group.append(read)
            waiting += len(read.chunks)
            if waiting >= _GROUP or len(group) >= _GROUP:
                self._store(group)
                group, waiting = [], 0
        self._store(group)

    def _read(self, job: Job) -> _Read:
        try:
            job, document = self._consistent(job)
            chunks = self._chunks(document, job)
        except DocumentError as error:
            reason = f"{error.what}. {error.fix}" if error.fix else error.what
            return _Read(job, replace(_described(job), state="failed", reason=reason))
        except OSError as error:
            return _Read(job, None, lost=f"cannot be read ({error.strerror})")
        return _Read(job, _described(job, document), chunks)

    def _consistent(self, job: Job) -> tuple[Job, Document]:
        """Read a file that does not change meanwhile."""
        for _ in range(_TRIES):
            document = self._parts.read(job.path)
            found = file_stat(job.path)
            if found == job.found:
                return job, document
            job = replace(job, found=found, sha256=sha256_of(job.path))
        raise DocumentError("keeps changing while it is read", "Run `kb index` again when it is finished")

    def _chunks(self, document: Document, job: Job) -> list[NewChunk]:
        text = document.text
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise DocumentError("holds characters that are not text", "Save it again as UTF-8") from None
        with self._catalog.read() as snapshot:
            old = Counter(snapshot.digests_of(job.known.id) if job.known else ())
        chunks = []
        for node in self._parts.split(document):
            start, end = node.start_char_idx, node.end_char_idx
            if start is None or end is None or text[start:end] != node.text:
                raise ValueError(f"the splitter gave a chunk of {job.path} that is not its span {start}:{end}")
            digest = chunk_digest(node.text)
            old[digest] -= 1
            words = "" if old[digest] >= 0 else " ".join(lexical.terms(node.text))
            chunks.append(NewChunk(start, end, node.text, digest, words, new=old[digest] < 0))
        if not chunks:
            raise DocumentError(
                "holds no text", "Nothing to do when that is right; a scan needs text recognition first"
            )
        return chunks

    def _store(self, group: Sequence[_Read]) -> None:
        vectors = self._vectors(group)
        for read in group:
            if read.document is None:
                self.failed.append((read.job.relative, read.lost))
            else:
                chunks = [replace(chunk, vector=vectors[chunk.digest]) if chunk.new else chunk for chunk in read.chunks]
                with self._catalog.write() as writer:
                    document_id = writer.put(read.job.root, read.document, chunks)
                self._note(read.job, read.document, document_id)
            self._stored += 1
            self._parts.progress("documents", self._stored, self._total)

    def _note(self, job: Job, document: NewDocument, document_id: int) -> None:
        if document.state == "failed":
            self.failed.append((job.relative, document.reason))
        elif job.known is not None and job.known.state == "ok":
            self.changed.append(document_id)
        else:
            self.added.append(document_id)

    def _vectors(self, group: Sequence[_Read]) -> dict[bytes, bytes]:
        """A vector for every new chunk, encoded only when no chunk of the catalog has the same text."""
        texts = {chunk.digest: chunk.text for read in group for chunk in read.chunks if chunk.new}
        with self._catalog.read() as snapshot:
            vectors = snapshot.vectors_by_digest(texts)
            dimension = snapshot.dimension()
        missing = [(digest, text) for digest, text in texts.items() if digest not in vectors]
        for at in range(0, len(missing), _SLICE):
            part = missing[at : at + _SLICE]
            self._parts.progress("chunks", self._encoded, self._encoded + len(missing) - at)
            encoded = checked_vectors(self._parts.encode([text for _, text in part]), (len(part), dimension))
            self._encoded += len(part)
            vectors.update((digest, row.tobytes()) for (digest, _), row in zip(part, encoded, strict=True))
        if missing:
            self._parts.progress("chunks", self._encoded, self._encoded)
        return vectors


def _described(job: Job, document: Document | None = None) -> NewDocument:
    place = (job.relative, job.sha256, job.found.size, job.found.mtime)
    if document is None:
        return NewDocument(*place, Path(job.relative).suffix[1:].lower())
    told = document.metadata
    return NewDocument(*place, str(told["type"]), str(told["language"]), document.text, list(told["page_starts"]))
