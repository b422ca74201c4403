"""This machine -> what is here, what is missing, and how to get it."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb.errors import IndexMissing, KBError
from kb.settings import Settings

State = Literal["ok", "missing", "broken"]

# The embedder, its index of 100,000 chunks and a reader process together stay below these.
ENOUGH_MEMORY_GIB = 2.0
ENOUGH_DISK_GIB = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    `missing` is not here yet but not needed or fetched by itself; `broken` keeps something from working. `fix` is one
    line, empty when all is well.
    """

    name: str
    state: State
    value: str
    fix: str = ""


def examine(settings_file: Path | None, storage: Path) -> tuple[Finding, ...]:
    """Look at everything the knowledge base needs; changes nothing, loads no model, uses no network.

    Args:
        settings_file: As for `Settings.load`.
        storage: The folder of documents, index and models.
    """
    findings = [_python(), *_libraries(), _processor(), _memory(), _disk(storage), _writable(storage)]
    try:
        settings = Settings.load(settings_file)
    except KBError as error:
        return (*findings, Finding("settings", "broken", error.what, error.fix))
    findings.append(Finding("settings", "ok", str(settings_file or _default_settings())))
    model = _model(settings, storage)
    return (*findings, model, _calibration(settings, storage), _index(settings, storage), _network(settings, model))


def _default_settings() -> str:
    return "settings.toml" if Path("settings.toml").exists() else "the defaults"


def _python() -> Finding:
    value = platform.python_version()
    if (3, 11) <= sys.version_info[:2] < (3, 13):
        return Finding("python", "ok", value)
    return Finding("python", "broken", value, "Install Python 3.11 or 3.12, remove .venv and run make again")


def _libraries() -> list[Finding]:
    """The libraries of the core, and those of the extra that other models need."""
    try:
        needed = importlib.metadata.requires("kb") or []
    except importlib.metadata.PackageNotFoundError:
        return [Finding("libraries", "broken", "kb is not installed", "Run make chat, or pip install -e .")]
    core = sorted(_distribution(line) for line in needed if "extra ==" not in line)
    models = sorted(_distribution(line) for line in needed if re.search("extra == .models", line))
    again = "Remove .venv and run make again"
    extra = "Only for embedding models of your own choice: make models"
    return [
        _installed("libraries", core, ("llama-index-core", "faiss-cpu", "openvino", "pythainlp"), ("broken", again)),
        _installed("models extra", models, ("torch", "transformers"), ("missing", extra)),
    ]


def _installed(name: str, wanted: list[str], shown: tuple[str, ...], otherwise: tuple[State, str]) -> Finding:
    absent = [library for library in wanted if _version(library) is None]
    if absent:
        state, fix = otherwise
        return Finding(name, state, f"not installed: {', '.join(absent)}", fix)
    versions = ", ".join(f"{library} {_version(library)}" for library in shown)
    return Finding(name, "ok", f"all {len(wanted)}, among them {versions}")


def _distribution(requirement: str) -> str:
    return re.split(r"[\s;=<>!~\[]", requirement, maxsplit=1)[0]


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> Finding:
    from kb.models.openvino_encoder import cores

    count = cores()
    return Finding("processor", "ok", f"{platform.machine()}, {count} core{'s' if count > 1 else ''}")


def _memory() -> Finding:
    free = available_memory()
    if free is None:
        return Finding("memory", "ok", "unknown")
    value = f"{free / 2**30:.1f} GiB available"
    if free < ENOUGH_MEMORY_GIB * 2**30:
        return Finding("memory", "missing", value, f"Close programs until {ENOUGH_MEMORY_GIB:g} GiB are available")
    return Finding("memory", "ok", value)


def available_memory() -> int | None:
    """Bytes that a new process can use without swapping; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return found[0] if found else None


def _disk(storage: Path) -> Finding:
    free = shutil.disk_usage(_nearest(storage)).free / 2**30
    value = f"{free:.1f} GiB free"
    if free < ENOUGH_DISK_GIB:
        return Finding("disk", "broken", value, f"Free {ENOUGH_DISK_GIB:g} GiB there, or use --storage DIR elsewhere")
    return Finding("disk", "ok", value)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    full = folder.absolute()
    return next(place for place in (full, *full.parents) if place.exists())


def _writable(storage: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=_nearest(storage)):
            return Finding("storage", "ok", f"{storage.absolute()}, writable")
    except OSError as error:
        value = f"{storage.absolute()}: {error.strerror}"
        return Finding("storage", "broken", value, "Make it writable, or use --storage DIR elsewhere")


def _model(settings: Settings, storage: Path) -> Finding:
    from kb.models.embedding import known_identity

    name = settings.embedding.model
    try:
        identity = known_identity(settings, storage / "models")
    except KBError as error:
        return Finding("embedder", "broken", error.what, error.fix)
    if identity is None:
        state: State = "missing" if settings.models.download else "broken"
        return Finding("embedder", state, f"{name} is not prepared", f"kb models pull {name}")
    return Finding("embedder", "ok", f"{name}, {identity.dimension} dimensions, {identity.engine}")


def _calibration(settings: Settings, storage: Path) -> Finding:
    from kb.models.embedding import known_identity
    from kb.retrieval.calibration import load

    try:
        identity = known_identity(settings, storage / "models")
        found = load(identity.model, identity.digest, storage / "calibration") if identity else None
    except KBError as error:
        return Finding("calibration", "broken", error.what, error.fix)
    if identity is None:
        return Finding("calibration", "missing", "known when the embedder is prepared")
    if found is None or not found.fitted:
        return Finding("calibration", "missing", "none for this embedder: answers say uncalibrated")
    return Finding("calibration", "ok", "fitted for this embedder")


def _index(settings: Settings, storage: Path) -> Finding:
    from kb.documents.identity import pipeline
    from kb.index.catalog import Identity
    from kb.index.storage import IndexStorage
    from kb.models.embedding import known_identity

    try:
        embedder = known_identity(settings, storage / "models")
        identity = Identity(embedder.as_dict(), pipeline(settings.splitter)) if embedder else None
        with IndexStorage(storage / "index").open(identity) as catalog, catalog.read() as snapshot:
            rows, chunks, generation = snapshot.documents(), snapshot.chunk_count(), snapshot.generation
    except IndexMissing as error:
        return Finding("index", "missing", "nothing is indexed yet", error.fix)
    except KBError as error:
        return Finding("index", "broken", error.what, error.fix)
    value = f"{len(rows):,} documents, {chunks:,} chunks, generation {generation:,}"
    failed = sum(row.state == "failed" for row in rows)
    if failed:
        return Finding("index", "ok", f"{value}; {failed:,} could not be read", "kb documents names the reasons")
    return Finding("index", "ok", value)


def _network(settings: Settings, model: Finding) -> Finding:
    if model.state == "ok":
        return Finding("network", "ok", "not needed: everything is on this machine")
    if settings.models.download:
        return Finding("network", "missing", "needed once, to prepare the embedder", model.fix)
    return Finding("network", "broken", "models.download is false and the embedder is not here", model.fix)
