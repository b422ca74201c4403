"""The real data -> fixed lists of questions, from the half that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kb.evaluation import datasets
from kb.index import lexical

WORDS = 5


def mixed(data: Path) -> list[str]:
    """Thirty questions of every kind: on Wikipedia in English and Thai, claims, and titles of abstracts."""
    sets = _sets(data)
    shares = {"en": 8, "th": 8, "iapp": 6, "scifact": 4, "cranfield": 4}
    return [question for name, count in shares.items() for question in _spread(sets[name], count)]


def five_words(data: Path, count: int = 40) -> list[str]:
    """Questions of five search words each, as many from every set as it gives."""
    sets = [_spread([one for one in texts if _words(one) == WORDS], count // 4) for texts in _sets(data).values()]
    return [question for texts in sets for question in texts][:count]


def _sets(data: Path) -> dict[str, list[str]]:
    questions = {
        "en": datasets.squad(data / "xquad-dev-en.json", "xquad-en", "en"),
        "th": datasets.squad(data / "xquad-dev-th.json", "xquad-th", "th"),
        "iapp": datasets.iapp(data / "iapp-dev.jsonl", "iapp", "report"),
    }
    judged = {name: datasets.beir(data / "beir-dev" / name, name) for name in ("scifact", "cranfield")}
    return {
        **{name: [one.text for one in each.of("report")] for name, each in questions.items()},
        **{name: [one.text for one in each.of("report")] for name, each in judged.items()},
    }


def _spread(texts: Sequence[str], count: int) -> list[str]:
    return [texts[at * len(texts) // count] for at in range(min(count, len(texts)))]


def _words(text: str) -> int:
    return len(lexical.query_terms(text))
