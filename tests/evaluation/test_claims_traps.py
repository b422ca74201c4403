"""What others fell for: a claim close to its source in every word but the one that counts."""

from __future__ import annotations

import pytest

from kb.answering.verify import verify

LEAVE = (
    "An employee who is dismissed is paid severance of 30 days. Notice must be given 90 days before. "
    "Sick leave is limited to 30 days a year. The employer must pay for overtime."
)
THAI_LEAVE = "พนักงานที่ถูกเลิกจ้างจะได้รับค่าชดเชย 30 วัน ต้องแจ้งล่วงหน้า 90 วัน ลาป่วยได้ไม่เกิน 30 วันต่อปี นายจ้างต้องจ่ายค่าล่วงเวลา"
SWAPPED = "Napoleon Bonaparte defeated Archduke Charles at Wagram. Marie Curie taught Irene Joliot chemistry."
THAI_SWAPPED = "สมชาย ใจดี ให้วิชัย มีสุข ยืมเงิน 500 บาท พระเจ้าตากทรงชนะเนเมียวสีหบดีที่โพธิ์สามต้น"
NEIGHBOURS = "The dam is 90 metres high. The lake behind it is 30 kilometres long and 12 kilometres wide."
THAI_NEIGHBOURS = "เขื่อนสูง 90 เมตร ทะเลสาบเหนือเขื่อนยาว 30 กิโลเมตรและกว้าง 12 กิโลเมตร"
STITCHED = "The library was founded by Anna Keller. The museum was closed in 1975 after a fire."
THAI_STITCHED = "ห้องสมุดก่อตั้งโดยอรุณี วงศ์ทอง พิพิธภัณฑ์ปิดในปี พ.ศ. 2518 หลังเกิดไฟไหม้"

TRAPS = [
    (LEAVE, "An employee who is dismissed is paid severance of 90 days."),
    (LEAVE, "The employer must not pay for overtime."),
    (LEAVE, "Sick leave is unlimited, up to 365 days a year."),
    (LEAVE, "Sick leave is limited to 365 days a year."),
    (THAI_LEAVE, "พนักงานที่ถูกเลิกจ้างจะได้รับค่าชดเชย 90 วัน"),
    (THAI_LEAVE, "นายจ้างไม่ต้องจ่ายค่าล่วงเวลา"),
    (THAI_LEAVE, "นายจ้างห้ามจ่ายค่าล่วงเวลา"),
    (THAI_LEAVE, "ลาป่วยได้ไม่จำกัด 365 วันต่อปี"),
    (SWAPPED, "Archduke Charles defeated Napoleon Bonaparte at Wagram."),
    (SWAPPED, "Irene Joliot taught Marie Curie chemistry."),
    (THAI_SWAPPED, "วิชัย มีสุข ให้สมชาย ใจดี ยืมเงิน 500 บาท"),
    (THAI_SWAPPED, "เนเมียวสีหบดีชนะพระเจ้าตากที่โพธิ์สามต้น"),
    (NEIGHBOURS, "The dam is 30 metres high."),
    (NEIGHBOURS, "The lake behind it is 90 kilometres long."),
    (THAI_NEIGHBOURS, "เขื่อนสูง 30 เมตร"),
    (THAI_NEIGHBOURS, "ทะเลสาบเหนือเขื่อนยาว 12 กิโลเมตร"),
    (STITCHED, "The library was closed in 1975 after a fire."),
    (STITCHED, "The museum was founded by Anna Keller."),
    (THAI_STITCHED, "ห้องสมุดปิดในปี พ.ศ. 2518 หลังเกิดไฟไหม้"),
    (THAI_STITCHED, "พิพิธภัณฑ์ก่อตั้งโดยอรุณี วงศ์ทอง"),
]
TRUE = [
    (LEAVE, "An employee who is dismissed is paid severance of thirty days."),
    (LEAVE, "The employer must pay for overtime."),
    (LEAVE, "Sick leave is limited to 30 days per year."),
    (THAI_LEAVE, "พนักงานที่ถูกเลิกจ้างจะได้รับค่าชดเชย ๓๐ วัน"),
    (THAI_LEAVE, "นายจ้างต้องจ่ายค่าล่วงเวลา"),
    (SWAPPED, "Archduke Charles was defeated by Napoleon Bonaparte at Wagram."),
    (THAI_STITCHED, "พิพิธภัณฑ์ปิดในปี ค.ศ. 1975 หลังเกิดไฟไหม้"),
    (NEIGHBOURS, "The dam is 90 m high."),
]


@pytest.mark.parametrize(("source", "claim"), TRAPS)
@pytest.mark.parametrize("whole", [True, False])
def test_a_trap_is_not_called_supported(source: str, claim: str, whole: bool) -> None:
    quotes = [source] if whole or ". " not in source else source.split(". ")
    verdict = verify(claim, quotes)
    assert verdict.status != "supported", verdict
    assert verdict.why


@pytest.mark.parametrize(("source", "claim"), TRUE)
def test_what_the_source_says_in_other_words_is_supported(source: str, claim: str) -> None:
    verdict = verify(claim, [source])
    assert verdict.status == "supported", verdict.why
    assert all(source[proof.start : proof.end] for proof in verdict.proofs)
