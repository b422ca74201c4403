"""Claims that look right: none of them may pass, and what is said in other words must."""

from __future__ import annotations

import pytest

from kb.answering.verify import verify

WORK = (
    "The employee receives severance of 30 days. The employee must pay the fee. Leave is limited to 30 days a year. "
    "The trial period lasts 90 days."
)
WORK_TH = "พนักงานได้รับค่าชดเชย 30 วัน พนักงานต้องจ่ายค่าธรรมเนียม วันลาจำกัดไว้ที่ 30 วันต่อปี การทดลองงานใช้เวลา 90 วัน"
LIVES = (
    "Anna Keller founded Harbor Foods in 1921. Henry Cole defeated Paolo Ricci in the election of 1934. "
    "The bridge was designed by David Marsh and opened on 31 January 1903. Some of the farmers grow barley. "
    "Clara Benson bought the mill from Omar Haddad. The tower is taller than the church."
)
LIVES_TH = "อังกฤษเอาชนะฝรั่งเศสเมื่อวันที่ 12 มีนาคม พ.ศ. 2533 บริษัทน้ำใสซื้อกิจการบริษัทข้าวหอม ชาวนาบางคนปลูกข้าวโพด"

FALSE = [
    (WORK, "The employee receives severance of 90 days.", "contradicted"),
    (WORK, "The employee must not pay the fee.", "contradicted"),
    (WORK, "The employee never receives severance of 30 days.", "contradicted"),
    (WORK, "The employee does not have to pay the fee.", None),
    (WORK, "Leave is unlimited to 365 days a year.", None),
    (WORK, "Leave is limited to 365 days a year.", "contradicted"),
    (WORK, "The employee receives severance of 30 weeks.", None),
    (WORK, "The trial period lasts 30 days.", None),
    (WORK, "The employee receives severance, and the trial period lasts 30 days.", None),
    (WORK, "The employee must receive severance of 30 days.", None),
    (WORK, "The employee receives severance of at least 30 days.", None),
    (LIVES, "Paolo Ricci defeated Henry Cole in the election of 1934.", None),
    (LIVES, "Henry Cole was defeated by Paolo Ricci in the election of 1934.", None),
    (LIVES, "Henry Cole founded Harbor Foods in 1921.", None),
    (LIVES, "Anna Keller founded Harbor Foods in 1934.", None),
    (LIVES, "Anna Keller defeated Paolo Ricci.", None),
    (LIVES, "The bridge was designed by Anna Keller.", None),
    (LIVES, "David Marsh was designed by the bridge.", None),
    (LIVES, "The bridge opened on 31 March 1903.", None),
    (LIVES, "All of the farmers grow barley.", None),
    (LIVES, "The farmers grow barley.", None),
    (LIVES, "Omar Haddad bought the mill from Clara Benson.", None),
    (LIVES, "The church is taller than the tower.", None),
    (LIVES, "The tower is shorter than the church.", None),
    (WORK_TH, "พนักงานได้รับค่าชดเชย 90 วัน", "contradicted"),
    (WORK_TH, "พนักงานไม่ต้องจ่ายค่าธรรมเนียม", "contradicted"),
    (WORK_TH, "วันลาจำกัดไว้ที่ 365 วันต่อปี", "contradicted"),
    (WORK_TH, "วันลาไม่จำกัด", None),
    (WORK_TH, "การทดลองงานใช้เวลา 30 วัน", None),
    (WORK_TH, "พนักงานได้รับค่าชดเชย 30 สัปดาห์", None),
    (LIVES_TH, "ฝรั่งเศสเอาชนะอังกฤษเมื่อวันที่ 12 มีนาคม พ.ศ. 2533", None),
    (LIVES_TH, "อังกฤษเอาชนะฝรั่งเศสเมื่อวันที่ 12 มีนาคม ค.ศ. 2533", None),
    (LIVES_TH, "บริษัทข้าวหอมซื้อกิจการบริษัทน้ำใส", None),
    (LIVES_TH, "ชาวนาทุกคนปลูกข้าวโพด", None),
    (LIVES_TH, "อังกฤษซื้อกิจการบริษัทข้าวหอม", None),
]


@pytest.mark.parametrize(("quote", "claim", "status"), FALSE)
def test_a_false_claim_is_never_supported(quote: str, claim: str, status: str | None) -> None:
    verdict = verify(claim, [quote])
    assert verdict.status != "supported"
    assert verdict.proofs == () or verdict.status == "partial"
    if status:
        assert verdict.status == status, verdict.why


TRUE = [
    (WORK, "The employee receives severance of thirty days.", "The employee receives severance of 30 days."),
    (WORK, "The fee must be paid by the employee.", "The employee must pay the fee."),
    (WORK, "Leave is limited to 30 days per year.", "Leave is limited to 30 days a year."),
    (LIVES, "Harbor Foods was founded by Anna Keller in 1921.", "Anna Keller founded Harbor Foods in 1921."),
    (LIVES, "In 1921, Anna Keller founded Harbor Foods.", "Anna Keller founded Harbor Foods in 1921."),
    (LIVES, "Paolo Ricci was defeated by Henry Cole.", None),
    (LIVES, "The bridge opened in January 1903.", None),
    (LIVES, "David Marsh designed the bridge.", None),
    (LIVES, "Anna Keller founded Harbor Foods, and some of the farmers grow barley.", None),
    (WORK_TH, "พนักงานได้รับค่าชดเชย ๓๐ วัน", "พนักงานได้รับค่าชดเชย 30 วัน"),
    (WORK_TH, "พนักงานได้รับค่าชดเชยสามสิบวัน", "พนักงานได้รับค่าชดเชย 30 วัน"),
    (LIVES_TH, "เมื่อวันที่ 12 มีนาคม ค.ศ. 1990 อังกฤษเอาชนะฝรั่งเศส", None),
    (LIVES_TH, "บริษัทข้าวหอมถูกบริษัทน้ำใสซื้อกิจการ", None),
]


@pytest.mark.parametrize(("quote", "claim", "proof"), TRUE)
def test_what_is_said_in_other_words_is_supported_by_its_sentence(quote: str, claim: str, proof: str | None) -> None:
    verdict = verify(claim, [quote])
    assert verdict.status == "supported", verdict.why
    shown = [quote[found.start : found.end] for found in verdict.proofs]
    assert all(found.quote == 0 for found in verdict.proofs)
    assert shown
    if proof:
        assert shown == [proof]


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (
            "They settled elsewhere in Kent, particularly Sandwich, Faversham and Maidstone.",
            "They settled elsewhere in Faversham, particularly Sandwich, Kent and Maidstone.",
        ),
        (
            "Around 1294, a French version of the Scriptures was prepared by the priest, Guyard de Moulin.",
            "Around 1294, a French version of the Guyard de Moulin was prepared by the priest, Scriptures.",
        ),
        (
            "Jon Pertwee and Colin Baker played the Doctor in a play titled The Ultimate Adventure.",
            "The Ultimate Adventure and Colin Baker played the Doctor in a play titled Jon Pertwee.",
        ),
        (
            "She had a son, Jochi (1185–1226), nine months later.",
            "She had a son, Jochi (nine months–1226), 1185 later.",
        ),
        ("The exodus from France began. New France fell in 1759.", "The exodus from New France began."),
        (
            "หญิงข้ามเพศหมายถึงคนแปลงเพศ แต่คำว่า คนข้ามเพศ ดูจะเป็นคำที่มีความหมายทั่วไปกว่า",
            "หญิงข้ามเพศดูจะเป็นคำที่มีความหมายทั่วไปกว่า",
        ),
        ("เธอแสดงใน Emily (1976) และแสดงบทตัวประกอบใน Star Wars (1977)", "เธอแสดงใน Emily (1977)"),
    ],
)
def test_words_that_changed_places_do_not_support(quote: str, claim: str) -> None:
    assert verify(claim, [quote]).status != "supported"


def test_words_of_two_quotes_do_not_make_one_proof() -> None:
    quotes = ["The mill was built in 1820.", "The bridge was closed for repairs in 1950."]
    assert verify("The mill was closed for repairs in 1950.", quotes).status != "supported"
    assert verify("The bridge was built in 1820.", quotes).status != "supported"


def test_the_quote_that_proves_is_named() -> None:
    quotes = ["The mill was built in 1820.", "In 1950 the bridge was closed for repairs."]
    verdict = verify("The bridge was closed for repairs in 1950.", quotes)
    assert [(found.quote, found.start, found.end) for found in verdict.proofs] == [(1, 0, len(quotes[1]))]


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("If it rains, the match is cancelled.", "The match is cancelled."),
        ("The match is cancelled if it rains.", "The match is cancelled."),
        ("Critics said that the minister had resigned.", "The minister had resigned."),
        ("The brother of Anna won the prize.", "Anna won the prize."),
        ("Anna's brother won the prize.", "Anna won the prize."),
        ("Anna met Bob and Carl left.", "Anna left."),
        ("Anna met Bob, who married Carl.", "Anna married Carl."),
        ("Anna was born in Rome and died in Paris.", "Anna was born in Paris."),
        ("Anna was born in Rome and died in Paris in 1950.", "Anna was born in Rome in 1950."),
        ("The house is nearly 200 years old.", "The house is 200 years old."),
        ("Only members may vote.", "May vote."),
        ("He tried to save the child.", "He saved the child."),
        ("The drug may cause fever.", "The drug causes fever."),
        ("The town was not damaged in the war.", "The town was damaged in the war."),
        ("She did not arrive in 1990.", "She did not arrive."),
        ("Neither Anna nor Bob voted.", "Bob voted."),
        ("It is the largest lake in Peru.", "It is the largest lake."),
        ("Few of the guests stayed.", "The guests stayed."),
        ("The king of France died, and the king of Spain fell ill.", "The king died."),
        ("ถ้าฝนตก การแข่งขันจะถูกยกเลิก", "การแข่งขันจะถูกยกเลิก"),
        ("นักวิจารณ์กล่าวว่า รัฐมนตรีลาออก", "รัฐมนตรีลาออก"),
        ("บ้านหลังนี้มีอายุเกือบ 200 ปี", "บ้านหลังนี้มีอายุ 200 ปี"),
        ("ยานี้อาจทำให้เป็นไข้", "ยานี้ทำให้เป็นไข้"),
        ("สมชายเกิดที่กรุงเทพและตายที่เชียงใหม่", "สมชายเกิดที่เชียงใหม่"),
    ],
)
def test_what_limits_a_sentence_may_not_be_left_out(quote: str, claim: str) -> None:
    assert verify(claim, [quote]).status != "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Was the bridge built in 1871?", "The bridge was built in 1871 by Ann Lee."),
        ("พนักงานต้อง", "พนักงานต้องไม่สูบบุหรี่ในอาคาร"),
        ("พนักงาน", "พนักงานต้องไม่สูบบุหรี่ในอาคาร"),
        ("The bridge was not", "The bridge was not built in 1871."),
    ],
)
def test_a_question_and_half_a_sentence_state_nothing(claim: str, source: str) -> None:
    assert verify(claim, [source]).status == "not_found"


def test_thai_is_cut_between_clauses_and_ends_without_a_full_stop() -> None:
    source = "โรงครัวเปิดเวลา 10.00 น. จานที่ขึ้นชื่อคือแกงส้ม"
    verdict = verify("โรงครัวเปิดเวลา 10.00 น. จานที่ขึ้นชื่อคือต้มยำ", [source])
    assert verdict.status != "supported"
    assert verdict.supported_text in (None, "โรงครัวเปิดเวลา 10.00 น.")
