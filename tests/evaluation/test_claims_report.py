from __future__ import annotations

import pytest

from kb.evaluation.claims import (
    report_english_amounts,
    report_english_false,
    report_english_figures,
    report_english_persons,
    report_english_roles,
    report_english_true,
    report_thai_amounts,
    report_thai_false,
    report_thai_figures,
    report_thai_true,
)
from kb.evaluation.claims.case import Rewrite
from tests.evaluation.test_claims import made, place

REWORDED = [
    (report_english_true.inserted, "In many lands, wolves are protected by law.",
     "Wolves are, in many lands, protected by law."),
    (report_english_true.fronted, "The mill turned its wheel by diverting the stream.",
     "By diverting the stream, the mill turned its wheel."),
    (report_english_true.listed, "The stew is made of onions, barley and mutton.",
     "The stew is made of mutton, onions and barley."),
    (report_english_true.turned, "The old bridge was weak, but the carts kept crossing it.",
     "Although the old bridge was weak, the carts kept crossing it."),
    (report_english_true.dropped, "The ferry crossed slowly to the far bank, which was in fog.",
     "The ferry crossed slowly to the far bank."),
    (report_english_persons.made_active, "The wall was destroyed by floods.", "Floods destroyed the wall."),
    (report_english_persons.made_passive, "The council rejected the plan.", "The plan was rejected by the council."),
    (report_english_amounts.numerals, "The barn holds 145 goats.", "The barn holds one hundred and forty-five goats."),
    (report_english_amounts.numerals, "It cost 5 million.", "It cost 5,000,000."),
    (report_english_amounts.spelt, "They bought three hundred sheep.", "They bought 300 sheep."),
    (report_english_amounts.days, "He died on 16 October 1973.", "He died on 16.10.1973."),
    (report_english_amounts.years, "It stood from 1914 to 1918.", "It stood between 1914 and 1918."),
    (report_english_amounts.ages, "It was built in the 1960s.", "It was built in the nineteen-sixties."),
    (report_english_amounts.units, "It cost $5 million in all.", "It cost 5 million US dollars in all."),
    (report_thai_true.time_inside, "ในปี 2516 โรงเรียนบ้านนาได้รับรางวัลใหญ่", "โรงเรียนบ้านนา ในปี 2516 ได้รับรางวัลใหญ่"),
    (report_thai_true.listed, "สัตว์ที่พบได้แก่ กวาง หมี และเสือ", "สัตว์ที่พบได้แก่ เสือ กวาง และหมี"),
    (report_thai_true.doer_first, "เมืองหลวงถูกโจมตีโดยกองทัพเรือ", "กองทัพเรือโจมตีเมืองหลวง"),
    (report_thai_amounts.numerals, "มีนักเรียน 120 คน", "มีนักเรียนหนึ่งร้อยยี่สิบคน"),
    (report_thai_amounts.spelt, "มีผู้ชม 19 ล้านคน", "มีผู้ชม สิบเก้าล้านคน"),
    (report_thai_amounts.days, "เกิดวันที่ 6 ตุลาคม พ.ศ. 2516", "เกิดวันที่ 6 ตุลาคม ค.ศ. 1973"),
    (report_thai_amounts.years, "ก่อตั้งเมื่อ ค.ศ. 1973", "ก่อตั้งเมื่อ พุทธศักราช 2516"),
    (report_thai_amounts.ages, "สร้างในศตวรรษที่ 19", "สร้างในศตวรรษที่ ๑๙"),
    (report_thai_amounts.units, "ยาว 135 ตารางเมตร", None),
]  # fmt: skip


@pytest.mark.parametrize(("rewrite", "text", "expected"), REWORDED)
def test_a_true_sentence_is_reworded(rewrite: Rewrite, text: str, expected: str | None) -> None:
    claims_made = made(rewrite, place(text))
    assert expected in claims_made if expected else claims_made
    assert text not in claims_made


def test_a_person_is_named_otherwise() -> None:
    where = place("He wrote two books.", before="Henry Marsh was a poet.", after="Marsh died young.")
    assert made(report_english_persons.spoken_of, where) == ["Henry Marsh wrote two books."]
    assert not made(report_english_persons.spoken_of, place("She wrote two books.", before="Henry Marsh was a poet."))
    last = place("Marsh died young.", before="Henry Marsh was a poet.")
    assert made(report_english_persons.renamed, last) == ["Henry Marsh died young."]


def test_sentences_of_one_subject_are_joined() -> None:
    where = place("He crossed the river at dawn.", after="He burnt the bridge behind him.")
    assert "He crossed the river at dawn and burnt the bridge behind him." in made(report_english_true.joined, where)
    apart = place("It rained.", before="The river rose.", after="The dam broke.")
    assert made(report_english_true.apart, apart) == ["The river rose, and the dam broke."]


def test_a_place_is_spoken_of_by_its_kind() -> None:
    where = place("วัดป่าแดงตั้งอยู่ริมน้ำ", title="วัดป่าแดง")
    assert made(report_thai_true.named, where) == ["วัดแห่งนี้ตั้งอยู่ริมน้ำ"]


@pytest.mark.parametrize("rewrite", [report_thai_amounts.days, report_thai_amounts.years])
def test_a_thai_date_before_the_year_began_in_january_is_not_moved_to_the_other_era(rewrite: Rewrite) -> None:
    assert not [
        claim for claim in made(rewrite, place("เกิดวันที่ 1 กุมภาพันธ์ พ.ศ. 2478")) if "1935" in claim or "๑๙๓๕" in claim
    ]
    assert [claim for claim in made(rewrite, place("เกิดวันที่ 1 กุมภาพันธ์ พ.ศ. 2500")) if "1957" in claim or "๑๙๕๗" in claim]


FALSIFIED = [
    (report_english_false.negation, "The well has a roof.", "The well has no roof."),
    (report_english_false.opposite, "The visible part is stone.", "The invisible part is stone."),
    (report_english_false.other_names, "They met Henry Marsh there.", None),
    (report_english_roles.roles, "The wall was destroyed by floods.", "Floods were destroyed by the wall."),
    (report_english_false.quantifiers, "Rarely do they sing.", "Nearly always do they sing."),
    (report_english_false.comparatives, "It is larger than the barn.", "It is much smaller than the barn."),
    (report_english_figures.numbers, "The dam holds 450 boats.", None),
    (report_english_figures.units, "It is 135 km long.", None),
    (report_english_figures.years, "It was built in 1902.", None),
    (report_english_figures.days, "It fell on Monday.", None),
    (report_english_figures.ages, "It fell in 44 BC.", "It fell in 44 AD."),
    (report_thai_false.negation, "โรงเรียนนี้ตั้งอยู่ริมน้ำ", "โรงเรียนนี้ไม่ได้ตั้งอยู่ริมน้ำ"),
    (report_thai_false.comparatives, "ภูเขานี้สูงที่สุดในประเทศ", "ภูเขานี้สูงอันดับสิบในประเทศ"),
    (report_thai_false.roles, "เมืองหลวงถูกโจมตีโดยกองทัพเรือ", "กองทัพเรือถูกโจมตีโดยเมืองหลวง"),
    (report_thai_figures.numbers, "มีนักเรียน 120 คน", None),
    (report_thai_figures.units, "ยาว 135 กิโลเมตร", None),
    (report_thai_figures.years, "ก่อตั้งเมื่อ พ.ศ. 2516", None),
]  # fmt: skip


@pytest.mark.parametrize(("rewrite", "text", "expected"), FALSIFIED)
def test_a_sentence_is_made_false(rewrite: Rewrite, text: str, expected: str | None) -> None:
    claims_made = made(rewrite, place(text))
    assert expected in claims_made if expected else claims_made
    assert text not in claims_made


@pytest.mark.parametrize(
    ("limit", "higher"), [("at least", True), ("more than", True), ("up to", False), ("fewer than", False)]
)
def test_a_bound_is_made_tighter_than_it_is(limit: str, higher: bool) -> None:
    claims_made = made(report_english_figures.numbers, place(f"The dam holds {limit} 450 boats."))
    assert claims_made
    for claim in claims_made:
        assert (int("".join(sign for sign in claim if sign.isdigit())) > 450) is higher
    assert not made(report_english_figures.units, place(f"The walk takes {limit} 4 hours."))


def test_what_holds_below_a_bound_is_not_made_false_by_a_lower_one() -> None:
    assert not made(report_english_figures.numbers, place("Families with incomes below $60,000 pay nothing."))
    assert not made(report_english_figures.units, place("He comes within 2 hours."))


def test_a_number_comes_from_beside() -> None:
    where = place("The dam holds 450 boats.", after="It cost 720 coins.")
    assert made(report_english_figures.neighbours, where) == ["The dam holds 720 boats."]
    where = place("The dam holds two boats.", after="It has seven gates.")
    assert made(report_english_figures.neighbour_words, where) == ["The dam holds seven boats."]


def test_what_two_sentences_say_is_stitched() -> None:
    where = place("The old mill was built by monks.", after="The new bridge was burnt by soldiers.")
    assert made(report_english_false.stitched, where) == ["The old mill was burnt by soldiers."]
