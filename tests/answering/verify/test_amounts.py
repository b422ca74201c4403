"""Numbers, units and dates: every spelling of one amount has one key, and no other amount has it."""

from __future__ import annotations

import itertools

import pytest

from kb.answering.verify import claims
from kb.answering.verify.tokens import tokens

SPELLINGS = [
    ("1000", "1,000", "one thousand", "a thousand", "๑,๐๐๐", "1 พัน", "หนึ่งพัน"),
    ("1500000", "1,500,000", "1.5 million", "one million five hundred thousand", "1.5 ล้าน", "หนึ่งล้านห้าแสน", "๑.๕ ล้าน"),
    ("21", "twenty-one", "twenty one", "ยี่สิบเอ็ด", "๒๑"),
    ("250", "two hundred and fifty", "two hundred fifty", "สองร้อยห้าสิบ"),
    ("24", "two dozen"),
    ("2/3", "two-thirds", "two thirds", "⅔"),
    ("30 days", "thirty days", "30-day", "30 วัน", "สามสิบวัน"),
    ("2 weeks", "14 days", "two weeks", "2 สัปดาห์"),
    ("5 km", "5 kilometres", "5,000 m", "5km", "five kilometers", "5 กิโลเมตร", "5 กม."),
    ("60%", "60 percent", "60 per cent", "sixty percent", "ร้อยละ 60", "60 เปอร์เซ็นต์"),
    ("$5 million", "5 million dollars", "US$5,000,000", "5,000,000 USD"),
    ("90 km/h", "90 kilometres per hour", "90 กม./ชม."),
    ("12 March 1990", "March 12, 1990", "12th of March 1990", "12 Mar 1990", "Mar. 12, 1990", "1990-03-12",
     "12 มีนาคม พ.ศ. 2533", "12 มี.ค. 2533", "๑๒ มีนาคม ๒๕๓๓", "วันที่ 12 มีนาคม ค.ศ. 1990"),
    ("AD 1526", "1526", "1526 AD", "the year 1526", "พ.ศ. 2069", "ค.ศ. 1526"),
    ("44 BC", "44 B.C."),
    ("21st", "twenty-first"),
    ("the 1960s", "the 1960's"),
]  # fmt: skip


def keys(text: str) -> list[str]:
    """The keys of the tokens of a text, the preposition of a date aside."""
    return [token.key for token in tokens(text, 0, len(text)) if token.key != "@"]


@pytest.mark.parametrize("spellings", SPELLINGS)
def test_all_spellings_of_an_amount_are_one(spellings: tuple[str, ...]) -> None:
    assert {text: keys(text) for text in spellings} == dict.fromkeys(spellings, keys(spellings[0]))


def test_no_two_amounts_are_one() -> None:
    for one, other in itertools.combinations(SPELLINGS, 2):
        assert keys(one[0]) != keys(other[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "30 weeks"),
        ("30 days", "30 months"),
        ("5 km", "5 miles"),
        ("5 km", "5 m"),
        ("$5", "5 euros"),
        ("5 million", "5 billion"),
        ("12 March 1990", "3 December 1990"),
        ("พ.ศ. 2533", "ค.ศ. 2533"),
        ("44 BC", "AD 44"),
        ("20 °C", "20 °F"),
        ("third", "three"),
        ("0 km", "0 miles"),
        ("-5 °C", "5 °C"),
        ("1.5", "15"),
        ("5 ล้าน", "5 พันล้าน"),
    ],
)
def test_what_differs_has_other_keys(one: str, other: str) -> None:
    assert keys(one) != keys(other)


def test_a_date_begins_with_its_coarsest_part() -> None:
    assert keys("12 March 1990") == ["n:1990", "month:3", "day:12"]
    assert keys("March 1990") == ["n:1990", "month:3"]


def test_the_unit_of_a_pair_is_that_of_both() -> None:
    assert keys("5 and 10 km")[0] == keys("5 km")[0]
    assert keys("between 5 and 10 km")[1] == keys("5 km")[0]


@pytest.mark.parametrize("text", ["9" * 5000, "1" * 41, "๙" * 100, "1,000," * 50, "²" * 9, "½½", "1/0", "5 /", "$"])
def test_odd_numbers_are_read_without_failing(text: str) -> None:
    assert keys(text) is not None


def test_a_draft_is_cut_at_its_sentences_and_at_joints_between_clauses() -> None:
    draft = "The mill was built in 1820, and the bridge was closed in 1950. Anna Keller and Henry Cole met."
    shown = [draft[start:end] for start, end in claims(draft)]
    assert shown == [
        "The mill was built in 1820",
        "and the bridge was closed in 1950.",
        "Anna Keller and Henry Cole met.",
    ]
