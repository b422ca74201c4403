"""What somebody thinks of running, and where -> the profile that would be taken, and the plan of its memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kb.errors import SettingsError
from kb.models.devices import Devices, card, devices, room
from kb.models.geometry import Geometry
from kb.models.loading import Precision
from kb.models.memory import Plan, Task, Training, plan
from kb.models.profiles import Profile, choose, geometry_of
from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be planned; what is None is read from the settings and off this machine.

    Attributes:
        model: A profile, a Hugging Face name or a folder.
        device: cpu, a card such as t4, or a number of GiB.
        context: Tokens of prompt and answer together; when training, of an example.
        train: A LoRA adapter is to be trained.
    """

    model: str | None = None
    device: str | None = None
    context: int | None = None
    train: bool = False


def choice(settings: Settings, storage: Path, wish: Wish) -> Profile:
    """Which model would speak there, and how.

    Raises:
        SettingsError: The device is not known.
        ModelUnavailable: The model is a folder that is not there.
    """
    return _on(settings, storage, wish)[0]


def planned(settings: Settings, storage: Path, wish: Wish) -> tuple[Profile, Plan]:
    """The profile and its plan; no weights, no torch and no network are needed for a model of the table.

    Raises:
        SettingsError: The device is not known, the context longer than the model reads, or the model is on a server.
        ModelUnavailable: The model is neither in the table nor here, or of an unknown architecture.
    """
    profile, where = _on(settings, storage, wish)
    if profile.kind == "http":
        raise SettingsError("The memory of a server is its own", "Name a model: kb doctor --plan --model NAME")
    geometry = geometry_of(profile, storage / "models")
    precision = Precision(profile.quantisation, profile.compute, profile.double)
    task = _task(settings, storage, wish, geometry, precision)
    return profile, plan(geometry, precision, task, room(where, profile.device))


def _on(settings: Settings, storage: Path, wish: Wish) -> tuple[Profile, Devices]:
    where, llm = devices(), settings.llm
    if wish.device == "cpu":
        where, llm = replace(where, cuda=()), llm.model_copy(update={"device": "cpu"})
    elif wish.device is not None:
        where, llm = replace(where, cuda=(card(wish.device),)), llm.model_copy(update={"device": "cuda"})
    if wish.model is not None:
        llm = llm.model_copy(update={"profile": wish.model})
    return choose(llm, where, storage / "models"), where


def _task(settings: Settings, storage: Path, wish: Wish, geometry: Geometry, precision: Precision) -> Task:
    context = wish.context or min(settings.llm.context, geometry.positions or settings.llm.context)
    if geometry.positions and context > geometry.positions:
        raise SettingsError(
            f"{geometry.name} reads at most {geometry.positions:,} tokens", f"Ask for --context {geometry.positions}"
        )
    embedder = _embedder_bytes(settings, storage)
    answer = min(settings.llm.max_new_tokens, context // 2)
    task = Task(context, max_new_tokens=answer, embedder_bytes=embedder)
    if wish.train:
        tokens = wish.context or min(context, Training().tokens)
        return replace(task, training=Training("qlora" if precision.quantisation == "nf4" else "lora", tokens=tokens))
    return replace(task, adapters=_adapters(settings, storage))


def _adapters(settings: Settings, storage: Path) -> tuple[tuple[str, int], ...]:
    from kb.models.adapters import discover

    passed = [adapter for adapter in discover(storage / "adapters") if adapter.state == "passed"]
    return tuple((adapter.name, adapter.bytes) for adapter in passed[: settings.adapters.most_resident])


def _embedder_bytes(settings: Settings, storage: Path) -> int:
    """The weights of the embedder as its engine keeps them; 0 where they are not prepared yet."""
    folder = storage / "models" / settings.embedding.model
    packed = sum(path.stat().st_size for path in folder.glob("*.bin"))
    graphs = [*folder.glob("openvino/*.bin"), *([] if packed else folder.glob("*.safetensors"))]
    return packed + max((path.stat().st_size for path in graphs), default=0)
