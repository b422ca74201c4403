"""This machine -> what is here, what is missing, and how to get it."""

from __future__ import annotations

from pathlib import Path

from kb.doctor.finding import Finding
from kb.errors import KBError
from kb.settings import Settings

__all__ = ["Finding", "examine"]


def examine(settings_file: Path | None, storage: Path) -> tuple[Finding, ...]:
    """Look at everything the knowledge base needs; changes nothing, loads no model, uses no network.

    Args:
        settings_file: As for `Settings.load`.
        storage: The folder of documents, index and models.
    """
    from kb.doctor import machine, shelf, speech

    findings = machine.findings(storage)
    try:
        settings = Settings.load(settings_file)
    except KBError as error:
        return (*findings, Finding("settings", "broken", error.what, error.fix))
    named = str(settings_file or ("settings.toml" if Path("settings.toml").exists() else "the defaults"))
    return (
        *findings,
        Finding("settings", "ok", named),
        *shelf.findings(settings, storage),
        *speech.findings(settings, storage),
    )
