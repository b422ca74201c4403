"""A drafted sentence and the texts of the sources -> what of it they prove, and the words that prove it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from kb.answering.compose.growing import Piece
from kb.answering.compose.leadins import without_lead_in
from kb.answering.verify import Status, Verdict, claims, verify
from kb.answering.verify.statements import asks, tells
from kb.answering.verify.tokens import tokens
from kb.language import segment

LONGEST = 400  # characters of what is held against the sources at once; the time that takes grows with its square
MOST_CLAUSES = 12  # of a sentence, that are looked at one by one
WIDER = 4  # sentences before a proof that a quote may take along to be understood alone

# A reference mark of the source itself: "in 1912.[3]", "barley[12] was".
_REFERENCE = re.compile(r"(?<=\S)\[\d{1,3}\](?=[\s.,;:!?\[)]|$)")
_LEFT_OVER = re.compile(r"[\[［【〔⟦❲⁅〖〚]\s*\d|\d\s*[\]］】〕⟧❳⁆〗〛]")  # of a marker that was not taken out whole
_JOINT = re.compile(r"(?:(?:and|but|while|whereas)\s+|(?:และ|แต่|ส่วน|ในขณะที่|ขณะที่)\s*)", re.IGNORECASE)
_BREAKS_OFF = frozenset(["modal", "aux", "not", "prep", "coord", "sub", "relative"])  # roles of a last word
_PARTED = re.compile(r"\d+(?: \d+)+")  # by a marker that stood in it, or as the source writes it
_PLAIN = frozenset(" \n.,;:!?…'\"“”‘’()-–—‑/%&$€£¥฿ฯๆ")
_STOPS = tuple(".!?…。！？")


@dataclass(frozen=True, slots=True)
class Support:
    """`texts[source][start:end]` proves a sentence, or a part of it."""

    source: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Proven:
    """A sentence that may be shown, and what proves it."""

    text: str
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a drafted sentence.

    `shown` is the sentence, or its clauses that are proven, or empty; `status` and `why` are about the whole sentence.
    """

    status: Status
    why: str
    shown: tuple[Proven, ...] = ()


class Judge:
    """Holds drafted sentences against the sources; pure.

    Args:
        texts: Of all sources: first those the model was given, in the order of their numbers, then the other ones.
        known: How many it was given.
    """

    def __init__(self, texts: Sequence[str], known: int) -> None:
        self._texts = tuple(texts)
        self._known = known

    def judge(self, piece: Piece) -> Judgement:
        """What is proven of a sentence: by the sources it names, else by the others."""
        named = [number - 1 for number in piece.numbers(self._known)]
        readings = [piece.text] if piece.bare is None else [piece.text, piece.bare]
        if (said := without_lead_in(readings[-1])) != readings[-1]:
            readings.append(standing(said))
        for text in readings:
            verdict, supports = self._whole(text, named)
            if supports:
                return Judgement("supported", verdict.why, (Proven(text, supports),))
        return self._cut(readings[-1], verdict, named)

    def _whole(self, text: str, named: Sequence[int]) -> tuple[Verdict, tuple[Support, ...]]:
        """The verdict of the first sources that prove a text, with their proofs; else the one that tells most."""
        verdicts: list[Verdict] = []
        for chosen in self._choices(named):
            verdict = _verdict(text, [self._texts[at] for at in chosen])
            if verdict.status == "supported":
                found = [Support(chosen[proof.quote], proof.start, proof.end) for proof in verdict.proofs]
                if supports := self._alone(text, found):
                    return verdict, supports
                unclear = "the words that say so do not say it by themselves"
                verdict = Verdict("not_found", unclear, score=verdict.score)
            verdicts.append(verdict)
        if not verdicts:
            return Verdict("not_found", "there is no source"), ()
        return max(verdicts, key=lambda one: (one.status == "contradicted", one.score)), ()

    def _choices(self, named: Sequence[int]) -> Iterator[list[int]]:
        """The sources that are asked together: those it names, the others, all."""
        others = [at for at in range(len(self._texts)) if at not in named]
        if named:
            yield list(named)
        if others:
            yield others
        if named and others:
            yield [*named, *others]

    def _cut(self, text: str, verdict: Verdict, named: Sequence[int]) -> Judgement:
        """The clauses of a sentence that are proven one by one."""
        parts = [standing(text[start:end]) for start, end in claims(text)]
        if len(parts) < 2:
            parts = [standing(verdict.supported_text)] if verdict.supported_text else []
        kept, status, why = list[Proven](), verdict.status, verdict.why
        for part in parts[:MOST_CLAUSES]:
            told, supports = self._whole(part, named)
            if supports:
                kept.append(Proven(part, supports))
            elif len(parts) > 1:
                status, why = told.status, told.why
        if not kept:
            return Judgement(status, why)
        whole = 1 < len(parts) <= MOST_CLAUSES and len(kept) == len(parts)
        return Judgement("supported" if whole else "partial", "the sources say so" if whole else why, tuple(kept))

    def _alone(self, text: str, found: Sequence[Support]) -> tuple[Support, ...]:
        """The fewest and shortest of the words found that prove a text when nothing stands around them."""
        for wider in range(WIDER + 1):
            tried = [self._wider(support, wider) for support in found]
            if not self._proves(text, tried):
                continue
            for one in sorted(tried, key=lambda support: support.start - support.end):
                rest = [support for support in tried if support != one]
                if rest and self._proves(text, rest):
                    tried = rest
            return tuple(dict.fromkeys(tried))
        return ()

    def _wider(self, support: Support, sentences: int) -> Support:
        """The same with so many sentences before it."""
        if not sentences:
            return support
        starts = [start for start, _ in segment.sentences(self._texts[support.source]) if start < support.start]
        start = starts[-sentences] if len(starts) >= sentences else 0
        return Support(support.source, start, support.end)

    def _proves(self, text: str, supports: Sequence[Support]) -> bool:
        return proves(text, [self._texts[one.source][one.start : one.end] for one in supports])


def proves(text: str, quotes: Sequence[str]) -> bool:
    """Whether quotes, with nothing around them, prove a text that holds no sign or parted number they do not."""
    parted = any(not any(number in quote for quote in quotes) for number in _PARTED.findall(text))
    return not parted and not strange_signs(text, quotes) and _verdict(text, quotes).status == "supported"


def strange_signs(text: str, quotes: Sequence[str]) -> frozenset[str]:
    """Signs beside letters, digits and plain punctuation that no quote holds: a verifier of words may not see them."""
    return frozenset(sign for sign in text if not _ordinary(sign)).difference(chain.from_iterable(quotes))


def standing(text: str) -> str:
    """A clause as a sentence of its own."""
    text = _JOINT.sub("", text.strip(), count=1) if _JOINT.match(text.strip()) else text.strip()
    text = text.strip(" ,;")
    if text and segment.language(text) != "th":
        text = text[0].upper() + text[1:]
        text += "" if text.endswith(_STOPS) else "."
    return text


def _ordinary(sign: str) -> bool:
    if sign in _PLAIN or "\u0e00" < sign < "\u0e5c":
        return True
    return unicodedata.category(sign) in ("Lu", "Ll", "Lo", "Lt", "Nd")


def _says_something(text: str) -> bool:
    """Whether a text can be true: a verb and what it is about, or two words of meaning, and it does not break off."""
    found = tokens(text, 0, len(text))
    if not any(sign.isalpha() for sign in text) or not any(token.content for token in found):
        return False
    return found[-1].role not in _BREAKS_OFF and tells(found)


def _verdict(text: str, quotes: Sequence[str]) -> Verdict:
    """The verdict on a text; the sources' own reference marks say nothing."""
    if _LEFT_OVER.search(text):
        return Verdict("not_found", "a marker in it cannot be read")
    if not _says_something(text):
        return Verdict("not_found", "it says nothing that could be checked")
    if asks(text) and not any(text in quote for quote in quotes):
        return Verdict("not_found", "it asks, and says nothing")
    if len(text) > LONGEST:
        return Verdict("not_found", f"it is longer than the {LONGEST} characters that are checked at once")
    verdict = verify(text, quotes)
    if verdict.status == "supported":
        return verdict
    blanked = [_REFERENCE.sub(lambda mark: " " * len(mark.group()), quote) for quote in quotes]
    if blanked == list(quotes):
        return verdict
    other = verify(text, blanked)
    return other if other.status == "supported" else verdict
