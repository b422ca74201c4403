"""Cards: what is written is read again, and nonsense is refused by file and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import AdapterError
from kb.models.cards import Card, Score, card_of, read_card, write_card
from tests.models.adapters_fixtures import card


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = card("math", grounded=False, settings={"method": "qlora", "steps": 60}, reasons=("สั้น",), passed=False)

    write_card(written, tmp_path / "card.json")

    read = read_card(tmp_path / "card.json")
    assert read == written
    assert read.scores["adapter"]["accuracy"].low == 0.8
    assert next(iter(json.loads((tmp_path / "card.json").read_text()))) == "schema"


def test_a_base_models_card_is_judged_by_scores_of_the_base() -> None:
    scores = {"base": {"citation_precision": Score(0.96, 0.95, 0.97, 100)}}

    assert card("tiny", scores=scores).judged
    assert not card("math", scores=scores, passed=False).judged


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("schema", 2, "schema is 2; this program reads 1"),
        ("scores", {}, "passed is true and there are no scores of the adapter"),
        (
            "scores",
            {"base": {"accuracy": [0.5, 0.4, 0.6, 10]}},
            "passed is true and there are no scores of the adapter",
        ),
        ("scores", {"adapter": {"accuracy": [0.5, 0.6, 0.4, 10]}}, "outside its interval from 0.6 to 0.4"),
        ("scores", {"adapter": {"accuracy": [0.7, 0.4, 0.6, 10]}}, "0.7 outside its interval"),
        ("scores", {"adapter": {"accuracy": [0.5, 0.4, 0.6, 0]}}, "measured on 0 questions"),
        ("scores", {"adapter": {"accuracy": [0.5, 0.4, 0.6, 9.5]}}, "measured on 9.5 questions"),
        ("scores", {"adapter": {"accuracy": [0.5, float("nan"), 0.6, 10]}}, "must be [value, low, high, n]"),
        ("scores", {"adapter": {"accuracy": [0.5, 0.4, float("inf"), 10]}}, "must be [value, low, high, n]"),
        ("scores", {"adapter": {"accuracy": [True, 0, 1, 10]}}, "must be [value, low, high, n]"),
        ("scores", {"adapter": {"accuracy": 0.9}}, "scores.adapter.accuracy must be [value, low, high, n]"),
        ("scores", {"adaptor": {}}, "scores.'adaptor' is neither base nor adapter"),
        ("examples", ["q"] * 51, "holds 51 questions; 50 are the most"),
        ("examples", ["q", " "], "examples[1] must be a text"),
        ("examples", "What?", "must be a list of texts"),
        ("passed", "yes", "passed must be true or false"),
        ("grounded", 1, "grounded must be true or false"),
        ("seed", -1, "seed must be a whole number"),
        ("name", "", "name must be a text"),
        ("base_digest", None, "base_digest must be a text"),
        ("pased", True, "'pased' is no field of a card; did you mean passed?"),
    ],
)
def test_nonsense_is_refused_by_file_and_field(tmp_path: Path, field: str, value: Any, why: str) -> None:
    path = tmp_path / "card.json"
    path.write_text(json.dumps({**card("math").as_dict(), field: value}))

    with pytest.raises(AdapterError) as refused:
        read_card(path)

    assert str(path) in str(refused.value)
    assert field in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize("field", ["name", "task", "grounded", "base", "base_digest", "quantisation", "seed", "passed"])
def test_a_missing_field_is_named(field: str) -> None:
    values = card("math").as_dict()
    del values[field]

    with pytest.raises(AdapterError, match=f"{field} is missing"):
        card_of(values, "card.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": 1', "[" * 100_000, "\udcff", "1" * 5_000])
def test_what_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "card.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(AdapterError, match=r"card\.json"):
        read_card(tmp_path / "card.json")


def test_a_card_that_would_not_be_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_card(card("math"), path)
    before = path.read_bytes()

    with pytest.raises(AdapterError, match="outside its interval"):
        write_card(card("math", scores={"adapter": {"accuracy": Score(2, 0, 1, 100)}}), path)

    assert path.read_bytes() == before


def test_a_failing_disk_leaves_the_old_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "card.json"
    write_card(card("math"), path)
    before = path.read_bytes()

    def failing(file: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.durable.sync", failing)
    with pytest.raises(Exception, match="has no room left"):
        write_card(card("math", seed=7), path)

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["card.json"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(card("math").as_dict())), _JSON, min_size=1, max_size=3))
def test_any_values_give_a_card_or_an_adapter_error(changes: dict[str, Any]) -> None:
    try:
        read = card_of({**card("math").as_dict(), **changes}, "card.json")
    except AdapterError:
        return
    assert isinstance(read, Card)
    assert not read.passed or read.scores["adapter"]
    assert card_of(json.loads(json.dumps(read.as_dict())), "again") == read or changes.keys() & {"settings"}
