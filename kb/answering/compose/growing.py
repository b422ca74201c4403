"""A growing draft -> its sentences, each once, as soon as it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from kb.answering.compose import markers
from kb.answering.compose.markers import Mark, Range, Read
from kb.language import segment
from kb.language.normalize import canonical
from kb.language.segment import Span

LONGEST = 1000  # characters without an end of a sentence: what is longer is taken for one
THAI_LOOK_AHEAD = 60  # characters after a cut in Thai until it stays whatever follows

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Co}\p{Cs}\p{Cn}]|(?![\n\t])\p{Cc}")
_STEP = re.compile(r"\S*\s|\S+")
_MAY_END = re.compile("[.!?…。！？；؟۔।\n\u0e01-\u0e5b]")
_THAI = re.compile("[\u0e01-\u0e5b]")
_BEFORE_THAI = regex.compile(r"(?<=[\w\u0e01-\u0e5b][\"”’)]?) (?=[\"“‘(]?[\u0e01-\u0e5b])")
_GOES_ON = re.compile("(?:และ|แต่|หรือ|ซึ่ง|โดย|เพราะ|เนื่องจาก|ขณะที่|จึง|รวม|อัน|เมื่อ|หาก|ถ้า|ที่|ของ|ใน|จาก|ต่อ|กับ)")
_EMPHASIS = re.compile(r"\*\*|__|~~|`+")
_LEADING = regex.compile(
    r"^(?:\#{1,6}\s+|[-*•‣–—>+]+\s+|\(?\p{Nd}{1,3}[.)]\s+(?=\D)|(?:the\s+)?(?:final\s+)?(?:answer|คำตอบ)\s*[:：]\s*)+",
    regex.IGNORECASE,
)
_LOOSE = re.compile(r"\s+(?=[.,;:!?…](?:\s|$))")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of a draft, and the sources it names.

    `text` is canonical and without markers; `bare`, where it is not None, is the same without what may be a marker or
    may be said, such as "(1)" or "²".
    """

    text: str
    bare: str | None = None
    named: tuple[Range, ...] = ()
    perhaps: tuple[Range, ...] = ()

    def numbers(self, known: int) -> tuple[int, ...]:
        """The sources it names that there are, counted from 1, in its order, each once."""
        marks = (Mark(0, self.named), Mark(0, self.perhaps))
        return tuple(dict.fromkeys(number for mark in marks for number in mark.numbers(known)))


class Sentences:
    """Cuts a draft while it grows.

    The pieces depend on the text alone, not on where its deltas were cut. A sentence is whole when the next one has
    begun, since its markers stand behind it; in Thai, which has no full stop, when enough follows for the cut to stay,
    or when a marker ends it.
    """

    def __init__(self) -> None:
        self._pending = ""

    def push(self, delta: str) -> Iterator[Piece]:
        """More text -> the sentences that are whole by now."""
        for step in _STEP.findall(_visible(delta)):
            self._pending += step
            if step[-1].isspace():
                yield from self._whole()

    def finish(self) -> Iterator[Piece]:
        """No more text -> the sentences that are left."""
        pending, self._pending = self._pending, ""
        found = markers.read(pending)
        spans = segment.sentences(_view(found))
        yield from _pieces(found, spans, spans)

    def _whole(self) -> Iterator[Piece]:
        if len(self._pending) > LONGEST:
            yield from self.finish()
            return
        if not _MAY_END.search(self._pending) or markers.left_open(self._pending):
            return
        found = markers.read(self._pending, ended=False)
        view = _view(found)
        spans = segment.sentences(view)
        known = 0
        while known + 1 < len(spans) and _stays(view, spans[known], spans[known + 1]):
            known += 1
        if not known:
            return
        yield from _pieces(found, spans, spans[:known])
        end = max(
            [_end(found, spans, known - 1), *(mark.at for mark in found.marks if _owner(mark, spans, view) < known)]
        )
        self._pending = self._pending[found.origin[end] :]


def _visible(text: str) -> str:
    """Without what a reader does not see: marks of direction, zero-width signs, controls."""
    return str(_INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))


def _view(found: Read) -> str:
    """What is cut into sentences: a marker before a Thai word ends one, unless the next word carries it on."""
    view = found.bare
    for mark in found.marks:
        if _BEFORE_THAI.match(view, mark.at) and not _GOES_ON.match(view, mark.at + 1):
            view = f"{view[: mark.at]}\n{view[mark.at + 1 :]}"
    return view


def _stays(view: str, span: Span, following: Span) -> bool:
    """Whether the cut between two sentences is the same whatever comes after the text so far."""
    if not any(sign.isalnum() for sign in view[slice(*following)]):
        return False
    if "\n" in view[span[1] : following[0]]:
        return True
    if _THAI.search(view, span[0], following[1]):
        return len(view) - following[0] >= THAI_LOOK_AHEAD
    return True


def _owner(mark: Mark, spans: list[Span], view: str) -> int:
    """The sentence that a marker is about: the one it stands in or behind, or, at the start of a line, before."""
    for k, (_, end) in enumerate(spans):
        following = spans[k + 1][0] if k + 1 < len(spans) else len(view) + 1
        if mark.at <= end:
            return k
        if mark.at < following:
            first_on_line = "\n" in view[end : mark.at] and k + 1 < len(spans)
            return k + 1 if first_on_line else k
    return max(len(spans) - 1, 0)


def _end(found: Read, spans: list[Span], k: int) -> int:
    """Where a sentence ends, with the doubtful marks behind it on its line."""
    end = spans[k][1]
    following = spans[k + 1][0] if k + 1 < len(spans) else len(found.bare)
    behind = found.text[end:following].partition("\n")[0].rstrip()
    return end + len(behind)


def _pieces(found: Read, spans: list[Span], wanted: list[Span]) -> Iterator[Piece]:
    view = _view(found)
    owned: dict[int, list[Range]] = {}
    doubted: dict[int, list[Range]] = {}
    for of, marks in ((owned, found.marks), (doubted, found.doubtful)):
        for mark in marks:
            of.setdefault(_owner(mark, spans, view), []).extend(mark.named)
    for k, (start, end) in enumerate(wanted):
        text = tidy(found.text[start : _end(found, spans, k)])
        bare = tidy(found.bare[start:end])
        if any(sign.isalnum() for sign in bare):
            perhaps = tuple(doubted.get(k, ()))
            yield Piece(text, bare if bare != text else None, tuple(owned.get(k, ())), perhaps)


def tidy(text: str) -> str:
    """A drafted sentence in canonical form, without the marks of lists, headings and emphasis."""
    text = canonical(_EMPHASIS.sub("", text))
    return _LOOSE.sub("", _LEADING.sub("", " ".join(text.split())).strip())
