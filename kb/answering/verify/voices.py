"""A clause that says who was acted on -> the same clause with who acts first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.answering.verify.lexicon_en import CONVERSE as _CONVERSE
from kb.answering.verify.tokens import COMMA, Token
from kb.answering.verify.words import key

_BE = frozenset(["is", "was", "were", "be", "been", "being", "are", "am"])
CONVERSE = {(key(verb), link): key(acts) for (verb, link), acts in _CONVERSE.items()}
_SUFFERS = frozenset(["ถูก", "โดน", "ได้รับ"])
_LONGEST_DOER = 8  # tokens of who acts and the verb
_ENDS = ("prep", "sub", "relative", "aux", "modal", "not")


def active(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """X was founded by Y in 1990 -> Y founded X in 1990; X ถูก Y ซื้อ -> Y ซื้อ X. Every way to read it so."""
    for by, token in enumerate(tokens):
        if token.low == "by" and (turned := _turned(tokens, by)) is not None:
            yield turned
        if token.low in ("โดย", "จาก"):
            yield from _thai_by(tokens, by)
    if (turned := _converse(tokens)) is not None:
        yield turned
    yield from _thai(tokens)


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


def _thai_by(tokens: Sequence[Token], by: int) -> Iterator[list[Token]]:
    """X (ถูก, ได้รับการ) V โดย Y -> Y V X, for every end that Y may have; ได้รับ V จาก Y likewise."""
    helper = next((k for k in range(by - 1, max(-1, by - 8), -1) if tokens[k].low in _SUFFERS), None)
    if tokens[by].low == "จาก" and (helper is None or tokens[helper].low != "ได้รับ" or by - helper != 2):
        return
    if helper is not None:
        readings = [(helper, helper + 1)]
    else:
        verb = by - 1
        while verb > 0 and tokens[verb - 1].verb and tokens[verb - 1].role == "" and by - verb < 3:
            verb -= 1
        readings = list(dict.fromkeys([(by - 1, by - 1), (verb, verb)]))
    for end in range(by + 2, min(by + 2 + _LONGEST_DOER, len(tokens) + 1)):
        for stands, verb in readings:
            start = _thai_start(tokens, stands)
            if start < stands and verb < by:
                turned = [
                    *tokens[:start],
                    *tokens[by + 1 : end],
                    *tokens[verb:by],
                    *tokens[start:stands],
                    *tokens[end:],
                ]
                yield _with_breaks(turned, start, start)
        if end < len(tokens) and (tokens[end].breaks >= COMMA or tokens[end].role in (*_ENDS, "coord", "number")):
            return


def _thai_start(tokens: Sequence[Token], helper: int) -> int:
    """Where the words that are acted on begin; those of Thai names look like verbs."""
    start = helper
    while (
        start > 0
        and tokens[start - 1].role not in ("sub", "relative", "coord")
        and not (tokens[start].breaks >= COMMA and start < helper)
    ):
        start -= 1
    return start


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


def _thai(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """X ถูก Y V ... -> Y V X ..., for every place where V may end: the words of names look like verbs."""
    for k, token in enumerate(tokens):
        if token.low in ("ถูก", "โดน") and 0 < k < len(tokens) - 2:
            start = _thai_start(tokens, k)
            for cut in range(k + 3, min(k + 3 + _LONGEST_DOER, len(tokens) + 1)):
                if start < k and tokens[cut - 1].role == "":
                    yield [*tokens[:start], *tokens[k + 1 : cut], *tokens[start:k], *tokens[cut:]]
