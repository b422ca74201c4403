"""Claims that are not proven: how well they are borne out, and what of them is left."""

from __future__ import annotations

import math

import pytest

from kb.answering.verify import verify
from kb.answering.verify.support import HIGHEST, support
from kb.answering.verify.tokens import tokens

MILL = "Anna Keller built the mill in 1820. It was closed for repairs in 1950. The town bought the mill from her son."


def _score(claim: str, *, contradicted: bool = False, similar: float = 0.0) -> float:
    said, source = tokens(claim, 0, len(claim)), tokens(MILL, 0, len(MILL))
    return support(said, [source], contradicted=contradicted, similar=similar)


def test_the_score_is_the_logistic_of_its_weights() -> None:
    # Both words of "The mill collapsed" but one are there, their pair is not.
    assert _score("The mill collapsed.") == pytest.approx(HIGHEST / (1 + math.exp(-0.7 / 2)))
    assert _score("The mill collapsed.", contradicted=True) == pytest.approx(HIGHEST / (1 + math.exp(1.7 - 0.7 / 2)))
    assert _score("The mill collapsed.", similar=0.5) == pytest.approx(HIGHEST / (1 + math.exp(-1 - 0.7 / 2)))


def test_a_strange_number_or_name_counts_against_a_claim() -> None:
    near = _score("The mill was built by Keller around 1820.")
    assert _score("The mill was built by Keller around 1821.") < near
    assert _score("The mill was built by Whitfield around 1820.") < near


def test_a_proven_claim_comes_before_all_others() -> None:
    assert verify("The mill was built by Anna Keller.", [MILL]).score == 1.0
    assert 0 <= _score("Penguins 1 2 3 4 5 never swim.", contradicted=True) < _score("mill") <= HIGHEST


@pytest.mark.parametrize(
    ("claim", "left"),
    [
        ("Anna Keller built the mill in 1820, and her brother painted it.", "Anna Keller built the mill in 1820."),
        ("Anna Keller built the mill in 1820, which made her rich.", "Anna Keller built the mill in 1820."),
    ],
)
def test_a_claim_is_cut_to_what_is_proven(claim: str, left: str) -> None:
    verdict = verify(claim, [MILL])
    assert (verdict.status, verdict.supported_text) == ("partial", left)
    assert verify(left, [MILL]).status == "supported"
    assert [MILL[proof.start : proof.end] for proof in verdict.proofs] == [left]


def test_nothing_is_left_of_a_claim_that_the_source_denies() -> None:
    verdict = verify("The mill was closed for repairs in 1951.", [MILL])
    assert (verdict.status, verdict.supported_text) == ("contradicted", None)
    assert "1950" in verdict.why
    assert "1951" in verdict.why
