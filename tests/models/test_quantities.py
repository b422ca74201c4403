"""Whether a question brings what it takes to compute the answer."""

from __future__ import annotations

import pytest

from kb.models.quantities import computes

COMPUTED = [
    "What is 348 + 767?",
    "3/8 + 1/6",
    "7(x - 2) = 35, what is x?",
    "Factor x^2 - 7x + 12.",
    "What is the square root of 529?",
    "Write 0.375 as a fraction.",
    "15 percent of 640?",
    "Convert 2.75 hours to minutes.",
    "How many minutes are there in a day?",
    "Find the sum of the first 20 even numbers.",
    "Half a dozen eggs cost 1.80; what do twenty eggs cost?",
    "One number is four times another and together they make 65. What are they?",
    "From 1873 to 1941, how many years is that?",
    "A letter of 1890 cost one penny; what do 3 letters of 20 grams cost?",
    "What is 3000 + 1500?",
    "แก้สมการ 2x − 5 = 17",
    "มีส้ม ๔๘ ผล แบ่งให้เด็ก ๖ คน จะได้คนละกี่ผล",
    "เสื้อราคา 800 บาท ลด 25% เหลือกี่บาท",
    "ช่างสี่คนทาสีบ้านเสร็จใน 6 วัน ถ้ามีช่างแปดคนจะเสร็จในกี่วัน",
    "ร้อยละ 35 ของ 820",
    "สองในสามของ 90 เป็นเท่าไร",
    "หนึ่งสัปดาห์มีกี่วินาที",
]
LOOKED_UP = [
    "How much did the ticket cost in 1924 and in 1930?",
    "How much more did the harbour earn in 1955 than in 1954?",
    "What did the inspector find on 4 and 5 September?",
    "How many of the 42 boats came back after the storm?",
    "What was paid to the two masons for the first 6 weeks?",  # known already: nothing to compute with
    "Which room is number 12 on the plan of page 3?",
    "What are two kinds of V8 engines?",
    "Who won the race of 1936 by 3 seconds in 2 minutes?",
    "Is it true that 40 of the 52 cows were sold?",
    "What happened 66 million years ago?",
    "What is the total cost of attendance in 2012-13?",
    "When does the 9:15 train leave?",
    "What percentage of the members voted against the merger in 2011?",
    "ค่าโดยสารใน พ.ศ. 2480 และ พ.ศ. 2490 เป็นเท่าไร",
    "ประชากรเพิ่มขึ้นเท่าไรระหว่างปี 2540 ถึง 2550",
    "เรือ 30 ลำที่ออกทะเลกลับมากี่ลำ",
    "กฎหมายมาตรา 5 และข้อ 12 ว่าอย่างไร",
    "ใครได้เหรียญทอง 3 เหรียญใน 2 ปี",
    "เที่ยวบิน 700Z ขณะเกิดเหตุบินสูงกี่เมตร",
    "ห้ามสามารถพันธุ์สี่เหลี่ยมเท่าไร",  # no word of these is a number, though each holds one
]


@pytest.mark.parametrize("question", COMPUTED)
def test_it_can_be_computed(question: str) -> None:
    assert computes(question)


@pytest.mark.parametrize("question", LOOKED_UP)
def test_it_must_be_looked_up(question: str) -> None:
    assert not computes(question)


@pytest.mark.parametrize("question", ["", " ", "?", "12", "\u0e33", "🙂 2 🙂 3", "x" * 5000])
def test_anything_may_be_asked(question: str) -> None:
    assert not computes(question)
