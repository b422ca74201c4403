"""BM25 against the textbook formula, summed by hand over every chunk."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.index import lexical
from tests.index.shelf import Shelf

WORDS = ["fox", "foxes", "wolf", "running", "runs", "the", "of", "แมว", "บ้าน", "น้ำ", "2024", "naïve", "AND", "near"]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


def textbook(chunks: dict[int, str], question: str) -> tuple[dict[int, float], float]:
    """Robertson and Zaragoza 2009, eq. 3.15 without the query's own frequencies; idf with Lucene's 1."""
    words = {id_: lexical.terms(text) for id_, text in chunks.items()}
    mean = sum(len(found) for found in words.values()) / len(words)
    scores: Counter[int] = Counter()
    mass = 0.0
    for term in set(lexical.query_terms(question)):
        holding = sum(term in found for found in words.values())
        idf = math.log(1 + (len(words) - holding + 0.5) / (holding + 0.5))
        mass += 2.2 * idf
        for id_, found in words.items():
            frequency = found.count(term)
            if frequency:
                norm = 1.2 * (0.25 + 0.75 * len(found) / mean)
                scores[id_] += idf * frequency * 2.2 / (frequency + norm)
    return dict(scores), mass


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=6), question=texts)
def test_scores_are_those_of_the_textbook(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], question: str
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("bm25"))
    for number, paragraphs in enumerate(documents):
        shelf.put(f"{number}.txt", *paragraphs)
    shelf.sync()
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        chunks = {id_: row.text for id_, row in snapshot.chunks(snapshot.chunk_ids().tolist()).items()}
        expected, mass = textbook(chunks, question)
        hits = lexical.search(snapshot, question, len(chunks))
        assert dict(zip(hits.ids, hits.scores, strict=True)) == pytest.approx(expected)
        assert hits.scores == sorted(hits.scores, reverse=True)
        assert hits.mass == pytest.approx(mass)
        assert all(score < hits.mass for score in hits.scores)
        allowed = [id_ for id_ in chunks if id_ % 2]
        some = lexical.search(snapshot, question, 2, allowed=allowed)
        best = sorted(((-score, id_) for id_, score in expected.items() if id_ % 2))[:2]
        assert some.scores == pytest.approx([-score for score, _ in best])
        assert some.mass == pytest.approx(mass)


@pytest.mark.parametrize(
    "question",
    ['"fox" OR wolf', "fox*", "NEAR(fox wolf)", "words:fox", "fox AND NOT wolf", "-fox ^wolf", "'; DROP", "{"],
)
def test_operators_and_quotes_are_text(shelf: Shelf, question: str) -> None:
    shelf.put("a.txt", "a fox", "a wolf")
    shelf.sync()
    expected = {"a fox"} if "fox" in question else set()
    expected |= {"a wolf"} if "wolf" in question else set()
    assert set(shelf.worded(question)) == expected


def test_english_is_stemmed_and_thai_is_segmented(shelf: Shelf) -> None:
    shelf.put("a.txt", "Foxes were running", "แมวนอนอยู่ในบ้าน", "น้ำท่วมกรุงเทพ")
    shelf.sync()
    assert shelf.worded("fox run") == ["Foxes were running"]
    assert shelf.worded("บ้าน") == ["แมวนอนอยู่ในบ้าน"]
    assert shelf.worded("น้ำท่วม") == ["น้ำท่วมกรุงเทพ"]


def test_the_words_of_a_chunk_are_those_of_its_text(shelf: Shelf) -> None:
    shelf.put("a.txt", "Foxes were running, running", "แมวนอนในบ้าน ๑๒", "?!")
    shelf.sync()
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        rows = snapshot.chunks(snapshot.chunk_ids().tolist())
        expected = {id_: lexical.terms(row.text) for id_, row in rows.items()}
        assert expected
        assert snapshot.words([*rows, 99]) == expected


def test_stop_words_leave_a_question_unless_nothing_else_remains() -> None:
    assert lexical.query_terms("Who is the fox of the woods?") == ["fox", "wood"]
    assert lexical.query_terms("Who is the Who?") == ["who", "is", "the"]
    assert lexical.query_terms("?!") == []
    assert lexical.terms("The fox") == ["the", "fox"]


@pytest.mark.parametrize("digits", ["๒๕๖๗", "٢٥٦٧", "२५६७", "２５６７", "𝟚𝟝𝟞𝟟", "2๕٦७"])
def test_digits_of_every_script_are_the_same_number(shelf: Shelf, digits: str) -> None:
    assert lexical.terms(f"ปี{digits} A{digits}") == lexical.terms("ปี2567 A2567") == ["ปี", "2567", "a2567"]
    shelf.put("a.txt", f"in {digits}", "in 1999")
    shelf.put("b.txt", "in 2567")
    shelf.sync()
    assert sorted(shelf.worded("2567")) == sorted(shelf.worded(digits)) == sorted([f"in {digits}", "in 2567"])


def test_what_is_no_decimal_digit_stays() -> None:
    assert lexical.terms("x² Ⅻ ½ 三") == ["x²", "ⅻ", "½", "三"]


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(categories=["Nd", "Lo", "Zs"]), max_size=30))
def test_no_digit_but_ascii_is_left(text: str) -> None:
    assert all(letter.isascii() or not letter.isdecimal() for term in lexical.terms(text) for letter in term)


def test_a_question_without_words_finds_nothing(shelf: Shelf) -> None:
    shelf.put("a.txt", "a fox")
    shelf.sync()
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        assert lexical.search(snapshot, "?!", 5) == lexical.LexicalHits([], [], 0.0)


def test_an_empty_index_weighs_words_and_finds_nothing(shelf: Shelf) -> None:
    shelf.sync()
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        hits = lexical.search(snapshot, "fox", 5)
        assert (hits.ids, hits.mass) == ([], pytest.approx(2.2 * math.log(2)))
        assert lexical.idf(snapshot, ["fox"]) == {"fox": pytest.approx(math.log(2))}


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60))
def test_every_search_word_is_one_token_of_the_index(text: str) -> None:
    for term in lexical.terms(text):
        assert term
        assert not any(letter.isspace() or (letter.isascii() and not letter.isalnum()) for letter in term)


def test_words_of_any_script_come_back(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    words = ["ÅNGSTRÖM", "Ελλάδα", "москва", "東京", "नमस्ते", "a\u0301bc", "𝔘nicode", "x" * 300]
    for number, word in enumerate(words):
        shelf.put(f"{number}.txt", word)
    shelf.sync()
    for word in words:
        assert shelf.worded(word, 1) == [word]
