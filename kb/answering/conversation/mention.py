"""A turn -> what it speaks of: somebody, something, several, a place, a year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kb.answering.conversation import english_words as words
from kb.answering.conversation import thai_phrases
from kb.answering.conversation.english_phrases import phrases
from kb.answering.conversation.english_tokens import Phrase, Token, tokens
from kb.answering.conversation.turn import Turn
from kb.language.segment import language

Sex = Literal["male", "female", ""]
LOOKED_BACK = 4  # turns; what was spoken of earlier is not what "it" means now
LONGEST_ANSWER = 1200  # characters of an answer that are read for names

MARKER = re.compile(r"\s*\[\d+\]")
YEAR = re.compile(r"(?<![\d.,])(?:1\d{3}|2[0-5]\d{2})(?![\d,]|\.\d)")
_NAME_JOINTS = frozenset({"of", "the", "de", "von", "van", "la", "and"})


@dataclass(frozen=True, slots=True)
class Mention:
    """Something a turn speaks of; `text` can stand in place of a pronoun. `place` may hold with `person` false only."""

    text: str
    person: bool = False
    many: bool = False
    place: bool = False
    time: bool = False
    named: bool = False
    sex: Sex = ""
    thing_asked: bool = False


def of_question(turn: Turn) -> list[Mention]:
    """What the question of a turn speaks of, what a pronoun most likely means first."""
    if language(turn.standalone) == "th":
        return [_thai(topic) for topic in thai_phrases.topics(turn.standalone)]
    order = {"subject": 0, "object": 1, "after": 2, "asked": 3}
    found = [phrase.core() for phrase in phrases(turn.standalone)]
    found.sort(key=lambda phrase: (order[phrase.role], not phrase.definite))
    return [_english(phrase) for phrase in found]


def of_answer(turn: Turn) -> list[Mention]:
    """Who and what is named in the answer of a turn, in order, each once."""
    text = MARKER.sub("", turn.answer)[:LONGEST_ANSWER]
    found = [_thai(name) for name in thai_phrases.names(text)] if language(text) == "th" else list(_names(text))
    return list({mention.text.lower(): mention for mention in reversed(found)}.values())[::-1]


def years(history: Sequence[Turn]) -> Iterator[str]:
    """The years that were spoken of, the latest turn first, its answer before its question."""
    for turn in recent(history):
        for text in (MARKER.sub("", turn.answer), turn.standalone):
            yield from YEAR.findall(text)


def recent(history: Sequence[Turn]) -> list[Turn]:
    """The last turns, the latest first."""
    return list(reversed(history[-LOOKED_BACK:]))


def sex_of(text: str) -> Sex:
    """Whether a word of a name or noun tells that somebody is a man or a woman."""
    lower = {token.lower.rstrip(".") for token in tokens(text)}
    if lower & words.FEMALE:
        return "female"
    return "male" if lower & words.MALE else ""


def _english(phrase: Phrase) -> Mention:
    text = phrase.text
    first = phrase.tokens[0]
    if first.lower in ("a", "an", "any", "another", "no"):
        text = f"the {text[first.end - first.start :].lstrip()}"
    elif phrase.role == "asked" and first.kind == "word" and not first.capital:
        text = f"the {text}"
    elif first.lower == "the" and first.text == "The":
        text = f"the{text[3:]}"
    mention = Mention(text, phrase.person, phrase.many, phrase.place, phrase.time, phrase.named)
    return replace(mention, sex=sex_of(text), thing_asked=phrase.role == "asked")


def _thai(topic: thai_phrases.Topic) -> Mention:
    return Mention(topic.text, person=topic.person, place=topic.place, time=topic.time, named=_names_something(topic))


def _names_something(topic: thai_phrases.Topic) -> bool:
    return topic.person or not (topic.time or topic.place)


def _names(text: str) -> Iterator[Mention]:
    """Runs of words with capitals, but for one word alone at the head of a sentence."""
    run: list[Token] = []
    found = tokens(text)
    for place, token in enumerate(found):
        joint = token.lower in _NAME_JOINTS and run and place + 1 < len(found) and found[place + 1].capital
        if (token.capital and (token.kind == "word" or run) and not token.text[0].isdigit()) or (
            joint and token.lower != "and"
        ):
            run.append(token)
        else:
            yield from _named(run, text, found)
            run = []
    yield from _named(run, text, found)


def _named(run: list[Token], text: str, found: Sequence[Token]) -> Iterator[Mention]:
    if not run:
        return
    place = found.index(run[0])
    heads = place == 0 or found[place - 1].text in ".?!:;“”\"'‘"
    if heads and len(run) == 1 and (run[0].lower in _COMMON_HEADS or not _again(run[0], found)):
        return
    phrase = Phrase(text[run[0].start : run[-1].end], run[0].start, run[-1].end, "object", tuple(run))
    sex = sex_of(phrase.text) or _sex_nearby(text, phrase.end)
    yield Mention(phrase.text, phrase.person, False, phrase.place, phrase.time, True, sex)


def _again(token: Token, found: Sequence[Token]) -> bool:
    """Whether a word at the head of a sentence is a name: elsewhere it has a capital, and always."""
    others = [other for other in found if other.lower == token.lower and other.start != token.start]
    return bool(others) and all(other.capital for other in others)


def _sex_nearby(text: str, end: int) -> Sex:
    """What the next pronoun after a name tells, within its sentence and the next."""
    after = re.search(r"\b(he|his|him|she|her|hers)\b", text[end : end + 160], re.IGNORECASE)
    if after is None:
        return ""
    return "female" if after.group().lower().startswith(("she", "her")) else "male"


_COMMON_HEADS = words.listed("the a an it in on at from to when for this that there he she they his her")
