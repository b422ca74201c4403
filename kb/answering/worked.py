"""A question and a draft that works it out -> its steps, each recomputed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kb.answering.arithmetic.implied import implied
from kb.answering.arithmetic.relations import Status, judge, known_as
from kb.answering.arithmetic.runs import runs
from kb.answering.arithmetic.signs import Sign, notes_apart, plain, signs
from kb.language import segment
from kb.language.segment import Span

_LONGEST = 20_000  # characters of a draft that are read
_ENUMERATED = re.compile(
    r"\s*(?:(?:\*\*|#+\s*)?(?:step|ขั้นตอนที่|ขั้นตอน|ขั้นที่|ขั้น|ข้อที่|ข้อ)\s*\d{1,3}\s*[:.)]?(?:\*\*)?|\(?\d{1,3}[.)](?=\s)|[-*•+](?=\s))\s*",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\n]+(?:\n[ \t]*[=≈][^\n]*)*")  # a line that begins with = goes on with the one before
_NEXT = re.compile(r"(?<=\d)\.\s+(?=\S)")  # 9. x + 2 = 5
_DOZEN = ("dozen", "โหล")
_GOES_ON = frozenset(["operator", "relation", "close"])


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence of a draft: `text` is the draft from `start` to `end` (characters)."""

    text: str
    start: int
    end: int
    status: Status
    why: str


def worked(question: str, draft: str) -> list[Step]:
    """Recompute a draft, sentence by sentence.

    A sentence is "computed" where every equation in it is right, and every number that goes into one, or stands by
    itself, is in the question, is what a word of the question means (half, dozen, percent, hour), or is the result of
    an earlier sentence that was computed. A wrong equation is "contradicted"; a number from nowhere, or a sum that
    cannot be recomputed, "not_found". Whether the sums answer the question is not judged.

    Args:
        question: As typed, English or Thai.
        draft: What a model wrote; of a very long one the beginning is read.
    """
    known = _known(question)
    readable = plain(draft[:_LONGEST])
    text, noted = notes_apart(readable)
    steps = []
    for start, end, begin in _sentences(draft, text):
        found = [*signs(text, begin, end)]
        for a, b in noted:
            if start <= a < end:
                found += [Sign("stop", "", a, a), *signs(readable, a, b)]
        judgement = judge(readable, found, known)
        known |= judgement.results
        steps.append(Step(draft[start:end], start, end, judgement.status, judgement.why))
    return steps


def _known(question: str) -> set[Fraction]:
    """The numbers of a question: as written, of its fractions, and what its words mean."""
    text = plain(question)
    found = signs(text, 0, len(text))
    known = implied(text)
    for sign in found:
        if sign.kind == "number":
            known |= known_as(sign) | ({sign.value / 12} if sign.text.lower().endswith(_DOZEN) else set())
            known |= {number.value for number in signs(text, sign.start, sign.start + _digits(sign.text))}
    for run in runs([sign for sign in found if sign.kind not in ("relation", "stop")]):
        numbers = run.numbers
        for at, sign in enumerate(run.signs):
            if sign.text == "÷" and 0 < at < len(run.signs) - 1 and len(numbers) > 1 and run.signs[at + 1].value:
                known.add(run.signs[at - 1].value / run.signs[at + 1].value)
    return known


def _digits(text: str) -> int:
    """How many characters of a number are its digits: the 5 of "5 million" is known too."""
    match = re.match(r"[\d.,]*\d", text)
    return match.end() if match else 0


def _sentences(draft: str, text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, where it is read from) of every sentence: all of the draft but white space is in one.

    `text` is the draft as it is read, with the same number of characters. No sum is cut in two; the bullet or number
    of a list item is not read.
    """
    for line in _LINE.finditer(text):
        label = _ENUMERATED.match(text, *line.span())
        begin = label.end() if label else line.start()
        cuts = [a + begin for a, _ in segment.sentences(text[begin : line.end()])]
        cuts = sorted({*cuts, *(match.end() for match in _NEXT.finditer(text, begin, line.end()))})
        cuts = [len(text[:cut].rstrip()) for cut in cuts[1:]]  # what is blanked before a sentence belongs to it
        spans = zip([begin, *cuts], [*cuts, line.end()], strict=True)
        for at, (a, b) in enumerate(_whole_sums(text, [span for span in spans if text[slice(*span)].strip()])):
            yield *_trimmed(draft, a if at else line.start(), b), a


def _trimmed(text: str, start: int, end: int) -> Span:
    """A span without white space at its ends."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))


def _whole_sums(text: str, spans: list[Span]) -> list[Span]:
    """Join sentences where a cut went through a sum."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and _continues(text, joined[-1], (start, end)):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _continues(text: str, left: Span, right: Span) -> bool:
    before, after = signs(text, *left), signs(text, *right)
    if not before or not after:
        return False
    return after[0].kind in _GOES_ON or before[-1].kind in ("operator", "relation", "open")
