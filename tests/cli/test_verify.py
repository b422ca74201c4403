"""kb verify: what is shown of a verdict, and of a whole file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kb.answering.answer import Citation
from kb.answering.checking import Checked
from kb.cli.frame import Desk
from tests.cli.conftest import QUOTE, THAI_QUOTE, Run

PROVEN = Checked(
    "The salary is 4 pounds.", "supported", "the source says so", (Citation(1, "a.txt", 2, 3, 5, 67, QUOTE),)
)
WRONG = Checked("The salary is 9 pounds.", "contradicted", "the source says 4 pounds, the claim 9 pounds")
THAI = Checked("เปิดวันจันทร์", "partial", "เปิด", (Citation(1, "ก.pdf", None, None, 0, 31, THAI_QUOTE),))


class Base:
    """The double of a knowledge base."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def __enter__(self) -> Base:
        return self

    def __exit__(self, *_: object) -> None:
        self.asked.append("closed")

    def verify(self, claim: str, quotes: list[str] | None) -> Checked:
        self.asked.append((claim, quotes))
        return WRONG if "9" in claim else PROVEN

    def verify_file(self, file: str, quotes: list[str] | None, progress: Callable[..., None]) -> list[Checked]:
        self.asked.append((file, quotes))
        progress("checking", 3, 3)
        return [PROVEN, WRONG, THAI]


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Base:
    made = Base()
    monkeypatch.setattr(Desk, "knowledge_base", lambda desk: made)
    return made


def test_a_proven_claim_shows_its_proof_and_where_it_stands(base: Base, run: Run) -> None:
    assert run("verify", PROVEN.claim).stdout.splitlines() == [
        "supported",
        "the source says so",
        "[1] a.txt, pages 2-3",
        f"    »{QUOTE}«",
    ]
    assert base.asked == [(PROVEN.claim, None), "closed"]


def test_a_claim_that_is_not_proven_says_why(base: Base, run: Run) -> None:
    result = run("verify", WRONG.claim, "--quote", "one", "--quote", "two")
    assert (result.exit_code, result.stdout.splitlines()) == (0, ["contradicted", WRONG.why])
    assert base.asked[0] == (WRONG.claim, ["one", "two"])


def test_json_is_the_verdict(base: Base, run_json: Callable[..., tuple[int, Any]]) -> None:
    code, found = run_json("verify", PROVEN.claim)
    assert code == 0
    assert set(found) == {"claim", "status", "why", "citations"}
    assert found["citations"][0]["quote"] == QUOTE


def test_a_file_is_a_table_of_its_sentences(base: Base, run: Run) -> None:
    lines = run("verify", "--file", "draft.txt").stdout.splitlines()
    assert lines[0].split() == ["verdict", "sentence", "proof,", "or", "why", "not"]
    assert lines[1].startswith("supported")
    assert f"a.txt, page 2: »{QUOTE}«" in lines[1]
    assert lines[2].startswith("contradicted")
    assert WRONG.why in lines[2]
    assert lines[3].startswith("partly")
    assert f"เปิด; ก.pdf: »{THAI_QUOTE}«" in lines[3]
    assert lines[4] == "3 sentences: 1 supported, 1 partly, 1 contradicted"
    assert base.asked[0] == ("draft.txt", None)


def test_a_file_as_json_counts_every_verdict(base: Base, run_json: Callable[..., tuple[int, Any]]) -> None:
    _, found = run_json("verify", "--file", "draft.txt")
    assert found["counts"] == {"supported": 1, "partial": 1, "contradicted": 1, "not_found": 0}
    assert [one["status"] for one in found["claims"]] == ["supported", "contradicted", "partial"]


@pytest.mark.parametrize("arguments", [(), ("A claim.", "--file", "draft.txt")])
def test_it_takes_a_claim_or_a_file(base: Base, run: Run, arguments: tuple[str, ...]) -> None:
    result = run("verify", *arguments)
    assert result.exit_code == 2
    assert "Give a claim, or --file FILE" in result.stderr
