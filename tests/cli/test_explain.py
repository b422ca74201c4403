"""search --explain, why-not and the filters, over a real small index, as a person and as a program sees them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import Result

from kb.cli.columns import Columns, Row, show_columns, tail
from kb.cli.explain import show_trace, show_why_not
from kb.cli.frame import Desk
from kb.cli.screen import THEME
from kb.index.scope import Filters
from kb.knowledge_base import KnowledgeBase
from kb.models.embedding import KBEmbedding
from kb.settings import AnswerSettings, RetrievalSettings, Settings
from tests.cli.conftest import Book
from tests.readme_tree import ROOT
from tests.word_engine import word_embedding

Run = Callable[..., Result]
RunJson = Callable[..., tuple[int, Any]]

QUESTION = "When was the stone bridge built?"
THAI = "สะพานหินสร้างเมื่อใด"
PAPERS = {
    "letters/bridge.txt": "The stone bridge was built in 1871 over the river.",
    "letters/toll.txt": "The toll of the bridge was two pence.",
    "mill.md": "The mill ground barley. Its wheel stopped in 1930.",
    "รายงาน/สะพาน.txt": "สะพานหินสร้างเมื่อปี ๒๔๑๔ ข้ามแม่น้ำใกล้โรงสี",
}


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The papers, indexed; mill.md was written in 2001."""
    folder = tmp_path_factory.mktemp("indexed")
    for name, text in PAPERS.items():
        file = folder / "papers" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    os.utime(folder / "papers" / "mill.md", (1e9, 1e9))
    retrieval = RetrievalSettings(least_relevance=0.0, auto_top_k=False, top_k=2, top_k_least=1, top_k_most=2)
    settings = Settings(retrieval=retrieval, answer=AnswerSettings(refuse=False))
    with KnowledgeBase.open(settings, storage=folder / "storage") as made:
        made._embedder = word_embedding()
        made.index([folder / "papers"])
        yield made


@pytest.fixture
def base(indexed: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KnowledgeBase:
    """What every command opens."""
    monkeypatch.setattr(Desk, "knowledge_base", lambda desk: indexed)
    monkeypatch.chdir(tmp_path)
    return indexed


def screen(width: int) -> tuple[Console, io.StringIO]:
    """A terminal of this width, without colours."""
    written = io.StringIO()
    return Console(
        file=written, theme=THEME, highlight=False, emoji=False, markup=False, soft_wrap=True, width=width,
        force_terminal=True, color_system=None,
    ), written  # fmt: skip


# --- for people ----------------------------------------------------------------------------------------------------


def test_explain_shows_every_step_after_the_results(base: KnowledgeBase, run: Run) -> None:
    result = run("search", QUESTION, "--explain")
    assert (result.exit_code, result.stderr) == (0, "")
    results, explained = result.stdout.split("\nThe question, as it was searched\n")
    assert results.startswith("1. letters/bridge.txt  ")
    lines = explained.splitlines()
    assert lines[:3] == [f"  text       {QUESTION}", "  language   English", "  looked at  4 of 4 passages"]
    heads = lines.index("  #  passage             meaning  words  score      P  became")
    assert lines[heads + 1].split()[:4] == ["1", "letters/bridge.txt", "1", ".707"]
    assert lines[heads + 1].endswith("  source 1")
    assert lines[heads + 2] == "     The stone bridge was built in 1871 over the river."
    assert "cut by top-k" in lines[heads + 5]
    for line in (
        "What was left out, and why",
        "  cut by top-k: 3 to 4",
        "      k = 2: as many as were asked for",
        "  k = 2: as many as were asked for",
        "  In the order MMR picked them: 1, 2",
    ):
        assert line in lines
    assert lines[lines.index("Time") + 1].startswith("  understand ")


def test_explain_shows_phrases_filters_and_variants(base: KnowledgeBase, run: Run) -> None:
    asked = 'When was the "stone bridge" built and what was the toll of the bridge?'
    text = run("search", asked, "--explain", "--in", "letters").stdout
    facts = text.split("The question, as it was searched\n")[1].split("\n\n")[0]
    assert '  must hold    "stone bridge"' in facts
    assert "  also part 2  what was the toll of the bridge?" in facts
    assert "  within       letters" in facts
    assert "  looked at    1 of 4 passages" in facts
    assert "  #  original" in text.split("Each way of asking")[1]


@pytest.mark.parametrize("question", [QUESTION, THAI, f"{QUESTION} {THAI} and what was the toll?"])
def test_everything_fits_80_columns(base: KnowledgeBase, question: str) -> None:
    terminal, written = screen(80)
    show_trace(terminal, base.explain(question))
    for name in PAPERS:
        show_why_not(terminal, base.why_not(name, question))
        show_why_not(terminal, base.why_not(name, question, Filters(type="pdf")))
    lines = written.getvalue().splitlines()
    assert len(lines) > 60
    assert max(map(cell_len, lines)) <= 80


def test_thai_names_take_the_cells_they_show(base: KnowledgeBase) -> None:
    terminal, written = screen(80)
    show_trace(terminal, base.explain(THAI))
    lines = written.getvalue().splitlines()
    heads = next(line for line in lines if line.startswith("  #  passage"))
    row = next(line for line in lines if line.startswith("  1  รายงาน/สะพาน.txt"))
    place = row.split()[3]  # the cosine, under the end of "meaning"
    assert cell_len(row[: row.index(place) + len(place)]) == cell_len(heads[: heads.index("meaning") + len("meaning")])


def test_a_search_that_keeps_nothing_says_so(base: KnowledgeBase, run: Run, run_json: RunJson) -> None:
    result = run("search", '"no such words"')
    assert (result.exit_code, result.stdout) == (
        0,
        "No passage holds the exact words “no such words”; --explain shows what was found, and what became of it\n",
    )
    explained = run("search", '"no such words"', "--explain").stdout
    assert "  looked at  0 of 4 passages\n" in explained
    assert "k = 0: no passage is left" in explained
    assert run_json("search", '"no such words"')[1]["results"] == []


def test_columns_give_way_where_room_is_short() -> None:
    terminal, written = screen(40)
    rows = [Row(("1", "a/very/long/folder/of/letters/from/bath.txt", "12.5"), below="x"), Row(("12", "ตัวอย่าง", "3"))]
    show_columns(terminal, Columns(("#", "name", "score"), left=(1,), yielding=1), rows)
    lines = written.getvalue().splitlines()
    assert lines == [
        "   #  name                         score",
        "   1  …r/of/letters/from/bath.txt   12.5",
        "      x",
        "  12  ตัวอย่าง                           3",
    ]
    assert tail("ก้าวไปข้างหน้า", 5) == "…งหน้า"


# --- for programs --------------------------------------------------------------------------------------------------


def test_json_carries_the_whole_trace(base: KnowledgeBase, run_json: RunJson) -> None:
    code, document = run_json("search", QUESTION, "--explain", "--top-k", "3")
    assert code == 0
    assert list(document) == ["question", "results", "trace"]
    plain = run_json("search", QUESTION, "--top-k", "3")[1]
    assert list(plain) == ["question", "results"]
    assert [one["document"] for one in plain["results"]] == [one["document"] for one in document["results"]]
    trace = document["trace"]
    assert [one["document"] for one in trace["passages"] if one["source"]] == [
        one["document"] for one in document["results"]
    ]
    assert len(trace["passages"]) == 4
    assert {step["step"] for step in trace["passages"][0]["steps"]} >= {"dense", "lexical", "relevance", "top-k", "mmr"}


def test_why_not_as_a_person_and_as_a_program_sees_it(base: KnowledgeBase, run: Run, run_json: RunJson) -> None:
    lines = run("why-not", "mill.md", QUESTION).stdout.splitlines()
    assert lines[0] == "mill.md: cut by top-k"
    assert lines[1].startswith("  Its best passage came ")
    assert any(line.startswith("  Ask for more: --top-k ") for line in lines)
    assert "  asked as  by meaning  cosine           by words  BM25" in lines
    assert any(line.startswith("  top-k ") for line in lines)
    code, document = run_json("why-not", "mill.md", QUESTION)
    assert code == 0
    assert (document["document"], document["reason"]) == ("mill.md", "cut by top-k")
    assert [rank["leg"] for rank in document["ranks"]] == ["dense", "lexical"]
    assert run("why-not", "mil.md", QUESTION).stdout == (
        "mil.md: not indexed\n  No document has this name\n  Did you mean mill.md?\n\n"
    )
    assert run("why-not", "mill.md", '"stone"').stdout.splitlines()[:2] == [
        "mill.md: does not hold the phrase",
        '  No passage of it holds "stone"',
    ]
    filtered = run("why-not", "mill.md", QUESTION, "--since", "2020-01-01").stdout.splitlines()
    assert filtered[0] == "mill.md: filtered out"
    assert filtered[1] == "  It was modified on 2001-09-09, not since 2020-01-01"


def test_filters_decide_what_is_searched_and_answered(base: KnowledgeBase, run_json: RunJson) -> None:
    def found(*options: str) -> set[str]:
        code, document = run_json("search", "the bridge and the mill สะพาน", "--top-k", "10", *options)
        assert code == 0
        return {result["document"] for result in document["results"]}

    assert found() == set(PAPERS)
    assert found("--in", "letters/*.txt") == {"letters/bridge.txt", "letters/toll.txt"}
    assert found("--type", ".MD") == {"mill.md"}
    assert found("--language", "th") == {"รายงาน/สะพาน.txt"}
    assert found("--before", "2002-01-01") == {"mill.md"}
    assert found("--since", "2002-01-01", "--language", "en") == {"letters/bridge.txt", "letters/toll.txt"}
    code, answer = run_json("ask", "What was built?", "--in", "mill.md")
    assert code == 0
    assert {citation["document"] for citation in answer["citations"]} == {"mill.md"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--in", "leters"], "No document passes --in 'leters'; there are 4 documents, did you mean letters/?"),
        (["--in", ""], "--in holds no pattern"),
        (["--type", "docx"], "--type 'docx' is unknown. It takes txt, md or pdf"),
        (["--language", "de"], "--language 'de' is unknown"),
        (["--since", "yesterday"], "--since 'yesterday' is not a day. Write year, month and day: 2024-05-31"),
        (["--before", "1999-01-01"], "No document passes --before 1999-01-01; they were modified between 2001-09-09"),
        (["--since", "2024-02-01", "--before", "2024-01-01"], "Nothing can lie between --since 2024-02-01"),
        (["--type", "pdf"], "No document passes --type pdf; there are 1 md, 3 txt"),
    ],
)
@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_filter_that_makes_no_sense_is_one_line(
    base: KnowledgeBase, run: Run, run_json: RunJson, command: str, options: list[str], says: str
) -> None:
    result = run(command, QUESTION, *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(says)
    assert result.stderr.count("\n") == 1
    code, document = run_json(command, QUESTION, *options)
    assert code == 1
    assert document["error"]["type"] == "FilterError"


# --- bad input -----------------------------------------------------------------------------------------------------

ODD = [
    "asdf qwer zxcv",
    "bridge " * 15_000,
    "สะพานหิน" * 12_500,
    "bridge สะพาน 橋 мост جسر",
    "\u202eegdirb eht erehw\u202c bridge",
    "מתי נבנה הגשר",
    "a\x1b[31mbridge\x07\x08",
    'bridge" OR NEAR(a b) NOT * ^c: {x} -y AND "',
    '"bridge',
    "'; DROP TABLE chunks; --bridge",
    "bridge \ud83d \udcff",
]


@pytest.mark.parametrize("question", ODD)
@pytest.mark.parametrize("command", [["search"], ["search", "--explain"], ["ask"], ["why-not", "mill.md"]])
def test_odd_questions_are_answered(
    base: KnowledgeBase, run: Run, run_json: RunJson, command: list[str], question: str
) -> None:
    result = run(*command, "--", question)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout
    code, document = run_json(*command, question)
    assert code == 0
    assert document["question"]


@pytest.mark.parametrize("question", ["", "   ", "?!", "😀🎉", "\x00\x01\x1b", "\u200b\u200e"])
@pytest.mark.parametrize("command", [["search"], ["search", "--explain"], ["ask"], ["why-not", "mill.md"]])
def test_a_question_without_a_word_is_one_line(
    base: KnowledgeBase, run: Run, run_json: RunJson, command: list[str], question: str
) -> None:
    result = run(*command, question)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("The question holds no word")
    assert result.stderr.count("\n") == 1
    assert run_json(*command, question)[1]["error"]["type"] == "QuestionError"


@pytest.mark.parametrize("top_k", ["0", "-1", "x", "1.5"])
def test_a_top_k_that_is_none_is_wrong_usage(base: KnowledgeBase, run: Run, top_k: str) -> None:
    result = run("search", QUESTION, "--top-k", top_k)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_a_top_k_beyond_the_corpus_is_everything(base: KnowledgeBase, run_json: RunJson) -> None:
    code, document = run_json("search", QUESTION, "--top-k", "100000", "--explain")
    assert code == 0
    assert len(document["results"]) == len(PAPERS)
    assert document["trace"]["top_k"] == "k = 4: there are no more"


def test_names_that_steer_a_terminal_are_made_visible(base: KnowledgeBase, run: Run, run_json: RunJson) -> None:
    result = run("why-not", "a\x1b[31m\nb.txt", QUESTION)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert run_json("why-not", "\udcff\x00", QUESTION)[1]["reason"] == "not indexed"
    assert run_json("why-not", "x" * 100_000, QUESTION)[1]["reason"] == "not indexed"


def test_options_reach_the_knowledge_base(book: Book, run: Run) -> None:
    run("search", "How much a week?", "--in", "a*", "--type", "TXT")
    assert ("How much a week?", None, "--in 'a*' --type txt") in book.asked
    run("ask", "How much a week?", "--since", "2024-05-31")
    assert ("How much a week?", "--since 2024-05-31") in book.asked


@pytest.mark.parametrize(
    ("question", "document", "language"),
    [
        ("What does the family ticket cost?", "lighthouse-guide.txt", "en"),
        ("ค่าเข้าชมผู้ใหญ่เท่าไร", "mangrove-guide.pdf", "th"),
    ],
)
def test_the_real_embedder_explains_itself_in_both_languages(
    samples: KnowledgeBase, question: str, document: str, language: str
) -> None:
    trace = samples.explain(question)
    assert trace.language == language
    assert trace.looked_at == trace.indexed == len(trace.passages)
    best, last = trace.passages[0], trace.passages[-1]
    assert (best.document, best.source, best.fate) == (document, 1, "among the sources")
    assert (best.score or 0) > 10 * (last.score or 0)
    assert samples.why_not(document, question).best == best
    other = ({"lighthouse-guide.txt", "mangrove-guide.pdf"} - {document}).pop()
    told, own = samples.why_not(other, question), [p for p in trace.judged if p.document == other]
    assert told.best in own
    assert told.reason == (told.best.fate if told.best else "")
    assert told.ranks[0].rank == min(place.rank for p in own for place in p.places[:1])
    terminal, written = screen(80)
    show_trace(terminal, trace)
    show_why_not(terminal, told)
    assert max(map(cell_len, written.getvalue().splitlines())) <= 80


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, embedding: KBEmbedding) -> Iterator[KnowledgeBase]:
    """The shipped samples, indexed with the real embedder."""
    with KnowledgeBase.open(Settings(), storage=tmp_path_factory.mktemp("samples")) as made:
        made._embedder = embedding
        made.index([ROOT / "storage" / "documents"])
        yield made
