"""A name on Hugging Face -> a local folder at a pinned revision, safetensors only."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from kb.durable import becoming_file
from kb.errors import ModelUnavailable
from kb.models.folders import check_room
from kb.progress import Progress

_NAME = re.compile(r"(?!.*\.\.)[\w.-]+(/[\w.-]+)?(@[\w.-]+)?")
# Weights in any other form (pickles, exported graphs) and code are never fetched.
_WANTED = ["*.json", "*.txt", "*.model", "*.safetensors", "[0-9]*_*/*.json", "[0-9]*_*/*.safetensors"]
# consolidated: the same weights once more, in the form of Mistral's own program
_UNWANTED = ["onnx/*", "openvino/*", "consolidated*", "original/*"]
_WRITING = ("text-generation", "text2text-generation")  # what the hub calls the task of a language model
_POLL_SECONDS = 0.2
_REVISION = "revision.json"
INSTALL = "Run: make models (or pip install '.[models]')"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the hub has under a name: bytes that are still to come, and whether it is a language model."""

    missing: int
    writes: bool


def fetch(name: str, models: Path, *, download: bool, progress: Progress) -> Path:
    """Find a model in Hugging Face's cache, else download it.

    Args:
        name: owner/model or owner/model@revision. Without a revision the newest one is taken the first time and kept.
        models: The folder that remembers which revision was taken.
        download: Whether the network may be used.
        progress: Told what is going on.

    Raises:
        ModelUnavailable: It is not there, may not be fetched, needs a token, or has no safetensors weights.
    """
    repository, wanted, revision = _parts(name, models)
    folder = _cached(repository, revision)
    if folder is None:
        if not download:
            raise ModelUnavailable(
                f"{name} is not on this machine and models.download is false", f"Run: kb models pull {name}"
            )
        listing = look_up(name, models)
        check_room(_cache(), listing.missing, name, "Make room, or move the cache of Hugging Face with HF_HOME")
        with _watched(f"downloading {name}", repository, listing.missing, progress):
            folder = _download(repository, revision)
    if not list(folder.rglob("*.safetensors")):
        raise ModelUnavailable(f"{name} has no weights as safetensors", "Choose another model; no other form is loaded")
    if not wanted and revision is None:
        _pin(repository, folder, models)
    return folder


def is_cached(name: str, models: Path) -> bool:
    """Whether a model of the hub is on this machine, whole; asks nobody."""
    if importlib.util.find_spec("huggingface_hub") is None or not _NAME.fullmatch(name):
        return False
    repository, _wanted, revision = _parts(name, models)
    return _cached(repository, revision) is not None


def look_up(name: str, models: Path) -> Listing:
    """Ask the hub how much there is to download.

    Raises:
        ModelUnavailable: The hub has it not, does not show it to you, or cannot be reached.
    """
    repository, _wanted, revision = _parts(name, models)
    hub = _library()
    with _explained(repository, revision):
        facts = hub.HfApi().model_info(repository, revision=revision, files_metadata=True)
    sizes = {sibling.rfilename: sibling.size or 0 for sibling in facts.siblings}
    wanted = hub.utils.filter_repo_objects(sizes, allow_patterns=_WANTED, ignore_patterns=_UNWANTED)
    total = sum(sizes[file] for file in wanted)
    return Listing(max(0, total - _arrived(repository)), facts.pipeline_tag in _WRITING)


def _parts(name: str, models: Path) -> tuple[str, str, str | None]:
    """Repository, the revision that was asked for, and the one to take."""
    if not _NAME.fullmatch(name):
        raise ModelUnavailable(f"{name} is neither a folder nor a model name", "Correct it in settings.toml")
    repository, _, wanted = name.partition("@")
    return repository, wanted, wanted or _pinned(repository, models)


def _cache() -> Path:
    return Path(_library().constants.HF_HUB_CACHE)


def _arrived(repository: str) -> int:
    """How many bytes of a repository the cache holds, unfinished files included."""
    arrived = 0
    for path in (_cache() / f"models--{repository.replace('/', '--')}" / "blobs").glob("*"):
        with contextlib.suppress(FileNotFoundError):  # it was given its name meanwhile
            arrived += path.stat().st_size
    return arrived


@contextlib.contextmanager
def _watched(what: str, repository: str, total: int, progress: Progress) -> Iterator[None]:
    """Report how much has arrived while the library downloads; its own bars stay off."""
    before, over, total = _arrived(repository), threading.Event(), max(total, 1)

    def watch() -> None:
        while not over.wait(_POLL_SECONDS):
            progress(what, min(_arrived(repository) - before, total), total)

    progress(what, 0, total)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    progress(what, total, total)


def _library() -> ModuleType:
    if importlib.util.find_spec("huggingface_hub") is None:
        raise ModelUnavailable("Models of Hugging Face need packages that are not installed", INSTALL)
    return importlib.import_module("huggingface_hub")


def _cached(repository: str, revision: str | None) -> Path | None:
    hub = _library()
    try:
        folder = hub.snapshot_download(
            repository, revision=revision, allow_patterns=_WANTED, ignore_patterns=_UNWANTED, local_files_only=True
        )
    except hub.errors.LocalEntryNotFoundError:
        return None
    # a cache may hold half a model: the configuration alone, say
    return Path(folder) if any(Path(folder).rglob("*.safetensors")) else None


def _download(repository: str, revision: str | None) -> Path:
    hub = _library()
    shown = not hub.utils.are_progress_bars_disabled()
    hub.utils.disable_progress_bars()
    try:
        with _explained(repository, revision):
            folder = hub.snapshot_download(
                repository, revision=revision, allow_patterns=_WANTED, ignore_patterns=_UNWANTED
            )
    finally:
        if shown:
            hub.utils.enable_progress_bars()
    return Path(folder)


@contextlib.contextmanager
def _explained(repository: str, revision: str | None) -> Iterator[None]:
    """Turn the library's errors into one that says what to do."""
    hub = _library()
    try:
        yield
    except hub.errors.RevisionNotFoundError:
        what = f"The hub has no revision {revision} of {repository}"
        raise ModelUnavailable(what, "Correct what follows the @") from None
    except hub.errors.HfHubHTTPError as error:
        raise _refusal(repository, getattr(error.response, "status_code", 0), error) from None
    except (hub.errors.LocalEntryNotFoundError, hub.errors.OfflineModeIsEnabled, ConnectionError) as error:
        answer = getattr(error.__cause__, "response", None)  # the hub did answer, and the library looked into its cache
        if answer is not None:
            raise _refusal(repository, answer.status_code, error) from None
        raise _offline(repository, error) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("httpx", "httpx2", "requests", "urllib3"):
            raise
        raise _offline(repository, error) from None


def _refusal(repository: str, status: int, error: Exception) -> ModelUnavailable:
    if status in (401, 403):
        return ModelUnavailable(
            f"{repository} is gated, private or misspelt (the hub answered {status})",
            "Check the name; for a gated model accept its licence on its page and put your token into HF_TOKEN",
        )
    if status == 404:
        return ModelUnavailable(f"The hub has no {repository}", "Correct the model's name")
    return ModelUnavailable(f"The hub did not deliver {repository} ({first_line(error)})", "Try again later")


def _offline(repository: str, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        f"{repository} is not on this machine and the hub cannot be reached ({first_line(error)})",
        "Connect to the network, or name a folder that holds the model",
    )


def first_line(error: Exception) -> str:
    """What an error says first, for the inside of a sentence; its type where it says nothing."""
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__


def _pinned(repository: str, models: Path) -> str | None:
    try:
        return str(json.loads((models / repository / _REVISION).read_text(encoding="utf-8"))["revision"])
    except (OSError, ValueError, KeyError):
        return None


def _pin(repository: str, folder: Path, models: Path) -> None:
    target = models / repository / _REVISION
    target.parent.mkdir(parents=True, exist_ok=True)
    with becoming_file(target) as incoming:
        incoming.write_text(json.dumps({"revision": folder.name}) + "\n", encoding="utf-8")
