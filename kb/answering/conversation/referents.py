"""A history and a pronoun -> what it most likely means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kb.answering.conversation import english_words as words
from kb.answering.conversation.mention import Mention, Sex, asks_who, of_answer, of_question, recent
from kb.answering.conversation.turn import Turn

Fits = Callable[[Mention], bool]


def somebody(history: Sequence[Turn], sex: Sex = "") -> Mention | None:
    """Whom "he" or "she" means: who was asked for, else who was asked about; people before names before things."""
    fits: tuple[Fits, ...] = (
        lambda mention: mention.person and not mention.many,
        lambda mention: mention.named and not mention.place and not mention.time,
    )
    agreeing = [
        [mention for mention in turn if not (sex and mention.sex and mention.sex != sex)]
        for turn in _by_turn(history, people=True)
    ]
    return _first(agreeing, fits) or something(history)


def something(history: Sequence[Turn]) -> Mention | None:
    """What "it" means: what the last question was about."""
    fits: tuple[Fits, ...] = (
        lambda mention: not (mention.person or mention.time or mention.many or mention.thing_asked),
        lambda mention: not (mention.person or mention.time or mention.thing_asked),
        lambda mention: not (mention.time or mention.thing_asked),
        lambda mention: not mention.time,
    )
    return _first(_by_turn(history), fits)


def several(history: Sequence[Turn]) -> Mention | None:
    """Whom or what "they" means: what there are several of; else somebody or something after all."""
    fits: tuple[Fits, ...] = (
        lambda mention: mention.many,
        lambda mention: mention.person or (mention.named and not mention.time),
        lambda mention: not mention.time,
    )
    return _first(_by_turn(history), fits)


def somewhere(history: Sequence[Turn]) -> Mention | None:
    """Where "there" is: a place of the last turns, else what the last question was about."""
    return _first(_by_turn(history), (lambda mention: mention.place,)) or something(history)


def called(history: Sequence[Turn], noun: str) -> Mention | None:
    """What "that tower" means: whatever was spoken of with this noun; None where nothing was."""
    wanted = words.singular(noun.lower())
    for turn in _by_turn(history):
        for mention in turn:
            if wanted in [words.singular(word.strip(".,'’").lower()) for word in mention.text.split()]:
                return mention
    return None


def _first(turns: Sequence[list[Mention]], fits: Sequence[Fits]) -> Mention | None:
    """The first that fits, the latest turn first, and in a turn the better fit first."""
    for turn in turns:
        for fit in fits:
            for mention in turn:
                if fit(mention):
                    return mention
    return None


def _by_turn(history: Sequence[Turn], people: bool = False) -> list[list[Mention]]:
    return [list(_of(turn, people)) for turn in recent(history)]


def _of(turn: Turn, people: bool) -> Iterator[Mention]:
    if people and asks_who(turn):
        yield from of_answer(turn)
        yield from of_question(turn)
    else:
        yield from of_question(turn)
        yield from of_answer(turn)
