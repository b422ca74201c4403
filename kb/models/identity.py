"""Settings or a folder -> which model this is, without loading it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kb.durable import becoming_file
from kb.errors import ModelUnavailable
from kb.models.embedded import EMBEDDED
from kb.models.folders import local_folder, sha256
from kb.models.weights import CONVERSION, manifest_of
from kb.settings import EmbeddingSettings, Settings

OPENVINO, TORCH = "openvino", "torch"
_E5_FAMILY = re.compile(r"(^|[-_/])e5[-_](small|base|large)(?!.*instruct)", re.IGNORECASE)
_KNOWN = ".known"
_DESCRIBING = ("*.safetensors", "*.json", "*.txt", "*.model", "*/*.json", "*/*.safetensors")
_LANGUAGE = ("*.safetensors", "tokenizer.json", "*.model", "vocab.json", "merges.txt")


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """What makes vectors comparable: embedders of one identity give the same vectors, within the engine's bound."""

    model: str
    digest: str
    dimension: int
    query_prefix: str
    passage_prefix: str
    engine: str

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for the catalog and for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the settings ask for, with every default filled in."""

    model: str
    engine: str
    query_prefix: str
    passage_prefix: str
    batch_tokens: int

    def identity(self, weights: str, dimension: int) -> EmbedderIdentity:
        """The identity of this choice with these weights (their SHA-256)."""
        conversion = f" {CONVERSION}" if self.engine == OPENVINO else ""
        digest = hashlib.sha256(f"{weights} {self.engine}{conversion}".encode()).hexdigest()
        return EmbedderIdentity(self.model, digest, dimension, self.query_prefix, self.passage_prefix, self.engine)


def choose(settings: EmbeddingSettings) -> Choice:
    """Fill in engine and prefixes.

    Raises:
        ModelUnavailable: The fast engine is asked for by name and does not know this model.
    """
    name = settings.model
    known = EMBEDDED.get(name)
    if known is not None and known.kind != "embedding":
        raise ModelUnavailable(f"{name} is a language model", "Name an embedding model in embedding.model")
    fast = known is not None and bool(known.packed) and local_folder(name) is None
    if settings.engine == "openvino" and not fast:
        raise ModelUnavailable(f"The openvino engine does not run {name}", 'Set embedding.engine to "auto" or "torch"')
    prefixes = ("query: ", "passage: ") if _E5_FAMILY.search(name) else ("", "")
    return Choice(
        model=name,
        engine=OPENVINO if fast and settings.engine != "torch" else TORCH,
        query_prefix=prefixes[0] if settings.query_prefix is None else settings.query_prefix,
        passage_prefix=prefixes[1] if settings.passage_prefix is None else settings.passage_prefix,
        batch_tokens=settings.batch_tokens,
    )


def known_identity(settings: Settings, models: Path) -> EmbedderIdentity | None:
    """The identity of the embedder that the settings name, read from small files.

    Returns:
        None when the model is not prepared, or is one of the user's own that was not opened since it changed.
    """
    choice = choose(settings.embedding)
    manifest = manifest_of(choice.model, models)
    if manifest is not None:
        return choice.identity(manifest["digest"], manifest["dimension"])
    facts = _remembered(choice.model, models)
    return choice.identity(facts["weights"], facts["dimension"]) if facts else None


def remember(choice: Choice, folder: Path, dimension: int, models: Path) -> EmbedderIdentity:
    """Digest a folder of the user's own or the hub's, and keep the result as long as its files do not change.

    On a storage that cannot be written the digest is computed each time.
    """
    facts = _remembered(choice.model, models)
    if facts and facts["dimension"] == dimension:
        return choice.identity(facts["weights"], dimension)
    lines = [f"{path.relative_to(folder)} {sha256(path)}\n" for path in _describing(folder)]
    weights = hashlib.sha256("".join(lines).encode()).hexdigest()
    _keep(
        {"folder": str(folder), "stamp": stamp(folder), "weights": weights, "dimension": dimension},
        choice.model,
        models,
    )
    return choice.identity(weights, dimension)


def original_digest(name: str, folder: Path, models: Path) -> str:
    """What weights and tokenizer of a language model are, as one SHA-256 over the digests of their files.

    That of a model of the catalogue is pinned; others are read once, and again only when a file changes.
    """
    manifest = manifest_of(name, models)
    if manifest is not None and folder == models / name:
        return str(manifest["digest"])
    key = f"language {folder.resolve()}"
    facts = _remembered(key, models)
    if facts:
        return str(facts["weights"])
    before = stamp(folder)
    lines = [f"{path.name} {sha256(path)}\n" for path in _identifying(folder)]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    _keep({"folder": str(folder), "stamp": before, "weights": digest}, key, models)
    return digest


def _keep(facts: dict[str, Any], name: str, models: Path) -> None:
    """Remember a digest; on a storage that cannot be written it is computed each time."""
    target = _note(name, models)
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        with becoming_file(target) as incoming:
            incoming.write_text(json.dumps(facts) + "\n", encoding="utf-8")


def _remembered(name: str, models: Path) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = json.loads(_note(name, models).read_text(encoding="utf-8"))
        return facts if facts["stamp"] == stamp(Path(facts["folder"])) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(name: str, models: Path) -> Path:
    folder = local_folder(name)
    key = str(folder.resolve()) if folder else name
    return models / _KNOWN / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def stamp(folder: Path) -> list[list[Any]]:
    """Name, size and time of change of every file that makes the model what it is."""
    return [
        [str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns] for path in _describing(folder)
    ]


def _identifying(folder: Path) -> list[Path]:
    """The weights of a language model and whatever its tokenizer is read from, in the order of their names."""
    found = {path for pattern in _LANGUAGE for path in folder.glob(pattern)}
    return sorted(found, key=lambda path: path.name)


def _describing(folder: Path) -> Iterator[Path]:
    found = {path for pattern in _DESCRIBING for path in folder.glob(pattern)}
    return iter(sorted(found))
