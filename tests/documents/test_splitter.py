"""Document -> TextNodes that know their character span."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.schema import Document, NodeRelationship

from kb.documents.identity import pipeline
from kb.documents.splitter import SpanSplitter
from kb.language.normalize import canonical
from kb.language.segment import grapheme_starts, sentences, word_spans
from kb.settings import SplitterSettings


def tokens(texts: list[str]) -> list[int]:
    """A transparent tokenizer: one token for every three visible characters of a word, at least one a word."""
    return [sum(-(-len(word) // 3) for word in text.split()) for text in texts]


def splitter(limit: int = 16) -> SpanSplitter:
    return SpanSplitter(count_tokens=tokens, chunk_tokens=limit)


TEXTS = st.lists(
    st.sampled_from(
        [
            "The fox ran. ",
            "A very long sentence, with a clause; and more words that go on and on without a stop ",
            "Heading\n\n",
            "ประเทศไทยมีประชากรมากกว่าหกสิบล้านคน",
            "การคำนวณน้ำหนัก ",
            "x" * 90 + " ",
            "q\u0301" * 50,
            "“Yes!” he said. ",
            "\n\n",
            "中文字" * 12,
            "- item\n",
        ]
    ),
    max_size=14,
).map(lambda parts: canonical("".join(parts)))


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.integers(4, 40))
def test_nodes_are_exact_ordered_within_the_limit_and_complete(text: str, limit: int) -> None:
    nodes = splitter(limit).get_nodes_from_documents([Document(text=text)])
    last = 0
    for node in nodes:
        assert node.text == text[node.start_char_idx : node.end_char_idx]
        assert node.text == node.text.strip() != ""
        assert not text[last : node.start_char_idx].strip()
        assert tokens([node.text])[0] <= limit
        last = node.end_char_idx
    assert not text[last:].strip()


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.integers(4, 40))
def test_no_cut_inside_a_grapheme_a_thai_word_or_a_sentence_that_fits(text: str, limit: int) -> None:
    cuts = {edge for span in splitter(limit).spans(text) for edge in span}
    assert cuts <= set(grapheme_starts(text))
    for start, end in word_spans(text):
        if "\u0e00" < text[start] < "\u0e80" and tokens([text[start:end]])[0] <= limit:
            assert not any(start < cut < end for cut in cuts)
    for start, end in sentences(text):
        if tokens([text[start:end]])[0] <= limit:
            assert not any(start < cut < end for cut in cuts)


def test_repeated_text_gets_its_own_offsets() -> None:
    text = "Same words here. " * 20
    starts = [node.start_char_idx for node in splitter(8).get_nodes_from_documents([Document(text=text.strip())])]
    assert len(starts) == len(set(starts)) > 5


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    text = "one two three four five, six seven eight nine ten eleven twelve"
    assert next(text[a:b] for a, b in splitter(9).spans(text)).endswith("five,")


def test_a_heading_goes_with_what_it_heads() -> None:
    text = "First paragraph is here and says things.\n\nTHE HEADING\n\nSecond paragraph is here and says more things."
    assert [text[a:b].split("\n")[0] for a, b in splitter(22).spans(text)][1] == "THE HEADING"


def test_nodes_refer_to_their_document_and_neighbours() -> None:
    metadata = {"page_starts": [0], "type": "txt"}
    document = Document(text="One two three. Four five six. Seven eight nine.", metadata=metadata)
    nodes = splitter(6).get_nodes_from_documents([document])
    assert {node.ref_doc_id for node in nodes} == {document.id_}
    assert all(node.metadata == {"type": "txt"} for node in nodes)
    for before, after in pairwise(nodes):
        assert before.relationships[NodeRelationship.NEXT].node_id == after.node_id


def test_the_size_is_part_of_the_identity() -> None:
    assert pipeline(SplitterSettings(chunk_tokens=18)) != pipeline(SplitterSettings(chunk_tokens=19))


def test_the_book_gives_about_eight_hundred_nodes(data: Path) -> None:
    text = canonical((data / "sherlock-1661.txt").read_text(encoding="utf-8"))
    spans = SpanSplitter(count_tokens=lambda texts: [len(one) * 10 // 43 + 1 for one in texts]).spans(text)
    assert 700 < len(spans) < 900
