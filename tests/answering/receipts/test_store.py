"""Receipts on the disk: whole or absent, in order, found again, and never in the way of an answer."""

from __future__ import annotations

import errno
import json
import logging
import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from kb.answering.receipts import LAST, Circumstances, Receipt, Receipts
from kb.answering.receipts import ids as ids_module
from kb.answering.receipts.ids import ID, Ids
from kb.durable import INCOMING
from kb.errors import DocumentError, StorageError
from kb.index.filters import Filters, read_day
from kb.retrieval.calibration import Calibration
from kb.settings import LanguageModelSettings, Settings
from tests.answering.receipts.kept import BRIDGE, MILL, TOLL, WRITER, asked
from tests.index.shelf import Shelf


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def written(receipts: Receipts, receipt: Receipt) -> str:
    id_ = receipts.write(receipt)
    assert id_ is not None, receipts.trouble
    return id_


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "receipts"


@pytest.fixture
def receipt(shelf: Shelf) -> Receipt:
    return asked(shelf, ("bridge.txt", BRIDGE), ("mill.txt", MILL))


def test_what_is_read_is_what_was_written(receipts: Receipts, receipt: Receipt) -> None:
    request = replace(
        receipt.request,
        question="แล้วเขาล่ะ \ud800",  # half a character, as a broken terminal sends it
        mode="compose",
        adapter="none",
        filters=Filters(within="letters/*", since=read_day("2024-02-29", "since")),
        history=({"question": "ใคร", "standalone": "ใคร", "answer": ""},),
    )
    receipt = replace(receipt, request=request, writer=WRITER, status="interrupted")
    id_ = written(receipts, receipt)
    assert receipt.answer is not None
    read = receipts.read(id_)
    assert read == replace(receipt, id=id_, made=read.made, answer=replace(receipt.answer, receipt=id_))


def test_a_receipt_of_no_answer_is_read_again(receipts: Receipts, receipt: Receipt) -> None:
    id_ = written(receipts, replace(receipt, answer=None, status="interrupted"))
    assert receipts.read(id_).answer is None
    assert [(one.status, one.outcome) for one in receipts.listed()] == [("interrupted", None)]


def test_the_file_is_one_json_document_for_any_reader(receipts: Receipts, receipt: Receipt, folder: Path) -> None:
    id_ = written(receipts, receipt)
    values = json.loads((folder / f"{id_}.json").read_text(encoding="utf-8"))
    assert values["answer"]["citations"][1]["quote"] == MILL
    assert values["id"] == values["answer"]["receipt"] == id_
    assert values["made"].replace("-", "").replace(":", "").replace("T", "-")[:15] == id_[:15]
    assert {"generation", "index", "calibration", "settings", "version", "writer", "documents"} <= values.keys()


def test_receipts_are_listed_newest_first_with_what_they_are_about(receipts: Receipts, receipt: Receipt) -> None:
    first = written(receipts, receipt)
    second = written(receipts, replace(receipt, request=replace(receipt.request, question="And then?")))
    listed = receipts.listed()
    assert [(one.id, one.question, one.outcome, one.mode) for one in listed] == [
        (second, "And then?", "answered", "quote"),
        (first, "When?", "answered", "quote"),
    ]
    assert listed[0].documents == receipt.documents
    assert [document.document for document in listed[0].documents] == ["bridge.txt", "mill.txt"]


def test_a_receipt_is_found_by_the_beginning_of_its_id(
    receipts: Receipts, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids_module.time, "time_ns", lambda: 1_700_000_000_000_000_000)
    first, second = written(receipts, receipt), written(receipts, receipt)
    assert first.startswith("20231114-221320-000000-")
    assert receipts.read("20231114-221320-000001").id == second
    assert receipts.read(LAST).id == second
    with pytest.raises(DocumentError, match="2 receipts begin with 2023"):
        receipts.read("2023")
    for missing in ("2022", "", "../receipts", "*", "latest"):
        with pytest.raises(DocumentError, match="There is no receipt"):
            receipts.read(missing)


def test_nothing_was_kept_yet(receipts: Receipts) -> None:
    assert receipts.listed() == []
    with pytest.raises(DocumentError, match="there is none yet"):
        receipts.read(LAST)


def test_the_oldest_go_first(folder: Path, receipt: Receipt) -> None:
    receipts = Receipts(folder, most=3)
    kept = [written(receipts, receipt) for _ in range(5)]
    assert files(folder) == [f"{id_}.json" for id_ in kept[2:]]
    Receipts(folder, most=1).write(receipt)
    assert len(files(folder)) == 1


def test_what_others_write_is_counted_too(folder: Path, receipt: Receipt) -> None:
    receipts, other = Receipts(folder, most=10), Receipts(folder, most=1000)
    written(receipts, receipt)
    foreign = [written(other, receipt) for _ in range(20)]
    kept = [written(receipts, receipt) for _ in range(64)]
    assert files(folder) == [f"{id_}.json" for id_ in kept[-10:]]
    assert not {f"{id_}.json" for id_ in foreign} & set(files(folder))


def test_other_files_in_the_folder_are_left_alone(folder: Path, receipts: Receipts, receipt: Receipt) -> None:
    folder.mkdir()
    (folder / "notes.json").write_text("mine")
    (folder / f"{INCOMING}abandoned").write_text("{")
    (folder / f"{INCOMING}running").write_text("{")
    os.utime(folder / f"{INCOMING}abandoned", (0, time.time() - 7200))
    id_ = written(receipts, receipt)
    assert files(folder) == sorted([f"{INCOMING}running", f"{id_}.json", "notes.json"])
    assert [one.id for one in receipts.listed()] == [id_]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda whole: whole[:-20], "its end is missing"),
        (lambda whole: whole[: len(whole) // 2], "its end is missing"),
        (lambda whole: b"", "its end is missing"),
        (lambda whole: b"\x00" * len(whole), "its end is missing"),
        (lambda whole: whole.replace(b'"schema":1', b'"schema":9', 1), "schema 1"),
        (lambda whole: whole.replace(b'"question":', b'"question" ', 1), "delimiter"),
        (lambda whole: whole.replace(b'"status":"complete"', b'"status":"perfectly"', 1), "altered"),
    ],
)
def test_a_damaged_receipt_is_listed_as_damaged_and_stops_no_other(
    folder: Path, receipts: Receipts, receipt: Receipt, damage: Any, why: str
) -> None:
    good, bad, last = (written(receipts, receipt) for _ in range(3))
    path = folder / f"{bad}.json"
    path.write_bytes(damage(path.read_bytes()))
    listed = receipts.listed()
    assert [(one.id, one.status) for one in listed] == [(last, "complete"), (bad, "damaged"), (good, "complete")]
    assert why in listed[1].why
    with pytest.raises(StorageError, match=f"{bad} is damaged"):
        receipts.read(bad)
    assert receipts.read(good).id == good


def test_one_altered_letter_is_seen_when_a_receipt_is_read(folder: Path, receipts: Receipts, receipt: Receipt) -> None:
    path = folder / f"{written(receipts, receipt)}.json"
    path.write_bytes(path.read_bytes().replace(b"two pence", b"ten pence").replace(b"built in 1871", b"built in 1971"))
    with pytest.raises(StorageError, match="altered"):
        receipts.read(LAST)


def test_a_folder_named_as_a_receipt_is_damaged(folder: Path, receipts: Receipts, receipt: Receipt) -> None:
    id_ = written(receipts, receipt)
    (folder / "20200101-000000-000000-abcd.json").mkdir()
    assert [(one.id, one.status) for one in receipts.listed()] == [
        (id_, "complete"),
        ("20200101-000000-000000-abcd", "damaged"),
    ]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", ["mkdir", "open", "fsync", "replace"])
def test_where_nothing_can_be_written_there_is_no_receipt_and_one_warning(
    folder: Path,
    receipts: Receipts,
    receipt: Receipt,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
    step: str,
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(*((Path, step) if step in ("mkdir", "replace") else (os, step)), refuse)
    with caplog.at_level(logging.WARNING):
        assert [receipts.write(receipt) for _ in range(3)] == [None, None, None]
    assert len(caplog.records) == 1
    assert receipts.trouble is not None
    assert os.strerror(number) in receipts.trouble
    assert str(folder) in receipts.trouble
    monkeypatch.undo()
    id_ = written(receipts, receipt)
    assert receipts.trouble is None
    assert files(folder) == [f"{id_}.json"]


def test_a_receipt_is_kept_where_the_old_ones_cannot_be_deleted(
    folder: Path, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts = Receipts(folder, most=1)
    first = written(receipts, receipt)

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == f"{first}.json":
            raise OSError(errno.EACCES, "denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert receipts.read(written(receipts, receipt)).id != first


def test_ids_are_in_order_of_time_also_when_the_clock_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([5_000, 5_000, 5_999, 6_000, 1_000, 9_000_000])
    monkeypatch.setattr(ids_module.time, "time_ns", lambda: next(clock))
    ids = Ids()
    given = [ids.new() for _ in range(6)]
    assert [id_[:-5] for id_ in given] == sorted({id_[:-5] for id_ in given})
    assert all(ID.fullmatch(id_) for id_ in given)


def test_writers_that_want_the_same_names_get_different_ones(
    folder: Path, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids_module.secrets, "token_hex", lambda _: "0000")
    monkeypatch.setattr(ids_module.time, "time_ns", lambda: 1_700_000_000_000_000_000)
    given: list[str | None] = []

    def write() -> None:
        store = Receipts(folder, most=1000)
        given.extend(store.write(receipt) for _ in range(8))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given)) == 48
    assert files(folder) == sorted(f"{id_}.json" for id_ in given)
    assert {one.status for one in Receipts(folder, most=1000).listed()} == {"complete"}


def test_no_key_and_no_password_is_written_down(
    folder: Path, receipts: Receipts, receipt: Receipt, shelf: Shelf
) -> None:
    secret = LanguageModelSettings(
        profile="http",
        api_key=SecretStr("sk-very-secret"),
        base_url="http://me:hunter2@host:80/v1?token=hunter3#hunter4",
    )
    calibration = Calibration("m", "d", "p", {"low": 0.7, "high": 1.0}, 0.5, (0.0,))
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        now = Circumstances.of(Settings(llm=secret), snapshot, calibration)
    id_ = written(receipts, replace(receipt, circumstances=now))
    content = (folder / f"{id_}.json").read_text(encoding="utf-8")
    assert "sk-very" not in content
    assert "hunter" not in content
    assert "*****" not in content
    assert receipts.read(id_).circumstances.settings["llm"]["base_url"] == "http://host:80/v1"
    assert receipts.read(id_).circumstances == now


def test_the_circumstances_tell_what_is_otherwise(shelf: Shelf) -> None:
    calibration = Calibration("m", "d", "p", {"low": 0.7, "high": 1.0}, 0.5, (0.0,))
    with shelf.storage.open() as catalog, catalog.read() as snapshot:
        then = Circumstances.of(Settings(), snapshot, calibration)
        seeded = Settings(llm=LanguageModelSettings(seed=7))
        now = Circumstances.of(seeded, snapshot, replace(calibration, w=0.6))
    assert then.since(replace(then, generation=99)) == ()
    words = now.since(then)
    assert words[1:] == ("settings.llm.seed was 0, is 7",)
    assert words[0].startswith("calibration was ")


def test_toll_is_only_shown(shelf: Shelf) -> None:
    receipt = asked(shelf, ("bridge.txt", TOLL), shown=("mill.txt",))
    assert [(one.document, one.cited) for one in receipt.documents] == [("bridge.txt", True), ("mill.txt", False)]
    assert all(one.sha256 is not None and len(one.sha256) == 64 for one in receipt.documents)
