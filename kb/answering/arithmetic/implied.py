"""A question -> the numbers that its words mean: half, a dozen, percent, an hour."""

from __future__ import annotations

from fractions import Fraction

from kb.answering.verify.atoms import atoms

_ENGLISH = """
    1/2 2 1: half halves halved
    1/3 3: third thirds
    1/4 4 3/4: quarter quarters fourth fourths quarterly
    1/5 5: fifth fifths
    1/6 6: sixth sixths
    1/8 8: eighth eighths
    1/10 10: tenth tenths
    2: twice double doubled doubles pair pairs couple both twin twins
    3: triple tripled thrice triplets
    4: quadruple quadrupled
    10: decade decades
    12: dozen dozens
    20: score
    100 1: percent % percentage cent cents dollar dollars century centuries
    7: week weeks weekly
    24: day days daily
    60: hour hours hourly minute minutes
    12 52 365: year years yearly annual annually
    12: foot feet
    3: yard yards
    1000: km kilometre kilometres kilometer kilometers kg kilogram kilograms litre litres liter liters
    100: metre metres meter meters
"""
_THAI = {
    "ครึ่ง": "1/2 2 1",
    "สองเท่า": "2",
    "สามเท่า": "3",
    "เท่าตัว": "2",
    "คู่": "2",
    "ทั้งสอง": "2",
    "โหล": "12",
    "กุรุส": "144",
    "ทศวรรษ": "10",
    "ศตวรรษ": "100",
    "ร้อยละ": "100 1",
    "เปอร์เซ็นต์": "100 1",
    "เปอร์เซนต์": "100 1",
    "สตางค์": "100",
    "บาท": "100",
    "สัปดาห์": "7",
    "อาทิตย์": "7",
    "วัน": "24",
    "ชั่วโมง": "60",
    "นาที": "60",
    "ปี": "12 52 365",
    "กิโลเมตร": "1000",
    "กิโลกรัม": "1000",
    "ลิตร": "1000",
    "เมตร": "100",
    "ไร่": "4 400 1600",
    "งาน": "100 400",
}
_AVERAGE = ("average", "mean", "เฉลี่ย")


def _table() -> dict[str, frozenset[Fraction]]:
    table: dict[str, frozenset[Fraction]] = {}
    for line in _ENGLISH.strip().splitlines():
        values, words = line.split(":")
        meant = frozenset(map(Fraction, values.split()))
        for word in words.split():
            table[word] = table.get(word, frozenset()) | meant
    return table


_MEANT = _table()


def implied(question: str) -> set[Fraction]:
    """What the words of a question mean by definition; of "average", how many numbers there are to be averaged."""
    pieces = atoms(question, 0, len(question))
    found: set[Fraction] = set()
    for piece in pieces:
        found |= _MEANT.get(piece.low, frozenset())
    for word, values in _THAI.items():
        if word in question:
            found |= set(map(Fraction, values.split()))
    if any(word in question.lower() for word in _AVERAGE):
        found.add(Fraction(sum(piece.kind == "digits" for piece in pieces)))
    return found
