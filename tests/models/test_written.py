"""Tokens become text in whole characters, up to a stop string: against decoding and cutting everything at once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from kb.models.written import Characters, Until
from tests.models.tiny_language import tokenizer

THAI = "ภูเขาไฟฟูจิสูง ๓,๗๗๖ เมตร ฤๅษี ญี่ปุ่น 🦊 and the league, e\u0301t\u00e9 \u4e2d\u6587"


def decoder() -> Callable[[list[int]], str]:
    words = tokenizer("chatml")
    return lambda ids: words.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def test_pieces_are_the_whole_text_and_never_half_a_character() -> None:
    ids = tokenizer("chatml").encode(THAI, add_special_tokens=False)
    characters = Characters(decoder())
    pieces = [characters.push(token) for token in ids]
    assert "".join(pieces) == THAI
    assert characters.flush() == ""
    assert not any("\ufffd" in piece for piece in pieces)
    assert pieces.count("") > 10, "no character was waited for"


def test_a_character_that_is_cut_off_is_left_out_and_what_stands_before_it_is_not() -> None:
    ids = tokenizer("chatml").encode("ab🦊", add_special_tokens=False)
    characters = Characters(decoder())
    assert "".join(map(characters.push, ids[:-1])) + characters.flush() == "ab"


@pytest.mark.parametrize("seed", range(20))
def test_any_tokens_give_what_decoding_them_at_once_gives(seed: int) -> None:
    draw = random.Random(seed)
    ids = [draw.randrange(6, 464) for _ in range(200)]  # most are bytes that make no character
    characters = Characters(decoder())
    shown = "".join(map(characters.push, ids)) + characters.flush()
    assert shown.rstrip("\ufffd") == decoder()(ids).rstrip("\ufffd")


def test_a_space_that_a_decoder_drops_at_the_beginning_of_a_text_is_kept_in_its_middle() -> None:
    from tokenizers import decoders

    sentencepiece = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    pieces = ["▁The", "▁league", "▁", "closed", "▁in", "▁"]
    characters = Characters(lambda ids: sentencepiece.decode([pieces[token] for token in ids]))
    assert [characters.push(token) for token in range(6)] == ["The", " league", " ", "closed", " in", " "]


def test_each_token_is_decoded_with_a_few_and_not_with_all_before_it() -> None:
    sizes = []

    def decode(ids: list[int]) -> str:
        sizes.append(len(ids))
        return "".join(chr(token) for token in ids)

    characters = Characters(decode)
    assert (
        "".join(characters.push(ord("a") + number % 26) for number in range(1000))
        == ("abcdefghijklmnopqrstuvwxyz" * 39)[:1000]
    )
    assert max(sizes) == 2


STOPS = (("stop",), ("</end>", "\n\n###"), ("aa", "aab"), ("หยุด",), ("a",), ())


def cut(text: str, stop: tuple[str, ...]) -> str:
    """The text up to where, read from the left, one of the strings is complete first."""
    for end in range(len(text) + 1):
        begins = [end - len(word) for word in stop if text[:end].endswith(word)]
        if begins:
            return text[: min(begins)]
    return text


@pytest.mark.parametrize("stop", STOPS)
def test_text_is_shown_up_to_a_stop_string_however_it_comes(stop: tuple[str, ...]) -> None:
    texts = ["aabaab stop here", "xx</en</end>yy", "one\n\n##\n\n### two", "กรุณาหยุดพูด", "st", "no"]
    for text, size in itertools.product(texts, (1, 2, 3, 7)):
        until, shown = Until(stop), ""
        for at in range(0, len(text), size):
            shown += until.push(text[at : at + size])
            assert cut(text, stop).startswith(shown), "a part of a stop string was shown"
            if until.stopped:
                break
        if not until.stopped:
            shown += until.flush()
        assert until.stopped == any(word in text for word in stop)
        if size == 1:
            assert shown == cut(text, stop)


def test_only_what_may_become_a_stop_string_is_held_back() -> None:
    until = Until(["\n###"])
    assert [until.push(piece) for piece in ("a", "\n", "b", "\n#", "#x", "\n")] == ["a", "", "\nb", "", "\n##x", ""]
    assert until.flush() == "\n"


def test_an_empty_stop_string_stops_nothing() -> None:
    until = Until(["", "x"])
    assert until.push("abc") == "abc"
    assert not until.stopped
