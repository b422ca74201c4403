"""The extra `evaluation` -> its libraries, or what to install."""

from __future__ import annotations

import importlib
from typing import Any

from kb.errors import KBError

INSTALL = "Run: make evaluate (or pip install '.[evaluation]')"


class ToolsMissing(KBError):
    """A library that only measuring needs is not installed."""


def tool(name: str) -> Any:  # noqa: ANN401 - a module
    """Import a library of the extra `evaluation`.

    Raises:
        ToolsMissing: It is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ToolsMissing(f"Measuring needs {error.name}, which is not installed", INSTALL) from None
