"""Questions of three kinds -> how often each reaches the adapter that it is for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from kb.evaluation import metrics
from kb.evaluation.lines import Line
from kb.models.adapters import Adapter
from kb.models.cards import Card
from kb.models.e5 import FloatArray
from kb.models.examples import Encoder
from kb.models.routing import Router

Kind = Literal["math", "documents", "summarize"]
KINDS: tuple[Kind, ...] = ("math", "documents", "summarize")
TASKS: Mapping[Kind, str] = {"math": "math", "documents": "cite", "summarize": "summarize"}
"""The kind of a question -> the task of the adapter that is for it, which is its name as well."""

LANGUAGES = {"en": "English", "th": "Thai"}
ASTRAY = "documents sent to math"
FEW = 10  # every so many-th example is left on a card with few

Choice = Callable[[str], str | None]
"""A question -> the name of an adapter, or None for the base model."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose kind is known; `language` is en or th."""

    id: str
    kind: Kind
    language: str
    question: str


def read(name: Literal["examples", "fit", "report", "last"]) -> tuple[Asked, ...]:
    """Questions written for this purpose.

    Args:
        name: "examples" on cards, "fit" for choosing weights, margin and word lists, "report" for judging, "last"
            for judging again, written after the last change to how a question is read.
    """
    file = Path(__file__).with_name(f"{name}.jsonl")
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return tuple(Asked(row["id"], row["kind"], row["language"], row["question"]) for row in rows)


def adapters(kinds: Sequence[Kind] = KINDS, every: int = 1) -> tuple[Adapter, ...]:
    """Adapters that passed, one for each kind, with the written examples on their cards.

    Args:
        kinds: Which.
        every: Keep every so many-th example, both languages alike.
    """
    examples = read("examples")
    return tuple(_adapter(kind, tuple(one.question for one in examples if one.kind == kind)[::every]) for kind in kinds)


def right(asked: Asked, chosen: str | None, there: Sequence[Adapter]) -> bool:
    """Whether a question is where it belongs.

    With the adapter for its kind, or, where there is none, with the base model; a question on documents may always be
    answered by the base model, and any question by the adapter for citing where its own is missing: both look at the
    documents.
    """
    names = {adapter.name for adapter in there}
    own = TASKS[asked.kind]
    if own in names and asked.kind != "documents":
        return chosen == own
    return chosen in (None, TASKS["documents"])


def measure(asked: Sequence[Asked], encoder: Encoder, margin: float) -> list[Line]:
    """What `kb evaluate routing` shows.

    Args:
        asked: The questions that are routed.
        encoder: The embedder.
        margin: As in the settings.
    """
    known = _Remembering(encoder)
    known.encode_queries([one.question for one in asked])
    everyone, few, alone = adapters(), adapters(every=FEW), adapters(("math",))
    routed, nearest = _routed(known, everyone, margin), _plain_nearest(known, everyone)
    ours, theirs = _right(asked, everyone, routed), _right(asked, everyone, nearest)
    lines = [Line("routing", "right", metrics.mean(ours))]
    for label, chosen in _groups(asked).items():
        lines.append(Line("routing", f"right: {label}", metrics.mean([ours[at] for at in chosen])))
    lines += [
        _astray("routing", asked, routed),
        Line("plain nearest", "right", metrics.mean(theirs)),
        _astray("plain nearest", asked, nearest),
        Line("routing", "right: over plain nearest", metrics.paired(ours, theirs)),
    ]
    for part, there in (("five examples", few), ("math alone", alone)):
        choice = _routed(known, there, margin)
        lines += [Line(part, "right", metrics.mean(_right(asked, there, choice))), _astray(part, asked, choice)]
    return lines


def _adapter(kind: Kind, examples: tuple[str, ...]) -> Adapter:
    name = TASKS[kind]
    card = Card(
        name=name,
        task=name,
        grounded=kind != "math",
        base="a base model",
        base_digest="0" * 64,
        quantisation="none",
        prompt_digest="",
        data_digest="",
        seed=0,
        passed=True,
        examples=examples,
    )
    return Adapter(name, Path(name), card, 8, ("q_proj",), 0, "0" * 64, "passed", "")


class _Remembering:
    """An encoder that encodes every text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, FloatArray] = {}

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encoder.encode_queries(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])


def _routed(encoder: Encoder, there: Sequence[Adapter], margin: float) -> Choice:
    router = Router(encoder, there, margin)
    return cache(lambda question: router.route(question).adapter)


def _plain_nearest(encoder: Encoder, there: Sequence[Adapter]) -> Choice:
    """The adapter with the nearest example, whatever comes second: what routing is measured against."""
    owners = [adapter.name for adapter in there for _ in (adapter.card.examples if adapter.card else ())]
    texts = [example for adapter in there for example in (adapter.card.examples if adapter.card else ())]
    vectors = encoder.encode_queries(texts)
    return lambda question: owners[int(np.argmax(vectors @ encoder.encode_queries([question])[0]))]


def _right(asked: Sequence[Asked], there: Sequence[Adapter], choice: Choice) -> list[float]:
    return [float(right(one, choice(one.question), there)) for one in asked]


def _astray(part: str, asked: Sequence[Asked], choice: Choice) -> Line:
    """The share of the questions on documents that go to the adapter that looks at none."""
    sent = [float(choice(one.question) == TASKS["math"]) for one in asked if one.kind == "documents"]
    return Line(part, ASTRAY, metrics.mean(sent))


def _groups(asked: Sequence[Asked]) -> dict[str, list[int]]:
    """Kinds and languages, and where in `asked` their questions are."""
    groups: dict[str, list[int]] = {kind: [] for kind in KINDS}
    groups |= {label: [] for label in LANGUAGES.values()}
    for at, one in enumerate(asked):
        groups[one.kind].append(at)
        groups[LANGUAGES[one.language]].append(at)
    return groups
