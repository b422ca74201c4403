"""A follow-up and what was said before -> a question that stands alone."""

from kb.answering.conversation.rules import standalone
from kb.answering.conversation.turn import Standalone, Turn

__all__ = ["Standalone", "Turn", "standalone"]
