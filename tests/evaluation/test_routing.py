"""The routing exam: its questions, what counts as right, and what is measured."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from kb.evaluation import exams, routing
from kb.evaluation.lines import Line
from kb.evaluation.room import Room
from kb.evaluation.routing import Asked, adapters, measure, read, right

NAMES = ("examples", "fit", "report", "last")


def test_the_report_set_is_as_large_as_promised() -> None:
    kinds = Counter((one.kind, one.language) for one in read("report"))
    assert kinds == {
        ("math", "en"): 30,
        ("math", "th"): 30,
        ("documents", "en"): 45,
        ("documents", "th"): 45,
        ("summarize", "en"): 25,
        ("summarize", "th"): 25,
    }


def test_no_question_stands_in_two_sets() -> None:
    """Numbers and punctuation aside; Thai ones are Thai, and ids are unique."""
    everything = [one for name in NAMES for one in read(name)]
    assert len({one.id for one in everything}) == len(everything)
    same = Counter(re.sub(r"[\d\W]+", "", one.question.lower()) for one in everything)
    assert {text: count for text, count in same.items() if count > 1 and len(text) > 8} == {}
    for one in everything:
        if one.language == "en" or one.kind != "math":
            assert bool(re.search("[ก-๙]", one.question)) == (one.language == "th"), one


def test_cards_carry_both_languages() -> None:
    for adapter in (*adapters(), *adapters(every=routing.FEW)):
        assert adapter.card
        thai = sum(bool(re.search("[ก-๙]", example)) for example in adapter.card.examples)
        assert (len(adapter.card.examples), thai) in ((50, 25), (5, 2))
        assert adapter.card.grounded == (adapter.name != "math")


@pytest.mark.parametrize(
    ("kind", "chosen", "there", "expected"),
    [
        ("math", "math", ("math", "documents"), True),
        ("math", None, ("math",), False),
        ("math", None, ("documents",), True),
        ("math", "cite", ("documents",), True),
        ("math", "summarize", ("documents", "summarize"), False),
        ("documents", None, ("math", "documents"), True),
        ("documents", "cite", ("math", "documents"), True),
        ("documents", "math", ("math",), False),
        ("documents", "summarize", ("documents", "summarize"), False),
        ("summarize", "summarize", ("summarize",), True),
        ("summarize", None, ("summarize",), False),
        ("summarize", None, ("math",), True),
    ],
)
def test_what_is_right(kind: Any, chosen: str | None, there: Any, expected: bool) -> None:
    assert right(Asked("1", kind, "en", "?"), chosen, adapters(there)) is expected


class Blind:
    """The double: every text is the same to it."""

    def encode_queries(self, texts: Any) -> Any:
        return np.tile(np.asarray([[1.0, 0.0]], np.float32), (len(texts), 1))


ASKED = (
    Asked("1", "math", "en", "What is 3 times 4?"),
    Asked("2", "documents", "en", "Who built the mill?"),
    Asked("3", "documents", "th", "ใครสร้างโรงสี"),
    Asked("4", "summarize", "th", "สรุปรายงาน"),
)


def by_name(lines: list[Line]) -> dict[tuple[str, str], tuple[float, int]]:
    return {(line.part, line.measure): (line.interval.value, line.interval.n) for line in lines}


def test_the_lines_against_a_count_by_hand() -> None:
    """Where similarity says nothing, the form decides, and plain nearest takes the first adapter: math."""
    lines = by_name(measure(ASKED, Blind(), 0.02))
    assert lines["routing", "right"] == (1.0, 4)
    assert lines["routing", "right: English"] == (1.0, 2)
    assert lines["routing", "right: documents"] == (1.0, 2)
    assert lines["routing", routing.ASTRAY] == (0.0, 2)
    assert lines["plain nearest", "right"] == (0.25, 4)
    assert lines["plain nearest", routing.ASTRAY] == (1.0, 2)
    assert lines["routing", "right: over plain nearest"] == (0.75, 4)
    assert lines["math alone", "right"] == (1.0, 4)


def test_the_real_exam_reaches_its_bounds(embedding: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from kb.evaluation.shelf import Shelf
    from kb.settings import Settings

    monkeypatch.setattr(Shelf, "embedding", lambda self: embedding)
    room = Room(tmp_path / "no data", Shelf(tmp_path, Settings()), lambda *_: None)
    lines = exams.EXAMS["routing"].lines(room)
    assert [line for line in lines if line.reached is False] == []
    assert sum(line.bound is not None for line in lines) == 5
    values = by_name(lines)
    assert values["routing", "right"][1] == 200
    assert values["routing", "right"][0] >= 0.95
    assert values["routing", routing.ASTRAY] == (0.0, 90)
    assert values["written last", "right"][0] >= 0.95
