"""The tracked files of kb/ and their docstrings -> the tree in README.md.

`python -m tests.readme_tree` writes it; tests/test_house.py holds that it is written.
"""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- tree -->\n```text\n", "```\n<!-- /tree -->"
COLUMN = 28

# The glosses of what has no docstring.
TOP = {
    ".ci": "what runs before a change is shared: make check, make test",
    ".gitignore": "what the program makes is not kept in git",
    "LICENSE": "MIT",
    "Makefile": "every command with what it needs set up: make help",
    "README.md": "this page",
    "constraints.txt": "every library, in the version that was tested",
    "docs": "what was tried, with its numbers; licences of what is shipped and fetched",
    "kb": "the knowledge base",
    "pyproject.toml": "what is installed; the rules of ruff, mypy, import-linter, pytest",
    "settings.toml": "every knob, commented",
    "storage": "documents/ to begin with; index/, models/, calibration/ are made by the program",
    "tests": "mirrors kb/; benchmarks/ holds the measurements",
}


def tracked() -> list[str]:
    """The files that git knows, as paths from the root."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.splitlines() if (ROOT / name).exists()]


def gloss(module: Path) -> str:
    """The first line of a module's docstring, without its full stop."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n")[0].rstrip(".")


def tree() -> str:
    """The whole tree: one line for each top-level entry and each module of kb/."""
    files = tracked()
    entries = sorted({name.split("/")[0] for name in files}, key=lambda name: (name.startswith("."), name.lower()))
    lines: list[str] = []
    for entry in entries:
        lines.append(_line(0, entry + ("/" if (ROOT / entry).is_dir() else ""), TOP.get(entry, "")))
        if entry == "kb":
            lines += _modules(ROOT / "kb", {name for name in files if name.endswith(".py")}, 1)
    return "\n".join(lines) + "\n"


def _modules(folder: Path, wanted: set[str], depth: int) -> list[str]:
    lines: list[str] = []
    for module in sorted(folder.glob("*.py")):
        if module.relative_to(ROOT).as_posix() in wanted and (depth == 1 or module.name != "__init__.py"):
            lines.append(_line(depth, module.name, gloss(module)))
    for package in sorted(path.parent for path in folder.glob("*/__init__.py")):
        if (package / "__init__.py").relative_to(ROOT).as_posix() in wanted:
            lines.append(_line(depth, f"{package.name}/", gloss(package / "__init__.py")))
            lines += _modules(package, wanted, depth + 1)
    return lines


def _line(depth: int, name: str, about: str) -> str:
    return f"{'    ' * depth + name:<{COLUMN}}  {about}".rstrip()


def written(readme: str) -> str:
    """The tree as it stands in the README."""
    return readme.partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Write the tree into the README."""
    file = ROOT / "README.md"
    readme = file.read_text(encoding="utf-8")
    file.write_text(readme.replace(BEGIN + written(readme) + END, BEGIN + tree() + END), encoding="utf-8")


if __name__ == "__main__":
    main()
