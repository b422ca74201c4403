"""A claim beside a place: who stands for whom, which runs are left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.answering.verify import lexicon_en, lexicon_th
from kb.answering.verify.align import Pairs, align
from kb.answering.verify.recut import harmonised
from kb.answering.verify.tokens import BOTH, CLOSE, COMMA, OPEN, SPACE, Token

REPORTED = frozenset(lexicon_en.IRREGULAR.get(word, word) for word in lexicon_en.REPORTED) | lexicon_th.REPORTED
CONDITIONS = lexicon_en.CONDITIONS | lexicon_th.CONDITIONS
UNIVERSAL = lexicon_en.UNIVERSAL | lexicon_th.UNIVERSAL
_CENTURIES = frozenset(f"{century}" for century in range(10, 22))
AGO = frozenset(["later", "earlier", "ago", "before", "after", "afterwards", "ต่อมา"])  # two years later
HEADS = ("prep", "coord", "sub", "relative")
Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a place does not prove a claim.

    `kind`: "added" (only the claim says it), "changed" (both say it, differently), "moved" (the words are there, in
    another part), "dropped" (the place says more, and that matters). `claim` and `place` are ranges of tokens.
    """

    kind: str
    claim: Run = (0, 0)
    place: Run = (0, 0)


@dataclass(slots=True)
class Sides:
    """The tokens of a claim and of a place, their pairs, and which tokens of the place are accounted for."""

    claim: Sequence[Token]
    place: Sequence[Token]
    pairs: Pairs = field(init=False)
    kept: list[bool] = field(init=False)
    thai: bool = field(init=False)
    edge_strength: int = field(init=False)

    def __post_init__(self) -> None:
        self.claim, self.place = harmonised(self.claim, self.place)
        self.pairs = align(self.claim, self.place)
        self.kept = [False] * len(self.place)
        for j in self.pairs:
            if j is not None:
                self.kept[j] = True
        thai = sum("\u0e00" < token.low[:1] < "\u0e50" for token in self.place)
        self.thai = 2 * thai > len(self.place)
        self.edge_strength = SPACE if self.thai else COMMA

    def edge(self, j: int) -> bool:
        """Whether a phrase may end before token `j` of the place."""
        return j <= 0 or j >= len(self.place) or self.place[j].breaks >= self.edge_strength

    def in_brackets(self, start: int, end: int) -> bool:
        """Whether `start:end` of the place is what stands between brackets or dashes."""
        opens = 0 < start < len(self.place) and self.place[start].breaks in (OPEN, BOTH)
        return opens and (end >= len(self.place) or self.place[end].breaks in (CLOSE, BOTH))

    def left_over(self) -> list[Run]:
        """The runs of tokens of the place that no word of the claim stands for."""
        runs: list[Run] = []
        start = None
        for j in range(len(self.place) + 1):
            if j < len(self.place) and not self.kept[j]:
                start = j if start is None else start
            elif start is not None:
                runs.append((start, j))
                start = None
        return runs

    def unpaired(self) -> list[int]:
        """The tokens of the claim that stand for nothing in the place."""
        return [i for i, j in enumerate(self.pairs) if j is None]

    def before(self, i: int) -> int | None:
        """Where the last paired token before token `i` of the claim stands."""
        return next((self.pairs[k] for k in range(i - 1, -1, -1) if self.pairs[k] is not None), None)

    def after(self, i: int) -> int | None:
        """Where the next paired token after token `i` of the claim stands."""
        return next((self.pairs[k] for k in range(i + 1, len(self.pairs)) if self.pairs[k] is not None), None)

    def coverage(self) -> float:
        """The share of the claim's words of meaning that the place holds."""
        content = [i for i, token in enumerate(self.claim) if token.content]
        return sum(self.pairs[i] is not None for i in content) / len(content) if content else 0.0


def predicates(tokens: Sequence[Token]) -> int:
    """How many clauses with a verb of their own a run of tokens holds: verbs with a joint between them."""
    count, joint, seen = 0, True, False
    for token in tokens:
        if (token.role in ("coord", "sub", "relative") and token.low != "ผู้") or token.breaks >= COMMA:
            joint = True
        if token.verb:
            count += 1 if joint or not seen else 0
            joint, seen = False, True
    return count


def kind(token: Token) -> str:
    """What a number counts: numbers of one kind can stand in each other's stead; "" for a word."""
    if token.role != "number":
        return ""
    parts = token.key.split(":")
    if len(parts) > 2:
        return f"{parts[0]}:{parts[2]}"
    return "year" if parts[0] == "n" and len(parts[1]) == 4 and parts[1][:2] in _CENTURIES else parts[0]
