"""Everything a user can do to documents and index, in any order, against a plain dict."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from kb.errors import Busy, KBError
from kb.index import base as base_file
from kb.index import lexical, postings
from kb.index.catalog import Catalog
from kb.index.check import check
from kb.index.sync import remove, sync
from kb.index.vectors import VectorIndex
from kb.settings import IndexSettings
from tests.index.doubles import IDENTITY, vector_of
from tests.index.second_process import SecondProcess
from tests.index.shelf import Shelf
from tests.index.test_lexical import textbook

DERIVED = [base_file.FILE, postings.FILE]
NAMES = [f"{folder}{name}.txt" for folder in ("", "sub/", "sub/deep/") for name in "abcd"]
names = st.sampled_from(NAMES)
words = st.sampled_from(["fox", "foxes", "wolf", "frog", "the", "แมว", "บ้าน", "runs"])
paragraphs = st.lists(st.lists(words, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6)


class Library(RuleBasedStateMachine):
    """`files` is what the disk holds, `indexed` what the index must hold: paragraphs by name."""

    steps: ClassVar[int] = 0
    other: ClassVar[SecondProcess | None] = None

    @initialize(contents=st.dictionaries(names, paragraphs, min_size=5), share=st.sampled_from([0.05, 0.9]))
    def begin(self, contents: dict[str, list[str]], share: float) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kb-machine-"))
        self.shelf = Shelf(self.folder)
        self.files: dict[str, list[str]] = {}
        self.indexed: dict[str, list[str]] = {}
        self.excluded: set[str] = set()
        self.harmed = False
        self.share = share
        self.shelf.settings = IndexSettings(rewrite_share=share)
        self.shelf.sync()
        self._open()
        for name, content in contents.items():
            self.write(name, content, bad=False)
        self.index(prune=False)

    def teardown(self) -> None:
        if hasattr(self, "catalog"):
            found = [finding.part for finding in check(self.catalog)]
            assert set(found) <= set(DERIVED) if self.harmed else found == []
            self.catalog.close()
            shutil.rmtree(self.folder)

    @rule(name=names, content=paragraphs, bad=st.sampled_from([False] * 9 + [True]))
    def write(self, name: str, content: list[str], bad: bool) -> None:
        self._step()
        self.files[name] = ["BAD", *content] if bad else content
        self.shelf.put(name, *self.files[name])

    @rule(which=st.integers(0, 99), at=st.integers(0, 5), paragraph=paragraphs, insert=st.booleans())
    def edit(self, which: int, at: int, paragraph: list[str], insert: bool) -> None:
        """Change or insert one paragraph of a file; those behind it move."""
        self._step()
        if self.files:
            name = self._file(which)
            content = list(self.files[name])
            place = min(at, len(content) - 1)
            content[place : place if insert else place + 1] = paragraph[:1]
            self.files[name] = content
            self.shelf.put(name, *content)

    @rule(which=st.integers(0, 99), new_name=names)
    def rename(self, which: int, new_name: str) -> None:
        self._step()
        if self.files and (name := self._file(which)) != new_name:
            path = self.shelf.docs / new_name
            path.parent.mkdir(parents=True, exist_ok=True)
            (self.shelf.docs / name).rename(path)
            self.files[new_name] = self.files.pop(name)

    @rule(which=st.integers(0, 99))
    def delete(self, which: int) -> None:
        self._step()
        if self.files:
            name = self._file(which)
            del self.files[name]
            (self.shelf.docs / name).unlink()

    @rule(which=st.integers(0, 99))
    def touch(self, which: int) -> None:
        self._step()
        if self.files:
            os.utime(self.shelf.docs / self._file(which), ns=(1, 10**9))

    @rule(which=st.integers(0, 99))
    def index_and_change_at_once(self, which: int) -> None:
        """A change of the same length right after a run is seen by the next one."""
        self._step()
        if self.files:
            self.shelf.sync(prune=True)
            self._expect_synced()
            name = self._file(which)
            self.files[name] = [paragraph[::-1].strip() or "x" for paragraph in self.files[name]]
            self.shelf.put(name, *self.files[name])
            self.shelf.sync(prune=True)
            self._expect_synced()

    @rule(prune=st.booleans())
    def index(self, prune: bool) -> None:
        self._step()
        try:
            self.shelf.sync(prune=prune)
        except KBError:
            assert self._must_ask(prune)
        else:
            self._expect_synced()

    @rule(prune=st.booleans())
    def index_in_another_process(self, prune: bool) -> None:
        self._step()
        assert Library.other is not None
        outcome = Library.other.sync(self.folder, prune, self.share)
        if outcome != "done":
            assert self._must_ask(prune), outcome
        else:
            self._expect_synced()

    @rule()
    def meet_another_writer(self) -> None:
        self._step()
        with self.shelf.storage.writer(), pytest.raises(Busy):
            self.shelf.sync()

    @rule(which=st.integers(0, 99))
    def exclude(self, which: int) -> None:
        self._step()
        if self.indexed:
            name = sorted(self.indexed)[which % len(self.indexed)]
            with self.shelf.writing() as catalog:
                remove(catalog, name)
            self.excluded.add(name)
            del self.indexed[name]

    @rule(which=st.integers(0, 99))
    def ask_for(self, which: int) -> None:
        self._step()
        there = sorted(name for name in self.excluded if name in self.files and self.files[name][0] != "BAD")
        if there:
            name = there[which % len(there)]
            self.shelf.sync(self.shelf.docs / name)
            self.excluded.discard(name)
            self.indexed[name] = self.files[name]

    @rule(text=paragraphs, k=st.integers(1, 8))
    def search_by_vector(self, text: list[str], k: int) -> None:
        self._step()
        chunks = [chunk for content in self.indexed.values() for chunk in content]
        expected = sorted((float(vector_of(chunk) @ vector_of(text[0])) for chunk in chunks), reverse=True)[:k]
        with self.catalog.read() as snapshot:
            ids, cosines = self.vectors.search(snapshot, vector_of(text[0]), k)
            rows = snapshot.chunks(ids.tolist())
        assert cosines.tolist() == pytest.approx(expected, abs=1e-6)
        found = [float(vector_of(rows[id_].text) @ vector_of(text[0])) for id_ in ids.tolist()]
        assert found == pytest.approx(expected, abs=1e-6)

    @rule(text=paragraphs, k=st.integers(1, 8))
    def search_by_words(self, text: list[str], k: int) -> None:
        self._step()
        chunks = dict(enumerate(chunk for content in self.indexed.values() for chunk in content))
        expected = sorted(textbook(chunks, text[0])[0].values(), reverse=True)[:k] if chunks else []
        with self.catalog.read() as snapshot:
            assert lexical.search(snapshot, text[0], k).scores == pytest.approx(expected)

    @rule()
    def list_documents(self) -> None:
        self._step()
        with self.catalog.read() as snapshot:
            held = {}
            for row in snapshot.documents():
                content = [chunk.text for chunk in snapshot.chunks(snapshot.chunk_ids_of(row.id)).values()]
                if row.state == "ok":
                    held[row.name] = content
                    assert snapshot.text(row.id) == "\n\n".join(content)
                else:
                    assert content == []
        assert held == self.indexed

    @rule()
    def reopen(self) -> None:
        self._step()
        self.catalog.close()
        self._open()

    @rule()
    def rebuild(self) -> None:
        self._step()
        with self.shelf.storage.writer() as writer, writer.rebuild(IDENTITY) as catalog:
            sync(catalog, (), self.shelf.parts.parts(), self.shelf.settings)
        self._expect_synced()
        self.catalog.close()
        self._open()

    @rule(
        file=st.sampled_from(DERIVED), how=st.sampled_from(["lose", "cut", "flip", "garbage"]), at=st.integers(0, 10**6)
    )
    def harm_what_is_derived(self, file: str, how: str, at: int) -> None:
        self._step()
        path = self.shelf.storage.current() / file
        if not path.exists():
            return
        self.harmed = True
        content = bytearray(path.read_bytes())
        path.unlink()  # a reader keeps the file that it has mapped, as it does when the writer replaces it
        if how == "cut":
            path.write_bytes(content[: at % len(content)])
        elif how == "garbage":
            path.write_bytes(np.random.default_rng(at).bytes(500))
        elif how == "flip":
            content[at % len(content)] ^= 1 + at % 255
            path.write_bytes(content)

    def _file(self, which: int) -> str:
        return sorted(self.files)[which % len(self.files)]

    def _open(self) -> None:
        self.catalog: Catalog = self.shelf.storage.open(IDENTITY)
        self.vectors = VectorIndex(self.catalog)

    def _must_ask(self, prune: bool) -> bool:
        gone = [name for name in self.indexed if name not in self.files]
        return not prune and len(self.indexed) >= 10 and 2 * len(gone) > len(self.indexed)

    def _expect_synced(self) -> None:
        self.harmed = False
        wanted = {name: content for name, content in self.files.items() if name not in self.excluded}
        self.indexed = {name: content for name, content in wanted.items() if content[0] != "BAD"}

    @staticmethod
    def _step() -> None:
        Library.steps += 1
