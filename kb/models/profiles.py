"""llm.profile and what this machine has -> which language model speaks, how, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb.errors import ModelUnavailable, SettingsError
from kb.models.checkpoint import vet
from kb.models.devices import GIB, Devices, Gpu, room_of
from kb.models.folders import local_folder, read_manifest
from kb.models.geometry import NAMED as GEOMETRIES
from kb.models.geometry import Geometry
from kb.models.loading import Precision
from kb.models.memory import Plan, Task, plan
from kb.models.named import NAMED
from kb.models.weights import FOUR_BITS, is_here, prepare
from kb.settings import LanguageModelSettings

Kind = Literal["mistral", "embedded", "http", "named"]
Quantisation = Literal["none", "nf4"]
Compute = Literal["float32", "bfloat16", "float16"]

MISTRAL = "mistralai/Mistral-7B-Instruct-v0.3"
EMBEDDED_MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"
_LARGE = 2 * 10**9  # bytes of weights as they come; below it a CPU is faster without 4 bits, which it must unpack


@dataclass(frozen=True, slots=True)
class Profile:
    """Which model speaks and how; `reason` says why, in one sentence for people."""

    kind: Kind
    model: str
    quantisation: Quantisation
    compute: Compute
    device: Literal["cpu", "cuda"]
    reason: str
    double: bool = True


def choose(llm: LanguageModelSettings, devices: Devices, models: Path) -> Profile:
    """Choose the language model. Nothing is loaded, fetched or asked of the network.

    Args:
        llm: `profile`, `device`, `quantisation` and `compute` are read.
        devices: What this machine has.
        models: Where models are kept, usually storage/models.

    Raises:
        SettingsError: A GPU is asked for and there is none.
        ModelUnavailable: `profile` looks like a folder, and there is none.
    """
    if llm.profile == "http":
        address = llm.base_url or ""
        return Profile(
            "http", llm.remote_model or "", "none", "float32", "cpu", f"http: the server at {_shown(address)}"
        )
    gpu = _gpu(llm, devices)
    kind, model, reason = _named(llm, gpu, devices, models)
    quantisation = _quantisation(llm, model, gpu, models)
    compute = llm.compute if llm.compute != "auto" else _compute(gpu)
    how = f"{'4-bit' if quantisation == 'nf4' else 'unquantised'} in {compute} on {gpu.name if gpu else 'the CPU'}"
    said = f"{kind}: {model}, {how}; {reason}"
    return Profile(kind, model, quantisation, compute, "cuda" if gpu else "cpu", said, llm.double_quantisation)


def geometry_of(profile: Profile, models: Path) -> Geometry:
    """The sizes of the model that a profile chose: of the table of named models, else out of its config.json.

    Raises:
        ModelUnavailable: It is not here and not in the table, or its architecture is unknown.
    """
    known = GEOMETRIES.get(profile.model.partition("@")[0])
    if known is not None:
        return known
    return Geometry.of(vet(_folder(profile.model, models)).config, profile.model)


def _folder(model: str, models: Path) -> Path:
    made = next(
        (models / f"{model}{suffix}" for suffix in FOUR_BITS if read_manifest(models / f"{model}{suffix}")), None
    )
    if made is None and not is_here(model, models):
        raise ModelUnavailable(f"The sizes of {model} are not known before it is here", f"Run: kb models pull {model}")
    return made or prepare(model, models, download=False)


def _named(llm: LanguageModelSettings, gpu: Gpu | None, devices: Devices, models: Path) -> tuple[Kind, str, str]:
    """Kind, model and reason."""
    if llm.profile == "mistral":
        return "mistral", MISTRAL, _asked(MISTRAL, models)
    if llm.profile == "embedded":
        return "embedded", EMBEDDED_MODEL, "llm.profile asks for it"
    if llm.profile != "auto":
        return "named", llm.profile, _asked(llm.profile, models)
    if gpu is None:
        asked = "llm.device is cpu" if devices.cuda else "there is no GPU that CUDA can use"
        why_not = f"{asked}, and {MISTRAL} would be too slow on a CPU"
    elif not (planned := _mistral(llm, gpu)).fits:
        why_not = f"the GPU has {gpu.free / GIB:.1f} GiB free, and {MISTRAL} takes {planned.total / GIB:.1f}"
    elif not is_here(MISTRAL, models):
        why_not = f"{MISTRAL} is not on this machine (kb models pull {MISTRAL} fetches {_size(MISTRAL)})"
    else:
        return "mistral", MISTRAL, f"auto found it here, and {gpu.free / GIB:.1f} GiB of the GPU free"
    return "embedded", EMBEDDED_MODEL, f"auto took it because {why_not}"


def _mistral(llm: LanguageModelSettings, gpu: Gpu) -> Plan:
    """What Mistral-7B takes on a GPU with the context of the settings."""
    quantisation = "nf4" if llm.quantisation == "auto" else llm.quantisation
    compute = llm.compute if llm.compute != "auto" else _compute(gpu)
    precision = Precision(quantisation, compute, llm.double_quantisation)
    return plan(GEOMETRIES[MISTRAL], precision, Task(llm.context, max_new_tokens=llm.max_new_tokens), room_of(gpu))


def _asked(model: str, models: Path) -> str:
    """Why a model that somebody named; and that it will be fetched, where it is not here."""
    if is_here(model, models):
        return "llm.profile asks for it"
    return f"llm.profile asks for it; it is not here yet (kb models pull {model} fetches {_size(model)})"


def _size(model: str) -> str:
    known = NAMED.get(model)
    return f"{known.bytes / 1e9:.1f} GB" if known else "it"


def _gpu(llm: LanguageModelSettings, devices: Devices) -> Gpu | None:
    """The GPU with the most room, where one may be used."""
    if llm.device == "cpu":
        return None
    if llm.device == "cuda" and not devices.cuda:
        raise SettingsError(
            "llm.device is cuda, and there is no GPU that CUDA can use",
            'Set llm.device to "auto", or see what kb doctor finds',
        )
    return devices.gpu


def _compute(gpu: Gpu | None) -> Compute:
    """bfloat16 where the hardware has it; float16 overflows more easily but older GPUs know no better."""
    if gpu is None:
        return "float32"
    return "bfloat16" if gpu.computes_bfloat16 else "float16"


def _quantisation(llm: LanguageModelSettings, model: str, gpu: Gpu | None, models: Path) -> Quantisation:
    if llm.quantisation != "auto":
        return llm.quantisation
    return "nf4" if gpu is not None or _original_bytes(model, models) >= _LARGE else "none"


def _original_bytes(model: str, models: Path) -> int:
    """Bytes of the weights as they come; 0 where nothing is known."""
    if model in NAMED:
        return NAMED[model].bytes
    folder = local_folder(model)
    return vet(folder).weight_bytes if folder else 0


def _shown(url: str) -> str:
    """An address without the name and password that may stand in it."""
    return url.rpartition("@")[2] if "@" in url else url
