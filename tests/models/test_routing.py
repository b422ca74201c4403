"""Which adapter answers a question, and what is said about it."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.errors import AdapterError
from kb.evaluation.routing import adapters as written
from kb.models.adapters import Adapter
from kb.models.cards import Card
from kb.models.ordinary import ORDINARY
from kb.models.routing import FORM_WEIGHT, NEAREST, Route, Router, choose, named


def adapter(name: str, *examples: str, state: str = "passed", why: str = "", **changes: Any) -> Adapter:
    card = Card(
        name=name,
        task=changes.pop("task", name),
        grounded=changes.pop("grounded", True),
        base="tiny",
        base_digest="0" * 64,
        quantisation="none",
        prompt_digest="",
        data_digest="",
        seed=0,
        passed=state == "passed",
        examples=examples,
    )
    return Adapter(name, Path(name), card, 4, (), 0, "", state, why)  # type: ignore[arg-type]


class Words:
    """The double: each word a text has of these is a dimension, and a text without any has one of its own."""

    DIMENSIONS = ("ships", "birds", "law", "sum", "who")

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        with self._lock:
            self.encoded += texts
        rows = [[float(word in text.lower()) for word in self.DIMENSIONS] + [0.0] for text in texts]
        for row in rows:
            row[-1] = float(not any(row))
        vectors = np.asarray(rows, np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


SHIPS = adapter("sailor", "Which ships sail?", "What do ships carry?", "When do ships leave?")
BIRDS = adapter("warden", "Which birds sing?", "What do birds eat?", "When do birds leave?")
MATH = adapter("math", "What is the sum of 3 and 4?", "What is the sum of 1 and 9?", task="math", grounded=False)


def router(*there: Adapter, margin: float = 0.02) -> Router:
    return Router(Words(), there, margin)


def test_the_nearest_examples_decide() -> None:
    route = router(SHIPS, BIRDS).route("How many birds are there?")
    assert (route.adapter, route.runner_up) == ("warden", "base model")
    assert route.similarity == pytest.approx(1.0)
    assert re.fullmatch(r"warden: nearest example »Which birds sing\?« 1\.000, \.9\d\d before base model", route.reason)


def test_the_score_is_that_of_its_definition() -> None:
    """The mean of the nearest three similarities, and the weighted log-share of the form, by hand."""
    far = adapter("far", "Who keeps the law?", "What is law?", "birds", "law birds", "ships law")
    question = "Which law?"
    law = [1 / 2**0.5, 1.0, 0.0, 1 / 2**0.5, 1 / 2**0.5]  # cosines of the five examples
    near = sorted(law, reverse=True)[:NEAREST]
    # No example computes, shortens or tells: each share of "no" is 6 of 7.
    expected = sum(near) / 3 + FORM_WEIGHT * 3 * np.log(6 / 7)
    other = adapter("other", "ships", "ships", "ships")  # similarity 0, shares of "no" 4 of 5
    route = router(far, other, margin=0.0).route(question)
    base = FORM_WEIGHT * 3 * np.log((len(ORDINARY) + 1) / (len(ORDINARY) + 2))
    assert (route.adapter, route.runner_up) == ("far", "base model")
    assert route.lead == pytest.approx(expected - base - _ordinary("law"), abs=1e-6)


def _ordinary(word: str) -> float:
    """The mean of the three ordinary questions nearest to one that holds this word alone."""
    rows = Words().encode_queries(ORDINARY)[:, Words.DIMENSIONS.index(word)]
    return float(np.sort(rows)[::-1][:NEAREST].mean())


def test_below_the_margin_the_base_model_answers() -> None:
    close = router(SHIPS, BIRDS).route("Which ships have birds on them?")
    assert close.adapter is None
    assert close.runner_up in ("sailor", "warden")
    assert close.reason.startswith("base model: sailor and warden are within .020 (.000); nearest example »")
    decided = router(SHIPS, BIRDS, margin=0.0).route("Which ships have birds on them?")
    assert decided.adapter == "sailor"


def test_what_is_like_no_example_goes_to_the_base_model() -> None:
    route = router(SHIPS, BIRDS).route("How deep is the well?")
    assert route.adapter is None
    assert route.reason.startswith("base model: nearest example »")


def test_an_adapter_without_documents_gets_only_what_it_can_compute() -> None:
    there = router(MATH, SHIPS)
    assert there.route("What is the sum of 12 and 30?").adapter == "math"
    barred = there.route("Which sum was paid?")
    assert barred.adapter is None
    assert barred.reason.endswith("; not math, which looks at no document: it cannot be computed from what it says")
    # The same question, asked of one that is checked against documents:
    assert router(replace_card(MATH, grounded=True), SHIPS).route("Which sum was paid?").adapter == "math"


def replace_card(one: Adapter, **changes: Any) -> Adapter:
    assert one.card is not None
    return replace(one, card=replace(one.card, **changes))


def test_a_sum_goes_to_no_adapter_that_is_not_for_sums() -> None:
    route = router(SHIPS, BIRDS).route("3 ships and 4 ships: how many ships is that?")
    assert route == Route(None, "base model: it can be computed from what it says, and no adapter is for that")


def test_ordinary_questions_are_those_of_the_adapter_for_citing() -> None:
    cite = adapter("cite", "Which law holds?", task="cite")
    route = router(MATH, cite).route("How deep is the well?")
    assert (route.adapter, route.runner_up) == ("cite", None)
    assert router(MATH, replace_card(cite, task="poems")).route("How deep is the well?").adapter is None


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ((), "base model: no adapter has passed yet"),
        ((adapter("a", "ships", state="rejected"),), "base model: no adapter has passed yet"),
        ((adapter("a"),), "base model: no card has example questions"),
    ],
)
def test_where_none_can_be_chosen(there: tuple[Adapter, ...], reason: str) -> None:
    words = Words()
    assert Router(words, there, 0.02).route("ships?") == Route(None, reason)
    assert words.encoded == []


def test_long_examples_are_shortened_in_a_reason() -> None:
    route = router(adapter("long", "ships " * 40 + "\n sail")).route("Whose ships?")
    quoted = re.search("»(.*)«", route.reason)
    assert quoted
    assert quoted[1] == ("ships " * 40)[:59].rstrip() + "…"


def test_examples_are_encoded_once() -> None:
    words = Words()
    there = Router(words, (SHIPS, BIRDS), 0.02)
    with ThreadPoolExecutor(8) as pool:
        routes = list(pool.map(there.route, ["Whose ships?"] * 40))
    assert len(set(routes)) == 1
    assert len(words.encoded) - 40 == len(ORDINARY) + 6


def test_a_changed_card_is_seen() -> None:
    words = Words()
    first = Router(words, (SHIPS, BIRDS), 0.02)
    first.route("Whose ships?")
    assert first.following((SHIPS, BIRDS)) is first
    before = len(words.encoded)
    second = first.following((replace_card(SHIPS, examples=("Who keeps the law?",)), BIRDS))
    assert second.route("Which law?").adapter == "sailor"
    assert words.encoded[before:] == ["Which law?", "Who keeps the law?"]
    assert first.following((BIRDS,)).route("Whose ships?").adapter is None


REJECTED = adapter("poor.rejected", "ships", state="rejected", why="right .31 is not above the base's .30")
UNJUDGED = adapter("new", state="unjudged", why="it was not judged yet")
REFUSED = adapter("bad", state="refused", why="it is a pickle. Export it as safetensors")
ALL = (SHIPS, REJECTED, UNJUDGED, REFUSED)


@pytest.mark.parametrize(
    ("wanted", "name", "reason"),
    [
        ("none", None, "base model: no adapter was wanted"),
        ("sailor", "sailor", "sailor: named by you"),
        (
            "poor.rejected",
            "poor.rejected",
            "poor.rejected: named by you, although it did not pass: right .31 is not above the base's .30",
        ),
        ("new", "new", "new: named by you, although it was not judged yet"),
    ],
)
def test_a_name_overrides(wanted: str, name: str | None, reason: str) -> None:
    assert choose("Which birds?", wanted, router(SHIPS), ALL) == Route(name, reason)


def test_auto_routes() -> None:
    assert choose("Whose ships?", "auto", router(*ALL), ALL).adapter == "sailor"
    assert choose("Whose ships?", "auto", None, ()) == Route(None, "base model: no adapter has passed yet")


@pytest.mark.parametrize(
    ("wanted", "there", "message"),
    [
        ("bad", ALL, "Adapter bad cannot be used: it is a pickle. Export it as safetensors"),
        (
            "sailer",
            ALL,
            "There is no adapter 'sailer'. Did you mean sailor? There are: sailor, poor.rejected, new, bad",
        ),
        ("x", (), "There is no adapter 'x'. There is none yet: the base model answers"),
        ("../x", ALL, "There is no adapter '../x'. There are: sailor, poor.rejected, new, bad"),
    ],
)
def test_a_name_that_cannot_be_used(wanted: str, there: tuple[Adapter, ...], message: str) -> None:
    with pytest.raises(AdapterError, match=re.escape(message)):
        choose("Whose ships?", wanted, None, there)
    assert named("bad", ALL) is REFUSED


@pytest.fixture(scope="module")
def real(embedding: Any) -> Router:
    """The written examples on three cards, encoded once."""
    return Router(embedding, written(), 0.02)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("A ticket is 9 dollars for adults and 5 for children. What do two adults and three children pay?", "math"),
        ("ตั๋วผู้ใหญ่ราคา 90 บาท เด็ก 45 บาท ผู้ใหญ่ 2 คนกับเด็ก 4 คนต้องจ่ายกี่บาท", "math"),
        ("How much did the ticket cost in 1924 and in 1930?", "cite"),
        ("ค่าโดยสารใน พ.ศ. 2480 และ พ.ศ. 2490 เป็นเท่าไร", "cite"),
        ("Sum up chapter 4 in three sentences.", "summarize"),
        ("ย่อบทที่ 4 ให้เหลือสามประโยค", "summarize"),
    ],
)
def test_the_real_embedder_answers_with_a_reason(embedding: Any, real: Router, question: str, name: str) -> None:
    route = real.route(question)
    assert route.adapter == name
    assert re.match(rf"{name}: nearest example »[^«]+« \.\d{{3}}, \.\d{{3}} before \w+", route.reason)
    assert route.similarity is not None
    examples = [example for one in written() if one.card and one.name == name for example in one.card.examples]
    examples += ORDINARY if name == "cite" else ()
    vector = embedding.encode_queries([question])[0]
    nearest = examples[int(np.argmax(embedding.encode_queries(examples) @ vector))]
    assert route.similarity == pytest.approx(float(embedding.encode_queries([nearest])[0] @ vector), abs=1e-3)
