"""Exact phrases, against a plain loop over every text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index import lexical
from kb.index.catalog import Catalog, Snapshot
from kb.index.phrases import chunks_holding, holds
from kb.index.writer import NewChunk, NewDocument, chunk_digest
from kb.language.normalize import canonical
from tests.index.doubles import IDENTITY, vector_of

NO_SPACES = ("THAI", "LAO", "CJK", "HIRAGANA", "KATAKANA")


@contextmanager
def indexed(texts: Sequence[str]) -> Iterator[Snapshot]:
    """A catalog of one document with a chunk for each text, chunk ids counting from 1."""
    with TemporaryDirectory() as folder, Catalog.create(Path(folder), IDENTITY) as catalog:
        chunks = [
            NewChunk(0, len(text), text, chunk_digest(text), " ".join(lexical.terms(text)), vector_of(text).tobytes())
            for text in texts
        ]
        with catalog.write() as writer:
            writer.put(writer.add_root("/docs", "folder"), NewDocument("a.txt", "00", 1, 1, "txt"), chunks)
        with catalog.read() as snapshot:
            yield snapshot


def found(texts: Sequence[str], *phrases: str) -> list[int]:
    with indexed(texts) as snapshot:
        return chunks_holding(snapshot, phrases).tolist()


# --- the oracle: no regular expression, no index -------------------------------------------------------------------


def in_word(letter: str) -> bool:
    """Whether a character belongs to a word between spaces."""
    return unicodedata.category(letter)[0] in "LNM" and not unicodedata.name(letter, "").startswith(NO_SPACES)


def plain(text: str) -> str:
    """Lower case, one space, plain quotes and dashes, digits as 0 to 9."""
    text = "".join({"’": "'", "“": '"', "”": '"', "–": "-"}.get(letter, letter) for letter in text.lower())
    return " ".join("".join(str(unicodedata.decimal(letter, letter)) for letter in text).split())


def says(text: str, phrase: str) -> bool:
    """Whether a text says a phrase, by looking at every place."""
    text, phrase = plain(text), plain(canonical(phrase))
    return not phrase or any(fits(text, phrase, at) for at in range(len(text)) if text.startswith(phrase, at))


def fits(text: str, phrase: str, at: int) -> bool:
    before, after = text[:at][-1:], text[at + len(phrase) :][:1]
    if before and in_word(before) and in_word(phrase[0]):
        return False
    if after and (unicodedata.category(after).startswith("M") or after == "ำ"):
        return False
    return not (after and in_word(after) and in_word(phrase[-1]))


PIECES = [
    *(
        "bridge",
        "Bridges",
        "the",
        "OF",
        "s",
        "Tom’s",
        "don't",
        "x2",
        "5",
        "๕",
        "48",
        "๔๘",
        "ab๕",
        "๔8",
        "٣",
        "café",
        "Straße",
    ),
    *("ป่าชายเลน", "ตา", "ตาราง", "น้ำ", "น้", "กิน", "ข้าว", "เชียงใหม่", "橋", "日本", "ひら", "мост", "ΟΔΟΣ", "שלום", "😀"),
    *(" ", " ", " ", "\n\n", "-", "–", "'", ",", "AND", "NEAR(", "*", "“", ")"),
]
text_like = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(text_like.map(canonical).filter(bool), min_size=1, max_size=6, unique=True), data=st.data())
def test_holding_is_what_a_plain_loop_finds(texts: list[str], data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(whole)))
    cut = whole[start : data.draw(st.integers(start, len(whole)))]
    phrases = [
        data.draw(st.sampled_from([cut, cut.upper(), cut.replace(" ", "\n")])),
        *data.draw(st.lists(text_like, max_size=1)),
    ]
    expected = [id_ for id_, text in enumerate(texts, 1) if all(says(text, phrase) for phrase in phrases)]
    with indexed(texts) as snapshot:
        assert chunks_holding(snapshot, phrases).tolist() == expected
        some = np.arange(1, len(texts) + 1, 2)
        assert chunks_holding(snapshot, phrases, some).tolist() == [id_ for id_ in expected if id_ % 2]
    assert [id_ for id_, text in enumerate(texts, 1) if all(holds(text, phrase) for phrase in phrases)] == expected


def test_a_phrase_is_whole_words_in_this_order() -> None:
    texts = ["The old bridge was built", "the bridge was old", "An OLD\n\nBridge", "old bridges", "bold bridge"]
    assert found(texts, "old bridge") == [1, 3]
    assert found(texts, "old bridges") == [4]
    assert found(texts, "bridge", "old") == [1, 2, 3]
    assert found(texts, "bridge old") == []


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("ศูนย์เรียนรู้ป่าชายเลนคลองหิ่งห้อย", "ป่าชายเลน", True),  # inside a run of letters
        ("ศูนย์เรียนรู้ป่าชายเลนคลองหิ่งห้อย", "รู้ป่าชาย", True),  # across two words, cut inside both
        ("ดื่มน้ำสะอาด", "น้", False),  # not inside a letter and its marks
        ("วันที่ ๑๒ สิงหาคม พ.ศ. ๒๕๔๘", "12 สิงหาคม", True),
        ("วันที่ ๑๒ สิงหาคม พ.ศ. ๒๕๔๘", "2 สิงหาคม", False),
        ("ด\u0e33เนินการ", "ด\u0e4d\u0e32เนิน", True),  # SARA AM in its other encoding
        ("ใช้ AI ช่วยงาน", "ai ช่วย", True),
        ("ใช้AIช่วยงาน", "AI", True),
        ("It’s Tom’s “best” well–known idea", 'tom\'s "best" well-known', True),
        ("He wrote to Straße 5", "STRASSE", False),  # letter case alone is folded
        ("a title: NEAR(a b, 3) OR * NOT -c", "near(a b, 3) or *", True),
        ("title: a", 'title: "a', False),
        ("日本橋", "本橋", True),
        ("Привет, мир", "привет, МИР", True),
        ("שלום עולם", "עולם", True),
        ("well 😀 done", "😀", True),
    ],
)
def test_what_counts_as_the_same(text: str, phrase: str, expected: bool) -> None:
    texts = [canonical(text), "something else"]
    assert found(texts, phrase) == ([1] if expected else [])
    assert holds(texts[0], phrase) is expected


def test_nothing_asked_is_everything() -> None:
    texts = ["one", "two"]
    assert found(texts) == [1, 2]
    assert found(texts, " ", "") == [1, 2]
    with indexed(texts) as snapshot:
        assert chunks_holding(snapshot, [], np.array([2])).tolist() == [2]


def test_a_phrase_of_100_000_characters_is_no_problem() -> None:
    assert found(["a b"], "a b " * 25_000) == []
    assert found(["a b"], "ก" * 100_000) == []
