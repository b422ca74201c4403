"""Short texts get the ids that the whole tokenizer gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import ModelUnavailable
from kb.models.tokens import ShortTexts, Tokens
from tests.models import prose, tiny

MODEL = "intfloat/multilingual-e5-small"


@pytest.fixture(scope="module")
def whole(models_folder: Path) -> Tokens:
    return Tokens(models_folder / MODEL)


@pytest.fixture(scope="module")
def short(models_folder: Path) -> ShortTexts:
    return ShortTexts(models_folder / MODEL)


def test_every_question_of_xquad_has_the_same_ids(whole: Tokens, short: ShortTexts, data: Path) -> None:
    questions = [
        f"query: {question['question']}"
        for language in ("en", "th")
        for article in json.loads((data / f"xquad-dev-{language}.json").read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]
    assert len(questions) > 1000
    assert [short.ids([question], 512)[0] for question in questions] == whole.ids(questions, 512)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=3))
def test_any_text_has_the_same_ids(whole: Tokens, short: ShortTexts, texts: list[str]) -> None:
    if short.fits(texts):
        assert short.ids(texts, 512) == whole.ids(texts, 512)


def test_our_prose_has_the_same_ids_and_is_cut_at_the_same_place(whole: Tokens, short: ShortTexts) -> None:
    for text in prose.texts():
        assert short.ids([text], 40) == whole.ids([text], 40)


def test_long_texts_and_names_of_special_tokens_are_left_to_the_whole_tokenizer(short: ShortTexts) -> None:
    assert short.fits(["a" * 6000, "b" * 6000])
    assert not short.fits(["a" * 6000, "b" * 6001])
    assert not short.fits(["what is </s> for"])


def test_counts_leave_out_special_tokens(whole: Tokens) -> None:
    texts = ["hello", "", "ประเทศไทย", "hello hello"]
    assert whole.count(texts) == [2, 0, 2, 4]
    assert whole.count(texts) == [len(row) - 2 for row in whole.ids(texts, 512)]
    assert whole.count([]) == []


@pytest.mark.parametrize("content", [None, b"{", b"{}"])
def test_a_damaged_tokenizer_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_bytes(content)
        (tmp_path / "pieces.json").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json cannot be read"):
        Tokens(tmp_path)
    with pytest.raises(ModelUnavailable, match="is damaged"):
        ShortTexts(tmp_path)


def test_the_tiny_tokenizer_too(tmp_path: Path) -> None:
    from kb.models.tokens import write_short_texts

    (tmp_path / "tokenizer.json").write_bytes(tiny.tokenizer())
    write_short_texts(tmp_path)
    for text in ("ab a b", "xab", "", "ba ab"):
        assert ShortTexts(tmp_path).ids([text], 16) == Tokens(tmp_path).ids([text], 16)


def test_the_sentences_of_many_passages_have_the_same_ids_together(whole: Tokens, short: ShortTexts) -> None:
    texts = [text[at : at + 150] for text in prose.texts() for at in range(0, len(text), 150)][:70]
    assert sum(map(len, texts)) > 2000
    assert short.ids(texts, 512) == whole.ids(texts, 512)
