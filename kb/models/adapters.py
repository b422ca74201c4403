"""storage/adapters -> which adapters there are, and whether one fits a base model."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb.errors import AdapterError
from kb.models.cards import CARD, Card, read_card
from kb.models.folders import sha256
from kb.models.lora import CONFIG, WEIGHTS, Lora, leads_into, read_lora

REJECTED = ".rejected"
State = Literal["passed", "rejected", "unjudged", "refused"]
Stamp = tuple[tuple[str, int, int, int, int], ...]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\.rejected)?")
_RESERVED = ("auto", "none")  # what the settings and the command line mean by them is no adapter
_SETTLED = 2 * 10**9  # ns; two changes of a file within one tick of the clock look alike, so a new one is read again
_seen: dict[Path, tuple[Stamp, Adapter]] = {}


@dataclass(frozen=True, slots=True)
class Adapter:
    """A folder with an adapter in it.

    Args:
        name: Of the folder; what did not pass ends with .rejected.
        folder: Where its files are.
        card: What it is for and how it was judged; None where there is no card.
        rank: The greatest rank of its matrices.
        targets: The kinds of modules it changes, such as q_proj.
        bytes: The room it takes while it is loaded.
        digest: SHA-256 of configuration and weights.
        state: passed (may be chosen by itself), rejected or unjudged (only by name), refused (never loaded).
        why: The reason for the state; empty for passed.
    """

    name: str
    folder: Path
    card: Card | None
    rank: int
    targets: tuple[str, ...]
    bytes: int
    digest: str
    state: State
    why: str


def discover(folder: Path) -> tuple[Adapter, ...]:
    """Every adapter in the folder, by name; one that cannot be used is listed as refused, with the reason.

    Weights are read once to digest them; later calls look only at size and time of the files.
    """
    if not folder.is_dir():
        return ()
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return tuple(_listed(folder, name) for name in names)


def find(folder: Path, name: str) -> Adapter:
    """The adapter of that name.

    Raises:
        AdapterError: There is none, the name is no name of an adapter, or the adapter is refused.
    """
    if not _NAME.fullmatch(name) or not (folder / name).is_dir():
        raise _unknown(folder, name)
    return _opened(folder, name)


def check(adapter: Adapter, base_digest: str, linear_modules: Mapping[str, tuple[int, int]], most_rank: int) -> Lora:
    """Hold an adapter against the base model it is to be loaded on.

    Args:
        adapter: From `discover` or `find`.
        base_digest: SHA-256 of the base's original weights; compared to the card's. Without a card the shapes decide.
        linear_modules: (inputs, outputs) of each linear module of the base, by its full name.
        most_rank: The highest rank that is loaded.

    Returns:
        What the adapter puts beside which module.

    Raises:
        AdapterError: It is refused, was made for another base, is too large, or does not fit; and why.
    """
    if adapter.state == "refused":
        raise AdapterError(adapter.why)
    if adapter.card and adapter.card.base_digest != base_digest:
        what = f"Adapter {adapter.name} was made for {adapter.card.base}, and this model has other weights"
        raise AdapterError(what, f"Load {adapter.card.base}, or train the adapter again on this model")
    lora = read_lora(adapter.folder)
    if lora.rank > most_rank:
        what = f"Adapter {adapter.name} has rank {lora.rank:,}, and adapters.most_rank is {most_rank:,}"
        raise AdapterError(what, "Train it with a lower rank, or raise adapters.most_rank in settings.toml")
    _fits(adapter.name, lora, linear_modules)
    return lora


def stamp(folder: Path) -> Stamp:
    """Name, place, size and times of every file and folder in it: what changes when any of them does."""
    entries = []
    for root, folders, names in os.walk(folder):
        for path in (Path(root, name) for name in (*folders, *names)):
            facts = path.lstat()
            entries.append((str(path), facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns))
    return tuple(sorted(entries))


def _fits(name: str, lora: Lora, linear_modules: Mapping[str, tuple[int, int]]) -> None:
    fix = "Load the base model that the adapter was made for"
    for module, pair in lora.pairs.items():
        if module not in linear_modules:
            raise AdapterError(f"Adapter {name} changes {module}, which this model has not as a linear module", fix)
        inputs, outputs = linear_modules[module]
        if (pair.inputs, pair.outputs) != (inputs, outputs):
            what = f"Adapter {name} is made for {module} of {pair.inputs} inputs and {pair.outputs} outputs"
            raise AdapterError(f"{what}; this model's has {inputs} and {outputs}", fix)
    missing = sorted(_promised(lora, linear_modules) - lora.pairs.keys())
    if missing:
        what = f"Adapter {name} says that it changes {missing[0]}, and its file has no weights for it"
        raise AdapterError(what, "Export the adapter again")


def _promised(lora: Lora, linear_modules: Mapping[str, tuple[int, int]]) -> set[str]:
    """The modules that a list of targets means; none where it says so in a way that only peft understands."""
    config = lora.config
    targets = config["target_modules"]
    if isinstance(targets, str) or config.get("layers_to_transform") is not None or config.get("exclude_modules"):
        return set()
    ends = tuple(f".{target}" for target in targets)
    return {module for module in linear_modules if module in targets or module.endswith(ends)}


def _listed(folder: Path, name: str) -> Adapter:
    try:
        return _opened(folder, name)
    except AdapterError as error:
        return Adapter(name, folder / name, None, 0, (), 0, "", "refused", str(error))


def _opened(folder: Path, name: str) -> Adapter:
    path = folder / name
    if not _NAME.fullmatch(name) or name.removesuffix(REJECTED) in _RESERVED:
        what = f"{path} cannot be the name of an adapter"
        raise AdapterError(what, "Rename the folder: letters, digits, - and _, and neither auto nor none")
    if not leads_into(path, folder):
        raise AdapterError(f"{path} leads out of {folder}", "Put the adapter itself there")
    try:
        now = stamp(path)
        before, adapter = _seen.get(path, ((), None))
        if adapter is None or before != now or _fresh(now):
            adapter = _read(path)
            _seen[path] = (now, adapter)
    except OSError as error:
        raise AdapterError(f"Cannot read {path}: {error.strerror}", "Make it readable") from None
    return adapter


def _fresh(now: Stamp) -> bool:
    latest = max((changed for *_, changed in now), default=0)
    return latest > time.time_ns() - _SETTLED


def _read(path: Path) -> Adapter:
    lora = read_lora(path)
    card = read_card(path / CARD) if (path / CARD).exists() else None
    if card and card.name not in (path.name, path.name.removesuffix(REJECTED)):
        raise AdapterError(f"{path / CARD}: name is {card.name}", f"Rename the folder to {card.name}")
    if card and card.name == card.base:
        raise AdapterError(f"{path / CARD}: base is the adapter itself", "Judge the adapter again")
    digest = hashlib.sha256(f"{sha256(path / CONFIG)} {sha256(path / WEIGHTS)}".encode()).hexdigest()
    state, why = _state(path.name, card)
    return Adapter(path.name, path, card, lora.rank, lora.targets, lora.bytes, digest, state, why)


def _state(name: str, card: Card | None) -> tuple[State, str]:
    reasons = "; ".join(card.reasons) if card else ""
    if name.endswith(REJECTED):
        return "rejected", reasons or "it did not pass"
    if card is None or not card.judged:
        return "unjudged", "it was not judged yet" if card else "it has no card.json, so nothing is known about it"
    return ("passed", "") if card.passed else ("rejected", reasons or "it did not pass")


def _unknown(folder: Path, name: str) -> AdapterError:
    there = [adapter.name for adapter in discover(folder) if adapter.state != "refused"]
    short = name if len(name) <= 60 else f"{name[:57]}..."
    near = difflib.get_close_matches(name, there, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    known = f"There are: {', '.join(there)}" if there else f"There are none in {folder}"
    return AdapterError(f"There is no adapter {short!r}", meant + known)
