"""Settings -> the language model they ask for; the choice and the memory it takes are told before it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import ModelUnavailable
from kb.models import devices
from kb.models.adapters import discover
from kb.models.geometry import Geometry
from kb.models.limits import Limits
from kb.models.loading import Precision
from kb.models.memory import Plan, Room, Task, plan
from kb.models.named import NAMED
from kb.models.profiles import Profile, choose, geometry_of
from kb.models.threads import share_cores
from kb.models.weights import is_here
from kb.progress import Progress
from kb.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

Announce = Callable[[Profile, Plan | None], object]


@dataclass(frozen=True, slots=True)
class Opened:
    """A language model that is ready, why it was chosen, and the memory it takes; a server's memory is its own."""

    llm: LLM
    profile: Profile
    plan: Plan | None


def open_language_model(
    settings: Settings, storage: Path, progress: Progress | None = None, announce: Announce | None = None
) -> Opened:
    """Open the language model that `settings.llm` asks for, with the adapters of the storage.

    Only the embedded model is fetched when it is missing; what is larger comes by `kb models pull`.

    Args:
        settings: `llm`, `adapters` and `models` are read.
        storage: The folder that holds models/ and adapters/.
        progress: Told (what, done, total) while weights are prepared.
        announce: Told the profile and the plan before anything is loaded, even where the plan does not fit; the plan
            is None for a server.

    Raises:
        SettingsError: The settings ask for what there is not: a GPU, a server's address.
        ModelUnavailable: The model is not here, not safe, or not whole; or the server does not answer.
        MemoryPlanError: It does not fit.
        StorageError: There is no room for its weights on the disk.
    """
    told = announce or (lambda profile, planned: None)
    machine = devices.devices()
    profile = choose(settings.llm, machine, storage / "models")
    if profile.kind == "http":
        from kb.models.remote import open_remote

        told(profile, None)
        return Opened(open_remote(settings.llm), profile, None)
    _must_be_here(profile, storage / "models")
    budget = _Budget.of(settings, storage, profile, devices.room(machine, profile.device))
    told(profile, budget.plan)
    budget.plan.check()
    return Opened(_load(settings, storage, budget, progress), profile, budget.plan)


@dataclass(frozen=True, slots=True)
class _Budget:
    """What fits where: the plan, `adapters` bytes for all of them together, and what to do when it fails anyway."""

    profile: Profile
    limits: Limits
    plan: Plan
    adapters: int
    advice: str

    @classmethod
    def of(cls, settings: Settings, storage: Path, profile: Profile, room: Room) -> _Budget:
        llm = settings.llm
        geometry = geometry_of(profile, storage / "models")
        context = min(llm.context, geometry.positions or llm.context)
        limits = Limits(context, min(llm.max_new_tokens, context - 1), llm.temperature, llm.seed)
        task = Task(context, max_new_tokens=limits.max_new_tokens)
        bare = plan(geometry, _precision(profile), task, room)
        left = max(room.free - bare.total, 0)
        adapters = _resident(storage / "adapters", settings.adapters.most_resident, left)
        whole = plan(geometry, _precision(profile), replace(task, adapters=adapters), room)
        return cls(profile, limits, whole, left, _advice(geometry, whole, profile))


def _load(settings: Settings, storage: Path, budget: _Budget, progress: Progress | None) -> LLM:
    share_cores()
    from kb.models.heap import give_back
    from kb.models.language_model import KBLanguageModel
    from kb.models.loading import load, prepare_language_model
    from kb.models.residents import Residents

    profile, adapters = budget.profile, settings.adapters
    source = prepare_language_model(
        profile.model,
        storage / "models",
        _precision(profile),
        download=settings.models.download,
        device=profile.device,
        progress=progress,
    )
    if profile.device == "cpu":
        give_back()
    loaded = load(source, profile.device)
    residents = Residents(loaded, storage / "adapters", adapters.most_resident, adapters.most_rank, budget.adapters)
    return KBLanguageModel(residents, budget.limits, budget.advice)


def _must_be_here(profile: Profile, models: Path) -> None:
    if profile.kind == "embedded" or is_here(profile.model, models):
        return
    known = NAMED.get(profile.model)
    size = f" ({known.bytes / 1e9:.1f} GB)" if known else ""
    raise ModelUnavailable(
        f"{profile.model} is not on this machine", f"Fetch it{size} with: kb models pull {profile.model}"
    )


def _precision(profile: Profile) -> Precision:
    return Precision(profile.quantisation, profile.compute, profile.double)


def _resident(folder: Path, most: int, room: int) -> tuple[tuple[str, int], ...]:
    """Name and bytes of the passed adapters that will stay loaded together, by name, as far as there is room."""
    found: list[tuple[str, int]] = []
    for adapter in discover(folder):
        if adapter.state == "passed" and len(found) < most and adapter.bytes <= room:
            found.append((adapter.name, adapter.bytes))
            room -= adapter.bytes
    return tuple(found)


def _advice(geometry: Geometry, planned: Plan, profile: Profile) -> str:
    """What takes less than was planned: for the case that memory runs out although it fitted."""
    less = plan(geometry, _precision(profile), planned.task, replace(planned.room, free=planned.total - 1)).changes
    return f"What takes less, the least loss first: {'; '.join(less)}"
