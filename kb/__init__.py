"""A knowledge base that shows the exact words that prove each sentence.

The public face: `KnowledgeBase`, `Filters`, `Answer`, `Citation`, `Settings`, `KBError`. Each is imported when it is
first used, so that `import kb` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.answering.answer import Answer, Citation
    from kb.errors import KBError
    from kb.index.scope import Filters
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings

__all__ = ["Answer", "Citation", "Filters", "KBError", "KnowledgeBase", "Settings"]

_HOMES = {
    "Answer": "kb.answering.answer",
    "Citation": "kb.answering.answer",
    "Filters": "kb.index.scope",
    "KBError": "kb.errors",
    "KnowledgeBase": "kb.knowledge_base",
    "Settings": "kb.settings",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type of each name is given above
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
