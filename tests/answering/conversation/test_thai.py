"""Thai follow-ups, and conversations that change the language, each with the question that was meant."""

from __future__ import annotations

import pytest

from kb.answering.conversation import Turn, standalone


def asked(question: str, answer: str = "") -> Turn:
    return Turn(question, question, answer)


TOWER = asked("หอดูนกสูงเท่าไหร่", "ปลายทางสายหลักมีหอดูนกสูง 15 เมตร [1]")
PRICE = asked("ค่าเข้าชมสำหรับผู้ใหญ่เท่าไหร่", "ผู้ใหญ่คนละ 40 บาท")
OPEN = asked("ศูนย์เปิดวันไหนในเดือนกันยายน", "เปิดเฉพาะวันเสาร์และวันอาทิตย์")
DESIGNED = asked("ใครเป็นคนออกแบบหอคอย", "หอคอยออกแบบโดยนายสมชาย ใจดี เมื่อปี 2541")
BORN = asked("พจน์ สารสิน เกิดวันที่เท่าไร", "25 มีนาคม")
SOLD = asked("ร้านค้าขายอะไร", "ขายน้ำผึ้งและผ้ามัดย้อม")
FACULTIES = asked("มหาวิทยาลัยมีคณะอะไรบ้าง", "มีคณะแพทยศาสตร์ คณะวิทยาศาสตร์ และคณะนิติศาสตร์")
ENGLISH = asked("Who designed the tower?", "It was designed by John Smeaton in 1759.")

CASES = [
    # nothing says of what
    (TOWER, "ขึ้นได้ครั้งละกี่คน", "หอดูนกขึ้นได้ครั้งละกี่คน"),
    (TOWER, "สร้างเมื่อไหร่", "หอดูนกสร้างเมื่อไหร่"),
    (TOWER, "ใครเป็นคนสร้าง", "ใครเป็นคนสร้างหอดูนก"),
    (TOWER, "ราคาเท่าไหร่", "ราคาของหอดูนก เท่าไหร่"),
    (BORN, "เสียชีวิตเมื่อใด", "พจน์ สารสิน เสียชีวิตเมื่อใด"),
    (DESIGNED, "เกิดที่จังหวัดอะไร", "นายสมชาย ใจดี เกิดที่จังหวัดอะไร"),
    # pronouns and demonstratives
    (TOWER, "มันมีบันไดกี่ขั้น", "หอดูนกมีบันไดกี่ขั้น"),
    (TOWER, "ที่นั่นมีอะไรบ้าง", "ที่หอดูนกมีอะไรบ้าง"),
    (BORN, "เขาเรียนจบที่ไหน", "พจน์ สารสิน เรียนจบที่ไหน"),
    (BORN, "ภรรยาของเขาชื่ออะไร", "ภรรยาของพจน์ สารสิน ชื่ออะไร"),
    (DESIGNED, "เขาเกิดที่ไหน", "นายสมชาย ใจดี เกิดที่ไหน"),
    (DESIGNED, "แล้วเขาล่ะ", "ใครเป็นคนออกแบบนายสมชาย ใจดี"),
    (DESIGNED, "ปีนั้นเกิดอะไรขึ้น", "ปี 2541 เกิดอะไรขึ้น"),
    (DESIGNED, "หอคอยนี้สูงเท่าไร", "หอคอยสูงเท่าไร"),
    (asked("บริษัทซีเอ็ดก่อตั้งเมื่อใด"), "บริษัทดังกล่าวมีกี่สาขา", "บริษัทซีเอ็ดมีกี่สาขา"),
    # ellipsis
    (TOWER, "แล้วสะพานแขวนล่ะ", "สะพานแขวนสูงเท่าไหร่"),
    (PRICE, "แล้วเด็กล่ะ", "ค่าเข้าชมสำหรับเด็กเท่าไหร่"),
    (PRICE, "สำหรับหมู่คณะล่ะครับ", "ค่าเข้าชมสำหรับหมู่คณะเท่าไหร่"),
    (PRICE, "แล้วค่าเรือล่ะ", "ค่าเรือเท่าไหร่"),
    (OPEN, "แล้วเดือนเมษายนล่ะ", "ศูนย์เปิดวันไหนในเดือนเมษายน"),
    (OPEN, "ทำไม", "ทำไมศูนย์เปิดในเดือนกันยายน"),
    (OPEN, "กี่โมง", "ศูนย์เปิดในเดือนกันยายนกี่โมง"),
    (DESIGNED, "ปีไหน", "ออกแบบหอคอยปีไหน"),
    (asked("ใครคือนายกรัฐมนตรีของไทย"), "แล้วของลาวล่ะ", "ใครคือนายกรัฐมนตรีของลาว"),
    # ordinals
    (SOLD, "อันที่สองราคาเท่าไหร่", "ผ้ามัดย้อมราคาเท่าไหร่"),
    (SOLD, "แล้วอันที่สองล่ะ", "ร้านค้าขายอะไร แล้วผ้ามัดย้อมล่ะ"),
    (FACULTIES, "แล้วคณะที่สองเปิดเมื่อไหร่", "คณะวิทยาศาสตร์เปิดเมื่อไหร่"),
    (FACULTIES, "คณะแรกมีนักศึกษากี่คน", "คณะแพทยศาสตร์มีนักศึกษากี่คน"),
    (FACULTIES, "ข้อ 3 ล่ะ", "มหาวิทยาลัยมีคณะอะไรบ้าง แล้วคณะนิติศาสตร์ล่ะ"),
    # another language
    (ENGLISH, "เขาเกิดที่ไหน", "John Smeaton เกิดที่ไหน"),
    (ENGLISH, "สูงเท่าไร", "the tower สูงเท่าไร"),
    (TOWER, "How many steps does it have?", "How many steps does หอดูนก have?"),
    (OPEN, "And in winter?", "ศูนย์เปิดวันไหนในเดือนกันยายน in winter?"),
]


@pytest.mark.parametrize(("turn", "question", "meant"), CASES, ids=[question for _, question, _ in CASES])
def test_a_follow_up_is_completed(turn: Turn, question: str, meant: str) -> None:
    found = standalone(question, [turn])
    assert found.text == meant
    assert found.rewritten
    assert found.why


ALONE = [
    (TOWER, "โฮมสเตย์ราคาเท่าไหร่"),
    (TOWER, "แล้วโฮมสเตย์ราคาเท่าไหร่"),
    (TOWER, "เขาใหญ่อยู่จังหวัดอะไร"),
    (TOWER, "น้ำมันราคาเท่าไหร่"),
    (TOWER, "ประเทศไทยมีกี่จังหวัด"),
    (TOWER, "ใครคิดค้นหลอดไฟ"),
    (BORN, "ใครเป็นนายกรัฐมนตรีคนแรกของประเทศไทย"),
    (BORN, "ดอกเตอร์ ฮู บอกว่าเขาเป็นใคร"),
    (BORN, "งานวิจัยเมื่อเร็วๆ นี้ค้นพบกษัตริย์พระองค์ใด"),
    (SOLD, "ขอบคุณครับ"),
    (SOLD, "ล่ะ"),
]


@pytest.mark.parametrize(("turn", "question"), ALONE, ids=[question for _, question in ALONE])
def test_a_new_topic_is_left_byte_for_byte(turn: Turn, question: str) -> None:
    found = standalone(question, [turn])
    assert (found.text, found.rewritten) == (question, False)


def test_a_topic_lasts_over_turns_in_two_languages() -> None:
    history: list[Turn] = []
    for question, meant in [
        ("หอดูนกสูงเท่าไหร่", "หอดูนกสูงเท่าไหร่"),
        ("ขึ้นได้ครั้งละกี่คน", "หอดูนกขึ้นได้ครั้งละกี่คน"),
        ("When was it built?", "When was หอดูนก built?"),
        ("แล้วสะพานแขวนสร้างเมื่อไหร่", "แล้วสะพานแขวนสร้างเมื่อไหร่"),
        ("ยาวเท่าไร", "สะพานแขวนยาวเท่าไร"),
    ]:
        understood = standalone(question, history)
        assert understood.text == meant
        history.append(Turn(question, understood.text, ""))
