"""What the README, settings.toml, the Makefile and the layers say is so."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.main import get_command

from kb.cli.app import app
from kb.settings import Settings
from tests.readme_tree import ROOT, TOP, tracked, tree, written

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tree_in_the_readme_is_true() -> None:
    assert written(README) == tree(), "run: python -m tests.readme_tree"


def test_every_line_of_the_tree_has_a_gloss() -> None:
    for line in written(README).splitlines():
        assert re.fullmatch(r" *\S+ {2,}\S.*", line), line


def test_no_gloss_is_left_of_what_is_gone() -> None:
    assert sorted(TOP) == sorted({name.split("/")[0] for name in tracked()})


def knobs(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted names of all settings and their defaults."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from knobs(field.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name, field.default


def values(tables: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted names of all values of a TOML document."""
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from values(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def test_settings_toml_holds_every_knob_at_its_default() -> None:
    text = (ROOT / "settings.toml").read_text(encoding="utf-8")
    defaults = dict(knobs(Settings))
    assert dict(values(tomllib.loads(text))) == {name: value for name, value in defaults.items() if value is not None}
    with_examples = re.sub(r"(?m)^# (\w+ = )", r"\1", text)
    assert dict(values(tomllib.loads(with_examples))).keys() == defaults.keys()
    assert Settings.load(ROOT / "settings.toml") == Settings()


def test_every_knob_says_what_it_does() -> None:
    lines = (ROOT / "settings.toml").read_text(encoding="utf-8").splitlines()
    for above, line in itertools.pairwise(lines):
        if re.match(r"\w+ = ", line):
            assert "# " in line or above.startswith("#") or re.match(r"\w+ = .*# |# \w+ = ", above), line


@cache
def options_of(name: str) -> set[str]:
    """The options of a command, or of all commands of a group."""
    named = get_command(app).commands[name]  # type: ignore[attr-defined]
    every = [named, *getattr(named, "commands", {}).values()]
    parameters = [parameter for command in every for parameter in command.params]
    return {option for parameter in parameters for option in getattr(parameter, "opts", [])} | {"--help"}


def commands() -> set[str]:
    return set(get_command(app).commands)  # type: ignore[attr-defined]


def strings(module: Path) -> Iterator[str]:
    """The string constants of a module, those of an f-string in one piece."""
    parsed = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(parsed):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def speaking() -> Iterator[tuple[str, str]]:
    """Where we speak of commands, and what is said: the docs, the settings and the strings of the code."""
    for name in tracked():
        if name.endswith(".md"):
            text = (ROOT / name).read_text(encoding="utf-8")
            for code in re.findall(r"`[^`\n]+`|^ {4}.*$", text, flags=re.MULTILINE):
                yield name, code.strip("`")
        elif name in ("settings.toml", "Makefile"):
            yield name, (ROOT / name).read_text(encoding="utf-8")
        elif name.startswith("kb/") and name.endswith(".py"):
            yield from ((name, string) for string in strings(ROOT / name))


# `kb` followed by one of these is prose.
MADE = {"a", "again", "it", "made", "manage", "no", "none", "of", "them", "up"}  # so may one after `make`
PROSE = {"and", "answers", "does", "for", "into", "is", "kilobyte", "needs", "notices", "reads", "with"}


def test_only_real_commands_and_options_are_spoken_of() -> None:
    seen = 0
    for where, text in speaking():
        for found in re.finditer(r"(?<![\w./-])kb ([a-z][a-z-]*)((?: (?!kb )[^\s`;]+)*)", text):
            name, rest = found.groups()
            if name in PROSE:
                continue
            seen += 1
            assert name in commands(), f"{where}: kb {name}"
            for option in re.findall(r"(?<!\S)--[a-z-]+", rest.split(",")[0]):
                assert option in options_of(name), f"{where}: kb {name} {option}"
    assert seen > 30


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.MULTILINE))


def test_only_real_make_targets_are_spoken_of() -> None:
    spoken = {name for _, text in speaking() for name in re.findall(r"(?<![\w-])make ([a-z][a-z-]*)", text)}
    assert spoken - MADE <= targets()
    phony = re.search(r"^\.PHONY: (.*) FORCE$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets()


def test_every_command_is_in_the_readme() -> None:
    table = set(re.findall(r"^\| `kb ([a-z-]+)", README, flags=re.MULTILINE))
    assert table == commands()


@pytest.mark.parametrize("group", ["adapters", "evaluate", "lab"])
def test_every_command_of_a_group_is_in_the_readme(group: str) -> None:
    table = set(re.findall(rf"^\| `kb {group} ([a-z-]+)", README, flags=re.MULTILINE))
    assert table == set(get_command(app).commands[group].commands)  # type: ignore[attr-defined]


def test_continuous_integration_runs_what_a_person_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^step (\w+)$", script, flags=re.MULTILINE) == ["check", "test"]


def test_every_library_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    pinned = {re.sub(r"[-_.]+", "-", name).lower() for name in pins}
    wanted = [
        *project["dependencies"],
        *(name for group in project["optional-dependencies"].values() for name in group),
    ]
    assert {re.sub(r"[-_.]+", "-", re.split(r"[\s=<>\[]", name)[0]).lower() for name in wanted} <= pinned
    assert pins["torch"] == "2.13.0"


HEAVY = (
    "numpy",
    "faiss",
    "matplotlib",
    "ir_measures",
    "torch",
    "transformers",
    "llama_index",
    "openvino",
    "tokenizers",
    "pythainlp",
    "pypdf",
)


@pytest.mark.parametrize("arguments", [["--help"], [], ["ask", "--help"], ["index", "--help"]])
def test_help_imports_no_model_library(arguments: list[str]) -> None:
    script = (
        "import sys; sys.argv = ['kb', *sys.argv[1:]]\n"
        "from kb.__main__ import main\n"
        "try: main()\n"
        "finally: print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0
    assert "Usage: kb" in result.stdout
    loaded = set(ast.literal_eval(result.stderr.splitlines()[-1]))
    assert "typer" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_import_kb_loads_nothing() -> None:
    script = "import sys, kb; print([name for name in sys.modules if name.startswith('kb')], 'pydantic' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert result.stdout == "['kb'] False\n"


def test_the_public_names_are_what_they_say() -> None:
    import kb

    assert {name: getattr(kb, name).__name__ for name in kb.__all__} == {name: name for name in kb.__all__}
    assert {"Answer", "KnowledgeBase"} < set(dir(kb))
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        kb.Nothing  # noqa: B018


def test_the_layers_hold() -> None:
    script = "from importlinter.cli import lint_imports_command as run; run()"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout


def lines_of(module: Path) -> int:
    """How long a module is, the docstrings of its functions and classes not counted."""
    text = module.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented) and ast.get_docstring(node)]
    return len(text.splitlines()) - sum((node.body[0].end_lineno or 0) - node.body[0].lineno + 1 for node in nodes)


def test_files_stay_small() -> None:
    sizes = {name: lines_of(ROOT / name) for name in tracked() if name.startswith("kb/") and name.endswith(".py")}
    assert {name: size for name, size in sizes.items() if size > 300} == {}


def test_make_installs_the_groups_it_names() -> None:
    dry = ["make", "--dry-run", "--always-make"]
    core = subprocess.run([*dry, ".venv/.core"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    everything = subprocess.run([*dry, ".venv/.all"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert "pip install -qq --disable-pip-version-check -c constraints.txt -e '.' " in core
    assert "pip install -qq --disable-pip-version-check -c constraints.txt -e '.[models,evaluation,dev]' " in everything
