"""An English question with pronouns -> the same with what they mean in their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from kb.answering.conversation import english_words as words
from kb.answering.conversation import referents
from kb.answering.conversation.english_phrases import phrases
from kb.answering.conversation.english_tokens import Phrase, Token, tokens
from kb.answering.conversation.mention import Mention, Sex, years
from kb.answering.conversation.turn import Turn

_DUMMY = re.compile(
    r"\b(?:(?:do|does|did|done|doing|make) it\b(?=[ ?.!]*$)|"
    r"(?:does|did|will|would|do) it (?:take|cost|matter|rain|snow|help|mean)\b(?! place)|"
    r"it (?:rains|snows|is raining|is snowing|gets dark)|"
    r"(?:is|was|will) it (?:be )?(?:raining|snowing|dark|windy)\b|"
    r"(?:is|was|would|will) it (?:be )?(?:not )?(?:possible|true|allowed|necessary|worth|safe|ok|okay|legal|forbidden|"
    r"better|likely|common|important|said|known|believed|the case)\b(?=.* (?:to|that|if)\b)|"
    r"(?:is|was) it (?:[a-z]+er|easy|hard|difficult)(?: or [a-z]+er)? to\b|"
    r"(?:is|was) it [a-z]+ that\b|"
    r"it (?:is|was) (?:possible|true|windy|dark|necessary|said|known|believed|likely)|what time is it\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r",|;|\b(?:and|but|or|when|where|while|because|since|if|that|who|which|after|before|although|how|why|so|than)\b|\b[a-z]{3,}ing\b",
    re.IGNORECASE,
)
_HE: dict[str, Sex] = {"he": "male", "him": "male", "his": "male", "himself": "male"}
_SHE: dict[str, Sex] = {"she": "female", "her": "female", "hers": "female", "herself": "female"}
_POSSESSIVE = frozenset({"his", "her", "its", "their", "hers", "theirs"})
_SUBJECTS = frozenset({"he", "she", "it", "they"})
_THING = frozenset({"it", "its"})
_MANY = frozenset({"they", "them", "their", "theirs"})
_POINTING = frozenset({"this", "that", "these", "those"})
_GOING = words.listed("get go come travel walk drive arrive reach")
_TIME_NOUNS = frozenset({"year", "time", "day", "decade", "century", "period"})


def resolved(question: str, history: Sequence[Turn]) -> tuple[str, list[tuple[str, str]]]:
    """Put what is meant in the place of words that point back; each thing is named once.

    Returns:
        The question, and (the word that points, what it was taken for) in order; empty when nothing points back.
    """
    changes: list[tuple[int, int, str, str, str]] = []
    dummies = [found.span() for found in _DUMMY.finditer(question)]
    found = tokens(question)
    for place, token in enumerate(found):
        if any(start <= token.start < end for start, end in dummies):
            continue
        change = _pointed(question, found, place, history)
        if change is not None and change[3] not in [earlier[3] for earlier in changes]:
            changes.append(change)
    for start, end, _, _, text in reversed(changes):
        question = question[:start] + text + question[end:]
    return question, [(word, meant) for _, _, word, meant, _ in changes]


def _pointed(
    question: str, found: Sequence[Token], place: int, history: Sequence[Turn]
) -> tuple[int, int, str, str, str] | None:
    """Where a token points back from and to, the words, and what to put there; None where it does not."""
    token = found[place]
    word = token.lower
    if word in _POINTING:
        return _demonstrative(question, found, place, history)
    mention = _meant(word, found, place, history)
    if mention is None or _bound(question, token, word):
        return None
    if word == "there":
        before = found[place - 1].lower if place else ""
        lead = "to" if before in _GOING else "from" if before == "from" else "at"
        text = mention.text if before in ("from", "near", "to", "in", "at") else f"{lead} {mention.text}"
        return token.start, token.end, token.text, mention.text, text
    owns = _owns(found, place)
    owned = list(takewhile(lambda one: one.kind in ("word", "adv"), found[place + 1 :])) if owns else []
    if owned and any(joint in mention.text for joint in (" who ", " that ")):
        first, last = owned[0].start, owned[-1].end
        return token.start, last, token.text, mention.text, f"the {question[first:last]} of {mention.text}"
    return token.start, token.end, token.text, mention.text, _put(token, mention.text, owns)


def _meant(word: str, found: Sequence[Token], place: int, history: Sequence[Turn]) -> Mention | None:
    if word in _HE or word in _SHE:
        return referents.somebody(history, (_HE | _SHE)[word])
    if word in _THING:
        return referents.something(history)
    if word in _MANY:
        return referents.several(history)
    previous = found[place - 1].kind if place else ""
    following = found[place + 1].kind if place + 1 < len(found) else ""
    exists = previous in ("be", "have", "modal") or following in ("be", "have", "modal") or place == 0
    if word == "there" and not exists:
        return referents.somewhere(history)
    return None


def _demonstrative(
    question: str, found: Sequence[Token], place: int, history: Sequence[Turn]
) -> tuple[int, int, str, str, str] | None:
    """Such as "that tower", "this" alone, "that year"; "that" as a joint points to nothing."""
    token = found[place]
    following = found[place + 1] if place + 1 < len(found) else None
    if following is not None and following.kind == "word":
        return _named_again(question, token, following, history)
    previous = found[place - 1].kind if place else ""
    ends = following is None or following.kind in ("sign", "prep")
    if not (ends or (previous in ("do", "be", "modal") and following is not None and following.kind == "word")):
        return None
    several = token.lower in ("these", "those")
    mention = referents.several(history) if several else referents.something(history)
    if mention is None or previous not in ("be", "do", "modal", "prep", "word", "have"):
        return None
    return token.start, token.end, token.text, mention.text, mention.text


def _named_again(
    question: str, token: Token, noun: Token, history: Sequence[Turn]
) -> tuple[int, int, str, str, str] | None:
    whole = question[token.start : noun.end]
    if noun.lower in _TIME_NOUNS:
        year = next(years(history), None)
        return None if year is None else (token.start, noun.end, whole, year, year)
    if _bound(question, token, "its"):
        return None
    mention = referents.called(history, noun.lower)
    if mention is not None:
        return token.start, noun.end, whole, mention.text, mention.text
    pointed = token.lower in ("this", "that") and not noun.lower.endswith("s")
    topic = referents.something(history) if pointed else None
    if topic is None or noun.lower not in _GENERAL:
        return None
    return token.start, noun.end, whole, topic.text, topic.text


def _bound(question: str, token: Token, word: str) -> bool:
    """Whether a pronoun points to something in the question itself, in an earlier clause or as its owner."""
    before = question[: token.start]
    for phrase in phrases(before):
        if phrase.time or phrase.tokens[0].kind in ("poss", "point") or phrase.tokens[0].lower in ("any", "no"):
            continue
        asked = phrase.role == "asked"
        if asked and not (
            word in _MANY and phrase.many and tokens(before)[-1].kind not in ("do", "be", "have", "modal")
        ):
            continue
        apart = bool(_CLAUSE.search(before, phrase.end)) or word in _POSSESSIVE
        if apart and _agrees(phrase, word):
            return True
    return False


def _agrees(phrase: Phrase, word: str) -> bool:
    if word in _MANY:
        return phrase.many or phrase.named or phrase.person
    if word in _THING:
        return not phrase.person and (not phrase.many or (word == "its" and phrase.named))
    return phrase.person or (phrase.named and not phrase.many)


def _owns(found: Sequence[Token], place: int) -> bool:
    """Whether "her" tells whose, as the other possessives always do."""
    word = found[place].lower
    if word != "her":
        return word in _POSSESSIVE
    return place + 1 < len(found) and found[place + 1].kind in ("word", "adv")


def _put(token: Token, text: str, owns: bool) -> str:
    contraction = token.text[len(token.lower.split("'")[0].split("’")[0]) :]
    if owns:
        text = text + ("’" if "’" in text else "'") + ("" if text.endswith("s") and not text[0].isupper() else "s")
    return (text[0].upper() + text[1:] if token.start == 0 else text) + contraction


_GENERAL = words.listed("""
    thing place building story book case company organisation organization city town country man woman person event war
    animal plant film song game work theory idea rule number price amount machine institution group team show series
    process disease river island region area
""")
