"""Language models and adapters -> which are here, which would speak, and whether it fits."""

from __future__ import annotations

from pathlib import Path

from kb.doctor.finding import Finding
from kb.errors import AdapterError, KBError
from kb.settings import Settings


def findings(settings: Settings, storage: Path) -> tuple[Finding, ...]:
    """What answering with a language model needs."""
    return (_here(storage), *_chosen(settings, storage), *_card(settings, storage), _adapters(storage))


def _here(storage: Path) -> Finding:
    from kb.models.weights import catalogue

    listed = catalogue(storage / "models")
    here = [model.name for model in listed if model.prepared]
    if not here:
        return Finding("models", "missing", "none is prepared", "kb models lists them, kb models pull NAME fetches one")
    return Finding("models", "ok", ", ".join(here))


def _chosen(settings: Settings, storage: Path) -> tuple[Finding, ...]:
    from kb.doctor.planning import Wish, choice, planned
    from kb.models.weights import is_here

    try:
        profile = choice(settings, storage, Wish())
        if profile.kind == "http":
            return (Finding("language model", "ok", profile.reason),)
        if not is_here(profile.model, storage / "models"):
            found = Finding("language model", "missing", profile.reason, f"kb models pull {profile.model}")
        else:
            found = Finding("language model", "ok", profile.reason)
        plan = planned(settings, storage, Wish())[1]
    except KBError as error:
        return (Finding("language model", "broken", error.what, error.fix),)
    if plan.fits:
        return found, Finding("its memory", "ok", plan.said())
    return found, Finding("its memory", "broken", plan.said(), f"{plan.changes[0]}; kb doctor --plan shows all")


def _card(settings: Settings, storage: Path) -> tuple[Finding, ...]:
    """Whether the language model may write by itself; nothing where none can be chosen, which is said already."""
    from kb.answering.permission import against_base
    from kb.models.base_card import find

    try:
        base = find(settings, storage)
    except AdapterError as error:
        return (Finding("its card", "broken", error.what, error.fix),)
    except KBError:
        return ()
    if base.unfit:
        fix = f"kb evaluate answers (about {base.minutes} minutes)"
        return (Finding("its card", "missing", f"{base.unfit.partition(':')[0]}: answers are quotes", fix),)
    missing = against_base(base, settings.answer.bar)
    value = f"does not pass, answers are quotes: {missing}" if missing else "passes the bar"
    return (Finding("its card", "ok", value),)


def _adapters(storage: Path) -> Finding:
    from kb.models.adapters import discover

    found = discover(storage / "adapters")
    if not found:
        return Finding("adapters", "ok", "none")
    value = ", ".join(
        adapter.name if adapter.state == "passed" else f"{adapter.name} ({adapter.state})" for adapter in found
    )
    refused = [adapter for adapter in found if adapter.state == "refused"]
    if refused:
        return Finding("adapters", "missing", value, f"{refused[0].name}: {refused[0].why}")
    return Finding("adapters", "ok", value)
