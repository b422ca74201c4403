"""An English follow-up and the history -> the question that was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answering.conversation import english_forms as forms
from kb.answering.conversation import english_words as words
from kb.answering.conversation import referents
from kb.answering.conversation.english_frames import asked_too, substituted, swapped
from kb.answering.conversation.english_phrases import phrases
from kb.answering.conversation.english_pointing import resolved
from kb.answering.conversation.english_tokens import Token, tokens
from kb.answering.conversation.listed import english as listed_in
from kb.answering.conversation.listed import items
from kb.answering.conversation.mention import years
from kb.answering.conversation.turn import Turn
from kb.retrieval.asking import content_words

Rewritten = tuple[str, str]
"""A question that stands alone, and how it came about."""


def rewrite(question: str, history: Sequence[Turn]) -> Rewritten | None:
    """What a question means after these turns; None where it stands alone, or nothing tells what it means.

    Args:
        question: In English, as typed.
        history: One turn or more.
    """
    frame = _frame(history)
    asked = " ".join(question.split())
    body = forms.OPENER.sub("", asked, count=1) if forms.OPENER.match(asked) else asked
    about = forms.ABOUT.match(body)
    opened = body != asked or about is not None
    body = body[about.end() :] if about else body
    if not any(map(str.isalnum, body)):
        return None
    short = _short(body, frame, history)
    if short is not None:
        return short
    asked_body = body
    listed = _ordinal(body, frame, history)
    body, meant = listed or (body, [])
    pointed, also = resolved(_in_year(body, history), history)
    pointed, one = _one(pointed, history)
    meant = [*meant, *also, *one]
    if (
        listed
        and history[-1].answer
        and forms.ORDINAL.fullmatch(asked_body.strip(" ?.!"))
        and _answers(frame, meant[0][1], history)
    ):
        return asked_too(frame, f"what about {meant[0][1]}"), _because(meant, "")
    if _is_fragment(pointed, opened or bool(meant), about is not None):
        return _substituted(frame, pointed, meant)
    if not content_words(pointed) or _verbless(pointed):
        return asked_too(frame, _lowered(pointed)), _because(meant, "completed with the last question")
    which = _which(pointed, history)
    if which is not None:
        return which
    changed = meant or pointed != body
    return (_sentence(pointed), _because(meant, "")) if changed else None


def _in_year(body: str, history: Sequence[Turn]) -> str:
    """The question with the year that was spoken of in the place of "the same year"."""
    year = next(years(history), None)
    return re.sub(r"\bthe same year\b", year, body, flags=re.IGNORECASE) if year else body


def _short(body: str, frame: str, history: Sequence[Turn]) -> Rewritten | None:
    """Questions of hardly more than a question word."""
    if forms.MORE.match(body):
        topic = referents.something(history)
        else_ = re.match(r"(?:what|who|where) else", body, re.IGNORECASE)
        if else_ is not None or topic is None:
            more = else_.group().lower() if else_ else "what else"
            return asked_too(frame, more), "the last question again, for more"
        return f"Tell me more about {topic.text}.", "the topic of the last question"
    if forms.WHY_THAT.match(body):
        return swapped(frame, body.split()[0].lower()), "completed with the last question"
    bare = forms.BARE.match(body)
    if bare is None:
        return None
    wh = re.sub(r" (?:exactly|so|not)$", "", bare["wh"].lower()).replace("by who", "by whom").replace("whomm", "whom")
    return swapped(frame, wh), "completed with the last question"


def _ordinal(body: str, frame: str, history: Sequence[Turn]) -> tuple[str, list[tuple[str, str]]] | None:
    """The question with the item of a list in the place of "the second one"."""
    found = forms.ORDINAL.search(body)
    if found is None or not (found["one"] or found["digit"] or _ends_phrase(body[found.end() :])):
        return None
    digit = found["digit"]
    place = forms.ORDINALS[found["word"].lower()] if digit is None else int(forms.NUMBERS.get(digit.lower(), digit)) - 1
    item = _item(place, found.group().lower(), frame, history)
    if item is None:
        return None
    return body[: found.start()] + item + body[found.end() :], [(found.group(), item)]


def _answers(frame: str, item: str, history: Sequence[Turn]) -> bool:
    """Whether an item is one of those that the last question asked for, so that it cannot be asked of it again."""
    return item in items(history[-1].answer) and bool(forms.ASKS_FOR_THINGS.match(frame))


def _ends_phrase(rest: str) -> bool:
    """Whether no noun follows: "the second?", "the second cost", but not "the second floor"."""
    following = tokens(rest)[:1]
    if not following or following[0].kind not in ("word", "det", "poss"):
        return True
    return (
        following[0].kind == "word"
        and words.is_base_verb(following[0].text)
        and following[0].text not in forms.NOUNS_TOO
    )


def _item(place: int, said: str, frame: str, history: Sequence[Turn]) -> str | None:
    """The item that is meant; for "the other one" the one that was not asked about."""
    for listed in [*(items(turn.answer) for turn in reversed(history[-3:])), listed_in(frame)]:
        if not -len(listed) <= place < len(listed):
            continue
        if "other" in said:
            left = [item for item in listed if item.lower() not in frame.lower()]
            return left[0] if len(left) == 1 else listed[-1]
        return listed[place]
    word = said.split()[1] if said.startswith("the ") else ""
    return _counted_again(word, frame) if word in forms.ORDINALS and word != "other" else None


def _counted_again(word: str, frame: str) -> str | None:
    """The second of what the last question asked the first of."""
    for phrase in phrases(frame):
        found = re.search(r"\b(?:first|second|third|fourth|fifth)\b", phrase.text, re.IGNORECASE)
        if found is not None:
            return phrase.text[: found.start()] + word + phrase.text[found.end() :]
    return None


def _one(body: str, history: Sequence[Turn]) -> tuple[str, list[tuple[str, str]]]:
    """Such as "a smaller one", with the noun that it stands for."""
    found = forms.ONE.search(body) or forms.BUY_ONE.search(body)
    topic = referents.something(history) if found and not forms.WHICH.match(body) else None
    if found is None or topic is None:
        return body, []
    first = phrases(topic.text)
    noun = words.singular(first[0].head) if first else topic.text
    groups = found.groupdict()
    if groups.get("one", "").lower() == "ones":
        noun = words.plural(noun)
    lead = groups.get("lead") or ("a" if found.group() == "one" else "another")
    text = f"{lead} {groups.get('which') or ''}{noun}"
    return body[: found.start()] + text + body[found.end() :], [(found.group(), text)]


def _which(body: str, history: Sequence[Turn]) -> Rewritten | None:
    """Such as "Which one is older?" with what there is to choose from."""
    found = forms.WHICH.match(body)
    if found is None:
        return None
    listed = items(history[-1].answer) or listed_in(history[-1].standalone)
    listed = listed if len(listed) > 1 else []
    topic = referents.several(history)
    if not listed and topic is None:
        return None
    choice = f"{', '.join(listed[:-1])} or {listed[-1]}" if listed else (topic.text if topic else "")
    return f"Which of {choice}{body[found.end() :].rstrip(' ?')}?", f"“{found.group()}” is one of {choice}"


def _substituted(frame: str, fragment: str, meant: Sequence[tuple[str, str]]) -> Rewritten:
    only = forms.ONLY.match(fragment)
    bare = (fragment[only.end() :] if only else fragment).strip(" ?.!")
    if tokens(bare)[0].kind != "word":
        bare = bare[0].lower() + bare[1:]
    return substituted(frame, bare), _because(meant, f"“{bare}” put into the last question")


def _is_fragment(body: str, opened: bool, about: bool) -> bool:
    """Whether there is no verb and no question word, so that it can only be a part of the last question."""
    found = [token for token in tokens(body) if token.kind != "sign"]
    if not found or len(found) > forms.LONGEST_FRAGMENT or _clause(found):
        return False
    leads = found[0].kind in ("prep", "conj") or (found[0].kind in ("det", "poss") and len(found) <= 5)
    asks = body.rstrip().endswith("?") and len(found) <= 3
    somebody = phrases(body)[:1] != [] and phrases(body)[0].person
    named = asks and (somebody or (len(found) > 1 and all(token.capital for token in found)))
    return about or opened or leads or named


def _clause(found: Sequence[Token]) -> bool:
    """Whether there is a question or a whole statement in some words."""
    asks = any(token.kind == "wh" and place < 2 for place, token in enumerate(found))
    told = found[0].lower not in ("if", "when", "while") and any(token.kind in forms.AUXILIARY for token in found)
    return (
        asks
        or told
        or (len(found) > 1 and found[0].lower in ("tell", "explain", "describe", "list", "give", "show", "name"))
    )


def _verbless(body: str) -> bool:
    """Whether a question asks with a noun alone: "How many steps?", "In which year?"."""
    found = [token for token in tokens(body) if token.kind != "sign"]
    if not found or len(found) > 6 or not any(token.kind == "wh" for token in found[:2]):
        return False
    at = next(place for place, token in enumerate(found) if token.kind == "wh")
    rest = found[at + 1 :]
    if any(token.kind in forms.AUXILIARY for token in rest) or found[at].lower in ("who", "whom", "what's", "why"):
        return False
    verbs = [
        token
        for token in rest[1:]
        if token.kind == "word" and words.is_verb(token.lower) and not words.is_many(token.lower)
    ]
    return not verbs and not (rest and found[at].lower == "what" and words.is_verb(rest[0].lower))


def _frame(history: Sequence[Turn]) -> str:
    """The last question, its last sentence when it is long."""
    text = " ".join(history[-1].standalone.split())
    parts = re.split(r"(?<=[.!?])\s+", text)
    return parts[-1] if len(text) > 200 else text


def _because(meant: Sequence[tuple[str, str]], otherwise: str) -> str:
    told = "; ".join(f"“{word}” is {text}" for word, text in meant)
    return "; ".join(part for part in (told, otherwise) if part)


def _lowered(text: str) -> str:
    bare = text.strip(" ?.!")
    first = bare.split(" ")[0]
    return bare if first.isupper() and len(first) > 1 else bare[0].lower() + bare[1:]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
