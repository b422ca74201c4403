"""Sentences -> what they are about, who their pronouns are, how their people are called in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answering.verify import lexicon_en, lexicon_th
from kb.answering.verify.tokens import COMMA, Token

_LONGEST_SUBJECT = 10
_PERSONAL = lexicon_en.PRONOUNS | lexicon_en.OWNERS | lexicon_th.PRONOUNS
PLACES = frozenset(
    [
        "new",
        "old",
        "north",
        "south",
        "east",
        "west",
        "great",
        "upper",
        "lower",
        "lake",
        "mount",
        "fort",
        "saint",
        "st",
        "san",
        "los",
        "las",
        "el",
        "port",
        "cape",
        "british",
        "french",
    ]
)
# What a passage may call the thing it began with by name.
CALLED = lexicon_en.listed("""
    academy agency airline airport album army association band bank base bay book bridge building canal capital castle
    cathedral centre center charity choir church cinema city clinic club college colony comedy community company
    concert cooperative council country county course court desert district drug dynasty empire estate expedition
    exhibition factory farm fair festival film firm fleet fort foundation gallery game garden group harbour harbor
    hospital hotel house island journal kingdom laboratory lake language law league library lighthouse line magazine
    market medicine mill mine ministry monastery monument mosque mountain museum newspaper novel office opera orchestra
    order organisation organization painting palace paper park party people plant play poem port product programme
    program project province quarter railway region religion republic restaurant river road room route ruler school
    series service ship shop site society song spacecraft species stadium state station statue street team temple
    theatre theater tower town treaty tribe tunnel union university valley vessel village volcano war zoo
""")
TITLES = lexicon_en.listed("""
    captain chancellor count countess doctor dr duke emperor empress father general governor judge king lady lord major
    miss mr mrs ms nurse president prince princess prof professor queen saint sergeant sir sister
""")
_ARTICLE = re.compile(r"(?:the|a|an)\s", re.IGNORECASE)


def subject(found: Sequence[Token]) -> tuple[Token, ...]:
    """What a clause is about, as far as its words show: those before the first verb, an opening phrase aside."""
    start = 0
    while start < len(found) and found[start].role == "adverb":
        start += 1
    if found[start:] and found[start].role in ("prep", "sub", "number") and not _counted(found, start):
        start = next(
            (j for j in range(start + 1, len(found)) if found[j].breaks >= (COMMA if found[j].low < "\u0e00" else 1)), 0
        )
        if not start:
            return ()
    end = start
    while end < len(found) and end - start < _LONGEST_SUBJECT and not _ends_subject(found, start, end):
        end += 1
    return tuple(found[start:end]) if start < end < len(found) else ()


def _counted(found: Sequence[Token], at: int) -> bool:
    """57,000 guests: a number that counts what follows it."""
    amount = found[at].role == "number" and found[at].key.startswith("n:") and at + 1 < len(found)
    return amount and found[at + 1].role == "" and not found[at + 1].breaks and found[at + 1].low[:1] < "\u0e00"


def _ends_subject(found: Sequence[Token], start: int, end: int) -> bool:
    token = found[end]
    if token.verb or token.role in ("aux", "modal", "not", "relative", "sub", "coord"):
        return True
    if end > start and token.breaks >= COMMA:
        return True
    return token.role == "prep" and token.low not in ("of", "ของ", "แห่ง")


def personal(token: Token) -> bool:
    """Whether a token stands for a person or thing named elsewhere."""
    return token.role == "pointed" or (token.role == "pronoun" and token.low in _PERSONAL)


def owner(token: Token) -> bool:
    """Whether a token says whose something is."""
    return token.low in lexicon_en.OWNERS


def in_place_of(pronoun: Token, named: Sequence[Token]) -> list[Token]:
    """The tokens of a name where a pronoun stood."""
    named = without_share(named) if pronoun.low in ("they", "them", "their") else named
    written = [replace(token, breaks=pronoun.breaks if at == 0 else 0) for at, token in enumerate(named)]
    if owner(pronoun) and written:
        written.append(replace(written[-1], key="'s", low="'s", role="poss", breaks=0, name=False))
    return written


def without_share(named: Sequence[Token]) -> Sequence[Token]:
    """Most of the workers -> the workers."""
    if len(named) > 2 and named[0].role == "guard" and named[1].low == "of":
        return named[2:]
    return named[1:] if len(named) > 1 and named[0].role in ("guard", "number") else named


def without_place(named: Sequence[Token]) -> Sequence[Token]:
    """The library of Ashford -> the library, as it is called from then on."""
    for k, token in enumerate(named):
        if token.low == "of" and k:
            return named[:k]
    return named


def capital(text: str, token: Token) -> bool:
    """Whether a token is written with a capital."""
    return text[token.start : token.start + 1].isupper()


def is_person(text: str, start: int, found: Sequence[Token]) -> bool:
    """Whether the subject of a sentence that begins at `start` reads as a person: names alone, no article."""
    article = _ARTICLE.match(text, start) or _ARTICLE.match(text, max(0, found[0].start - 4))
    return not article and all(capital(text, token) for token in found)


def full_names(text: str, sentences: Sequence[Sequence[Token]]) -> dict[str, tuple[Token, ...]]:
    """Last name -> the names before it, where the passage has one such person."""
    found: dict[str, set[tuple[str, ...]]] = {}
    kept: dict[str, tuple[Token, ...]] = {}
    for sentence in sentences:
        run: list[Token] = []
        for token in (*sentence, None):
            named = token is not None and token.role == "" and capital(text, token)
            if token is not None and named and not (run and (token.breaks or token.start - run[-1].end > 2)):
                run.append(token)
                continue
            while run and run[0].low in TITLES:
                run = run[1:]
            if len(run) in (2, 3) and run[0].low not in PLACES:
                found.setdefault(run[-1].low, set()).add(tuple(part.low for part in run[:-1]))
                kept.setdefault(run[-1].low, tuple(run[:-1]))
            run = [token] if token is not None and named else []
    return {last: kept[last] for last, firsts in found.items() if len(firsts) == 1}
