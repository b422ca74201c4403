"""A small run of the citation benchmark: quotes stand where they are cited."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.benchmarks import citations_oracle, page_oracle


def test_quotes_stand_where_they_are_cited(data: Path) -> None:
    lines: list[str] = []
    assert citations_oracle.report(lines.append, data, share=0.2) >= citations_oracle.BOUND, "\n".join(lines)
    assert any("14 of 14 gold snippets" in line for line in lines)


def test_the_oracle_finds_a_wrong_page_and_a_wrong_word(data: Path) -> None:
    booklet = data / "thai-pdf" / "text.pdf"
    assert page_oracle.stands("ถูกลอบยิงโดยปรินซิป", booklet, 5)
    assert not page_oracle.stands("ถูกลอบยิงโดยปรินซิป", booklet, 6)
    assert not page_oracle.stands("ถูกลอบยิงโดยปรินเซส", booklet, 5)


def test_the_oracle_is_independent() -> None:
    tree = ast.parse(Path(page_oracle.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(name.split(".")[0] == "kb" for name in names)


def test_alignment_is_the_share_that_stands_in_order() -> None:
    assert page_oracle.aligned("abc def", "abcdef") == 1
    assert page_oracle.aligned("abcXdef", "abcdefgh") == 6 / 8
