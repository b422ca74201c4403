"""Every error a user can meet, and what to do about it.

KBError                 one line: what happened, and what to do next
+-- SettingsError       a setting is unknown or contradicts another
+-- DocumentError       one file could not be read; the others went on
+-- QuestionError       a question without anything to look for
+-- FilterError         a filter that makes no sense, or that no document passes
+-- IndexMissing        nothing is indexed here yet
+-- IndexMismatch       the index was made with another embedder or pipeline
+-- StorageError        the storage is damaged, read-only or full
+-- ModelUnavailable    a model is not here and cannot be fetched
+-- MemoryPlanError     what was asked for does not fit this machine
+-- AdapterError        an adapter does not belong to its base, or is not safe to load
+-- Busy                another process is writing
"""


class KBError(Exception):
    """Something the user can mend.

    Args:
        what: What happened, in one sentence without a full stop at its end.
        fix: What to do next; empty when `what` says it all.
    """

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(f"{what}. {fix}" if fix else what)
        self.what = what
        self.fix = fix


class SettingsError(KBError):
    """A setting is unknown, of the wrong type, or contradicts another."""


class DocumentError(KBError):
    """One file could not be read."""


class QuestionError(KBError):
    """A question that holds no word to look for."""


class FilterError(KBError):
    """A filter has an impossible value, or no document passes it."""


class IndexMissing(KBError):
    """Nothing is indexed in this storage yet."""


class IndexMismatch(KBError):
    """The index was made with another embedder, pipeline or version."""


class StorageError(KBError):
    """The storage is damaged, read-only or full."""


class ModelUnavailable(KBError):
    """A model is not on this machine and cannot be fetched."""


class MemoryPlanError(KBError):
    """What was asked for does not fit the memory of this machine."""


class AdapterError(KBError):
    """An adapter does not belong to its base model, or is not safe to load."""


class Busy(KBError):
    """Another process is writing to this storage."""
