"""Python, libraries, processor, memory, GPU, disk -> what is missing of them."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

from kb.doctor.finding import Finding, State
from kb.models.devices import GIB, Devices, available_memory, devices, driver

# The embedder, its index of 100,000 chunks and a reader process together stay below these.
ENOUGH_MEMORY_GIB = 2.0
ENOUGH_DISK_GIB = 1.0


def findings(storage: Path) -> tuple[Finding, ...]:
    """What this machine has, whatever the settings say."""
    found = devices()
    return (
        _python(),
        *_libraries(),
        _processor(found),
        _memory(),
        _gpu(found),
        _disk(storage),
        _writable(storage),
    )


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
    extra = "For language models, adapters, and embedding models of your own choice: make models"
    return [
        _installed("libraries", core, ("llama-index-core", "faiss-cpu", "openvino", "pythainlp"), ("broken", again)),
        _installed("models extra", models, ("torch", "transformers", "peft", "bitsandbytes"), ("missing", extra)),
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


def _processor(found: Devices) -> Finding:
    count = found.cores
    return Finding("processor", "ok", f"{platform.machine()}, {count} core{'s' if count > 1 else ''}")


def _gpu(found: Devices) -> Finding:
    if found.cuda:
        said = [
            f"{gpu.name}, {gpu.total / GIB:.1f} GiB, {gpu.free / GIB:.1f} free"
            + (f", driver {gpu.driver}" if gpu.driver else "")
            for gpu in found.cuda
        ]
        return Finding("gpu", "ok", "; ".join(said))
    version = driver()
    if not version:
        return Finding("gpu", "ok", "none; language models run on the processor")
    if _version("torch") is None:
        return Finding("gpu", "missing", f"driver {version}, but torch is not installed", "make models")
    fix = "Install a torch that is built for CUDA: https://pytorch.org/get-started/locally"
    return Finding("gpu", "missing", f"driver {version}, but this torch ({_version('torch')}) cannot use it", fix)


def _memory() -> Finding:
    free = available_memory()
    if free is None:
        return Finding("memory", "ok", "unknown")
    value = f"{free / 2**30:.1f} GiB available"
    if free < ENOUGH_MEMORY_GIB * 2**30:
        return Finding("memory", "missing", value, f"Close programs until {ENOUGH_MEMORY_GIB:g} GiB are available")
    return Finding("memory", "ok", value)


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
