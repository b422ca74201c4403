"""What an answer lists."""

from __future__ import annotations

import pytest

from kb.answering.conversation.listed import items


@pytest.mark.parametrize(
    ("answer", "listed"),
    [
        ("Bring a torch, a rope and water [2].", ["a torch", "a rope", "water"]),
        ("Holmes named James Ryder, Henry Baker, or John Horner.", ["James Ryder", "Henry Baker", "John Horner"]),
        ("Choose the north hall or the south hall.", ["the north hall", "the south hall"]),
        ("- Amber: hard resin\n- Jet\n- Ivory.", ["Amber", "Jet", "Ivory"]),
        ("1. Amber\n2. Jet", ["Amber", "Jet"]),
        ("The old mill stands on a hill. The new mill was built in May.", ["the old mill", "the new mill"]),
        ("It weighs 1.9 tonnes.", []),
        ("The lens was ground and weighs 1.9 tonnes.", []),
        ("", []),
        ("เขียนเป็นภาษาไทย อังกฤษ และญี่ปุ่น", ["ภาษาไทย", "อังกฤษ", "ญี่ปุ่น"]),
        ("ศูนย์ขายน้ำผึ้งและผ้ามัดย้อม", ["น้ำผึ้ง", "ผ้ามัดย้อม"]),
        ("จังหวัดในภาคนี้ได้แก่ เชียงราย ลำปาง แพร่ และน่าน", ["เชียงราย", "ลำปาง", "แพร่", "น่าน"]),
        ("ศูนย์เปิดทุกวัน", []),
    ],
)
def test_items(answer: str, listed: list[str]) -> None:
    assert items(answer) == listed
