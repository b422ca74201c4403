"""A fragment and the last English question -> the question that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.answering.conversation import english_words as words
from kb.answering.conversation.english_phrases import phrases
from kb.answering.conversation.english_tokens import Phrase, Token, tokens

_ADDED = re.compile(
    r", and (?:why|when|where|who|whom|how|which|what|since|until|by|at|in|for|on)\b[^,?]{0,40}(?=\?*$)"
)
_LANGUAGE = re.compile(rf"\bin ({'|'.join(words.LANGUAGES)})\b", re.IGNORECASE)
_SWAPPED = frozenset({"when", "where", "why", "how", "since when", "until when", "how long", "how often", "by whom"})
_AUXILIARY = frozenset({"be", "do", "have", "modal"})


def stem(frame: str) -> str:
    """The last question without its question mark and without what was only added to it."""
    return _ADDED.sub("", frame.strip()).rstrip(" ?.!")


def added(frame: str, fragment: str) -> str:
    """The question with a few words more at its end."""
    return f"{stem(frame)} {fragment}?"


def asked_too(frame: str, fragment: str) -> str:
    """The question, and what is asked beside it: "Who built the mill, and in which year?"."""
    return f"{stem(frame)}, and {fragment}?"


def swapped(frame: str, wh: str) -> str:
    """The question with another question word, where its grammar allows; else both: "Who built it, and why?"."""
    found = tokens(stem(frame))
    verb = next((place for place, token in enumerate(found) if token.kind in _AUXILIARY), None)
    if verb is None or wh not in _SWAPPED:
        return asked_too(frame, wh)
    before = [token.lower for token in found[:verb]]
    after = found[verb + 1 :]
    if (before and before not in (["when"], ["where"], ["why"], ["how"])) or not after:
        return asked_too(frame, wh)
    rest = stem(frame)[after[0].start :]
    return f"{wh.capitalize()} {found[verb].lower} {rest}?"


def substituted(frame: str, fragment: str) -> str:
    """The question with a fragment in the place of what it answers to: "And in winter?", "What about the tower?".

    Args:
        frame: The last question, standing alone.
        fragment: A noun phrase, or one with its preposition.
    """
    base = stem(frame)
    spoken = _LANGUAGE.search(fragment)
    if spoken and _LANGUAGE.search(base):
        return _LANGUAGE.sub(f"in {spoken.group(1)}", base) + "?"
    own = phrases(fragment)
    leads = tokens(fragment)[:1]
    preposition = leads[0].lower if leads and leads[0].kind == "prep" else ""
    if not own or (leads and leads[0].kind == "conj"):
        return added(frame, fragment)
    target = _time_of(base) if own[0].time else _like(base, own[0], preposition)
    if target is None:
        return added(frame, fragment if preposition or not own[0].time else f"{_on(own[0])} {fragment}")
    start, end, led = target
    if preposition and led:
        start = base.rindex(led, 0, start)
    text = fragment if not preposition or led else fragment[own[0].start :]
    if own[0].time and led and not preposition:
        start, text = base.rindex(led, 0, start), f"{_on(own[0])} {text}".strip()
    return f"{_agreeing(base[:start], own[0])}{_cased(text, start)}{base[end:]}?"


def _agreeing(before: str, own: Phrase) -> str:
    """What stands before a subject, with "is" for one and "are" for several."""
    forms = {"are": "is", "were": "was"} if not own.many else {"is": "are", "was": "were"}
    return re.sub(r"\b(are|were|is|was)(?= $)", lambda found: forms.get(found.group(), found.group()), before)


def _time_of(base: str) -> tuple[int, int, str] | None:
    for phrase in phrases(base):
        if phrase.time and phrase.role != "asked":
            return phrase.start, phrase.end, phrase.preposition
    return None


def _like(base: str, own: Phrase, preposition: str) -> tuple[int, int, str] | None:
    """The part of a question that is most like a noun phrase; with a preposition, only one that follows the same."""
    best, most = None, 0.0
    for part, role in _parts(base):
        if preposition and part.preposition != preposition:
            continue
        score = _likeness(part, own) + {"subject": 1.0, "object": 0.6, "after": 0.4, "asked": -2.0}[role]
        if score > most:
            best, most = (part.start, part.end, part.preposition if preposition else ""), score
    return best


def _likeness(part: Phrase, own: Phrase) -> float:
    heads = words.singular(part.head) == words.singular(own.head)
    return (
        4.0 * heads
        + 3.0 * (part.person and own.person)
        + 1.0 * (part.many and own.many)
        + (2.0 * (part.place and own.place) + 0.5 * (part.named == own.named) - 9.0 * (part.time and not own.time))
    )


def _parts(base: str) -> Iterator[tuple[Phrase, str]]:
    """The noun phrases of a question, and those inside them behind a preposition."""
    for phrase in phrases(base):
        yield phrase, phrase.role
        for place, token in enumerate(phrase.tokens):
            rest = phrase.tokens[place + 1 :]
            if token.kind == "prep" and rest:
                yield _part(base, token, rest), "after"


def _part(base: str, preposition: Token, rest: tuple[Token, ...]) -> Phrase:
    start, end = rest[0].start, rest[-1].end
    return Phrase(base[start:end], start, end, "after", rest, preposition.lower)


def _on(phrase: Phrase) -> str:
    if phrase.head in ("today", "tomorrow", "yesterday"):
        return ""
    return "on" if words.singular(phrase.head).endswith(("day", "weekend")) else "in"


def _cased(text: str, start: int) -> str:
    return text[0].upper() + text[1:] if start == 0 else text
