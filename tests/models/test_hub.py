"""Hugging Face: the cache, a hub on this machine that answers as scripted, and no hub at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from kb.errors import ModelUnavailable
from kb.models.hub import fetch

REVISION = "1234567890abcdef1234567890abcdef12345678"
FILES = {
    "config.json": b"{}",
    "model.safetensors": b"weights",
    "pytorch_model.bin": b"a pickle",
    "modeling.py": b"code",
    "consolidated.safetensors": b"the same weights again",
}


class _Hub(BaseHTTPRequestHandler):
    """/api/models/OWNER/NAME/revision/REV and /OWNER/NAME/resolve/REV/FILE; what is asked for is kept in `asked`."""

    asked: list[str]
    files: dict[str, bytes]
    status = 200
    claimed: ClassVar[dict[str, int]] = {}

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.endswith("/revision/absent"):
            self.send_response(404)
            self.send_header("X-Error-Code", "RevisionNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.status != 200:
            self._answer(self.status, b'{"error": "no"}')
        elif self.path.startswith("/api/models/"):
            sizes = {name: self.claimed.get(name, len(body)) for name, body in self.files.items()}
            names = [{"rfilename": name, "size": size} for name, size in sizes.items()]
            listed = {"id": "owner/model", "sha": REVISION, "siblings": names, "private": False, "gated": False}
            listed["pipeline_tag"] = "text-generation"
            tree = [{"type": "file", "path": name, "size": len(body), "oid": "0"} for name, body in self.files.items()]
            self._answer(200, json.dumps(tree if "/tree/" in self.path else listed).encode())
        else:
            self._answer(200, self.files[self.path.partition(f"/resolve/{REVISION}/")[2]])

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[tuple[type[_Hub], str]]:
    handler = type("Hub", (_Hub,), {"asked": [], "files": dict(FILES)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


_FETCH = """
import sys; from pathlib import Path; from kb.errors import KBError; from kb.models.weights import prepare
try: print(prepare(sys.argv[1], Path(sys.argv[2]), download=sys.argv[3] == "yes"))
except KBError as error: print(f"{type(error).__name__}: {error}")
"""


def _prepare(name: str, endpoint: str, place: Path, download: str = "yes", **more: str) -> str:
    """What one process prints: the library reads its environment once, when it is imported."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(place / "hf"),
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
        **more,
    }
    command = [sys.executable, "-c", _FETCH, name, str(place / "models"), download]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_only_safetensors_and_texts_are_fetched_and_the_revision_is_kept(
    hub: tuple[type[_Hub], str], tmp_path: Path
) -> None:
    handler, endpoint = hub
    folder = Path(_prepare("owner/model", endpoint, tmp_path))
    assert {path.name for path in folder.iterdir()} == {"config.json", "model.safetensors"}
    assert json.loads((tmp_path / "models/owner/model/revision.json").read_text()) == {"revision": REVISION}
    handler.asked.clear()
    assert _prepare("owner/model", endpoint, tmp_path) == str(folder)
    assert _prepare("owner/model", endpoint, tmp_path, "no") == str(folder)
    assert handler.asked == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_model_names_the_token(hub: tuple[type[_Hub], str], tmp_path: Path, status: int) -> None:
    handler, endpoint = hub
    handler.status = status
    said = _prepare("owner/model", endpoint, tmp_path)
    assert said.startswith("ModelUnavailable: owner/model is gated, private or misspelt")
    assert "HF_TOKEN" in said


def test_a_model_without_safetensors_is_refused(hub: tuple[type[_Hub], str], tmp_path: Path) -> None:
    handler, endpoint = hub
    del handler.files["model.safetensors"]
    assert "has no weights as safetensors" in _prepare("owner/model", endpoint, tmp_path)


def test_without_a_network_the_reason_is_plain(tmp_path: Path) -> None:
    said = _prepare("owner/model", "http://127.0.0.1:9", tmp_path)
    assert said.startswith("ModelUnavailable: owner/model is not on this machine and the hub cannot be reached")
    offline = _prepare("owner/model", "http://127.0.0.1:9", tmp_path, HF_HUB_OFFLINE="1")
    assert offline.startswith("ModelUnavailable: owner/model is not on this machine and the hub cannot be reached")


def test_without_leave_nothing_is_asked(hub: tuple[type[_Hub], str], tmp_path: Path) -> None:
    handler, endpoint = hub
    said = _prepare("owner/model", endpoint, tmp_path, "no")
    assert said.endswith("Run: kb models pull owner/model")
    assert handler.asked == []


@pytest.mark.parametrize("name", ["../../etc", "a/b/c", "owner/..", "", "owner/model name"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="neither a folder nor a model name"):
        fetch(name, tmp_path, download=True, progress=lambda *_: None)


def test_a_missing_revision_is_named(hub: tuple[type[_Hub], str], tmp_path: Path) -> None:
    said = _prepare("owner/model@absent", hub[1], tmp_path)
    assert said.startswith("ModelUnavailable: The hub has no revision absent of owner/model")


def test_an_unknown_model_is_named(hub: tuple[type[_Hub], str], tmp_path: Path) -> None:
    handler, endpoint = hub
    handler.status = 404
    assert _prepare("owner/model", endpoint, tmp_path).startswith("ModelUnavailable: The hub has no owner/model")


def test_what_an_interrupted_download_lacks_is_fetched(hub: tuple[type[_Hub], str], tmp_path: Path) -> None:
    handler, endpoint = hub
    handler.files["second.safetensors"] = b"more weights"
    folder = Path(_prepare("owner/model", endpoint, tmp_path))
    (folder / "second.safetensors").resolve().unlink()
    (folder / "second.safetensors").unlink()
    assert _prepare("owner/model", endpoint, tmp_path, "no").endswith("Run: kb models pull owner/model")
    assert _prepare("owner/model", endpoint, tmp_path) == str(folder)
    assert (folder / "second.safetensors").read_bytes() == b"more weights"


_PULL = """
import sys; from kb.models import folders; from kb.__main__ import main
free = int(sys.argv.pop(1))
folders.shutil.disk_usage = lambda _: type("Usage", (), {"free": free})()
main()
"""


@pytest.mark.parametrize("free", [60_000_000_000, 2_000_000_000])
def test_a_pull_says_what_it_takes_and_is_refused_without_the_room(
    hub: tuple[type[_Hub], str], tmp_path: Path, free: int
) -> None:
    handler, endpoint = hub
    handler.claimed = {"model.safetensors": 5_000_000_000}
    command = [sys.executable, "-c", _PULL, str(free), "models", "pull", "owner/model", "--storage", str(tmp_path)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(tmp_path / "hf"),
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "owner/model: 5.0 GB to download, 7.3 GB of disk in all" in done.stderr
    downloaded = any("/resolve/" in path for path in handler.asked)
    if free > 7e9:
        assert (done.returncode, downloaded) == (0, True), done.stderr
    else:
        assert (done.returncode, downloaded) == (1, False)
        assert "No room for owner/model: 7.3 GB are needed" in done.stderr
