"""Quotes: which sentences are chosen and where they are cut, with vectors written by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.answering.quotes import Passage, Quote, QuoteRules, QuoteScorer, best_quotes
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.sentences import Asked, SentenceBank

GATE = "The gate opens at nine. The keeper lives upstairs. Dogs stay outside."
FEES = "Adults pay four coins. Children enter free."


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector of (is about money, is about anything else)."""
    return np.array(
        [[1.0, 0.0] if "coins" in text or "free" in text else [0.0, 1.0] for text in texts], dtype=np.float32
    )


def terms(text: str) -> list[str]:
    return text.lower().replace(".", "").split()


SCORER = QuoteScorer(SentenceBank(encode, terms), FusionWeights(0.0, 1.0, 0.5))
MONEY = Asked(np.array([1.0, 0.0], dtype=np.float32), {"adults": 2.0, "pay": 1.0})


def shown(quotes: Sequence[Quote], passages: Sequence[Passage]) -> list[str]:
    return [passages[quote.passage].text[quote.start : quote.end] for quote in quotes]


def test_the_sentence_that_fits_comes_first_whatever_its_passage() -> None:
    passages = [Passage(GATE, 0.5), Passage(FEES, 0.4)]
    quotes = best_quotes(MONEY, passages, SCORER, QuoteRules(2, 30))
    assert shown(quotes, passages) == ["Adults pay four coins.", "Children enter free."]
    assert quotes[0].score == pytest.approx(0.3 * 1 + 0.4 * 1 + 0.1 * 1 + 1.4 * 0.4 + 0.3 * 1)


def test_words_decide_where_vectors_do_not() -> None:
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"keeper": 3.0, "gate": 1.0})
    passages = [Passage(GATE, 0.5)]
    assert shown(best_quotes(asked, passages, SCORER, QuoteRules(1, 30)), passages) == ["The keeper lives upstairs."]


def test_a_sentence_grows_by_its_better_neighbour_and_is_not_quoted_twice() -> None:
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"keeper": 3.0, "dogs": 1.0})
    passages = [Passage(GATE, 0.5)]
    quotes = best_quotes(asked, passages, SCORER, QuoteRules(3, 45))
    assert shown(quotes, passages) == ["The keeper lives upstairs. Dogs stay outside.", "The gate opens at nine."]


def test_growth_stops_at_the_edge_of_the_passage() -> None:
    passages = [Passage(FEES, 0.5), Passage(GATE, 0.5)]
    quotes = best_quotes(MONEY, passages, SCORER, QuoteRules(1, 500))
    assert shown(quotes, passages) == [FEES]


def test_no_passage_no_quote() -> None:
    assert best_quotes(MONEY, [], SCORER, QuoteRules(3, 30)) == []


def test_a_sentence_longer_than_the_room_is_quoted_whole() -> None:
    passages = [Passage(FEES, 0.5)]
    assert shown(best_quotes(MONEY, passages, SCORER, QuoteRules(1, 5)), passages) == ["Adults pay four coins."]


def test_a_quote_stays_in_its_paragraph_unless_it_is_too_short_to_stand_alone() -> None:
    long = "The keeper of the old light lives upstairs, in two rooms above the store, and comes down to light it."
    passages = [Passage(f"{long}\n\nDogs stay outside.", 0.5)]
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"keeper": 3.0})
    assert shown(best_quotes(asked, passages, SCORER, QuoteRules(1, 500)), passages) == [
        long + "\n\nDogs stay outside."
    ]
    passages = [Passage(f"{long} It burns until dawn.\n\nDogs stay outside.", 0.5)]
    assert shown(best_quotes(asked, passages, SCORER, QuoteRules(1, 500)), passages) == [f"{long} It burns until dawn."]


def test_a_heading_brings_what_it_heads_and_is_not_quoted_after_it() -> None:
    passages = [Passage("Opening hours\n\nThe gate opens at nine. Dogs stay outside.", 0.5)]
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"opening": 3.0})
    quotes = best_quotes(asked, passages, SCORER, QuoteRules(3, 40))
    assert shown(quotes, passages) == ["Opening hours\n\nThe gate opens at nine.", "Dogs stay outside."]
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"gate": 3.0})
    quotes = best_quotes(asked, passages, SCORER, QuoteRules(3, 25))
    assert shown(quotes, passages) == ["The gate opens at nine.", "Dogs stay outside."]


def test_terms_that_two_neighbours_share_between_them_count_for_their_quote() -> None:
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"keeper": 1.0, "dogs": 1.0, "lamp": 1.1})
    passages = [Passage("The lamp burns. It is bright.", 0.5), Passage("The keeper sleeps. Dogs stay outside.", 0.5)]
    quotes = best_quotes(asked, passages, SCORER, QuoteRules(1, 60))
    assert shown(quotes, passages) == ["The keeper sleeps. Dogs stay outside."]


def test_each_further_quote_has_half_the_room_of_the_one_before() -> None:
    assert [QuoteRules(3, 400).room(number) for number in range(3)] == [400, 200, 100]
    passages = [Passage("One keeps bees. Two keep cats. Three keep dogs. Four keep fish.", 0.5)]
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"bees": 1.0})
    quotes = best_quotes(asked, passages, SCORER, QuoteRules(3, 31))
    assert shown(quotes, passages) == ["One keeps bees. Two keep cats.", "Three keep dogs.", "Four keep fish."]


def test_a_sentence_with_the_kind_of_answer_asked_for_comes_first() -> None:
    passages = [Passage("The gate was built by hand. The gate was built in 1861.", 0.5)]
    asked = Asked(np.array([0.0, 1.0], dtype=np.float32), {"gate": 1.0}, text="When was the gate built?")
    assert shown(best_quotes(asked, passages, SCORER, QuoteRules(1, 5)), passages) == ["The gate was built in 1861."]
