"""A history and a pronoun -> what it most likely means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kb.answering.conversation import english_words as words
from kb.answering.conversation.described import somebody_asked_for, something_asked_for
from kb.answering.conversation.mention import Mention, Sex, of_answer, of_question, recent
from kb.answering.conversation.turn import Turn

Fits = Callable[[Mention], bool]


def somebody(history: Sequence[Turn], sex: Sex = "") -> Mention | None:
    """Whom "he" or "she" means: who was asked for, else who was asked about, else who was named in the answer."""
    fits: tuple[Fits, ...] = (
        lambda mention: mention.person and not mention.many,
        lambda mention: mention.named and not (mention.place or mention.time or mention.many),
    )
    for turn in recent(history):
        for group in (somebody_asked_for(turn), of_question(turn), of_answer(turn)):
            found = _first([one for one in group if not (sex and one.sex and one.sex != sex)], fits)
            if found is not None:
                return found
    return something(history)


def something(history: Sequence[Turn]) -> Mention | None:
    """What "it" means: what the last question was about."""
    fits: tuple[Fits, ...] = (
        lambda mention: not (mention.person or mention.time or mention.many or mention.thing_asked),
        lambda mention: not (mention.person or mention.time or mention.thing_asked),
    )
    rest: tuple[Fits, ...] = (
        lambda mention: not (mention.time or mention.thing_asked),
        lambda mention: not mention.time,
    )
    for turn in recent(history):
        asked_about = [*something_asked_for(turn), *of_question(turn)]
        found = _first(asked_about, fits) or _first(of_answer(turn), fits) or _first(asked_about, rest)
        if found is not None:
            return found
    return None


def several(history: Sequence[Turn]) -> Mention | None:
    """Whom or what "they" means: what there are several of; else somebody or something after all."""
    fits: tuple[Fits, ...] = (
        lambda mention: mention.many,
        lambda mention: mention.person or (mention.named and not mention.time),
        lambda mention: not mention.time,
    )
    for turn in recent(history):
        told = _first([*something_asked_for(turn), *of_question(turn)], fits[:1])
        found = told or _first([*somebody_asked_for(turn), *of_question(turn), *of_answer(turn)], fits)
        if found is not None:
            return found
    return None


def somewhere(history: Sequence[Turn]) -> Mention | None:
    """Where "there" is: a place of the last turns, else what the last question was about."""
    for turn in recent(history):
        groups = [of_question(turn), of_answer(turn)]
        if turn.standalone.lower().startswith("where"):
            groups.reverse()
        for group in groups:
            found = _first(group, (lambda mention: mention.place,))
            if found is not None:
                return found
    return something(history)


def called(history: Sequence[Turn], noun: str) -> Mention | None:
    """What "that tower" means: whatever was spoken of with this noun; None where nothing was."""
    wanted = words.singular(noun.lower())
    for turn in recent(history):
        for mention in [*of_question(turn), *of_answer(turn)]:
            if wanted in [words.singular(word.strip(".,'’").lower()) for word in mention.text.split()]:
                return mention
    return None


def _first(mentions: Sequence[Mention], fits: Sequence[Fits]) -> Mention | None:
    """The first that fits, the better fit first."""
    return next((mention for fit in fits for mention in mentions if fit(mention)), None)
