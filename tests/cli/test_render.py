"""On a terminal the quote, and only the quote, is highlighted."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from rich.text import Text

from kb.answering.answer import Answer, Citation, Dropped
from kb.cli.render import context_of, place, show_answer, show_quote
from kb.cli.screen import THEME
from kb.retrieval.source import Source
from tests.cli.conftest import PASSAGE, QUOTE, THAI_PASSAGE, THAI_QUOTE, make_book


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> Console:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Console(
        file=io.StringIO(), force_terminal=True, color_system="256", width=width, theme=THEME, highlight=False
    )


def written(console: Console) -> Text:
    assert isinstance(console.file, io.StringIO)
    return Text.from_ansi(console.file.getvalue())


def highlighted(text: Text) -> str:
    """The characters that are bold, without white space."""
    bold: list[str] = []
    for span in text.spans:
        if getattr(span.style, "bold", False):
            bold.append(text.plain[span.start : span.end])
    return "".join("".join(bold).split())


@pytest.mark.parametrize(("passage", "quote"), [(PASSAGE, QUOTE), (THAI_PASSAGE, THAI_QUOTE)])
@pytest.mark.parametrize("width", [24, 60, 200])
def test_the_quote_is_highlighted_whatever_the_width(
    monkeypatch: pytest.MonkeyPatch, passage: str, quote: str, width: int
) -> None:
    console = on_a_terminal(monkeypatch, width)
    start = passage.index(quote)
    show_quote(console, passage, start, start + len(quote))
    text = written(console)
    assert highlighted(text) == "".join(quote.split())
    assert "".join(text.plain.split()) == "".join(passage.split())
    assert all(Text(line).cell_len <= width for line in text.plain.splitlines())


def test_a_control_character_in_a_document_does_not_move_the_highlight(monkeypatch: pytest.MonkeyPatch) -> None:
    console = on_a_terminal(monkeypatch, 80)
    text = "before\a\x1b[5m the quote after"
    start = text.index("the quote")
    show_quote(console, text, start, start + 9)
    assert highlighted(written(console)) == "thequote"
    assert written(console).plain.strip() == "before\ufffd\ufffd[5m the quote after"


def test_the_context_is_the_passage_that_holds_the_quote() -> None:
    citation = Citation(1, "a.txt", None, None, 12, 15, "two")
    elsewhere = Source("b.txt", None, 10, 30, "xx two", 0.9)
    before = Source("a.txt", None, 0, 14, "..........on tw", 0.8)
    right = Source("a.txt", None, 8, 19, "one two two", 0.7)
    assert context_of(citation, [elsewhere, before, right]) == ("one two two", 4, 7)
    assert context_of(citation, [elsewhere]) == ("two", 0, 3)


def test_places() -> None:
    assert place("a.txt", None, None) == "a.txt"
    assert place("a.pdf", 3, 3) == "a.pdf, page 3"
    assert place("a.pdf", 3, 4) == "a.pdf, pages 3-4"
    assert place("a\x1b[2J\n.pdf", 3) == "a\ufffd[2J .pdf, page 3"


def test_an_uncalibrated_answer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    answer = make_book().answers["How much a week?"]
    assert not isinstance(answer, BaseException)
    console = on_a_terminal(monkeypatch, 80)
    show_answer(console, replace(answer, reason="Quoted (uncalibrated)"))
    assert written(console).plain.rstrip().endswith("Quoted (uncalibrated)")


def test_a_composed_answer_shows_its_text_its_proof_and_what_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    quoted = make_book().answers["How much a week?"]
    assert isinstance(quoted, Answer)
    left_out = Dropped("He earned 9 pounds.", "contradicted", "the source says 4 pounds, the claim 9 pounds")
    answer = replace(
        quoted, mode="compose", text="The salary is 4 pounds. [1]", draft="The salary ...", dropped=(left_out,)
    )
    screen = on_a_terminal(monkeypatch, 100)
    show_answer(screen, answer)
    shown = " ".join(written(screen).plain.split())
    order = ["The salary is 4 pounds. [1]", "holmes.txt", QUOTE, "Left out", left_out.text, left_out.why]
    assert [shown.index(part) for part in order] == sorted(shown.index(part) for part in order)


def test_what_no_document_proves_says_who_worked_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Worked by adapter math, not from your documents\n\n2 + 3 = 5\n5 + 1 = 6"
    answer = Answer("2 + 3?", "2 + 3?", "answered", "", "task", text, adapter="math", draft="2 + 3 = 5")
    screen = on_a_terminal(monkeypatch, 100)
    show_answer(screen, answer)
    assert [line for line in written(screen).plain.split("\n") if line] == [line for line in text.split("\n") if line]


def test_quotes_in_place_of_a_draft_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    quoted = make_book().answers["How much a week?"]
    assert isinstance(quoted, Answer)
    screen = on_a_terminal(monkeypatch, 100)
    show_answer(screen, replace(quoted, draft="Nonsense.", reason="Nothing of the draft could be proven"))
    assert "Nothing of the draft could be proven" in written(screen).plain
