from __future__ import annotations

import itertools
import random
import string
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kb.evaluation import claims
from kb.evaluation.claims import (
    dev_english_false,
    dev_english_true,
    dev_thai_false,
    dev_thai_true,
    second_english_amounts,
    second_english_false,
    second_english_true,
    second_thai_false,
    second_thai_true,
    sources,
)
from kb.evaluation.claims.case import Draw, Families, Place, Rewrite
from kb.evaluation.claims.slots import Amount, Day, Person, english_words, filled, ordinal
from kb.evaluation.datasets import Half
from kb.language import segment

FAMILIES: tuple[tuple[Families, Half], ...] = (("dev", "fit"), ("second", "fit"), ("report", "report"))
LANGUAGES = ("en", "th")


def squeezed(text: str) -> str:
    return "".join(text.casefold().split())


@pytest.mark.parametrize(("families", "half"), FAMILIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_own_passages_alone_give_every_class(families: Families, half: Half, language: str) -> None:
    made = claims.cases(None, half, language, families)
    counted = Counter((case.expected, case.cls) for case in made)
    assert counted.keys() == {
        *(("supported", cls) for cls in claims.POSITIVES),
        *(("refuted", cls) for cls in claims.NEGATIVES),
    }
    assert min(counted.values()) > 50
    assert len({(case.claim, case.quotes) for case in made}) == len(made)
    assert made == claims.cases(None, half, language, families)
    assert made != claims.cases(None, half, language, families, seed=1)


@pytest.mark.parametrize("families", ["dev", "second", "report"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slot_is_left_open_and_no_false_wording_is_a_true_one(families: Families, language: str) -> None:
    rules = claims.family(families, language)
    for frame in rules.frames:
        values = filled(frame, rules.pools, random.Random(0))
        said = {
            label: [text.format(**values) for some in wordings.values() for text in some]
            for label, wordings in (("true", frame.true), ("false", frame.false))
        }
        assert not set(said["true"]) & set(said["false"]), frame.name
        passage = frame.passage.format(**values)
        sentences = {squeezed(passage[start:end]) for start, end in segment.sentences(passage)}
        assert not sentences & {squeezed(claim) for claim in said["false"]}, frame.name
        used = {name for _, name, _, _ in string.Formatter().parse(frame.passage) if name}
        assert used == frame.slots.keys(), frame.name


@pytest.mark.parametrize("developed", ["dev", "second"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_reported_was_written_apart(language: str, developed: Families) -> None:
    dev, report = claims.family(developed, language), claims.family("report", language)
    for one, other in itertools.product(dev.frames, report.frames):
        assert one.passage != other.passage
        for ours, theirs in ((one.true, other.true), (one.false, other.false)):
            assert not set(itertools.chain(*ours.values())) & set(itertools.chain(*theirs.values()))
    assert not set(itertools.chain(*dev.pools.values())) & (set(itertools.chain(*report.pools.values())) - {"history"})
    written = [
        {rewrite for some in (*rules.positives.values(), *rules.negatives.values()) for rewrite in some}
        for rules in (dev, report)
    ]
    assert not written[0] & written[1]


@pytest.mark.parametrize(("families", "half"), FAMILIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_two_thousand_of_each_label(families: Families, half: Half, language: str, data: Path) -> None:
    made = claims.cases(data, half, language, families)
    assert min(Counter(case.expected for case in made).values()) >= 2000
    real = [case for case in made if not case.origin.startswith("written")]
    assert len(real) > 1250
    for case in real:
        assert not any(case.claim in quote for quote in case.quotes), case
    if families == "report":
        assert not [case for case in made if any(squeezed(case.claim) in squeezed(quote) for quote in case.quotes)]
    assert max(Counter((case.cls, case.origin) for case in real).values()) < 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_in_both_halves(language: str, data: Path) -> None:
    fit, report = (sources.places(data, language, half, more=True) for half in ("fit", "report"))
    assert not {place.origin for place in fit} & {place.origin for place in report}
    shared = {place.text for place in fit} & {place.text for place in report}
    assert len(shared) < 0.01 * len(report), shared  # phrases that Wikipedia repeats
    assert all(place.text in place.passage for place in itertools.chain(fit, report))


def place(text: str, passage: str = "", before: str = "", after: str = "", title: str = "-") -> Place:
    whole = passage or " ".join(part for part in (before, text, after) if part)
    return Place("th" if "\u0e00" < text[0] < "\u0e7f" else "en", text, before, after, whole, title, "by hand")


def made(rewrite: Rewrite, where: Place) -> list[str]:
    return list(rewrite(where.text, where, Draw(random.Random(0), ("Elsewhere", "Robin Nowhere"))))


REWORDED = [
    (dev_english_true.time_moved, "In 1973, the city grew.", "The city grew in 1973."),
    (dev_english_true.clauses_turned, "Although it rained, the match began.", "The match began although it rained."),
    (dev_english_true.dropped, "However, the river (a border) froze.", "The river (a border) froze."),
    (dev_english_true.made_active, "The bridge was built by Ann Lee in 1902.", "Ann Lee built the bridge in 1902."),
    (dev_english_true.numerals, "The dam holds 45,000 litres.", "The dam holds forty-five thousand litres."),
    (dev_english_true.eras, "He died on 6 October 1973.", "He died on October 6, 1973."),
    (dev_english_true.units, "It is 135 km long.", "It is 135 kilometres long."),
    (second_english_true.cleft, "In 1973, the city grew a lot.", "It was in 1973 that the city grew a lot."),
    (second_english_true.phrase_last, "Due to the heavy rain, the match was stopped early.",
     "The match was stopped early due to the heavy rain."),
    (second_english_true.made_passive, "Ann Lee founded the first school here in 1902.",
     "The first school here was founded by Ann Lee in 1902."),
    (second_english_true.numerals, "It sold 40,000 copies.", "It sold 40 thousand copies."),
    (second_english_true.spoken, "It holds 1.5 million books.", "It holds 1,500,000 books."),
    (second_english_true.eras, "He died on 6 October 1973.", "He died on 1973-10-06."),
    (second_english_true.eras, "It was founded in 1973.", "It was founded in B.E. 2516."),
    (dev_thai_true.time_moved, "ในปี พ.ศ. 2516 เมืองนี้เจริญขึ้นมาก", "เมืองนี้เจริญขึ้นมาก ในปี พ.ศ. 2516"),
    (dev_thai_true.numerals, "มีผู้เข้าร่วม 1,200 คน", "มีผู้เข้าร่วม ๑,๒๐๐ คน"),
    (dev_thai_true.numerals, "มีผู้เข้าร่วม 1,200 คน", "มีผู้เข้าร่วม หนึ่งพันสองร้อยคน"),
    (dev_thai_true.eras, "ก่อตั้งเมื่อ พ.ศ. 2516", "ก่อตั้งเมื่อ ค.ศ. 1973"),
    (dev_thai_true.units, "ยาว 135 กิโลเมตร", "ยาว 135 กม."),
    (second_thai_true.time_turned, "ในปี พ.ศ. 2516 เมืองนี้เจริญขึ้นมาก", "ปี พ.ศ. 2516 เป็นปีที่เมืองนี้เจริญขึ้นมาก"),
    (second_thai_true.eras, "เกิดวันที่ 6 ตุลาคม พ.ศ. 2516", "เกิดวันที่ 6/10/2516"),
    (second_thai_true.numerals, "มีประชากร 12,000 คน", "มีประชากร 1.2 หมื่นคน"),
]  # fmt: skip


@pytest.mark.parametrize(("rewrite", "text", "expected"), REWORDED)
def test_a_true_sentence_is_reworded(rewrite: Rewrite, text: str, expected: str) -> None:
    assert expected in made(rewrite, place(text))


def test_a_thai_date_before_the_year_began_in_january_is_not_moved_to_the_other_era() -> None:
    for rewrite in (dev_thai_true.eras, second_thai_true.eras):
        assert not [claim for claim in made(rewrite, place("เกิดวันที่ 1 กุมภาพันธ์ พ.ศ. 2478")) if "1935" in claim]
        assert [claim for claim in made(rewrite, place("เกิดวันที่ 1 กุมภาพันธ์ พ.ศ. 2500")) if "1957" in claim]


FALSIFIED = [
    (dev_english_false.negation, "The city was not taken.", "The city was taken."),
    (dev_english_false.opposite, "Prices increased after the war.", "Prices decreased after the war."),
    (dev_english_false.roles, "The army of Rome met. Anna Bell defeated Carl Dorn.", None),
    (dev_english_false.units, "It is 135 km long.", None),
    (dev_english_false.quantifiers, "Most people voted.", "All people voted."),
    (second_english_false.negation, "The king became a monk.", None),
    (second_english_false.comparatives, "It is one of the largest lakes.", None),
    (second_english_amounts.units, "The shop sold 12 tonnes.", None),
    (dev_thai_false.negation, "เมืองนี้ ไม่มีแม่น้ำ", None),
    (dev_thai_false.dates, "ก่อตั้งเมื่อ พ.ศ. 2516", "ก่อตั้งเมื่อ ค.ศ. 2516"),
    (second_thai_false.comparatives, "ภูเขานี้สูงที่สุดในประเทศ", "ภูเขานี้สูงเป็นอันดับสองในประเทศ"),
]


@pytest.mark.parametrize(("rewrite", "text", "expected"), FALSIFIED)
def test_a_sentence_is_made_false(rewrite: Rewrite, text: str, expected: str | None) -> None:
    claims_made = made(rewrite, place(text))
    assert expected in claims_made if expected else claims_made
    assert text not in claims_made


@pytest.mark.parametrize("rewrite", [dev_english_false.numbers, second_english_amounts.numbers])
def test_a_bound_is_not_made_false_by_a_number_that_keeps_it(rewrite: Rewrite) -> None:
    assert made(rewrite, place("The dam holds 450 boats."))
    assert not made(rewrite, place("The dam holds at least 450 boats."))
    assert not made(rewrite, place("The dam holds more than 450 boats."))


def test_a_number_that_stands_in_the_passage_is_not_taken_for_a_wrong_one() -> None:
    passage = "The dam holds 450 boats. " + " ".join(str(number) for number in range(2, 2000))
    assert not made(dev_english_false.numbers, place("The dam holds 450 boats.", passage))


@pytest.mark.parametrize("rewrite", [dev_english_false.neighbour, second_english_amounts.far_numbers])
def test_a_number_comes_from_beside(rewrite: Rewrite) -> None:
    where = place("The dam holds 450 boats.", after="It cost 720 coins.")
    assert made(rewrite, where) == ["The dam holds 720 boats."]


def test_numbers_are_written_in_many_ways() -> None:
    number = Amount(12_345)
    assert [f"{number}", f"{number:plain}", f"{number:๑}", f"{number:ten}"] == ["12,345", "12345", "๑๒,๓๔๕", "123,450"]
    assert f"{number:words}" == "twelve thousand three hundred forty-five"
    assert f"{Amount(1200):th}" == "หนึ่งพันสองร้อย"
    assert english_words(1_000_000) == "one million"
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip


def test_dates_are_written_in_both_eras() -> None:
    day = Day(date(1973, 10, 6))
    assert [f"{day}", f"{day:mdy}", f"{day:iso}", f"{day:nth}", f"{day:my}"] == [
        "6 October 1973", "October 6, 1973", "1973-10-06", "the 6th of October 1973", "October 1973",
    ]  # fmt: skip
    assert [f"{day:th}", f"{day:thce}", f"{day:thshort}", f"{day:๑th}"] == [
        "6 ตุลาคม พ.ศ. 2516", "6 ตุลาคม ค.ศ. 1973", "6 ต.ค. 2516", "๖ ตุลาคม พ.ศ. ๒๕๑๖",
    ]  # fmt: skip
    assert f"{day:nextth}" != f"{day:th}"
    assert f"{day:lateryear}" == "1976"


def test_a_person_is_spoken_of_in_many_ways() -> None:
    her = Person("Anna Keller", female=True)
    assert (
        f"{her} {her:last} {her:first} {her:he} {her:He} {her:his} {her:th}"
        == "Anna Keller Keller Anna she She her เธอ"
    )
