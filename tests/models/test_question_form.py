"""What kind of thing a question wants."""

from __future__ import annotations

import pytest

from kb.models.question_form import Form, form_of

SHORT = Form(computes=False, shortens=True, tells=False)
SHORT_TOLD = Form(computes=False, shortens=True, tells=True)
FACT = Form(computes=False, shortens=False, tells=False)


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Summarise the report in five sentences.", SHORT_TOLD),
        ("What are the main points of the article?", SHORT),
        ("What is this letter about?", SHORT),
        ("Turn this long complaint into a short message.", SHORT_TOLD),
        ("Write a letter to the mayor.", Form(computes=False, shortens=False, tells=True)),
        ("สรุปรายงานเป็นห้าประโยค", SHORT_TOLD),
        ("ประเด็นสำคัญของบทความมีอะไรบ้าง", SHORT),
        ("Solve for x: 3x + 7 = 31.", Form(computes=True, shortens=False, tells=True)),
        ("What is 12 % of 450?", Form(computes=True, shortens=False, tells=False)),
        ("How many rooms does the hotel have?", FACT),
        ("opening hours of the swimming pool", FACT),
        ("What did they argue about?", FACT),
        ("How do I write to the mayor?", FACT),
        ("ชื่อย่อของสมาคมคืออะไร", FACT),
        ("SNCF ย่อมาจากอะไร", FACT),
        ("อาคารย่อยมีกี่ตึก", FACT),
        ("สมาคมนี้เรียกสั้น ๆ ว่าอะไร", FACT),
    ],
)
def test_the_form_of(question: str, form: Form) -> None:
    assert form_of(question) == form
