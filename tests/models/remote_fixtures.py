"""The test server as a child process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.settings import LanguageModelSettings

ROOT = Path(__file__).parents[2]


@dataclass
class Child:
    """A running server: `url` ends in /v1."""

    url: str
    process: subprocess.Popen[str]

    def llm(self, **more: Any) -> LanguageModelSettings:
        """Settings that speak to it."""
        return LanguageModelSettings(profile="http", base_url=self.url, **more)

    def fault(self, kind: str, times: int = 1) -> None:
        """Spoil the next requests."""
        self._ask("/fault", {"kind": kind, "times": times})

    def seen(self) -> dict[str, Any]:
        """Requests, tokens made, answers running, answers stopped by the client."""
        seen: dict[str, Any] = self._ask("/seen")
        return seen

    def last(self) -> dict[str, Any]:
        """The last request: path, headers, body."""
        request: dict[str, Any] = self.seen()["requests"][-1]
        return request

    def until(self, holds: Callable[[dict[str, Any]], bool], seconds: float = 10.0) -> dict[str, Any]:
        """Wait until what was seen is so."""
        deadline = time.monotonic() + seconds
        while not holds(seen := self.seen()):
            assert time.monotonic() < deadline, {name: seen[name] for name in ("made", "running", "stopped")}
            time.sleep(0.02)
        return seen

    def _ask(self, path: str, document: Any = None) -> Any:
        data = None if document is None else json.dumps(document).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url.removesuffix("/v1") + path, data, timeout=10) as response:
            return json.load(response)


@contextmanager
def served(*arguments: str) -> Iterator[Child]:
    """The server with these arguments, ended by its id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.models.openai_server", "--port", "0", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Child(process.stdout.readline().strip(), process)
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(10)
        process.stdout.close()
