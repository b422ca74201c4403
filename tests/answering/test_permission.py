"""Who may write: every way through `permit`, and what a card must show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kb.answering.permission import Wanted, meets, permit
from kb.models.adapters import Adapter
from kb.models.base_card import Base
from kb.models.cards import Card, Score
from kb.models.routing import Route
from kb.settings import BarSettings

BAR = BarSettings()
LESS = "what quotes reach, less the margin"
ENOUGH = {
    "citation_precision": Score(0.97, 0.9, 1.0, 80),
    "answer_accuracy": Score(0.88, 0.8, 0.9, 70),
    "quote_accuracy": Score(0.90, 0.8, 1.0, 70),
    "foreign_refused": Score(0.96, 0.9, 1.0, 16),
    "same_topic_refused": Score(0.2, 0.1, 0.3, 16),
    "false_refusals": Score(0.15, 0.1, 0.2, 70),
}


def card(name: str = "own/model", who: str = "base", **changes: Any) -> Card:
    scores = {**ENOUGH, **{key: Score(value, 0, 1, ENOUGH[key].n) for key, value in changes.items()}}
    return Card(
        name=name,
        task="answers",
        grounded=True,
        base="own/model",
        base_digest="weights",
        quantisation="none",
        prompt_digest="prompts",
        data_digest="questions",
        seed=0,
        passed=True,
        scores={who: scores},
    )


def base(of: Card | None = None, **changes: Any) -> Base:
    known = Base("own/model", "weights", "none", "prompts", Path("card.json"), 53, of)
    return replace(known, **changes)


def adapter(name: str = "cite", state: Any = "passed", why: str = "", **changes: Any) -> Adapter:
    made = replace(card(name, "adapter"), **changes)
    return Adapter(name, Path(name), made, 8, (), 1, "digest", state, why)


def decided(wanted: Wanted, by: Adapter | None = None, of: Base | None = None) -> tuple[str, str | None, str]:
    route = Route(by.name if by else None, "the nearest")
    found = permit(wanted, route, by, of or base(), BAR)
    assert found.wanted == wanted
    return found.mode, found.adapter, found.reason


def test_a_base_model_writes_by_itself_only_with_a_card_that_passes() -> None:
    assert decided("auto", of=base(card())) == ("compose", None, "own/model writes: its card passes the bar")
    assert decided("auto", of=base(card(foreign_refused=0.9))) == (
        "quote",
        None,
        "quotes: own/model may not write: foreign refused is 0.900, 0.95 is needed",
    )


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (base(), "it is not judged yet: kb evaluate answers (about 53 minutes)"),
        (base(card(), base_digest="other"), "its card is of other weights: judge it again with kb evaluate answers"),
        (base(card(), base_digest=""), "its card is of other weights"),
        (base(card(), quantisation="nf4"), "its card is of the quantisation none, not nf4"),
        (base(card(), prompt_digest="other"), "its card is of other prompts"),
    ],
)
def test_a_card_of_something_else_is_no_card(of: Base, why: str) -> None:
    mode, writer, reason = decided("auto", of=of)
    assert (mode, writer) == ("quote", None)
    assert reason.startswith(f"quotes: own/model may not write: {why}")
    mode, writer, reason = decided("compose", of=of)
    assert (mode, writer) == ("compose", None)
    assert reason.startswith(f"own/model writes because compose was asked for, although {why}")


def test_an_adapter_that_passed_writes_whatever_the_base_model_is() -> None:
    assert decided("auto", adapter()) == ("compose", "cite", "adapter cite writes: its card passes the bar")


@pytest.mark.parametrize(
    ("by", "why"),
    [
        (adapter(state="rejected", why="too few citations"), "too few citations"),
        (adapter(state="unjudged", why="it was not judged yet"), "it was not judged yet"),
        (adapter(prompt_digest="other"), "its card is of other prompts: judge it again"),
        (adapter(scores={"adapter": {"accuracy": Score(1, 1, 1, 200)}}), "0 questions were asked, 100 are needed"),
        (adapter(scores={"base": ENOUGH}), "0 questions were asked, 100 are needed"),
    ],
)
def test_an_adapter_that_did_not_pass_leaves_the_answer_to_the_base_model_or_to_quotes(by: Adapter, why: str) -> None:
    mode, writer, reason = decided("auto", by)
    assert (mode, writer) == ("quote", None)
    assert reason.startswith(f"quotes: adapter cite may not write: {why}")
    assert reason.endswith("own/model may not write: it is not judged yet: kb evaluate answers (about 53 minutes)")
    mode, writer, reason = decided("auto", by, base(card()))
    assert (mode, writer) == ("compose", None)
    assert reason.endswith("own/model writes: its card passes the bar")
    mode, writer, reason = decided("compose", by, base(card()))
    assert (mode, writer) == ("compose", "cite")
    assert reason.startswith(f"adapter cite writes because compose was asked for, although {why}")


def test_an_adapter_without_documents_works_instead_of_composing() -> None:
    math = adapter("math", grounded=False, scores={"adapter": {"solved": Score(0.4, 0.3, 0.5, 300)}})
    assert decided("auto", math) == (
        "task",
        "math",
        "adapter math writes: it passed, and is for questions that need no document",
    )
    mode, writer, reason = decided("compose", math)
    assert (mode, writer) == ("compose", "math")
    assert "not on what it says of documents" in reason
    assert decided("auto", replace(math, state="rejected", why="no better"))[0] == "quote"


def test_quotes_are_written_by_nobody() -> None:
    assert decided("quote", adapter(), base(card())) == ("quote", None, "quotes were asked for")


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ()),
        ({"citation_precision": 0.95}, ()),
        ({"citation_precision": 0.949}, ("citation precision is 0.949, 0.95 is needed",)),
        (
            {"answer_accuracy": 0.879},
            ("answer accuracy is 0.879, 0.880 is needed: what quotes reach, less the margin",),
        ),
        ({"quote_accuracy": 0.98, "answer_accuracy": 0.96}, ()),
        ({"false_refusals": 0.151}, ("false refusals is 0.151, 0.15 at most is needed",)),
        ({"same_topic_refused": 0.0}, ()),
    ],
)
def test_the_bar_is_kept_exactly_on_it(changes: dict[str, float], missing: tuple[str, ...]) -> None:
    assert meets(card(**changes), BAR) == missing


def test_every_measure_is_needed_and_enough_questions() -> None:
    for name in ENOUGH.keys() - {"same_topic_refused"}:
        left = {key: score for key, score in ENOUGH.items() if key != name}
        assert any("was not measured" in text for text in meets(replace(card(), scores={"base": left}), BAR)), name
    few = {**ENOUGH, "same_topic_refused": Score(1, 1, 1, 13)}
    assert meets(replace(card(), scores={"base": few}), BAR) == ("99 questions were asked, 100 are needed",)
    unbalanced = {**few, "answer_accuracy": Score(0.9, 0.8, 1, 90)}
    text = "29 unanswerable questions were asked, 30 are needed"
    assert meets(replace(card(), scores={"base": unbalanced}), BAR) == (text,)
    unbalanced = {**few, "answer_accuracy": Score(0.9, 0.8, 1, 59), "foreign_refused": Score(1, 1, 1, 90)}
    text = "59 answerable questions were asked, 60 are needed"
    assert meets(replace(card(), scores={"base": unbalanced}), BAR) == (text,)


def test_a_lower_bar_lets_the_same_card_pass() -> None:
    low = card(citation_precision=0.8)
    assert meets(low, BarSettings(citation_precision=0.8)) == ()
    assert permit("auto", Route(None, ""), None, base(low), BarSettings(citation_precision=0.8)).mode == "compose"
