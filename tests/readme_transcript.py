"""A real chat over the shipped samples -> the transcript in README.md.

`python -m tests.readme_transcript` writes it; tests/cli/test_end_to_end.py holds that it is what the program prints.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.readme_tree import ROOT

BEGIN, END = "<!-- transcript -->\n```text\n", "```\n<!-- /transcript -->"
QUESTIONS = ("How many steps lead to the gallery?", "ป่าชายเลนมีเนื้อที่กี่ไร่", "Who won the 2030 world cup?")


def chat(storage: Path) -> subprocess.CompletedProcess[str]:
    """Ask the questions in one chat, through a pipe."""
    command = [sys.executable, "-m", "kb", "chat", "--storage", str(storage)]
    asked = "".join(f"{question}\n" for question in QUESTIONS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, input=asked, capture_output=True, text=True, cwd=storage.parent, env=environment)


def new_storage(folder: Path, models: Path) -> Path:
    """A storage in a folder, with the samples and the embedder in it, nothing indexed yet."""
    storage = folder / "storage"
    shutil.copytree(ROOT / "storage" / "documents", storage / "documents")
    (storage / "models").symlink_to(models.resolve())
    return storage


def written(readme: str) -> str:
    """The transcript as it stands in the README."""
    return readme.partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Write the transcript into the README."""
    with tempfile.TemporaryDirectory() as folder:
        said = chat(new_storage(Path(folder), ROOT / "storage" / "models"))
    said.check_returncode()
    file = ROOT / "README.md"
    readme = file.read_text(encoding="utf-8")
    file.write_text(readme.replace(BEGIN + written(readme) + END, BEGIN + said.stdout + END), encoding="utf-8")


if __name__ == "__main__":
    main()
