"""card.json -> what a model or an adapter is, was made from and scored; and back."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from kb.durable import becoming_file
from kb.errors import AdapterError
from kb.models.folders import storage_errors

CARD = "card.json"
SCHEMA = 1
MOST_EXAMPLES = 50
BASE, ADAPTER = "base", "adapter"
_LARGEST = 4_000_000  # bytes
_LARGEST_VALUE = 1e300
_LONGEST = 10_000  # characters of one text
_OPTIONAL = ("examples", "scores", "reasons", "settings")


class Score(NamedTuple):
    """One measured value with its 95 % interval, and on how many questions."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What an adapter, or a base model, is: made from what, scored how, and whether it passed.

    A base model's card has its own name as `base` and only scores of "base"; an adapter's has scores of "adapter" and,
    on the same questions, of "base". `examples` are questions that the adapter is for. `grounded` says that what it
    writes is checked against documents. `settings` are those of the training.
    """

    name: str
    task: str
    grounded: bool
    base: str
    base_digest: str
    quantisation: str
    prompt_digest: str
    data_digest: str
    seed: int
    passed: bool
    examples: tuple[str, ...] = ()
    scores: Mapping[str, Mapping[str, Score]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    schema: int = SCHEMA

    @property
    def judged(self) -> bool:
        """Whether what the card is about has scores."""
        return bool(self.scores.get(self._about))

    @property
    def _about(self) -> str:
        return BASE if self.name == self.base else ADAPTER

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, in the order of a file."""
        scores = {who: {what: list(score) for what, score in its.items()} for who, its in self.scores.items()}
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        plain |= {"examples": list(self.examples), "scores": scores, "settings": dict(self.settings)}
        plain |= {"reasons": list(self.reasons)}
        return {"schema": plain.pop("schema"), **plain}


def read_card(path: Path) -> Card:
    """Read a card, field by field.

    Raises:
        AdapterError: It is missing, no JSON, of another schema, or a field is unknown, missing or makes no sense; which
            file and which field.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise AdapterError(f"{path} is too large for a card", "Judge the adapter again")
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AdapterError(f"Cannot read {path}: {error.strerror}", "Judge the adapter again") from None
    except (ValueError, RecursionError) as error:
        raise AdapterError(f"{path} is no JSON: {error}", "Judge the adapter again") from None
    return card_of(values, str(path))


def card_of(values: object, origin: str) -> Card:
    """The card that plain values describe; `origin` names them in errors.

    Raises:
        AdapterError: As `read_card`.
    """
    reading = _Reading(origin)
    if not isinstance(values, dict):
        reading.refuse("it", "is no JSON object")
    if values.get("schema") != SCHEMA:
        reading.refuse("schema", f"is {_short(values.get('schema'))}; this program reads {SCHEMA}")
    reading.names(values)
    read = {name: _READ[name](reading, name, values[name]) for name in values if name != "schema"}
    card = Card(**read)
    if card.passed and not card.judged:
        reading.refuse("passed", f"is true and there are no scores of the {card._about}")
    return card


def write_card(card: Card, path: Path) -> None:
    """Write a card in one step: the file is the old one or the new one, whatever happens in between.

    Raises:
        AdapterError: The card would not be read again.
        StorageError: No room, or the folder may not be written.
    """
    values = card.as_dict()
    card_of(values, f"The card for {path}")
    text = json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with storage_errors(path.parent), becoming_file(path) as incoming:
        incoming.write_text(text, encoding="utf-8")


class _Reading:
    """Values of one origin, checked one by one."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def refuse(self, field: str, why: str) -> NoReturn:
        raise AdapterError(f"{self._origin}: {field} {why}", "Correct it, or judge the adapter again")

    def names(self, values: Mapping[str, Any]) -> None:
        for name in values:
            if name not in _READ and name != "schema":
                near = difflib.get_close_matches(str(name), _READ, n=1)
                self.refuse(_short(name), "is no field of a card" + (f"; did you mean {near[0]}?" if near else ""))
        for name in _READ:
            if name not in values and name not in _OPTIONAL:
                self.refuse(name, "is missing")

    def word(self, field: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
            self.refuse(field, f"must be a text (got {_short(value)})")
        return value

    def text(self, field: str, value: object) -> str:
        return value if value == "" else self.word(field, value)

    def truth(self, field: str, value: object) -> bool:
        if not isinstance(value, bool):
            self.refuse(field, f"must be true or false (got {_short(value)})")
        return value

    def whole(self, field: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.refuse(field, f"must be a whole number from 0 (got {_short(value)})")
        return value

    def texts(self, field: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.refuse(field, f"must be a list of texts (got {_short(value)})")
        return tuple(self.word(f"{field}[{at}]", one) for at, one in enumerate(value))

    def examples(self, field: str, value: object) -> tuple[str, ...]:
        examples = self.texts(field, value)
        if len(examples) > MOST_EXAMPLES:
            self.refuse(field, f"holds {len(examples)} questions; {MOST_EXAMPLES} are the most")
        return examples

    def table(self, field: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.refuse(field, f"must be a table (got {_short(value)})")
        return value

    def scores(self, field: str, value: object) -> dict[str, dict[str, Score]]:
        table = self.table(field, value)
        for who in table:
            if who not in (BASE, ADAPTER):
                self.refuse(f"{field}.{_short(who)}", f"is neither {BASE} nor {ADAPTER}")
        return {
            who: {what: self._score(f"{field}.{who}.{what}", score) for what, score in self.table(who, its).items()}
            for who, its in table.items()
        }

    def _score(self, field: str, value: object) -> Score:
        if not isinstance(value, list) or len(value) != 4 or not all(map(_number, value)):
            self.refuse(field, f"must be [value, low, high, n] (got {_short(value)})")
        score = Score(float(value[0]), float(value[1]), float(value[2]), value[3])
        if not isinstance(score.n, int) or score.n < 1:
            self.refuse(field, f"was measured on {_short(score.n)} questions")
        if not score.low <= score.value <= score.high:
            self.refuse(field, f"has {score.value:g} outside its interval from {score.low:g} to {score.high:g}")
        return score


_READ: dict[str, Callable[[_Reading, str, Any], Any]] = {
    "name": _Reading.word,
    "task": _Reading.word,
    "grounded": _Reading.truth,
    "base": _Reading.word,
    "base_digest": _Reading.word,
    "quantisation": _Reading.word,
    "prompt_digest": _Reading.text,
    "data_digest": _Reading.text,
    "seed": _Reading.whole,
    "settings": _Reading.table,
    "examples": _Reading.examples,
    "scores": _Reading.scores,
    "passed": _Reading.truth,
    "reasons": _Reading.texts,
}


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -_LARGEST_VALUE < value < _LARGEST_VALUE


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
