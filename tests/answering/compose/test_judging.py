"""Sentences of a draft against sources: which source proves them, with which words, and what is cut off."""

from __future__ import annotations

import pytest

from kb.answering.compose.growing import Piece
from kb.answering.compose.judging import LONGEST, Judge, Judgement, Support, standing, strange_signs
from kb.answering.compose.leadins import without_lead_in
from tests.answering.compose.world import BRIDGE, LEASE, MILL, THAI

TEXTS = (BRIDGE, MILL, LEASE, THAI)


def judged(text: str, *named: int, bare: str | None = None, known: int = 3) -> Judgement:
    return Judge(TEXTS, known).judge(Piece(text, bare, tuple((number, number) for number in named)))


def proofs(judgement: Judgement) -> list[tuple[str, list[tuple[int, str]]]]:
    """Each shown sentence with the source and the words that prove it."""
    return [
        (one.text, [(at.source + 1, TEXTS[at.source][at.start : at.end]) for at in one.supports])
        for one in judgement.shown
    ]


@pytest.mark.parametrize("named", [(1,), (2,), (), (1, 2), (9,), (0,), (3, 1)])
def test_the_source_that_proves_a_sentence_is_cited_whichever_the_draft_names(named: tuple[int, ...]) -> None:
    text = "The bridge was built in 1871."
    assert proofs(judged(text, *named)) == [(text, [(1, text)])]
    assert judged(text, *named).status == "supported"


def test_a_source_the_model_was_not_given_proves_too_and_cannot_be_named() -> None:
    text = "ผู้จัดการคือนายสมชาย ใจดี"
    assert proofs(judged(text, 4)) == [(text, [(4, text)])]
    assert proofs(judged(text, known=4)) == [(text, [(4, text)])]


def test_the_source_that_is_named_comes_before_another_that_says_the_same() -> None:
    twice = Judge(("It rained on Monday. It was cold.", "Nothing else is known. It rained on Monday."), 2)
    for number in (1, 2):
        (shown,) = twice.judge(Piece("It rained on Monday.", None, ((number, number),))).shown
        assert [at.source + 1 for at in shown.supports] == [number]


def test_what_a_pronoun_stands_for_is_quoted_too() -> None:
    judgement = judged("The bridge crosses the river Aln.", 1)
    assert proofs(judgement)[0][1] == [(1, "The bridge was built in 1871. It crosses the river Aln near the mill.")]


def test_a_sentence_out_of_two_sources_cites_both() -> None:
    judgement = judged("The toll was two pence and the deposit is 900 baht.", 1, 3)
    assert judgement.status == "supported"
    assert {number for _, found in proofs(judgement) for number, _ in found} == {1, 3}


@pytest.mark.parametrize(
    ("text", "status", "shown"),
    [
        ("The bridge was built in 1871, and the toll was ten pence.", "partial", ["The bridge was built in 1871."]),
        ("The toll was ten pence, and the bridge was built in 1871.", "partial", ["The bridge was built in 1871."]),
        ("The bridge was built in 1872.", "contradicted", []),
        ("The owner Anna Berg must enter the garden.", "contradicted", []),
        ("The tenant must pay 300 baht each month.", "contradicted", []),
        ("Cats sleep all day.", "not_found", []),
        ("โครงการเริ่มต้นในปี 2561 และ งบประมาณทั้งหมดคือ 300 ล้านบาท", "partial", ["โครงการเริ่มต้นในปี 2561"]),
        ("Le pont fut construit en 1871.", "not_found", []),
        ("สะพานสร้างในปี 1871", "not_found", []),
        ("Was the bridge built in 1871?", "not_found", []),
        ("1871.", "not_found", []),
        ("The 1.", "not_found", []),
        ("The bridge was built in 1 871.", "not_found", []),
        ("The bridge.", "not_found", []),
        ("พนักงาน", "not_found", []),
        ("พนักงานต้อง", "not_found", []),
        ("It [1was built in 1871.", "not_found", []),
        ("The bridge was built in 1871].", "not_found", []),
    ],
)
def test_only_what_is_proven_is_shown(text: str, status: str, shown: list[str]) -> None:
    judgement = judged(text)
    assert (judgement.status, [one.text for one in judgement.shown]) == (status, shown)
    assert judgement.why


def test_a_reference_mark_of_the_source_says_nothing() -> None:
    text = "Its wheel stopped in 1930."
    assert proofs(judged(text, 2)) == [(text, [(2, "Its wheel stopped in 1930.[3]")])]

    said = "It was built in 1912[4] and sold."
    assert Judge((said,), 1).judge(Piece("It was built in 1912 and sold.")).shown[0].supports == (
        Support(0, 0, len(said)),
    )


def test_a_number_in_brackets_is_said_where_the_source_says_it_and_a_marker_elsewhere() -> None:
    said = judged("Notice is 60 days (1).", bare="Notice is 60 days.")
    assert [one.text for one in said.shown] == ["Notice is 60 days (1)."]
    marked = judged("The deposit is 900 baht (3).", bare="The deposit is 900 baht.")
    assert [one.text for one in marked.shown] == ["The deposit is 900 baht."]


@pytest.mark.parametrize("sign", ["≠", "\U0001f600", "→", "①", "\u0336", "✗", "~"])
def test_a_sign_the_source_does_not_hold_is_not_shown(sign: str) -> None:
    text = f"The toll was {sign} two pence."
    assert judged(text).shown == ()
    assert strange_signs(text, [BRIDGE]) == {sign}
    assert strange_signs(text, [BRIDGE + sign]) == frozenset()


def test_a_sentence_too_long_to_be_checked_is_not_shown() -> None:
    text = "The bridge was built in 1871 " + "indeed " * 60 + "."
    assert len(text) > LONGEST
    assert judged(text).status == "not_found"
    assert str(LONGEST) in judged(text).why


def test_without_sources_nothing_is_proven() -> None:
    assert Judge((), 0).judge(Piece("It rained.")) == Judgement("not_found", "there is no source")


@pytest.mark.parametrize(
    "lead_in",
    [
        "The document says ",
        "The source states that ",
        "This passage mentions that ",
        "The provided text also indicates that ",
        "bridge.txt, page 3 says: ",
        "According to the document, ",
        "Based on the provided sources, ",
        "As stated in the text: ",
        "In the passage, ",
        "It is stated in the document that ",
        "states that ",
        "Yes, ",
        "Sure! According to the text, it is stated that ",
    ],
)
def test_words_that_only_say_where_it_is_from_are_taken_off(lead_in: str) -> None:
    judgement = judged(f"{lead_in}the bridge was built in 1871.", 1)
    assert (judgement.status, [one.text for one in judgement.shown]) == ("supported", ["The bridge was built in 1871."])
    assert judged(f"{lead_in}the bridge was built in 1872.", 1).shown == ()


@pytest.mark.parametrize(
    "lead_in",
    ["ตามเอกสาร ", "เอกสารระบุว่า ", "จากแหล่งข้อมูลที่ 2 ", "ตามข้อมูลในเอกสารที่ให้มา ระบุว่า", "แหล่งข้อมูลดังกล่าวกล่าวไว้ว่า "],
)
def test_the_same_in_thai(lead_in: str) -> None:
    assert [one.text for one in judged(f"{lead_in}ผู้จัดการคือนายสมชาย ใจดี").shown] == ["ผู้จัดการคือนายสมชาย ใจดี"]
    assert judged(f"{lead_in}ผู้จัดการคือนายสมหญิง ใจดี").shown == ()


@pytest.mark.parametrize(
    "text",
    [
        "The document does not say that it rained.",
        "From the information desk, visitors see the hall.",
        "In the documentary, it rains.",
        "The source of the river is high.",
        "According to the document,",
        "Texts vary.",
    ],
)
def test_what_says_more_stays(text: str) -> None:
    assert without_lead_in(text) == text


def test_a_source_that_speaks_of_documents_itself_is_quoted_as_it_is() -> None:
    text = "The document says that the tower leans."
    assert Judge((f"{text} It is old.",), 1).judge(Piece(text)).shown[0].text == text


@pytest.mark.parametrize(
    ("clause", "sentence"),
    [
        ("and the toll was paid", "The toll was paid."),
        (" but it rained, ", "It rained."),
        ("และงบคือ 30", "งบคือ 30"),
        ("It rained!", "It rained!"),
        ("android", "Android."),
    ],
)
def test_a_clause_stands_as_a_sentence(clause: str, sentence: str) -> None:
    assert standing(clause) == sentence
