"""A clause that says who was acted on -> the same clause with who acts first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify import voices_th
from kb.answering.verify.lexicon_en import CONVERSE as _CONVERSE
from kb.answering.verify.tokens import COMMA, Token
from kb.answering.verify.words import key

_BE = frozenset(["is", "was", "were", "be", "been", "being", "are", "am"])
CONVERSE = {(key(verb), link): key(acts) for (verb, link), acts in _CONVERSE.items()}
_ENDS = ("prep", "sub", "relative", "aux", "modal", "not")


def active(tokens: Sequence[Token], whole: bool = True) -> Iterator[list[Token]]:
    """X was founded by Y in 1990 -> Y founded X in 1990. Every way to read it so.

    `whole`: with all that follows, as a claim needs it; else a Thai clause without what may be about X.
    """
    for by, token in enumerate(tokens):
        if token.low == "by" and (turned := _turned(tokens, by)) is not None:
            yield turned
    if (turned := _converse(tokens)) is not None:
        yield turned
    yield from voices_th.active(tokens, whole)


def _converse(tokens: Sequence[Token]) -> list[Token] | None:
    """X studied under Y -> Y taught X."""
    for k in range(1, len(tokens) - 2):
        acts = CONVERSE.get((tokens[k].key, tokens[k + 1].low))
        if acts is None:
            continue
        helper = k
        while helper > 0 and tokens[helper - 1].role in ("aux", "adverb"):
            helper -= 1
        start, end = _clause_start(tokens, helper), _noun_end(tokens, k + 2)
        done = [token for token in tokens[start:k] if token.role != "aux"]
        if done and end > k + 2:
            verb = replace(tokens[k], key=acts, low=acts)
            return [*tokens[:start], *tokens[k + 2 : end], verb, *done, *tokens[end:]]
    return None


def _turned(tokens: Sequence[Token], by: int) -> list[Token] | None:
    helper = next((k for k in range(by - 1, max(-1, by - 14), -1) if tokens[k].low in _BE), None)
    if helper is None or helper == 0:
        return None
    while helper > 1 and (tokens[helper - 1].low in ("has", "have", "had") or tokens[helper - 1].role == "modal"):
        helper -= 1
    verb = next((k for k in range(helper + 1, by) if tokens[k].role not in ("adverb", "not", "aux")), None)
    if verb is None or not (tokens[verb].verb or tokens[verb].low.endswith(("ed", "en"))):
        return None
    acts = [token for token in tokens[helper : verb + 1] if token.low not in _BE]
    return _put(tokens, helper, by, (acts, tokens[verb + 1 : by]))


def _put(
    tokens: Sequence[Token], helper: int, by: int, acts: tuple[Sequence[Token], Sequence[Token]]
) -> list[Token] | None:
    """Who acts, what they do, whom to: the words before `helper` are acted on, those after `by` act."""
    end = _noun_end(tokens, by + 1)
    if end == by + 1 or tokens[by + 1].role == "number":
        return None
    start = _clause_start(tokens, helper)
    done = tokens[start:helper]
    if not done:
        return None
    doer = tokens[by + 1 : end]
    turned = [*tokens[:start], *doer, *acts[0], *done, *acts[1], *tokens[end:]]
    return _with_breaks(turned, start, start)


def _with_breaks(turned: list[Token], start: int, at: int) -> list[Token]:
    """The breaks that stood before the words that moved do not move with them."""
    return [replace(token, breaks=0) if k > at and token.breaks < COMMA else token for k, token in enumerate(turned)]


def _clause_start(tokens: Sequence[Token], helper: int) -> int:
    """Where the words that are acted on begin."""
    start = helper
    while start > 0 and not (tokens[start].breaks >= COMMA and start < helper):
        before = tokens[start - 1]
        if (
            before.role in ("sub", "relative")
            or (before.verb and (start < helper or before.role))
            or (before.role == "coord" and any(t.verb for t in tokens[: start - 1]))
        ):
            break
        start -= 1
    return start


def _noun_end(tokens: Sequence[Token], start: int) -> int:
    """Where the words for who acts end."""
    end = start
    while end < len(tokens):
        token = tokens[end]
        if end > start and token.breaks >= COMMA:
            break
        if (token.role in _ENDS and token.low not in ("of", "ของ", "แห่ง")) or (token.verb and end > start):
            break
        if token.role == "number" and end > start:
            break
        if token.role == "coord" and end + 1 < len(tokens) and tokens[end + 1].verb:
            break
        end += 1
    return end
