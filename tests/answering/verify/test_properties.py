"""What holds for every sentence, every change of it and every text."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.answering.verify import Proof, claims, verify
from kb.language import normalize, segment

ENGLISH = (
    "The bridge of Ashford was built in 1903 and cost 797,000 pounds. Dr. J. Watson's men did not buy 250 apples on "
    "12 March 1990. In 1880, Anna Keller, who led Harbor Foods, met Henry Cole. Most of the workers live in the town; "
    "some of them own 15% of the shares. If it rains, all matches are cancelled within 2 hours. The drug may cause "
    "fever in up to 3 of 1,000 patients. Nobody knew why."
)
THAI = (
    "สะพานบ้านท่าเรือสร้างเมื่อวันที่ ๑๒ มีนาคม พ.ศ. 2533 และใช้เงิน 797,000 บาท เขาไม่ได้ซื้อแอปเปิล 250 ลูก ชาวนาบางคนปลูกข้าวโพด 30 ไร่ "
    "ห้ามพนักงานสูบบุหรี่ในอาคาร บริษัทน้ำใสซื้อกิจการบริษัทข้าวหอมในปี ค.ศ. 1990 (ราคา 5 ล้านบาท)"
)
SENTENCES = [(text, span) for text in (ENGLISH, THAI) for span in segment.sentences(text)]


@pytest.mark.parametrize(("text", "span"), SENTENCES)
def test_a_sentence_word_for_word_is_supported_by_itself(text: str, span: segment.Span) -> None:
    verdict = verify(text[slice(*span)], ["Something else.", text])
    assert verdict.status == "supported"
    assert verdict.proofs == (Proof(1, *span),)


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=150)
def test_every_sentence_of_any_text_is_supported_by_it(text: str) -> None:
    text = normalize.canonical(text)
    for start, end in segment.sentences(text):
        assert verify(text[start:end], [text]).status == "supported"


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_another_number_is_never_supported(data: st.DataObject) -> None:
    text, (start, end) = data.draw(
        st.sampled_from([pair for pair in SENTENCES if any(sign.isdigit() for sign in pair[0][slice(*pair[1])])])
    )
    sentence = text[start:end]
    at = data.draw(st.sampled_from([k for k, sign in enumerate(sentence) if sign.isdigit()]))
    digit = data.draw(st.sampled_from("123456789"))
    thai = sentence[at] > "\u0e00"
    other = chr(ord("๐") + int(digit)) if thai else digit
    if other != sentence[at]:
        assert verify(sentence[:at] + other + sentence[at + 1 :], [text]).status != "supported"


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("was built", "was not built"),
        ("did not buy", "bought"),
        ("met Henry", "never met Henry"),
        ("Most of", "None of"),
        ("some of them own", "some of them do not own"),
        ("are cancelled", "aren't cancelled"),
        ("may cause", "may not cause"),
        ("may cause", "cannot cause"),
        ("may cause", "must cause"),
        ("Nobody knew", "Everybody knew"),
        ("ไม่ได้ซื้อ", "ซื้อ"),
        ("สร้างเมื่อ", "ไม่ได้สร้างเมื่อ"),
        ("บางคนปลูก", "บางคนไม่ปลูก"),
        ("ห้ามพนักงาน", "อนุญาตให้พนักงาน"),
        ("ซื้อกิจการ", "มิได้ซื้อกิจการ"),
    ],
)
def test_a_denial_is_never_supported(said: str, denied: str) -> None:
    text, (start, end) = next(pair for pair in SENTENCES if said in pair[0][slice(*pair[1])])
    assert verify(text[start:end].replace(said, denied), [text]).status != "supported"


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
@settings(deadline=None, max_examples=300)
def test_no_text_makes_it_fail(claim: str, quotes: list[str]) -> None:
    verdict = verify(claim, quotes)
    assert verdict.why
    assert all(0 <= found.start < found.end <= len(quotes[found.quote]) for found in verdict.proofs)
    assert 0 <= verdict.score <= 1


@given(
    st.lists(
        st.sampled_from(
            [*ENGLISH.split(), *THAI.split(), "\n", "[1]", "(", "–", "๑๒", "by", "โดย", "ถูก", "𝟛", "½", "²"]
        ),
        max_size=60,
    )
)
@settings(deadline=None, max_examples=150)
def test_no_heap_of_words_makes_it_fail(words: list[str]) -> None:
    text = " ".join(words)
    assert verify(text, [text, ENGLISH, THAI]).why
    spans = claims(text)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def test_a_claim_in_another_language_is_not_found_and_says_so() -> None:
    assert "Thai" in verify("สะพานสร้างเมื่อ 1903", [ENGLISH]).why
    assert verify("The bridge was built.", [THAI]).status == "not_found"


def test_similarity_orders_what_is_not_proven() -> None:
    claim = "The bridge of Ashford was demolished."
    low, high = (
        verify(claim, [ENGLISH], lambda _, texts, cosine=cosine: [cosine] * len(texts)) for cosine in (0.1, 0.9)
    )
    assert low.status == high.status != "supported"
    assert low.score < high.score < verify("The bridge of Ashford was built in 1903.", [ENGLISH]).score


@pytest.mark.parametrize("text", [ENGLISH, THAI])
def test_a_long_passage_takes_time_in_proportion(text: str) -> None:
    """Printed, not asserted: a long passage against one four times as long."""
    took = []
    for times in (10, 40):
        passage = "\n".join(f"{k}. {text}" for k in range(times))
        begin = time.perf_counter()
        assert verify("The keeper paid 40 coins to David Marsh. เขาซื้อบ้าน 7 หลัง", [passage]).status != "supported"
        took.append(time.perf_counter() - begin)
    print(f"{took[0]:.2f} s, four times as long {took[1]:.2f} s")
