"""A span of a retrieved passage -> the citation of it, read again in the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llama_index.core.schema import NodeWithScore, TextNode

from kb.answering.answer import Citation
from kb.answering.compose.judging import Support
from kb.index.catalog import Catalog, Snapshot


def cite(snapshot: Snapshot, hit: NodeWithScore, start: int, end: int, number: int) -> Citation | None:
    """Cite `text[start:end]` of a passage, if it is, character by character, what its document says there.

    Args:
        snapshot: Of the catalog, as it is now.
        hit: The passage.
        start: In the passage.
        end: The same.
        number: Of the citation.

    Returns:
        The citation; None where the document is gone or says something else there by now.
    """
    node = hit.node
    assert isinstance(node, TextNode)
    document = node.metadata["document_id"]
    begin = (node.start_char_idx or 0) + start
    stop = begin + end - start
    quote = node.get_content()[start:end]
    try:
        there = snapshot.text(document)[begin:stop]
    except KeyError:
        return None
    if there != quote or not quote:
        return None
    pages = snapshot.page(document, begin), snapshot.page(document, stop - 1)
    return Citation(number, node.metadata["document"], *pages, begin, stop, quote)


class Citations:
    """The citations of one answer, numbered from 1 in order of first use.

    Args:
        catalog: Where each is read again.
        hits: The passages that supports count.
    """

    def __init__(self, catalog: Catalog, hits: Sequence[NodeWithScore]) -> None:
        self._catalog = catalog
        self._hits = hits
        self._known: dict[tuple[str, int, int], Citation] = {}

    @property
    def all(self) -> tuple[Citation, ...]:
        """Those that were used so far."""
        return tuple(self._known.values())

    def of(self, supports: Sequence[Support]) -> tuple[Citation, ...]:
        """The citations of what proves a sentence; none where one of them does not stand there any more."""
        found = []
        with self._catalog.read() as snapshot:
            for one in supports:
                citation = cite(snapshot, self._hits[one.source], one.start, one.end, 0)
                if citation is None:
                    return ()
                found.append(citation)
        return tuple(self._numbered(citation) for citation in found)

    def _numbered(self, citation: Citation) -> Citation:
        key = (citation.document, citation.start, citation.end)
        return self._known.setdefault(key, replace(citation, number=len(self._known) + 1))
