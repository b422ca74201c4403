"""A question -> the adapter whose example questions it is like, or the base model, and why."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kb.errors import AdapterError
from kb.models.examples import Encoder, Examples
from kb.models.ordinary import ORDINARY
from kb.models.question_form import Form, form_of

if TYPE_CHECKING:
    from kb.models.adapters import Adapter

NEAREST = 3
"""With how many of an adapter's examples a question is compared: the mean of the nearest."""

FORM_WEIGHT = 0.04
"""What it is worth, in cosine similarity, when the form of a question is e times as common with one as with another."""

BASE = "base model"
CITING = "cite"  # the task whose questions are the ordinary ones
_QUOTED = 60  # characters of an example in a reason


@dataclass(frozen=True, slots=True)
class Route:
    """Who is to answer a question, and why.

    Args:
        adapter: The name of an adapter; None is the base model.
        reason: In words, for people.
        similarity: Cosine similarity to the nearest example question of the first; None where nothing was compared.
        runner_up: The second: an adapter, or "base model"; None where there was no second.
        lead: By how much the first is before the second, similarity and form together.
    """

    adapter: str | None
    reason: str
    similarity: float | None = None
    runner_up: str | None = None
    lead: float | None = None


@dataclass(frozen=True, slots=True)
class _Voice:
    """One that may answer, with its example questions: an adapter, or the base model (`name` None)."""

    name: str | None
    examples: tuple[str, ...]
    grounded: bool = True

    @property
    def label(self) -> str:
        return self.name or BASE


class _Judged(NamedTuple):
    """How well a question fits one voice; `computes`: most of its examples can be computed from what they say."""

    score: float
    voice: _Voice
    computes: bool
    similarity: float
    nearest: str


class Router:
    """Chooses an adapter by the question. Safe to share between threads.

    A question is compared with the example questions on each card: the mean cosine similarity of the nearest three,
    and how common its form (see `question_form`) is among the examples. The base model takes part with ORDINARY
    questions, unless an adapter for citing is there, whose questions those are. Where the first does not lead by the
    margin, the base model answers. An adapter that works without documents gets only questions that bring what it takes
    to compute the answer.

    Args:
        embedding: What encodes; it is used when the first question comes.
        adapters: Those that passed; others are left out.
        margin: The least lead, in cosine similarity.
        file: Where the vectors of examples are kept, for this embedding alone; None keeps them in memory.
    """

    def __init__(
        self, embedding: Encoder, adapters: Sequence[Adapter], margin: float, file: Path | None = None
    ) -> None:
        self._embedding, self.margin = embedding, margin
        self._encoded = Examples(embedding, file)
        self._key = _key(adapters)
        self._voices = _voices(adapters)

    def following(self, adapters: Sequence[Adapter]) -> Router:
        """A router for these adapters: itself while their cards say the same, else a new one that knows the vectors."""
        if _key(adapters) == self._key:
            return self
        other = Router(self._embedding, adapters, self.margin)
        other._encoded = self._encoded
        return other

    def route(self, question: str) -> Route:
        """Choose who answers.

        Args:
            question: In any language; the form of a question is read in English and Thai.
        """
        if not any(voice.name for voice in self._voices):
            return Route(None, f"{BASE}: {'no adapter has passed yet' if not self._key else _NO_EXAMPLES}")
        form = form_of(question)
        judged = self._judged(question, form)
        barred = [one for one in judged if not (one.voice.grounded or form.computes)]
        ranked = [one for one in judged if one not in barred]
        note = _seen(form) + _left_out(judged[0], barred)
        if form.computes and not form.shortens and not any(one.computes for one in ranked):
            return Route(None, f"{BASE}: it can be computed from what it says, and no adapter is for that")
        return _decided(ranked, self.margin, note)

    def _judged(self, question: str, form: Form) -> list[_Judged]:
        vector = self._embedding.encode_queries([question])[0]
        judged = []
        for voice in self._voices:
            vectors, forms = self._encoded(voice.examples)
            similarities = vectors @ vector
            order = np.argsort(-similarities, kind="stable")[:NEAREST]
            shares = _shares(forms)
            score = float(similarities[order].mean()) + FORM_WEIGHT * _form_fit(form, shares)
            nearest = order[0]
            judged.append(_Judged(score, voice, shares[0] > 0.5, float(similarities[nearest]), voice.examples[nearest]))
        return sorted(judged, key=lambda one: -one.score)


def _shares(forms: Sequence[Form]) -> list[float]:
    """How common each side of a form is; add-one smoothing."""
    return [(sum(sides) + 1) / (len(forms) + 2) for sides in zip(*forms, strict=True)]


def _form_fit(form: Form, shares: Sequence[float]) -> float:
    """The log-likelihood of a form where its sides have these shares, taken as independent (naive Bayes)."""
    return sum(math.log(share if seen else 1 - share) for seen, share in zip(form, shares, strict=True))


def choose(question: str, wanted: str, router: Router | None, adapters: Sequence[Adapter]) -> Route:
    """Who answers a question, by name or by routing.

    Args:
        question: In any language.
        wanted: "auto", "none", or the name of an adapter.
        router: What "auto" asks; None: nothing has passed.
        adapters: All that there are; one that did not pass may be named, and the reason says so.

    Raises:
        AdapterError: No adapter has that name, or it is refused.
    """
    if wanted == "none":
        return Route(None, f"{BASE}: no adapter was wanted")
    if wanted == "auto":
        return router.route(question) if router else Route(None, f"{BASE}: no adapter has passed yet")
    adapter = named(wanted, adapters)
    if adapter.state == "refused":
        raise AdapterError(f"Adapter {wanted} cannot be used: {adapter.why}")
    caution = {"rejected": f", although it did not pass: {adapter.why}", "unjudged": f", although {adapter.why}"}
    return Route(wanted, f"{wanted}: named by you{caution.get(adapter.state, '')}")


def named(name: str, adapters: Sequence[Adapter]) -> Adapter:
    """The adapter of that name, whatever its state.

    Raises:
        AdapterError: There is none.
    """
    for adapter in adapters:
        if adapter.name == name:
            return adapter
    what = f"There is no adapter {name[:_QUOTED]!r}"
    if not adapters:
        raise AdapterError(what, "There is none yet: the base model answers")
    names = [adapter.name for adapter in adapters]
    near = difflib.get_close_matches(name, names, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise AdapterError(what, f"{meant}There are: {', '.join(names)}")


_NO_EXAMPLES = "no card has example questions"


def _key(adapters: Sequence[Adapter]) -> tuple[object, ...]:
    """What routing depends on."""
    return tuple((a.name, a.card.task, a.card.grounded, a.card.examples) for a in adapters if _passed(a) and a.card)


def _passed(adapter: Adapter) -> bool:
    return adapter.state == "passed"


def _voices(adapters: Sequence[Adapter]) -> list[_Voice]:
    """Who takes part; ordinary questions are those of the adapter for citing, or of the base model."""
    voices, cited = [], False
    for adapter in adapters:
        card = adapter.card
        if card is None or not _passed(adapter) or not card.examples:
            continue
        cites = card.grounded and card.task == CITING
        cited = cited or cites
        voices.append(_Voice(adapter.name, (*card.examples, *(ORDINARY if cites else ())), card.grounded))
    return voices if cited else [*voices, _Voice(None, ORDINARY)]


def _decided(ranked: Sequence[_Judged], margin: float, note: str) -> Route:
    first = ranked[0]
    name, reason = first.voice.name, f"{first.voice.label}: nearest {_example(first)}"
    if len(ranked) == 1:
        return Route(name, reason + note, first.similarity)
    second = ranked[1]
    lead, runner_up = first.score - second.score, second.voice.label
    if lead < margin and name is not None:
        both = f"{first.voice.label} and {runner_up} are within {_plain(margin, 3)} ({_plain(lead)})"
        reason = f"{BASE}: {both}; nearest {_example(first)}"
        name = None
    else:
        reason += f", {_plain(lead)} before {runner_up}"
    return Route(name, reason + note, first.similarity, runner_up, lead)


def _seen(form: Form) -> str:
    """What the form of a question said, where it says something."""
    wants = "; it can be computed from what it says" if form.computes else ""
    return wants + ("; it wants fewer words" if form.shortens else "")


def _left_out(first: _Judged, barred: Sequence[_Judged]) -> str:
    """Say so where an adapter without documents came first and may not answer."""
    if first not in barred:
        return ""
    return f"; not {first.voice.label}, which looks at no document: it cannot be computed from what it says"


def _example(judged: _Judged) -> str:
    text = " ".join(judged.nearest.split())
    if len(text) > _QUOTED:
        text = text[: _QUOTED - 1].rstrip() + "…"
    return f"example »{text}« {_plain(judged.similarity)}"


def _plain(value: float, digits: int = 3) -> str:
    """A number between -1 and 1 as it is written in a reason: .912."""
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
