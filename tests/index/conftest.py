"""A folder of documents, an index over it, and doubles for reader and encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty folder `docs` and a storage that is not there yet."""
    return Shelf(tmp_path)
