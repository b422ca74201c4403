"""kb adapters: what is listed, what a card says, how two answers stand beside each other."""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner, Result

from kb.answering.lab import Said
from kb.cli import adapters as cli
from kb.cli.frame import Desk, command
from kb.cli.screen import THEME
from kb.errors import AdapterError
from kb.models.adapters import Adapter
from kb.models.base_card import Base
from kb.models.cards import Card, Score

Run = Callable[..., Result]
NOT_JUDGED = (
    "HuggingFaceTB/SmolLM2-135M-Instruct may not write by itself: it is not judged yet: "
    "kb evaluate answers (about 53 minutes)"
)


def card(name: str, **changes: Any) -> Card:
    values: dict[str, Any] = {
        "name": name,
        "task": "math",
        "grounded": False,
        "base": "mistralai/Mistral-7B-Instruct-v0.3",
        "base_digest": "ab" * 32,
        "quantisation": "nf4",
        "prompt_digest": "p",
        "data_digest": "d",
        "seed": 7,
        "passed": True,
        "examples": ("What is 12 % of 450?", "ห้องกว้าง 6 เมตร ยาว 11 เมตร มีพื้นที่กี่ตารางเมตร"),
        "scores": {
            "base": {"right": Score(0.31, 0.27, 0.35, 600), "general": Score(0.8, 0.7, 0.9, 100)},
            "adapter": {"right": Score(0.52, 0.48, 0.56, 600), "general": Score(0.79, 0.69, 0.89, 100)},
        },
        "settings": {"steps": 60, "rank": 16},
    }
    return Card(**{**values, **changes})


def adapter(name: str, state: str = "passed", why: str = "", **changes: Any) -> Adapter:
    its = None if state == "refused" else card(name.removesuffix(".rejected"), passed=state == "passed", **changes)
    digest = "" if its is None else "cd" * 32
    rank, size = (0, 0) if its is None else (16, 13_600_000)
    targets = ("q_proj", "v_proj") if its else ()
    return Adapter(name, Path("storage/adapters") / name, its, rank, targets, size, digest, state, why)  # type: ignore[arg-type]


THERE = (
    adapter("broken", "refused", "storage/adapters/broken: adapter_model.bin is a pickle. Export it as safetensors"),
    adapter("math"),
    adapter(
        "thai-cite.rejected",
        "rejected",
        "citation precision .91 is below .95",
        task="cite",
        grounded=True,
        reasons=("citation precision .91 is below .95", "ตอบคำถามที่ไม่มีคำตอบในเอกสารบ่อยเกินไป"),
    ),
)


class Book:
    """The double: it has these adapters, and answers with what it was asked."""

    def __init__(self, there: tuple[Adapter, ...]) -> None:
        self.there = there

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def adapters(self) -> tuple[Adapter, ...]:
        return self.there

    def compare_adapters(
        self, a: str, b: str, question: str, watch: Any = None, progress: Any = None
    ) -> tuple[Said, Said]:
        if "nobody" in (a, b):
            raise AdapterError("There is no adapter 'nobody'", "There are: math")
        if watch is not None:
            watch.announced(SimpleNamespace(reason="embedded: it is small"), None)
            watch.begins("closed", a)
            watch.begins("grounded", b)
        first = Said(a, f"{question}\n12 % of 450 is 54.", 11, 0.52)
        return first, Said(None, "ร้อยละสิบสองของสี่ร้อยห้าสิบเท่ากับห้าสิบสี่ " * 3, 1_234, 3.0, "length")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[Adapter, ...]], None]:
    """Say which adapters there are."""

    def put(adapters: tuple[Adapter, ...]) -> None:
        monkeypatch.setattr(Desk, "knowledge_base", lambda self: Book(adapters))

    put(THERE)
    return put


@pytest.fixture
def run(there: object) -> Run:
    app = typer.Typer()
    group = typer.Typer(cls=cli.ListByDefault, help=cli.ABOUT)
    for function in cli.COMMANDS:
        command(group)(function)
    app.add_typer(group, name="adapters")
    app.callback()(lambda: None)
    return lambda *arguments: CliRunner().invoke(app, ["adapters", *arguments])


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def shown(width: int, show: Callable[[Console], None]) -> str:
    """What a terminal of that width shows, without colours."""
    screen = Console(
        file=io.StringIO(), width=width, theme=THEME, force_terminal=True, color_system=None, highlight=False
    )
    show(screen)
    return screen.file.getvalue()  # type: ignore[attr-defined]


def test_the_bare_name_lists(run: Run) -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stdout == run("list").stdout
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["name", "task", "base", "rank", "size", "state"]
    assert lines[1].split() == ["broken", "refused"]
    assert "adapter_model.bin is a pickle" in lines[2]
    assert lines[3].split() == ["math", "math", "mistralai/Mistral-7B-Instruct-v0.3", "16", "13.6", "MB", "passed"]
    assert lines[4].strip() == "right 0.520 (0.480 to 0.560); base 0.310 (0.270 to 0.350)"
    assert lines[5].split()[0::6] == ["thai-cite.rejected", "rejected"]
    assert lines[6].strip() == "citation precision .91 is below .95"


def test_the_list_as_json(run: Run) -> None:
    listed = document(run("--json"))["adapters"]
    assert [(one["name"], one["state"], one["task"]) for one in listed] == [
        ("broken", "refused", None),
        ("math", "passed", "math"),
        ("thai-cite.rejected", "rejected", "cite"),
    ]
    assert listed[1]["scores"]["base"]["right"] == [0.31, 0.27, 0.35, 600]
    assert listed[1]["bytes"] == 13_600_000
    assert listed[0]["why"].startswith("storage/adapters/broken: adapter_model.bin")


def test_none_yet(run: Run, there: Callable[..., None]) -> None:
    there(())
    result = run("--storage", "place")
    first, *written = result.stdout.splitlines()
    assert first == "There is no adapter in place/adapters yet: the base model answers"
    assert " ".join(written) == NOT_JUDGED
    assert document(run("list", "--json")) == {"adapters": [], "base_model": NOT_JUDGED}


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Base]:
    """Let the base model have a card with this citation precision."""

    def known(precision: float) -> Base:
        its = {
            "citation_precision": Score(precision, 0.9, 1.0, 80),
            "answer_accuracy": Score(0.8, 0.7, 0.9, 100),
            "quote_accuracy": Score(0.8, 0.7, 0.9, 100),
            "foreign_refused": Score(1.0, 1.0, 1.0, 40),
            "false_refusals": Score(0.1, 0.0, 0.2, 100),
        }
        own = card("own/big", base="own/big", base_digest="w", prompt_digest="p", scores={"base": its})
        base = Base("own/big", "w", own.quantisation, "p", tmp_path / "card.json", 53, own)
        monkeypatch.setattr("kb.models.base_card.find", lambda settings, storage: base)
        return base

    return known


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        (0.97, "own/big may write: its card passes"),
        (0.5, "own/big may not write by itself: citation precision is 0.500, 0.95 is needed"),
    ],
)
def test_whether_the_base_model_may_write_is_said(
    run: Run, judged: Callable[..., Base], precision: float, said: str
) -> None:
    base = judged(precision)
    assert run().stdout.splitlines()[-1] == said
    assert run("show", "math").stdout.splitlines()[-1] == f"  {said}"
    page = run("show", "none").stdout
    assert page.splitlines()[0] == said
    assert f"{precision:.3f} (0.900 to 1.000) of 80" in page or precision < 0.9
    assert document(run("show", "none", "--json")) == {
        "name": "own/big",
        "base_model": said,
        "card": base.card.as_dict() if base.card else None,
    }


def test_a_base_model_that_cannot_be_chosen_hides_no_adapter(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(settings: Any, storage: Any) -> Base:
        raise AdapterError("card.json is no JSON", "Judge again")

    monkeypatch.setattr("kb.models.base_card.find", fails)
    assert run().stdout.splitlines()[-1] == "The base model cannot be told: card.json is no JSON"
    assert run("show", "none").exit_code == 1


@pytest.mark.parametrize("width", [80, 120])
def test_the_list_fits_a_terminal(width: int) -> None:
    lines = shown(width, lambda screen: cli.show_adapters(screen, THERE, "f")).splitlines()
    assert max(map(len, lines)) <= width
    row = next(line for line in lines if line.startswith("  math"))
    assert ("mistralai/Mistral-7B" in row) == (width == 120)
    assert row.rstrip().endswith("passed")
    assert "base 0.310 (0.270 to 0.350)" in lines[lines.index(row) + 1]


def test_a_card_as_a_page(run: Run) -> None:
    page = run("show", "math").stdout
    assert page.startswith("math  passed\n")
    assert "  checked against  no document: what it writes is recomputed\n" in page
    assert "  trained with     steps 60, rank 16; seed 7\n" in page
    assert "  right    0.310 (0.270 to 0.350) of 600  0.520 (0.480 to 0.560) of 600\n" in page
    assert "  - ห้องกว้าง 6 เมตร ยาว 11 เมตร มีพื้นที่กี่ตารางเมตร\n" in page
    assert document(run("show", "math", "--json"))["card"] == card("math").as_dict()


def test_a_rejected_card_says_why(run: Run) -> None:
    page = run("show", "thai-cite.rejected").stdout
    assert page.startswith("thai-cite.rejected  rejected\n")
    assert "Reasons\n  - citation precision .91 is below .95\n  - ตอบคำถามที่ไม่มีคำตอบในเอกสารบ่อยเกินไป\n" in page
    assert page.count("citation precision .91") == 1


def test_a_refused_one_says_why(run: Run) -> None:
    page = run("show", "broken").stdout
    assert page.splitlines() == [
        "broken  refused",
        "  storage/adapters/broken: adapter_model.bin is a pickle. Export it as safetensors",
        "  folder  storage/adapters/broken",
        *textwrap.wrap(NOT_JUDGED, 100, initial_indent="  ", subsequent_indent="  "),
    ]
    assert document(run("show", "broken", "--json"))["card"] is None


def test_an_unknown_name(run: Run) -> None:
    result = run("show", "mth")
    assert result.exit_code == 1
    assert result.stderr.startswith("There is no adapter 'mth'. Did you mean math? There are: broken, math, thai-cite")
    answer = run("compare", "math", "nobody", "2 + 2", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["error"]["type"] == "AdapterError"


@pytest.mark.parametrize("width", [80, 120])
def test_two_answers_beside_each_other(width: int) -> None:
    question = "ร้อยละ 12 ของ 450 เป็นเท่าไร"
    said = Book(()).compare_adapters("math", "none", question)
    text = shown(width, lambda screen: cli.show_answers(screen, question, said))
    lines = text.splitlines()
    assert lines[0] == question
    assert lines[2].split() == ["math", "base", "model"]
    assert lines[3].startswith(question)
    assert "11 tokens, 0.5 s" in text
    assert "1,234 tokens, 3.0 s, length" in text
    assert "not verified" in text
    assert max(map(cell_len, lines)) <= width


def test_which_model_speaks_is_told_before_it_is_loaded(run: Run) -> None:
    told = run("compare", "math", "none", "2 + 2").stderr.splitlines()
    assert told == ["embedded: it is small", "First, math:", "Second, none:"]
    assert run("compare", "math", "none", "2 + 2", "--json").stderr == ""


def test_two_answers_as_json(run: Run) -> None:
    found = document(run("compare", "math", "none", "2 + 2", "--json"))
    assert found["question"] == "2 + 2"
    assert found["verified"] is False
    assert [(one["adapter"], one["tokens"]) for one in found["answers"]] == [("math", 11), (None, 1234)]


@pytest.mark.parametrize("arguments", [["show"], ["compare", "a", "b"], ["list", "extra"]])
def test_wrong_usage_is_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
