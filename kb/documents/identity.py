"""Settings -> what decides the text and the spans of every chunk, without loading it."""

from __future__ import annotations

from kb.documents import readers
from kb.language import segment
from kb.settings import SplitterSettings

SPLITTER = "1"


def pipeline(settings: SplitterSettings) -> dict[str, str]:
    """Versions of reader, normaliser, segmenter, splitter and their libraries; two equal ones give equal chunks."""
    return {
        **readers.identity(),
        **segment.identity(),
        "splitter": SPLITTER,
        "chunk_tokens": str(settings.chunk_tokens),
    }
