"""What every test gets: closed sockets, no hub, the real data where it is."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.models_fixtures import embedding, models_folder, smollm, smollm_nf4  # noqa: F401 - fixtures for every test

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # torch is imported by tests before kb can say so


def shared_data() -> Path | None:
    """The folder of real data: $KB_DATA, else ../shared/data beside the checkout; None where there is none."""
    folder = Path(os.environ.get("KB_DATA") or Path(__file__).parents[2] / "shared" / "data")
    return folder if (folder / "splits.json").exists() else None


@pytest.fixture(scope="session")
def data() -> Path:
    """The real data, or a skip that says where it was looked for."""
    folder = shared_data()
    if folder is None:
        pytest.skip("no real data: set KB_DATA or put it at ../shared/data")
    return folder


@pytest.fixture(autouse=True)
def _closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"the suite runs with sockets closed: {address}")
        real_connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _no_global_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every resolution of a model by LlamaIndex's global settings an error."""
    from llama_index.core import settings

    def refuse(name: str) -> property:
        def read(_: object) -> None:
            raise AssertionError(f"something resolved the global Settings.{name}")

        return property(read)

    for name in ("llm", "embed_model", "node_parser", "transformations", "tokenizer", "prompt_helper"):
        monkeypatch.setattr(settings._Settings, name, refuse(name))
