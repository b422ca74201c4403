"""A turn that asked who or which -> whom or what it asked for, in words that need no answer."""

from __future__ import annotations

import re

from kb.answering.conversation import english_words as words
from kb.answering.conversation.english_phrases import phrases
from kb.answering.conversation.english_tokens import tokens
from kb.answering.conversation.mention import MARKER, Mention, of_answer, sex_of
from kb.answering.conversation.turn import Turn
from kb.language.segment import language

SHORT_ANSWER = 200  # characters: in a longer one it is not known which of the names is meant

_WHO_IS = re.compile(r"^who(?:'s|’s| is| was| are| were) (?P<what>.+)$", re.IGNORECASE)
_WHO = re.compile(r"^who (?P<does>.+)$", re.IGNORECASE)
_THAI_WHO = re.compile(r"^(?:ใคร|ผู้ใด)(?:บ้าง)?(?:ที่)?\s*(?:เป็น|คือ)?\s*(?:คน|ผู้)?(?:ที่)?\s*(?P<does>.+)$")
_BY_WHOM = re.compile(r"(?:โดย|ของ|จาก)\s*(?:ใคร|ผู้ใด)")


def somebody_asked_for(turn: Turn) -> list[Mention]:
    """Who answered a question for a person: by name where a short answer gives it, else "the person who ..."."""
    question = turn.standalone.strip().rstrip(" ?.!")
    told = _thai(question) if language(question) == "th" else _english(question)
    if told is None:
        return []
    answer = MARKER.sub("", turn.answer)
    named = of_answer(turn) if len(answer) <= SHORT_ANSWER else []
    people = [one for one in named if one.named and not one.place and one.text.lower() not in question.lower()]
    certain = [one for one in people if one.person] or people
    return [*certain[:1], *told]


def something_asked_for(turn: Turn) -> list[Mention]:
    """What a question for one of a kind asked for: "Which law ended it?" gives "the law that ended it"."""
    question = turn.standalone.strip().rstrip(" ?.!")
    found = phrases(question)
    if language(question) == "th" or not found or found[0].role != "asked" or found[0].time:
        return []
    asked = found[0]
    rest = question[asked.end :].strip()
    following = tokens(rest)[:1]
    if not following or not question.lower().startswith(("which", "what")):
        return []
    if following[0].kind not in ("word", "be") or not (following[0].kind == "be" or words.is_verb(following[0].lower)):
        return []
    if following[0].kind == "be" and not any(words.is_participle(token.text) for token in tokens(rest)[1:3]):
        return []
    return [Mention(f"the {asked.text} that {rest}", person=asked.person, many=asked.many)]


def _english(question: str) -> list[Mention] | None:
    is_who = _WHO_IS.match(question)
    if is_who is not None:
        first = tokens(is_who["what"])[0]
        if first.kind in ("det", "poss") or first.capital:
            what = is_who["what"]
            many = bool(phrases(what)) and phrases(what)[0].many
            named = Mention(what, person=not many, many=many, named=True, sex=sex_of(what))
            return None if first.capital else [named]
    who = _WHO.match(question)
    first_kind = tokens(who["does"])[0].kind if who else ""
    if who is None or first_kind in ("do", "modal", "have"):
        return [] if re.match(r"^(?:who|whom|whose)\b|.*\b(?:by|to|with|for) whom\b", question, re.IGNORECASE) else None
    return [Mention(f"the person who {who['does']}", person=True, named=True)]


def _thai(question: str) -> list[Mention] | None:
    who = _THAI_WHO.match(question)
    if who is not None:
        return [Mention(f"ผู้ที่{who['does'].strip()}", person=True, named=True)]
    return [] if _BY_WHOM.search(question) else None
