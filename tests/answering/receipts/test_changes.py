"""What became of the documents of an answer, and the same question asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kb.answering.answer import Answer, Dropped, Seconds
from kb.answering.receipts import Change, Receipt, Receipts, changed, documents_read, replay
from kb.index.sync import remove
from tests.answering.receipts.kept import BRIDGE, CIRCUMSTANCES, MILL, TOLL, asked, quoting, receipt_of
from tests.index.shelf import Shelf

Quotes = tuple[tuple[str, str], ...]
BOTH: Quotes = (("bridge.txt", BRIDGE), ("bridge.txt", TOLL), ("mill.txt", MILL))


def changes(shelf: Shelf, receipt: Receipt) -> tuple[Change, ...]:
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        return changed(receipt, snapshot)


def stale(shelf: Shelf, receipts: Receipts) -> int:
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        return receipts.stale(snapshot)


def _edit(shelf: Shelf) -> None:
    shelf.put("bridge.txt", "A new beginning.", BRIDGE, TOLL)


def _reflow(shelf: Shelf) -> None:
    shelf.put("bridge.txt", BRIDGE.replace(" built", "\nbuilt"), TOLL)


def _rewrite(shelf: Shelf) -> None:
    shelf.put("bridge.txt", BRIDGE, "The toll was three pence.")


def _rewrite_all(shelf: Shelf) -> None:
    shelf.put("bridge.txt", "Nothing of it.")


def _delete(shelf: Shelf) -> None:
    (shelf.docs / "bridge.txt").unlink()


def _damage(shelf: Shelf) -> None:
    shelf.put("bridge.txt", "BAD")


def _rename(shelf: Shelf) -> None:
    (shelf.docs / "bridge.txt").rename(shelf.docs / "span.txt")


def _touch(shelf: Shelf) -> None:
    shelf.put("other.txt", "Another document.")


@pytest.mark.parametrize(
    ("edit", "kind", "gone", "said", "count"),
    [
        (_touch, None, (), "", 0),
        (_edit, "same words", (), "what was quoted still stands in it", 1),
        (_reflow, "same words", (), "what was quoted still stands in it", 1),
        (_rewrite, "quote gone", (2,), "[2] is not in it any more", 1),
        (_rewrite_all, "quote gone", (1, 2), "[1], [2] are not in it any more", 1),
        (_delete, "removed", (1, 2), "not indexed any more", 1),
        (_damage, "removed", (1, 2), "could not be read: is damaged", 1),
        (_rename, "renamed", (), "it is span.txt now", 0),
    ],
)
def test_what_became_of_a_document_is_told(
    shelf: Shelf,
    receipts: Receipts,
    edit: Callable[[Shelf], None],
    kind: str | None,
    gone: tuple[int, ...],
    said: str,
    count: int,
) -> None:
    receipt = asked(shelf, *BOTH)
    receipts.write(receipt)
    edit(shelf)
    shelf.sync(prune=True)
    found = changes(shelf, receipt)
    assert [(one.document, one.kind, one.gone) for one in found] == ([("bridge.txt", kind, gone)] if kind else [])
    assert all(said in one.why for one in found)
    assert stale(shelf, receipts) == count


def test_a_document_taken_out_is_removed_until_it_is_back(shelf: Shelf, receipts: Receipts) -> None:
    receipts.write(asked(shelf, ("mill.txt", MILL)))
    with shelf.writing() as catalog:
        remove(catalog, "mill.txt")
    assert stale(shelf, receipts) == 1
    assert [(one.kind, "kb remove" in one.why) for one in changes(shelf, receipts.read("last"))] == [("removed", True)]
    shelf.sync(shelf.docs / "mill.txt")
    assert stale(shelf, receipts) == 0


def test_a_document_that_was_only_shown_makes_no_answer_stale(shelf: Shelf, receipts: Receipts) -> None:
    receipt = asked(shelf, ("mill.txt", MILL), shown=("bridge.txt",))
    receipts.write(receipt)
    _edit(shelf)
    shelf.sync()
    assert [(one.document, one.kind) for one in changes(shelf, receipt)] == [("bridge.txt", "changed")]
    assert stale(shelf, receipts) == 0


def test_an_answer_of_a_document_that_changed_meanwhile_knows_no_digest(shelf: Shelf, receipts: Receipts) -> None:
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        answer = quoting(snapshot, *BOTH)
    _edit(shelf)
    shelf.sync()
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        receipt = receipt_of(answer, snapshot)
    assert [one.sha256 is None for one in receipt.documents] == [True, False]
    receipts.write(receipt)
    assert stale(shelf, receipts) == 1
    assert [(one.document, one.kind) for one in changes(shelf, receipt)] == [("bridge.txt", "same words")]


def test_each_stale_answer_is_counted_once_and_damaged_receipts_are_not(shelf: Shelf, receipts: Receipts) -> None:
    for quotes in (BOTH, (("bridge.txt", BRIDGE),), (("mill.txt", MILL),)):
        receipts.write(asked(shelf, *quotes))
    bad = receipts.write(asked(shelf, *BOTH))
    path = receipts._folder / f"{bad}.json"
    path.write_bytes(path.read_bytes()[:200])
    shelf.put("bridge.txt", "Gone.")
    shelf.put("mill.txt", "Gone too.")
    shelf.sync()
    assert stale(shelf, receipts) == 3


def test_the_same_answer_is_identical_whatever_it_took(shelf: Shelf) -> None:
    receipt = asked(shelf, *BOTH)
    assert receipt.answer is not None
    again = replace(receipt.answer, seconds=Seconds(total=9.0), receipt="another")
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        replayed = replay(receipt, lambda _: again, snapshot, CIRCUMSTANCES)
    assert (replayed.identical, replayed.differences, replayed.changes, replayed.circumstances) == (True, (), (), ())
    assert replayed.as_dict()["identical"] is True


def _score(answer: Answer, score: float) -> Answer:
    return replace(answer, sources=(replace(answer.sources[0], score=score), *answer.sources[1:]))


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda one: replace(one, text="Otherwise."), f"text: was {f'{BRIDGE} [1] {TOLL} [2] '!r}"[:40]),
        (lambda one: replace(one, citations=one.citations[:1]), "citations: there were 3, there are 1"),
        (
            lambda one: replace(one, citations=(replace(one.citations[0], start=1), *one.citations[1:])),
            "citations 1.start: was '0', is '1'",
        ),
        (lambda one: replace(one, model="larger"), "model: was nothing, is 'larger'"),
        (lambda one: replace(one, dropped=(Dropped("x", "partial", "y"),)), "dropped: there were 0, there are 1"),
        (lambda one: _score(one, 0.8), "sources 1.score: was '0.9', is '0.8'"),
    ],
)
def test_what_is_otherwise_is_named(shelf: Shelf, alter: Callable[[Answer], Answer], told: str) -> None:
    receipt = asked(shelf, *BOTH)
    assert receipt.answer is not None
    again = alter(receipt.answer)
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        replayed = replay(receipt, lambda _: again, snapshot)
    assert not replayed.identical
    assert len(replayed.differences) == 1
    assert replayed.differences[0].startswith(told)


def test_long_texts_are_shown_from_where_they_part(shelf: Shelf) -> None:
    receipt = asked(shelf, *BOTH)
    assert receipt.answer is not None
    first = replace(receipt.answer, reason="The causeway is long, and the tower is 31 metres tall and of stone" * 2)
    again = replace(first, reason=first.reason.replace("31", "32", 1))
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        replayed = replay(replace(receipt, answer=first), lambda _: again, snapshot)
    assert replayed.differences == (
        "reason: was '… the tower is 31 metres tall and of stoneThe causeway is lo…', "
        "is '… the tower is 32 metres tall and of stoneThe causeway is lo…'",
    )


def test_a_score_of_another_summation_is_the_same(shelf: Shelf) -> None:
    receipt = asked(shelf, *BOTH)
    assert receipt.answer is not None
    again = _score(receipt.answer, 0.9 + 1e-7)
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        assert replay(receipt, lambda _: again, snapshot).identical


def test_an_interrupted_answer_cannot_be_compared(shelf: Shelf) -> None:
    receipt = asked(shelf, *BOTH)
    answer = receipt.answer
    assert answer is not None
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        replayed = replay(replace(receipt, answer=None, status="interrupted"), lambda _: answer, snapshot)
        assert documents_read(answer, snapshot) == receipt.documents
    assert replayed.differences == ("the first answer was interrupted: there is nothing to compare",)
