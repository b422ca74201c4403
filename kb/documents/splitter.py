"""Document -> TextNodes that know their character span."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.node_parser.interface import NodeParser
from llama_index.core.schema import BaseNode, Document, MetadataMode, NodeRelationship, TextNode
from pydantic import Field

from kb.documents.cuts import Counter, pieces
from kb.language.segment import Span, is_heading, sentences

_NOT_CARRIED = ("page_starts",)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a piece of one that alone is over the limit."""

    start: int
    end: int
    tokens: int
    paragraph: int
    heading: bool


class SpanSplitter(NodeParser):
    """Whole sentences packed into nodes of at most `chunk_tokens`, without overlap.

    Offsets are computed, never searched: node.text == document.text[node.start_char_idx:node.end_char_idx]. A sentence
    over the limit is cut at a clause, a space or a word, and inside a word only when the word alone is over it; never
    inside a grapheme cluster. Together the nodes hold every visible character once.
    """

    count_tokens: Callable[[list[str]], list[int]] = Field(exclude=True, description="tokens of each text of a batch")
    chunk_tokens: int = Field(220, ge=1)

    def spans(self, text: str) -> list[Span]:
        """The spans of the nodes of one text, in order."""
        units = self._units(text)
        chunks = list(self._packed(units))
        done: list[list[_Unit]] = []
        while chunks:
            counts = self.count_tokens([text[chunk[0].start : chunk[-1].end] for chunk in chunks])
            again: list[list[_Unit]] = []
            for chunk, count in zip(chunks, counts, strict=True):
                if count <= self.chunk_tokens or len(chunk) == 1:
                    done.append(chunk)
                else:  # the whole has more tokens than its parts: halve it
                    half = len(chunk) // 2
                    again.extend((chunk[:half], chunk[half:]))
            chunks = again
        return sorted((chunk[0].start, chunk[-1].end) for chunk in done)

    def _units(self, text: str) -> list[_Unit]:
        count: Counter = self.count_tokens
        whole = sentences(text)
        spans: list[Span] = []
        for (start, end), tokens in zip(whole, count([text[a:b] for a, b in whole]), strict=True):
            fits = tokens <= self.chunk_tokens
            spans.extend([(start, end)] if fits else pieces(text, (start, end), count, self.chunk_tokens))
        tokens_of = count([text[a:b] for a, b in spans])
        numbers = _paragraphs(text, spans)
        sizes = collections.Counter(numbers)
        return [
            _Unit(start, end, tokens, number, sizes[number] == 1 and is_heading(text[start:end]))
            for (start, end), tokens, number in zip(spans, tokens_of, numbers, strict=True)
        ]

    def _packed(self, units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
        """Greedy packing that likes to end at a paragraph and never ends with a heading if it can help it."""
        rest = _tokens_left_in_paragraph(units)
        chunk: list[_Unit] = []
        size = 0
        for index, unit in enumerate(units):
            new_paragraph = bool(chunk) and unit.paragraph != chunk[-1].paragraph
            full = size + unit.tokens > self.chunk_tokens
            better_here = new_paragraph and 2 * size >= self.chunk_tokens and size + rest[index] > self.chunk_tokens
            if chunk and (full or better_here):
                keep = _without_trailing_headings(chunk)
                yield chunk[:keep]
                chunk = chunk[keep:]
                size = sum(one.tokens for one in chunk)
                if chunk and size + unit.tokens > self.chunk_tokens:
                    yield chunk
                    chunk, size = [], 0
            chunk.append(unit)
            size += unit.tokens
        if chunk:
            yield chunk

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        made: list[BaseNode] = []
        for index, document in enumerate(nodes):
            text = document.get_content(metadata_mode=MetadataMode.NONE)
            metadata = {key: value for key, value in document.metadata.items() if key not in _NOT_CARRIED}
            for start, end in self.spans(text):
                node = TextNode(
                    id_=self.id_func(index, document),
                    text=text[start:end],
                    start_char_idx=start,
                    end_char_idx=end,
                    metadata=metadata if self.include_metadata else {},
                    excluded_embed_metadata_keys=list(metadata),
                    excluded_llm_metadata_keys=list(metadata),
                )
                node.relationships[NodeRelationship.SOURCE] = document.as_related_node_info()
                made.append(node)
        return made

    def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]) -> list[BaseNode]:
        """Links between neighbours only: the parent's method would search for the offsets that are already right."""
        if self.include_prev_next_rel:
            for before, after in itertools.pairwise(nodes):
                if before.ref_doc_id == after.ref_doc_id:
                    before.relationships[NodeRelationship.NEXT] = after.as_related_node_info()
                    after.relationships[NodeRelationship.PREVIOUS] = before.as_related_node_info()
        return nodes


def _paragraphs(text: str, spans: Sequence[Span]) -> list[int]:
    """The number of the paragraph of each span."""
    numbers, number, last = [], 0, 0
    for start, end in spans:
        if "\n" in text[last:start]:
            number += 1
        numbers.append(number)
        last = end
    return numbers


def _tokens_left_in_paragraph(units: Sequence[_Unit]) -> list[int]:
    """For each unit the tokens from it to the end of its paragraph."""
    rest = [unit.tokens for unit in units]
    for index in range(len(units) - 2, -1, -1):
        if units[index].paragraph == units[index + 1].paragraph:
            rest[index] += rest[index + 1]
    return rest


def _without_trailing_headings(chunk: Sequence[_Unit]) -> int:
    """How many units stay when headings at the end go to the next chunk; all of them if there is nothing else."""
    keep = len(chunk)
    while keep and chunk[keep - 1].heading:
        keep -= 1
    return keep or len(chunk)
