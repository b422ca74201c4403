"""Sentences of the data sets and own passages -> claims that are known to be proven, and claims that are not."""

from __future__ import annotations

import importlib
import itertools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb.evaluation.claims import frames, sources, wording, wording_thai
from kb.evaluation.claims.case import NEGATIVES, POSITIVES, Case, Draw, Expected, Families, Family, Place
from kb.evaluation.datasets import Half

__all__ = ["NEGATIVES", "POSITIVES", "Case", "cases", "family"]

OF_A_CLASS = {"supported": 260, "refuted": 210}
"""How many cases a class has: 8 x 260 and 10 x 210 a language."""

FROM_TEXT = 0.6  # of a class, at most: the rest are our own passages
PASSAGES = 30  # of one frame among the reported ones: claims share them, so that there are fewer vectors to make
OF_A_SENTENCE = 2  # claims that one sentence may give to one class, at most
REWRITTEN = 0.4  # of the false claims are made from a sentence that was reworded first
_KINDS: tuple[tuple[Expected, str], ...] = (
    *(("supported", cls) for cls in POSITIVES),
    *(("refuted", cls) for cls in NEGATIVES),
)
_NAMES = {"en": "english", "th": "thai"}


def family(families: Families, language: str) -> Family:
    """The rewrites of one family and language; a module of them is imported only when it is asked for."""
    start = f"kb.evaluation.claims.{families}_{_NAMES[language]}"
    true, false, own = (importlib.import_module(f"{start}_{part}") for part in ("true", "false", "frames"))
    return Family(true.POSITIVES, false.NEGATIVES, own.FRAMES, own.POOLS)


def cases(data: Path | None, half: Half, language: str, families: Families, seed: int = 0) -> list[Case]:
    """Claims with the passages they are checked against, evenly over the classes.

    Args:
        data: The folder of data sets; None makes cases of our own passages alone.
        half: Which half of the data sets.
        language: "en" or "th".
        families: "dev" or "second" while developing (with the half "fit"), "report" for what is quoted (with the half
            "report"), which also draws on passages that the others do not (those of clapnq).
        seed: The same gives the same cases.

    Returns:
        At least 2,000 of each label where the data is there, no claim twice with the same passage; none of the reported
            ones is a piece of its passage.

    Raises:
        DataError: The data is missing or malformed.
    """
    rules = family(families, language)
    chance = random.Random(f"{seed} {half} {language} {families}")  # noqa: S311 - a sample, not a secret
    found = sources.places(data, language, half, families == "report") if data is not None else []
    chance.shuffle(found)
    makers = _Makers(rules, found, chance, _strangers(found, language))
    fillings = frames.Fillings(rules.pools, chance, PASSAGES if families == "report" else None)
    made: list[Case] = []
    for expected, cls in _KINDS:
        some = makers.real(cls, expected), frames.cases(rules, language, cls, expected, fillings)
        real, own = (filter(_reworded, each) for each in some) if families == "report" else some
        from_text = list(itertools.islice(real, int(FROM_TEXT * OF_A_CLASS[expected])))
        made += _distinct(itertools.chain(from_text, own), OF_A_CLASS[expected])
    return made


def _reworded(case: Case) -> bool:
    """Whether a claim is no piece of its passages, spaces and the final stop aside."""
    claim = wording.squeezed(case.claim)
    return not any(claim in wording.squeezed(quote) for quote in case.quotes)


class _Makers:
    """The rewrites of a family on the sentences of one half."""

    def __init__(self, rules: Family, found: Sequence[Place], chance: random.Random, strangers: Sequence[str]) -> None:
        self._rules, self._found, self._chance = rules, found, chance
        self._draw = Draw(chance, strangers)

    def real(self, cls: str, expected: Expected) -> Iterator[Case]:
        """Cases of one class, a few of each sentence, the sentences in the order of the places."""
        rewrites = (self._rules.positives if expected == "supported" else self._rules.negatives).get(cls, ())
        for place in self._found:
            text = self._reworded(place) if expected == "refuted" else place.text
            claims = [claim for rewrite in rewrites for claim in rewrite(text, place, self._draw)]
            for claim in self._chance.sample(claims, min(OF_A_SENTENCE, len(claims))):
                if claim not in place.passage:
                    yield Case(place.language, cls, expected, claim, self._quotes(cls, place), place.origin)

    def _reworded(self, place: Place) -> str:
        """The sentence, or one that says the same in other words."""
        if self._chance.random() > REWRITTEN:
            return place.text
        classes = [cls for cls in ("order", "dropped", "numerals", "units", "eras") if cls in self._rules.positives]
        ways = [rewrite for cls in classes for rewrite in self._rules.positives[cls]]
        others = [text for rewrite in ways for text in rewrite(place.text, place, self._draw)]
        return self._chance.choice(others) if others else place.text

    def _quotes(self, cls: str, place: Place) -> tuple[str, ...]:
        """The passage, the sentence with its neighbours, or (where those are not what the class is about) it alone."""
        near = " ".join(text for text in (place.before, place.text, place.after) if text)
        if cls in ("joined", "pronoun", "neighbour"):
            return self._chance.choice(((place.passage,), (near,)))
        if cls == "stitched":
            return self._chance.choice(((place.passage,), (near,), (place.text, place.after)))
        return self._chance.choice(((place.passage,), (near,), (place.text,)))


def _strangers(found: Sequence[Place], language: str) -> list[str]:
    """Names that stand in the sentences; for Thai the titles of the articles, which are names."""
    if language == "th":
        return sorted({place.title for place in found if wording_thai.is_thai_name(place.title)})
    return sorted({name.group() for place in found for name in wording.names(place.text)})


def _distinct(made: Iterator[Case], most: int) -> list[Case]:
    """The first cases, none twice."""
    kept: dict[tuple[str, tuple[str, ...]], Case] = {}
    for tried, case in enumerate(made, start=1):
        kept.setdefault((case.claim, case.quotes), case)
        if len(kept) == most or tried > 20 * most:
            break
    return list(kept.values())
