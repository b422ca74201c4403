"""What the settings ask for, step by step."""

from __future__ import annotations

import pytest

from kb.errors import SettingsError
from kb.retrieval.cutoff import Bounds
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.plan import Plan
from kb.retrieval.postprocessors import AutoTopK, Diversity, NearDuplicateFilter, RelevanceFilter
from kb.settings import RetrievalSettings, Settings

E5 = FusionWeights(0.7, 1.0, 0.5)
DEFAULTS = RetrievalSettings()


def bounds(plan: Plan, top_k: int | None = None, parts: int = 1) -> Bounds:
    steps = dict(plan.postprocessors(E5, top_k, parts))
    assert isinstance(steps["top-k"], AutoTopK)
    return steps["top-k"].bounds


def test_the_steps_stand_in_order_with_their_settings() -> None:
    settings = DEFAULTS.model_copy(update={"least_relevance": 0.3, "sameness": 0.6, "mmr_lambda": 0.4})
    steps = list(Plan.of(settings).postprocessors(E5))
    assert [name for name, _ in steps] == ["relevance", "near-duplicate", "top-k", "mmr"]
    relevance, repeats, _, diversity = (step for _, step in steps)
    assert isinstance(relevance, RelevanceFilter)
    assert relevance.similarity_cutoff == 0.3
    assert isinstance(repeats, NearDuplicateFilter)
    assert repeats.sameness == 0.6
    assert isinstance(diversity, Diversity)
    assert (diversity.balance, diversity.range, diversity.budget) == (0.4, E5, settings.prompt_tokens)


def test_what_is_off_is_not_there() -> None:
    off = {"near_duplicates": False, "sentences": False, "parts": False}
    plan = Plan.of(DEFAULTS.model_copy(update=off))
    assert "near-duplicate" not in dict(plan.postprocessors(E5))
    assert plan.sentences is None
    assert not plan.query.parts


def test_k_is_free_within_bounds_or_fixed() -> None:
    free = Plan.of(DEFAULTS)
    assert bounds(free) == Bounds(DEFAULTS.top_k_least, DEFAULTS.top_k_most, DEFAULTS.prompt_tokens)
    fixed = Plan.of(DEFAULTS.model_copy(update={"auto_top_k": False, "top_k": 7}))
    assert bounds(fixed) == Bounds(7, 7, DEFAULTS.prompt_tokens)


def test_a_number_that_was_asked_for_goes_before_the_prompt() -> None:
    asked = bounds(Plan.of(DEFAULTS), top_k=12)
    assert (asked.least, asked.most) == (12, 12)
    assert asked.budget > 10**9


def test_each_part_of_a_question_has_a_right_to_passages_of_its_own() -> None:
    plan = Plan.of(DEFAULTS.model_copy(update={"top_k_least": 2, "top_k_most": 8}))
    assert [bounds(plan, parts=parts).least for parts in (1, 2, 3)] == [2, 6, 8]
    assert bounds(Plan.of(DEFAULTS.model_copy(update={"top_k_least": 7})), parts=2).least == 7
    fixed = Plan.of(DEFAULTS.model_copy(update={"auto_top_k": False, "top_k": 4}))
    assert bounds(fixed, parts=2).least == 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"top_k": 60}, "top_k .60. is larger than pool .50."),
        ({"top_k_least": 9, "top_k_most": 8}, "top_k_least .9., top_k_most .8."),
        ({"top_k_most": 80}, "top_k_most .80. and pool .50."),
        ({"mmr_lambda": 1.5}, "retrieval.mmr_lambda"),
        ({"mmr_lambda": -0.1}, "retrieval.mmr_lambda"),
        ({"least_relevance": 2}, "retrieval.least_relevance"),
        ({"sameness": 0}, "retrieval.sameness"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings._checked({"retrieval": wrong}, "settings.toml")
