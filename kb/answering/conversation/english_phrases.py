"""An English question -> its noun phrases, by the few words that mark where they begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.conversation import english_words as words
from kb.answering.conversation.english_tokens import Phrase, Role, Span, Token, tokens

_LEAD = re.compile(
    r"(?:please )?(?:can|could|would) you (?:please )?(?:tell|explain|describe|show)(?: to)?(?: me| us)?|"
    r"(?:please )?(?:tell|show|give|remind)(?: me| us)|"
    r"(?:please )?(?:explain|describe|list|name|summari[sz]e)\b(?: to me)?|"
    r"i(?:'d| would) like to know|i want to know|do you know",
    re.IGNORECASE,
)
_JOINING = ("of",)
_COMPLEMENT = ("in", "at", "on", "for", "from", "with", "by", "between", "to", "near", "about")


def phrases(question: str) -> list[Phrase]:
    """The noun phrases of a question, in order; what stands between them are verbs and small words."""
    lead = _LEAD.match(question)
    begin = lead.end() if lead else 0
    return _Reader([token for token in tokens(question) if token.start >= begin], question).read()


class _Reader:
    """Walks over a question run by run; a run is what stands between small words."""

    def __init__(self, found: Sequence[Token], text: str) -> None:
        self._tokens = found
        self._text = text
        self._found: list[Phrase] = []
        self._verb = ""  # the kind of verb that is still to come: "base" after do and modals, "state" after be
        self._subject = False  # whether a subject has been seen
        self._rest: Span | None = None  # of a run that holds subject, verb and object: where the object is
        self._asks_what_is = False

    def read(self) -> list[Phrase]:
        for start, end in self._runs():
            self._open(start)
            self._take(start, end)
            if self._rest and self._rest[0] < self._rest[1]:
                rest, self._rest = self._rest, None
                self._take(*rest)
        return self._found

    def _take(self, start: int, end: int) -> None:
        body = self._trimmed(start, end)
        if body:
            self._add(body, start)

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Where words that may belong to one noun phrase stand together."""
        start = None
        for place, token in enumerate(self._tokens):
            inside = token.kind in ("det", "poss", "word") or (
                token.kind == "point" and self._next(place) in ("word",) and self._previous(place) != "word"
            )
            begins = token.kind in ("det", "poss", "point")
            if start is not None and (not inside or (begins and self._tokens[place - 1].kind == "word")):
                yield start, place
                start = None
            if inside and start is None:
                start = place
        if start is not None:
            yield start, len(self._tokens)

    def _next(self, place: int) -> str:
        return self._tokens[place + 1].kind if place + 1 < len(self._tokens) else ""

    def _previous(self, place: int) -> str:
        return self._tokens[place - 1].kind if place else ""

    def _open(self, start: int) -> None:
        """Take in the small words before a run."""
        place = start - 1
        while place >= 0 and self._tokens[place].kind not in ("word",):
            place -= 1
        between = self._tokens[place + 1 : start]
        for token in between:
            if token.kind == "wh" or token.text in ",;" or (token.kind == "conj" and token.lower not in ("and", "or")):
                self._subject, self._verb = False, ""
            if token.kind in ("do", "modal"):
                self._subject, self._verb = False, "base"
            elif token.kind == "be":
                self._verb = "state"
                self._asks_what_is = self._asks_what_is or not self._subject
            elif token.kind == "pron":
                self._subject = True

    def _trimmed(self, start: int, end: int) -> list[Token]:
        """The run without the verbs at its ends."""
        run = list(self._tokens[start:end])
        marked = run[0].kind != "word"
        before, after = self._previous(start), self._next(end - 1)
        if before == "wh" and not marked:
            return self._asked(run, self._tokens[start - 1].lower, after)
        if self._verb == "base":
            return self._around_base(run, start, end)
        if self._verb == "state":
            return self._before_state(run)
        return self._plain(run, marked, after)

    def _asked(self, run: list[Token], wh: str, after: str) -> list[Token]:
        """After a question word: "who built ..." has its verb first, "which firm built ..." last."""
        if after in ("be", "do", "modal", "have"):
            return run
        if wh in ("who", "whom", "how") or (wh == "what" and words.is_verb(run[0].lower)):
            self._subject = True
            return run[1:] if not run[0].capital else self._plain(run, False, after)
        return self._embedded(run, after)

    def _embedded(self, run: list[Token], after: str) -> list[Token]:
        """The subject of "when trade grows" or "which law ended slavery"; what stands behind its verb comes next."""
        for place in range(1, len(run)):
            if words.is_verb(run[place].lower) and not run[place].capital:
                start = self._tokens.index(run[0])
                self._rest = (start + place + 1, start + len(run))
                return run[:place]
        return self._plain(run, False, after)

    def _around_base(self, run: list[Token], start: int, end: int) -> list[Token]:
        """Subject and verb after "does": the verb is last, or, when the subject came before, first."""
        marked = int(run[0].kind != "word")
        follows = self._previous(start) == "prep"
        asks_who = [token.lower for token in self._tokens[max(0, start - 2) : start - 1]] in (["who"], ["what"])
        asks_who = asks_who or any(phrase.role == "asked" for phrase in self._found)
        if asks_who and not marked and words.is_base_verb(run[0].text):
            self._subject, self._verb = True, ""
            return run[1:]
        if self._subject and not follows:
            self._verb = ""
            return run if marked else run[1:]
        for place in range(1 + marked, len(run)):
            if words.is_base_verb(run[place].text):
                self._verb = ""
                self._rest = (start + place + 1, end)
                return run[:place]
        following = self._tokens[end].lower if end < len(self._tokens) else ""
        if len(run) > 1 + marked and not run[-1].capital and following != "of":
            self._verb = ""
            return run[:-1]
        return run

    def _before_state(self, run: list[Token]) -> list[Token]:
        """What is, after "is": without what it is said to be."""
        marked = int(run[0].kind != "word")
        for place in range(1 + marked, len(run)):
            if words.is_participle(run[place].text) or (run[place].text in words.STATES and place == len(run) - 1):
                self._verb = ""
                return run[:place]
        return [] if not marked and len(run) == 1 and words.is_state(run[0].text) else run

    def _plain(self, run: list[Token], marked: bool, after: str) -> list[Token]:
        while len(run) > 1 and not marked and words.is_verb(run[0].lower) and not run[0].capital:
            run = run[1:]
        ends = after in ("prep", "", "det", "poss", "sign", "pron", "conj")
        while len(run) > 1 + marked and ends and words.is_verb(run[-1].lower) and not run[-1].capital:
            noun = words.is_many(run[-1].lower) or run[-1].lower in (
                "use",
                "work",
                "visit",
                "cost",
                "name",
                "end",
                "rest",
            )
            if noun and len(run) == 2 + marked:
                break
            run = run[:-1]
        alone = not marked and len(run) == 1 and words.is_verb(run[0].lower) and not run[0].capital
        return [] if alone and not words.is_many(run[0].lower) else run

    def _add(self, body: list[Token], start: int) -> None:
        before = self._tokens[start - 1] if start else None
        preposition = before.lower if before and before.kind == "prep" else ""
        first, last = body[0].start, body[-1].end
        phrase = Phrase(self._text[first:last], first, last, self._role(body, preposition), tuple(body), preposition)
        if preposition and self._found and self._joins(preposition, phrase, start):
            head = self._found.pop()
            assert before is not None
            joined = (*head.tokens, before, *body)
            self._found.append(replace(head, text=self._text[head.start : last], end=last, tokens=joined))
        else:
            self._found.append(phrase)
        if phrase.role in ("subject", "object"):
            self._subject = True

    def _joins(self, preposition: str, phrase: Phrase, start: int) -> bool:
        """Whether a preposition ties what follows to the noun phrase right before it."""
        close = self._found[-1].end == self._tokens[start - 2].end
        if not close or self._found[-1].role == "asked":
            return close and preposition in _JOINING
        return preposition in _JOINING or (
            self._asks_what_is and not phrase.time and preposition in _COMPLEMENT and self._verb == "state"
        )

    def _role(self, body: list[Token], preposition: str) -> Role:
        place = self._tokens.index(body[0])
        previous = self._tokens[max(0, place - 2) : place]
        if preposition:
            return "after"
        if previous and previous[-1].kind == "wh" and previous[-1].lower in ("what", "which", "whose", "how"):
            return "asked"
        if previous and previous[-1].lower in ("many", "much") and previous[0].lower == "how":
            return "asked"
        return "object" if self._subject else "subject"
