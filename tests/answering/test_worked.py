"""Drafts that work something out: what is right, what is wrong, and what is from nowhere."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.answering.worked import worked

COMPUTED, WRONG, UNKNOWN = "computed", "contradicted", "not_found"


def statuses(question: str, draft: str) -> list[str]:
    return [step.status for step in worked(question, draft)]


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("5 and 3", "5 + 3 = 8"),
        ("5 and 3", "5 + 3 = 8 = 3 + 5"),
        ("5 and 3", "Total = 5 + 3 = 8 pieces."),
        ("5 and 3", "5 apples + 3 pears = 8 pieces of fruit"),
        ("5 and 3", "5 plus 3 equals 8"),
        ("5 and 3", "5 times 3 is 15"),
        ("5 and 3", "5 x 3 = 15"),
        ("5 and 3", "(5 + 3) × 5 = 8 × 5 = 40"),
        ("5 and 3", "5(5 + 3) = 40"),
        ("5 and 3", "5 - 3 × 5 = -10"),
        ("5 and 3", "5 > 3"),
        ("5 and 3", "She has 8 (5 + 3 = 8)."),
        ("5 and 3", "In 3 years 5 + 3 = 8, and 8 × 3 = 24."),
        ("5 and 3", "5 × 3\n= 15"),
        ("5 and 3", "**5 × 3 = 15**"),
        ("5 and 3", r"\(5 \times 3 = 15\)"),
        ("15 and 3", r"\frac{15}{3} = 5"),
        ("2 and 3", "2^3 = 8 = 2**3 = 2³"),
        ("48 clips, half as many", "48/2 = <<48/2=24>>24 clips"),
        ("48 clips, half as many", "half of 48 = 24"),
        ("1,250 with 20% off", "20% of 1,250 = 250"),
        ("1250 with 20 percent off", "1,250 × 20/100 = $250.00"),
        ("15 of 20", "15/20 = 75%"),
        ("15 of 20", "15 / 20 × 100 = 75%"),
        ("10 and 3", "10 / 3 = 3.33"),
        ("10 and 3", "10 / 3 ≈ 3"),
        ("17 and 5", "17 ÷ 5 = 3 remainder 2"),
        ("17 กับ 5", "17 ÷ 5 = 3 เศษ 2"),
        ("3 hours", "3 × 60 = 180 minutes"),
        ("2 hours or 120 minutes", "2 hours = 120 minutes"),
        ("100 km in 2 h", "speed = distance / time = 100 km / 2 h = 50 km/h"),
        ("two dozen", "2 × 12 = 24"),
        ("3,500 and 2 1/2", "3500 * 2.5 = 8,750 = 3,500 × 2½"),
        ("ส้ม 12 ผล ผลละ 5 บาท", "12 ผล × 5 บาท = 60 บาท"),
        ("ส้ม ๑๒ ผล ผลละ ๕ บาท", "๑๒ คูณด้วย ๕ เท่ากับ ๖๐ บาท"),
        ("ยี่สิบห้าคน คนละสามใบ", "25 × 3 = 75 ใบ"),
        ("เงินครึ่งหนึ่งของ 500 บาท", "ครึ่งหนึ่งของ 500 เท่ากับ 250"),
        ("ร้อยละ 20 ของ 50", "20 ÷ 100 × 50 = 10"),
        ("ไข่สองโหล", "2 × 12 = 24 ฟอง"),
    ],
)
def test_right_sums_are_computed(question: str, draft: str) -> None:
    assert set(statuses(question, draft)) == {COMPUTED}


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("5 and 3", "5 + 3 = 9"),
        ("5 and 3", "5 apples + 3 pears = 5 pieces"),
        ("5 and 3", "5 + 3 = 8 = 3"),
        ("5 and 3", "5 × 3\n= 5"),
        ("5 and 3", "5 plus 3 is 5"),
        ("5, 3 and 0", "5 / 0 = 3"),
        ("5 and 3", "3 > 5"),
        ("5 and 3", "5 - 3 × 5 = 10"),
        ("20% of 50", "20% of 50 = 20"),
        ("10 and 3", "10 / 3 = 3"),
        ("10 and 4", "10 / 4 = 2.4"),
        ("10 and 4", "10 / 4 ≈ 3.5"),
        ("17 and 5", "17 ÷ 5 = 3 remainder 3"),
        ("48, half as many", "48/2 = <<48/2=25>>24"),
        ("ส้ม 12 ผล ผลละ 5 บาท", "12 ผล × 5 บาท = 12 บาท"),
        ("๑๒ และ ๕", "๑๒ บวก ๕ เท่ากับ ๑๒"),
    ],
)
def test_wrong_sums_are_contradicted(question: str, draft: str) -> None:
    assert statuses(question, draft) == [WRONG]


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("5 and 3", "5 + 4 = 9"),
        ("5 and 3", "The answer is 9."),
        ("5 and 3", "She has nine apples."),
        ("5 และ 3", "เขามีเก้าผล"),
        ("5 and 3", "x + 5 = 8"),
        ("8, 5 and 3", "8 - cost = 3"),
        ("5 and 3", "5 + = 3"),
        ("5 and 3", "5^99999999 = 3"),
        ("5 and 3", "(" * 90 + "5" + ")" * 90 + " = 5"),
        ("3 hours", "3 × 24 = 72"),
        ("2 hours or 110 minutes", "2 hours = 110 minutes"),
        ("5 and 3", "So many: <<9=9>>"),
    ],
)
def test_what_is_from_nowhere_or_cannot_be_recomputed_is_not_found(question: str, draft: str) -> None:
    assert statuses(question, draft) == [UNKNOWN]


def test_only_correct_results_may_be_used_later() -> None:
    draft = "5 + 3 = 8. 5 × 3 = 16. 8 - 3 = 5. 16 + 3 = 19. So there are 8. So there are 16. Let us stop."
    assert statuses("5 and 3", draft) == [COMPUTED, WRONG, COMPUTED, UNKNOWN, COMPUTED, UNKNOWN, COMPUTED]


def test_why_names_the_sum_or_the_number() -> None:
    steps = worked("5 and 3", "5 + 3 = 9.\n5 + 7 = 12.\n5 + 3 = 8.\n5 / 0 = 3.")
    assert [step.why for step in steps] == [
        "5 + 3 is 8, not 9",
        "7 is neither in the question nor an earlier result",
        "recomputed: 5 + 3 = 8",
        "it divides by zero",
    ]


def test_the_steps_are_the_draft_piece_by_piece() -> None:
    draft = "## First\n\n1. \\(5 + 3 = 8\\). Then:\n- 8 × 3 = 24 \n  **Answer: \\boxed{24}**\n\n#### 24\n"
    steps = worked("5 and 3", draft)
    assert [step.text for step in steps] == [
        "## First",
        "1. \\(5 + 3 = 8\\).",
        "Then:",
        "- 8 × 3 = 24",
        "**Answer: \\boxed{24}**",
        "#### 24",
    ]
    assert all(draft[step.start : step.end] == step.text for step in steps)
    assert {step.status for step in steps} == {COMPUTED}


def test_names_with_digits_are_no_numbers() -> None:
    assert statuses("10 sheets", "The A4 paper has 10 sheets; one of them is in B5.") == [COMPUTED]


def test_nothing_drafted_has_no_step() -> None:
    assert worked("5 and 3", " \n\n ") == []


def _expression(draw: random.Random, depth: int) -> tuple[str, Fraction, list[Fraction]]:
    if depth == 0 or draw.random() < 0.3:
        number = Fraction(draw.randint(1, 10 ** draw.randint(1, 4)), draw.choice([1, 1, 1, 10, 100]))
        text = f"{float(number):,.2f}".rstrip("0").rstrip(".")
        return text, number, [number]
    left, a, of_left = _expression(draw, depth - 1)
    right, b, of_right = _expression(draw, depth - 1)
    sign = draw.choice("+-*/×÷−")
    if sign in "/÷" and b == 0:
        sign = "+"
    value = {"+": a + b, "-": a - b, "−": a - b, "*": a * b, "×": a * b}.get(sign)
    value = a / b if value is None else value
    return f"({left} {sign} {right})", value, [*of_left, *of_right]


def _exactly(value: Fraction) -> str:
    return f"{value.numerator}" if value.denominator == 1 else f"{value.numerator} / {value.denominator}"


@given(st.integers(0, 10**9))
@settings(max_examples=200, deadline=None)
def test_any_sum_is_recomputed_as_exact_fractions_do(seed: int) -> None:
    draw = random.Random(seed)
    text, value, numbers = _expression(draw, 3)
    given_numbers = [*numbers, Fraction(value.numerator), Fraction(value.denominator)]
    question = "; ".join(f"{float(number):.2f}" if number.denominator > 1 else f"{number}" for number in given_numbers)
    wrong = value + draw.choice([1, -1, Fraction(1, 100), 1000])
    question_of_wrong = f"{question}; {wrong.numerator}; {wrong.denominator}"
    assert statuses(question, f"{text} = {_exactly(value)}") == [COMPUTED]
    assert statuses(question_of_wrong, f"{text} = {_exactly(wrong)}") == [WRONG]


@given(st.text(alphabet="0123456789.,+-*/=()<>%x ab\n\\{}^²½ก๒$#", max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_an_error(draft: str) -> None:
    end = 0
    for step in worked("2 and 3", draft):
        assert draft[step.start : step.end] == step.text
        assert step.start >= end
        assert step.text == step.text.strip() != ""
        end = step.end
