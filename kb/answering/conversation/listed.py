"""An answer -> the items it lists, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.answering.conversation import english_words as words
from kb.answering.conversation import thai_words
from kb.answering.conversation.english_tokens import Token, tokens
from kb.answering.conversation.mention import LONGEST_ANSWER, MARKER
from kb.language.segment import language, sentences, word_spans

LONGEST_ITEM = 7  # words; between two commas stands a clause when it is longer
_BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+(.+)$", re.MULTILINE)
_THAI_JOINT = re.compile(r"\s*(?:,|;|และ|กับ|หรือ|รวมทั้ง|ตลอดจน)\s*")
_THAI_OPENING = re.compile(r"(?:ได้แก่|ประกอบด้วย|ประกอบไปด้วย|แบ่งเป็น|คือ|เช่น|มีทั้ง)\s*")
_THAI_LIST = re.compile(r"\S[^.\n]*?(?:,|และ|กับ|หรือ)[^.\n]*")
_THAI_LONGEST = 40  # characters of an item
_STOPS = words.listed("be do have modal prep pron wh conj")


def items(answer: str) -> list[str]:
    """What "the second one" counts.

    Bulleted or numbered lines; else the first "a, b and c" of a sentence; else the subjects of sentences that tell of
    one thing each.

    Args:
        answer: The text of an answer; its markers are left out.

    Returns:
        Two items or more, or none.
    """
    text = MARKER.sub("", answer)[:LONGEST_ANSWER]
    bullets = [found.strip().rstrip(".;") for found in _BULLET.findall(text)]
    if len(bullets) > 1:
        return [re.split(r"[:–—]| - ", bullet)[0].strip() for bullet in bullets]
    spans = [text[start:end] for start, end in sentences(text)]
    read = _thai if language(text) == "th" else english
    best = max((read(sentence) for sentence in spans), key=lambda found: (len(found) > 2, 0), default=[])
    found = next((some for some in map(read, spans) if len(some) > 1), [])
    if len(best) > 2:
        return best
    subjects = list(dict.fromkeys(_subjects(spans))) if language(text) == "en" else []
    return subjects if len(subjects) > max(1, len(found)) else found


def english(sentence: str) -> list[str]:
    """The items of "a, b and c" or "a and b" in a sentence or a question; none where there is no such list."""
    found = tokens(sentence)
    joints = [place for place, token in enumerate(found) if token.text == "," or token.lower in ("and", "or")]
    closing = [place for place in joints if found[place].text != ","]
    for last in closing:
        first = last
        commas = [place for place in joints if place < last and found[place].text == ","]
        while commas and 0 < first - commas[-1] <= LONGEST_ITEM + 1:
            first = commas.pop()
        parts = _between(found, first, last)
        head, tail = _before(found, first), _after(found, last + 1)
        every = [head, *parts, tail]
        if all(every) and all(map(_is_item, every)) and len({_counts(item) for item in every}) == 1:
            return [_said(sentence, item) for item in every]
    return []


def _is_item(item: list[Token]) -> bool:
    """Whether it may be one: a noun phrase, not a verb with what belongs to it."""
    first = item[0]
    return not (first.kind in _STOPS or (first.kind == "word" and not first.capital and words.is_verb(first.lower)))


def _counts(item: list[Token]) -> bool:
    return item[0].text[0] in "£$€0123456789"


def _between(found: list[Token], first: int, last: int) -> list[list[Token]]:
    """The items between the first comma and the last joint."""
    parts: list[list[Token]] = [[]]
    for token in found[first + 1 : last]:
        if token.text == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part] if first < last else []


def _before(found: list[Token], joint: int) -> list[Token]:
    """The noun phrase that ends before a joint."""
    item: list[Token] = []
    for token in reversed(found[:joint]):
        if token.kind in ("sign", *_STOPS) and token.lower not in ("of", "for", "in"):
            break
        if token.kind == "word" and words.is_verb(token.lower) and not token.capital and item:
            break
        item.insert(0, token)
        if token.kind in ("det", "poss") or len(item) > LONGEST_ITEM:
            break
    while item and item[0].kind in _STOPS:
        item = item[1:]
    return item


def _after(found: list[Token], start: int) -> list[Token]:
    """The noun phrase that begins after a joint."""
    item: list[Token] = []
    for token in found[start : start + LONGEST_ITEM]:
        stops = token.kind in ("sign", *_STOPS) and token.lower not in ("of",)
        if stops or (item and token.kind == "word" and words.is_verb(token.lower) and not token.capital):
            break
        item.append(token)
    return item if any(token.kind == "word" for token in item) else []


def _said(text: str, item: list[Token]) -> str:
    return text[item[0].start : item[-1].end]


def _subjects(spans: list[str]) -> Iterator[str]:
    """What single sentences begin with, where that is one thing: "The north hall sleeps four" -> the north hall."""
    for sentence in spans:
        found = tokens(sentence)
        run: list[Token] = []
        for token in found:
            if token.kind not in ("det", "poss", "word", "adv") or (run and words.is_verb(token.lower)):
                break
            run.append(token)
        if run and run[0].lower in ("the", "a", "an") and len(run) > 1 and not words.is_many(run[-1].lower):
            yield _said(sentence, run)[0].lower() + _said(sentence, run)[1:]


def _thai(sentence: str) -> list[str]:
    opening = _THAI_OPENING.search(sentence)
    body = sentence[opening.end() :] if opening else sentence
    if not _THAI_LIST.search(body):
        return []
    parts = [part.strip() for part in _THAI_JOINT.split(body)]
    head = parts[0].split()[-2:] if len(parts) == 2 and not opening else parts[0].split()
    first = [piece for piece in map(_behind_verb, head) if piece] if opening or len(parts) == 2 else head[-1:]
    parts = [*first, *map(_behind_verb, parts[1:-1]), parts[-1].split(" ")[0]]
    kept = [part for part in parts if 1 < len(part) <= _THAI_LONGEST]
    return kept if len(kept) > 1 else []


def _behind_verb(piece: str) -> str:
    """A piece of a list without the verb in front of it."""
    spans = word_spans(piece)
    verbs = [end for start, end in spans if piece[start:end] in thai_words.PREDICATES]
    return (piece[verbs[-1] :].strip() if verbs else "") or piece
