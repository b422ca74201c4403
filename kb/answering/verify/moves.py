"""The words of a claim in another order than in the place -> whether they say the same."""

from __future__ import annotations

from dataclasses import dataclass

from kb.answering.verify.moves_th import counts_alike
from kb.answering.verify.sides import AGO, HEADS, Issue, Sides, kind, predicates
from kb.answering.verify.tokens import OPEN

_BEFORE_AFTER = frozenset(["before", "after", "since", "until", "ก่อน", "หลัง", "หลังจาก", "ตั้งแต่", "จน"])
_SWAPPABLE = frozenset(["and", "or", "และ", "หรือ", "กับ"])


@dataclass(frozen=True, slots=True)
class Block:
    """Tokens `first:last` of the claim whose words follow each other in the place, at `start:end`."""

    first: int
    last: int
    start: int
    end: int
    weight: float


def moved(sides: Sides) -> list[Issue]:
    """The blocks that stand elsewhere than in the place and change what is said by it."""
    blocks = _blocks(sides)
    main = _in_order(blocks)
    issues = _torn_dates(sides)
    for at, block in enumerate(blocks):
        if at not in main and (
            _in_anothers_stead(sides)
            or not (_may_move(sides, block) or _swapped_pair(sides, block) or _others_move(sides, blocks, main, at))
        ):
            issues.append(Issue("moved", (block.first, block.last), (block.start, block.end)))
    return issues


def _in_anothers_stead(sides: Sides) -> bool:
    """Whether the place has a number that the claim leaves out while it has another of that kind."""
    own = {kind(token) for token, kept in zip(sides.place, sides.kept, strict=True) if kept} - {""}
    return any(not kept and kind(token) in own for token, kept in zip(sides.place, sides.kept, strict=True))


def _torn_dates(sides: Sides) -> list[Issue]:
    """The parts of one date of the claim that are of several dates of the place."""
    issues = []
    for i in range(1, len(sides.claim)):
        one, other = sides.claim[i - 1], sides.claim[i]
        if one.role == "number" and (one.start, one.end) == (other.start, other.end):
            first, second = sides.pairs[i - 1], sides.pairs[i]
            if first is not None and second is not None and sides.place[first].start != sides.place[second].start:
                issues.append(Issue("moved", (i - 1, i + 1), (first, first + 1)))
    return issues


def _others_move(sides: Sides, blocks: list[Block], main: set[int], at: int) -> bool:
    """Whether it is rather what the block changed places with that moved, as one adverbial or clause."""
    block = blocks[at]
    clause = len(blocks) == 2 or any(token.verb for token in sides.place[block.start : block.end])
    if len(blocks) - len(main) > 1 or not clause:
        return False  # two words that changed places
    crossed = [
        other
        for k, other in enumerate(blocks)
        if k in main and (other.first < block.first) != (other.start < block.start)
    ]
    if not crossed:
        return False
    first, last = min(other.first for other in crossed), max(other.last for other in crossed)
    start, end = min(other.start for other in crossed), max(other.end for other in crossed)
    return _may_move(sides, Block(first, last, start, end, sum(other.weight for other in crossed)))


def _blocks(sides: Sides) -> list[Block]:
    """The paired tokens cut wherever the next one is not the next that is kept."""
    paired = [(i, j) for i, j in enumerate(sides.pairs) if j is not None]
    rank = {j: place for place, j in enumerate(sorted(j for _, j in paired))}
    groups: list[list[tuple[int, int]]] = []
    for i, j in paired:
        if groups and rank[j] == rank[groups[-1][-1][1]] + 1:
            groups[-1].append((i, j))
        else:
            groups.append([(i, j)])
    return [
        Block(
            group[0][0],
            group[-1][0] + 1,
            group[0][1],
            group[-1][1] + 1,
            sum(1.0 if sides.claim[i].content else 0.3 for i, _ in group)
            + (0.5 if any(sides.claim[i].verb for i, _ in group) else 0),
        )
        for group in groups
    ]


def _in_order(blocks: list[Block]) -> set[int]:
    """The heaviest blocks that stand in the same order on both sides."""
    best: list[tuple[float, int | None]] = []
    for at, block in enumerate(blocks):
        before = [(best[k][0], k) for k in range(at) if blocks[k].start < block.start]
        weight, link = max(before, default=(0.0, None), key=lambda pair: pair[0])
        best.append((weight + block.weight, link))
    chain: set[int] = set()
    last: int | None = max(range(len(best)), key=lambda k: best[k][0]) if best else None
    while last is not None:
        chain.add(last)
        last = best[last][1]
    return chain


def _may_move(sides: Sides, block: Block) -> bool:
    """Whether a block is a whole adverbial or a whole clause that may stand elsewhere."""
    head, claim_head = sides.place[block.start], sides.claim[block.first]
    if head.role == "number" and sides.place[block.end - 1].low in AGO and block.end - block.start <= 3:
        return True  # two years later
    if all(token.role in ("coord", "relative", "adverb") for token in sides.claim[block.first : block.last]):
        return True
    if sides.thai and counts_alike(sides, block.first, (block.start, block.end)):
        return True
    if sides.thai and head.role in ("prep", "number") and block.start == 0 and not _verb(sides, block):
        return claim_head.role == head.role and _one_clause(sides, block)
    whole = block.start == 0 or block.end == len(sides.place)
    starts = head.role in (*HEADS, "adverb") or (
        whole and sides.edge(block.start) and (head.role == "number" or sides.edge(block.end))
    )
    if not starts or claim_head.role != head.role or head.breaks >= OPEN:
        return False
    if not (_ends_place(sides, block.end) and _ends_claim(sides, block)):
        return False
    follows = sides.place[block.start + 1] if block.start + 1 < block.end else head
    if head.role == "sub" or (head.low in _BEFORE_AFTER and follows.verb):
        return sides.edge(block.end) or sides.edge(block.start)
    return _one_clause(sides, block)


def _verb(sides: Sides, block: Block) -> bool:
    return any(token.verb for token in sides.place[block.start : block.end])


def _ends_place(sides: Sides, end: int) -> bool:
    if sides.edge(end) or sides.place[end - 1].role == "number" or (sides.thai and sides.place[end].role == "number"):
        return True
    token = sides.place[end]
    return token.role in (*HEADS, "aux", "modal", "not", "adverb") or token.verb


def _ends_claim(sides: Sides, block: Block) -> bool:
    if block.last >= len(sides.claim) or sides.claim[block.last].breaks or sides.claim[block.last - 1].role == "number":
        return True
    token = sides.claim[block.last]
    return block.first == 0 or token.role in (*HEADS, "aux", "modal", "not", "adverb") or token.verb


def _one_clause(sides: Sides, block: Block) -> bool:
    """Whether nothing but one clause lies between where the block stands and where it stood."""
    before = sides.before(block.first)
    after = sides.after(block.last - 1)
    near = [j for j in (before, after) if j is not None and not block.start <= j < block.end]
    if not near:
        return True
    low, high = min(*near, block.start), max(*near, block.end - 1)
    if len(near) == 1:
        far = 0 if block.first else len(sides.place) - 1
        low, high = min(low, block.start), max(high, block.end - 1)
        del far
    between = [sides.place[j] for j in range(low, high + 1) if not block.start <= j < block.end and sides.kept[j]]
    return predicates(between) <= 1


def _swapped_pair(sides: Sides, block: Block) -> bool:
    """A and B -> B and A: the same run of words around one joint."""
    for reach in range(2, 9):
        for first in range(max(0, block.last - reach), block.first + 1):
            window = range(first, min(first + reach, len(sides.claim)))
            if block.last > window.stop:
                continue
            spots = [sides.pairs[i] for i in window]
            known = [j for j in spots if j is not None]
            if len(known) != len(spots) or max(known) - min(known) != len(known) - 1:
                continue
            tokens = [sides.claim[i] for i in window]
            joints = [k for k, token in enumerate(tokens) if token.low in _SWAPPABLE]
            if len(joints) == 1 and not any(token.verb or token.role in ("prep", "not") for token in tokens):
                k = joints[0]
                return sides.place[min(known) + len(tokens) - 1 - k].low in _SWAPPABLE and 0 < k < len(tokens) - 1
    return False
