"""Answers and claims that people wrote -> claims with known labels, to tell apart by score."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.evaluation import claims
from kb.evaluation.claims import sources
from kb.evaluation.claims.case import Draw, Place, Rewrite
from kb.evaluation.datasets import Half, half_of
from kb.language import normalize, segment

MOST_SENTENCES = 30  # of the evidence of a claim: those that share most words with it, in their order
REWRITES = 3  # false claims made of one answer, at most, each of another class


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim, what it is checked against, and whether that supports it; `group` names the answer it comes from."""

    group: str
    claim: str
    quotes: tuple[str, ...]
    supported: bool


def clapnq(data: Path, half: Half) -> list[Labelled]:
    """Gold answers in free wording against their passages, and the same answers made false.

    On the report half they are made false by the rewrites that are reported, on the other by those of "second".

    Raises:
        DataError: The file is missing or malformed.
    """
    rules = claims.family("report" if half == "report" else "second", "en")
    found: list[Labelled] = []
    chance = random.Random(0)  # noqa: S311 - a sample, not a secret
    for row in sources.rows(data / "clapnq-dev.jsonl"):
        if not row["answerable"] or half_of(row["passages"][0]["title"]) != half:
            continue
        passage = normalize.canonical(sources.spoken(row["passages"][0]["text"]))
        answer = normalize.canonical(sources.spoken(row["output"][0]["answer"]))
        found.append(Labelled(row["id"], answer, (passage,), True))
        place = Place("en", answer, "", "", passage, row["passages"][0]["title"], "clapnq")
        classes = [cls for cls in claims.NEGATIVES if rules.negatives.get(cls)]
        chance.shuffle(classes)
        made = [claim for cls in classes for claim in _one(rules.negatives[cls], place, Draw(chance))]
        found += [Labelled(row["id"], claim, (passage,), False) for claim in made[:REWRITES]]
    return found


def wice(data: Path, half: Half) -> list[Labelled]:
    """Claims of Wikipedia that their source supports, against those it supports in part or not at all.

    Raises:
        DataError: The file is missing or malformed.
    """
    found = []
    for row in sources.rows(data / "wice-dev.jsonl"):
        if half_of(row["meta"]["id"]) == half:
            claim = normalize.canonical(row["claim"])
            quotes = (normalize.canonical(" ".join(_nearest(claim, row["evidence"]))),)
            found.append(Labelled(row["meta"]["id"], claim, quotes, row["label"] == "supported"))
    return found


def _one(rewrites: Sequence[Rewrite], place: Place, draw: Draw) -> Iterator[str]:
    """One false claim of a class, where the answer gives one; names out of other articles are not drawn on."""
    for rewrite in rewrites:
        made = [claim for claim in rewrite(place.text, place, draw) if claim != place.text]
        if made:
            yield draw.random.choice(made)
            return


def _nearest(claim: str, sentences: list[str]) -> list[str]:
    words = set(segment.words(claim))
    order = sorted(range(len(sentences)), key=lambda n: -len(words & set(segment.words(sentences[n]))))
    return [sentences[n] for n in sorted(order[:MOST_SENTENCES])]
