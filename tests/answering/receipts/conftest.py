"""A shelf with two documents, and room for receipts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.answering.receipts import Receipts
from tests.answering.receipts.kept import BRIDGE, MILL, TOLL
from tests.index.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path)
    made.put("bridge.txt", BRIDGE, TOLL)
    made.put("mill.txt", MILL)
    made.sync()
    return made


@pytest.fixture
def receipts(tmp_path: Path) -> Receipts:
    return Receipts(tmp_path / "receipts", most=100)
