"""A receipt and the documents of today -> which of its documents changed, and whether its quotes still stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from kb.answering.answer import Citation
from kb.answering.receipts.receipt import ReadDocument, Receipt
from kb.index.snapshot import DocumentRow, Snapshot

Kind = Literal["renamed", "same words", "quote gone", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a document since it was answered from.

    `kind`: "renamed" to `now`, nothing else; "same words": it is another file, and all that was quoted stands in it;
    "quote gone": some of it does not, the citations numbered `gone`; "changed": it was before the answerer and not
    quoted; "removed": it is not indexed any more. `why` says it in words.
    """

    document: str
    kind: Kind
    why: str
    now: str | None = None
    gone: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return asdict(self)


def changed(receipt: Receipt, snapshot: Snapshot) -> tuple[Change, ...]:
    """Every document of a receipt that is not what it was, quoted ones first.

    Args:
        receipt: Of any answer.
        snapshot: Of the catalog of today.
    """
    citations = receipt.answer.citations if receipt.answer else ()
    changes = []
    for document in sorted(receipt.documents, key=lambda one: not one.cited):
        quotes = [citation for citation in citations if citation.document == document.document]
        change = _change(document, quotes, snapshot)
        if change is not None:
            changes.append(change)
    return tuple(changes)


def _change(document: ReadDocument, quotes: Sequence[Citation], snapshot: Snapshot) -> Change | None:
    name, row = document.document, snapshot.find(document.document)
    if row is None or row.state != "ok" or row.sha256 != document.sha256:
        moved = _same_file(document.sha256, snapshot)
        if moved is not None:
            return Change(name, "renamed", f"it is {moved.name} now, and says the same", moved.name)
    if row is None:
        return Change(name, "removed", "it is not indexed any more", gone=_numbers(quotes))
    if row.state != "ok":
        why = f"it could not be read: {row.reason}" if row.state == "failed" else "it was taken out by kb remove"
        return Change(name, "removed", why, gone=_numbers(quotes))
    same = row.sha256 == document.sha256
    text = snapshot.text(row.id) if quotes else ""
    if same and all(text[one.start : one.end] == one.quote for one in quotes):
        return None
    return _of_quotes(name, quotes, text, "it is read otherwise by now" if same else "it changed since")


def _of_quotes(name: str, quotes: Sequence[Citation], text: str, what: str) -> Change:
    """What to say of a document that is no longer as it was read."""
    if not quotes:
        return Change(name, "changed", f"{what}; nothing was quoted from it")
    squeezed = _squeezed(text)
    gone = [one for one in quotes if one.quote not in text and _squeezed(one.quote) not in squeezed]
    if not gone:
        return Change(name, "same words", f"{what}; what was quoted still stands in it")
    numbers = _numbers(gone)
    which = ", ".join(f"[{number}]" for number in numbers)
    return Change(name, "quote gone", f"{what}; {which} {_is(numbers)} not in it any more", gone=numbers)


def _same_file(sha256: str | None, snapshot: Snapshot) -> DocumentRow | None:
    """The first document that was made from the same file."""
    found = snapshot.rows("SELECT id FROM documents WHERE sha256 = ? AND state = 'ok' ORDER BY id LIMIT 1", (sha256,))
    return snapshot.document(found[0][0]) if found else None


def _squeezed(text: str) -> str:
    """Without white space: another line break is no other word."""
    return "".join(text.split())


def _numbers(quotes: Sequence[Citation]) -> tuple[int, ...]:
    return tuple(one.number for one in quotes)


def _is(numbers: Sequence[int]) -> str:
    return "is" if len(numbers) == 1 else "are"
