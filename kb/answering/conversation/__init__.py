"""A follow-up and what was said before -> a question that stands alone."""

from kb.answering.conversation.model import by_model
from kb.answering.conversation.rules import differs, standalone
from kb.answering.conversation.turn import Standalone, Turn

__all__ = ["Standalone", "Turn", "by_model", "differs", "standalone"]
