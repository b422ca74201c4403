"""A text -> whether it asks, and whether it tells something that can be true."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answering.verify.tokens import Token

_ASKS = re.compile(r"[?？؟][\s\"'”’)]*$")


def asks(text: str) -> bool:
    """Whether it ends as a question."""
    return _ASKS.search(text) is not None


def tells(found: Sequence[Token]) -> bool:
    """Whether words are more than one that tells nothing of another: two words of meaning, or a verb."""
    return sum(token.content for token in found) > 1 or any(token.verb for token in found)
