"""A folder that did not change, and one with one changed file: what is read and encoded, counted.

Files are counted by the kernel, whichever process opens them; texts at the encoder, inside this process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.knowledge_base import KnowledgeBase
from kb.language.segment import sentences
from kb.models.embedding import KBEmbedding
from kb.settings import Settings
from tests.benchmarks.compare import Fact, Options, Outcome
from tests.benchmarks.watched import OpenedFiles

FULL, QUICK = 1_000, 50


@dataclass
class Seen:
    """What one run of `index` did."""

    texts: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    seconds: float = 0.0


def bench(options: Options, data: Path) -> Outcome:
    """Count."""
    count = QUICK if options.quick else FULL
    text = (data / "sherlock-1661.txt").read_text(encoding="utf-8")
    lines = list(dict.fromkeys(" ".join(text[start:end].split()) for start, end in sentences(text)))
    with tempfile.TemporaryDirectory(dir=options.cache) as temporary:
        folder, storage = Path(temporary) / "texts", Path(temporary) / "storage"
        folder.mkdir()
        storage.mkdir()
        (storage / "models").symlink_to((options.storage / "models").resolve(), target_is_directory=True)
        for number, line in enumerate(lines[:count]):
            (folder / f"{number:04d}.txt").write_text(line, encoding="utf-8")
        with KnowledgeBase.open(Settings(), storage=storage) as kb:
            first = _index(kb, folder)
            unchanged = _index(kb, folder)
            (folder / "0007.txt").write_text("The lantern in the seventh window was never lit again.", encoding="utf-8")
            changed = _index(kb, folder)
    assert len(first.texts) == count, f"the first run encoded {len(first.texts)} texts"
    assert set(changed.files) <= {"0007.txt"}, f"read: {sorted(set(changed.files))}"
    facts = [
        Fact("files", count, ""),
        Fact("first run", first.seconds, "s"),
        Fact("unchanged: files opened", len(unchanged.files), "", wanted=0),
        Fact("unchanged: texts encoded", len(unchanged.texts), "", wanted=0),
        Fact("unchanged: the whole run", unchanged.seconds, "s"),
        Fact("one changed: files opened", len(set(changed.files)), "", wanted=1),
        Fact("one changed: texts encoded", len(changed.texts), "", wanted=1),
        Fact("one changed: the whole run", changed.seconds, "s"),
    ]
    return Outcome("A folder indexed again", facts=facts)


def _index(kb: KnowledgeBase, folder: Path) -> Seen:
    seen = Seen()
    with _counted(seen.texts), OpenedFiles(folder) as opened:
        seen.seconds = kb.index([folder]).seconds
    seen.files = opened.names
    return seen


@contextmanager
def _counted(texts: list[str]) -> Iterator[None]:
    """Note every text that goes to the encoder."""
    real: Callable[..., Any] = KBEmbedding.encode_passages

    def encode_passages(self: KBEmbedding, passages: Sequence[str], *arguments: Any) -> Any:
        texts.extend(passages)
        return real(self, passages, *arguments)

    KBEmbedding.encode_passages = encode_passages  # type: ignore[method-assign]
    try:
        yield
    finally:
        KBEmbedding.encode_passages = real  # type: ignore[method-assign]
