"""An answer -> what made it, kept to be shown, replayed, and held against the documents of later."""

from __future__ import annotations

from kb.answering.receipts.changes import Change, changed
from kb.answering.receipts.receipt import (
    Circumstances,
    ReadDocument,
    Receipt,
    Request,
    Writer,
    documents_read,
)
from kb.answering.receipts.replaying import Replay, replay
from kb.answering.receipts.store import LAST, Listed, Receipts

__all__ = [
    "LAST",
    "Change",
    "Circumstances",
    "Listed",
    "ReadDocument",
    "Receipt",
    "Receipts",
    "Replay",
    "Request",
    "Writer",
    "changed",
    "documents_read",
    "replay",
]
