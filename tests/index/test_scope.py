"""Filters on documents: patterns, types, languages, days, and what is said when nothing passes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import FilterError
from kb.index.catalog import DocumentRow
from kb.index.globs import matcher
from kb.index.scope import Filters, chunks_within, outside, read_day
from kb.index.vectors import VectorIndex
from tests.index.doubles import IDENTITY, vector_of
from tests.index.shelf import Shelf

ROW = DocumentRow(
    1, "letters/a.txt", "/home/me/docs/letters/a.txt", "00", "txt", "en", 0, "ok", "", 1, 1, 1, "letters/a.txt"
)

# --- patterns ------------------------------------------------------------------------------------------------------

FITS = [
    ("letters", ["letters/a.txt", "letters", "letters/deep/c.txt", "old/letters/b.md"]),
    ("letters/", ["letters/a.txt", "letters/deep/c.txt", "old/letters/b.md"]),
    ("letters/*", ["letters/a.txt", "letters/deep/c.txt"]),
    ("letters/*.txt", ["letters/a.txt"]),
    ("letters/**/*.txt", ["letters/a.txt", "letters/deep/c.txt"]),
    ("**/letters/*", ["letters/a.txt", "letters/deep/c.txt", "old/letters/b.md"]),
    (
        "**",
        ["letters/a.txt", "letters", "letters/deep/c.txt", "old/letters/b.md", "notes [1].txt", "รายงาน/ปี ๒๕๖๗.pdf"],
    ),
    ("*.md", ["old/letters/b.md"]),
    ("*.MD", ["old/letters/b.md"]),
    ("c.txt", ["letters/deep/c.txt"]),
    ("[ab].*", ["letters/a.txt", "old/letters/b.md"]),
    ("[!a].{txt,md}", ["letters/deep/c.txt", "old/letters/b.md"]),
    ("?.{t*,pdf}", ["letters/a.txt", "letters/deep/c.txt"]),
    ("notes [1].txt", ["notes [1].txt"]),
    (r"notes \[*", ["notes [1].txt"]),
    ("./letters/a.txt", ["letters/a.txt"]),
    ("!letters", ["notes [1].txt", "รายงาน/ปี ๒๕๖๗.pdf"]),
    ("รายงาน", ["รายงาน/ปี ๒๕๖๗.pdf"]),
    ("รายงาน/*.pdf", ["รายงาน/ปี ๒๕๖๗.pdf"]),
    ("etters", []),
    ("deep/c.txt", []),
    ("[z-a]", []),
]
NAMES = FITS[6][1]


@pytest.mark.parametrize(("pattern", "expected"), FITS)
def test_patterns_are_those_of_ripgrep(pattern: str, expected: list[str]) -> None:
    assert [name for name in NAMES if matcher(pattern)(name)] == expected


def oracle(pattern: str, name: str) -> bool:
    """One name against `*`, `?` and letters, by trying everything."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return oracle(pattern[1:], name) or (bool(name) and oracle(pattern, name[1:]))
    return bool(name) and pattern[0] in (name[0], "?") and oracle(pattern[1:], name[1:])


@settings(max_examples=400, deadline=None)
@given(st.text("ab*?.", min_size=1, max_size=8), st.text("ab.", min_size=1, max_size=8))
def test_stars_and_question_marks_are_their_definition(pattern: str, name: str) -> None:
    assert matcher(pattern)(f"x/{name}") is (oracle(pattern, name) or oracle(pattern, "x") or pattern == ".")


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=12).filter(lambda text: text.strip().strip("!./")), st.text("ab/", max_size=6))
def test_any_text_is_a_pattern_and_fits_itself(pattern: str, rest: str) -> None:
    pattern = pattern.strip().lstrip("!./").rstrip("/") or "x"
    assert matcher(pattern)(pattern)
    assert matcher(pattern)(f"{pattern}/{rest}")
    assert not matcher(f"!{pattern}")(pattern)


def test_many_stars_end_at_once() -> None:
    assert not matcher("*a" * 30 + "*b")("a" * 2000)
    assert not matcher("x/" + "*a" * 30 + "b/c")("x/" + "a" * 2000)


def test_an_absolute_pattern_is_matched_with_the_path_on_the_disk() -> None:
    assert outside(Filters("/home/me/docs/*"), ROW) is None
    assert outside(Filters("/letters/*"), ROW) is None
    assert outside(Filters("/home/you"), ROW) == "its name letters/a.txt does not fit --in '/home/you'"
    assert outside(Filters("!/home/me/docs"), ROW) is not None


# --- values --------------------------------------------------------------------------------------------------------


def test_values_are_taken_as_people_write_them() -> None:
    assert Filters(type=".PDF").type == "pdf"
    assert Filters(language=" TH ").language == "th"
    assert read_day(" 2024-05-31 ", "since") == date(2024, 5, 31)
    assert not Filters()
    filters = Filters("a*", since=date(2024, 1, 2))
    assert filters
    assert str(filters) == "--in 'a*' --since 2024-01-02"
    assert filters.as_dict() == {"within": "a*", "type": None, "language": None, "since": "2024-01-02", "before": None}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"type": "docx"}, "--type 'docx' is unknown. It takes txt, md or pdf"),
        ({"language": "de"}, "--language 'de' is unknown. It takes th, en or other"),
        ({"within": "  "}, "--in holds no pattern"),
        ({"within": "!"}, "--in holds no pattern"),
        ({"within": "*" * 1001}, "--in holds 1,001 characters, 1,000 are the most"),
        ({"since": date(2024, 2, 1), "before": date(2024, 2, 1)}, "Nothing can lie between --since 2024-02-01 and"),
    ],
)
def test_impossible_values_are_refused_by_the_name_that_was_typed(values: dict[str, Any], says: str) -> None:
    with pytest.raises(FilterError) as error:
        Filters(**values)
    assert str(error.value).startswith(says)
    assert error.value.fix


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "31.05.2024", "2024-05-31T10:00", "9" * 100_000])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FilterError, match="is not a day") as error:
        read_day(text, "before")
    assert len(str(error.value)) < 150


def test_days_begin_at_midnight_here(monkeypatch: pytest.MonkeyPatch) -> None:
    midnight = datetime(2024, 5, 31)
    first = replace(ROW, mtime=int(midnight.timestamp()) * 10**9)
    last = replace(ROW, mtime=int((midnight - timedelta(seconds=1)).timestamp()) * 10**9 + 999_999_999)
    day = date(2024, 5, 31)
    assert outside(Filters(since=day), first) is None
    assert outside(Filters(since=day), last) == "it was modified on 2024-05-30, not since 2024-05-31"
    assert outside(Filters(before=day), last) is None
    assert outside(Filters(before=day), first) == "it was modified on 2024-05-31, not before 2024-05-31"
    for filters in (Filters(since=date.min), Filters(before=date.max)):
        assert outside(filters, first) is None
    undated = replace(ROW, mtime=0, type="node")
    assert outside(Filters(since=date.min), undated) == "the day it was modified is not known, not since 0001-01-01"


# --- over an index -------------------------------------------------------------------------------------------------


@pytest.fixture
def library(shelf: Shelf) -> Shelf:
    """Four documents of two types in two folders; one was modified long ago, one is damaged."""
    shelf.put("letters/a.txt", "one", "two")
    shelf.put("letters/b.md", "three")
    shelf.put("old/c.txt", "four", "five")
    shelf.put("old/bad.txt", "BAD")
    long_ago = datetime(2001, 9, 9).timestamp()
    for path in shelf.docs.rglob("*"):
        os.utime(path, (long_ago, long_ago if "old" in path.parts else datetime(2020, 1, 2, 12).timestamp()))
    shelf.sync()
    return shelf


def passing(shelf: Shelf, **values: Any) -> list[str]:
    """The texts of the chunks that pass."""
    with shelf.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
        ids = chunks_within(snapshot, Filters(**values))
        assert ids is not None
        assert ids.tolist() == sorted(ids.tolist())
        assert chunks_within(snapshot, Filters(**values)) is ids  # remembered
        return [row.text for row in snapshot.chunks(ids.tolist()).values()]


def test_chunks_of_the_documents_that_pass(library: Shelf) -> None:
    assert passing(library, within="letters") == ["one", "two", "three"]
    assert passing(library, within="*.txt") == ["one", "two", "four", "five"]
    assert passing(library, type="md") == ["three"]
    assert passing(library, language="en", before=date(2010, 1, 1)) == ["four", "five"]
    assert passing(library, since=date(2020, 1, 2), before=date(2020, 1, 3), type="txt") == ["one", "two"]
    with library.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
        assert chunks_within(snapshot, Filters()) is None


def test_a_filtered_search_is_exact(library: Shelf) -> None:
    with library.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
        allowed = chunks_within(snapshot, Filters(type="txt"))
        assert allowed is not None
        ids, cosines = VectorIndex(catalog).search(snapshot, vector_of("three"), 10, allowed.tolist())
        exact = snapshot.vectors(allowed) @ vector_of("three")
        order = np.argsort(-exact, kind="stable")
        assert ids.tolist() == allowed[order].tolist()
        np.testing.assert_allclose(cosines, exact[order], atol=1e-3)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"within": "leters/*"}, "No document passes --in 'leters/*'; there are 3 documents, did you mean letters/?"),
        ({"within": "c.text"}, "No document passes --in 'c.text'; there are 3 documents, did you mean old/c.txt?"),
        ({"within": "xyz"}, "No document passes --in 'xyz'; there are 3 documents, for example letters/a.txt"),
        ({"type": "pdf"}, "No document passes --type pdf; there are 1 md, 2 txt"),
        ({"language": "th"}, "No document passes --language th; there are 3 en"),
        (
            {"since": date(2030, 1, 1)},
            "No document passes --since 2030-01-01; they were modified between 2001-09-09 and 2020-01-02",
        ),
        (
            {"within": "old", "type": "md"},
            "No document passes --in 'old' --type md together; each alone leaves some: --in 'old' 1, --type md 1",
        ),
        ({"within": "letters", "type": "pdf"}, "No document passes --type pdf; there are 1 md, 2 txt"),
        ({"within": "bad.txt"}, "--in 'bad.txt' leaves only old/bad.txt, which could not be read: is damaged. Mend it"),
    ],
)
def test_a_filter_that_nothing_passes_says_what_there_is(library: Shelf, values: dict[str, Any], says: str) -> None:
    with pytest.raises(FilterError) as error:
        passing(library, **values)
    assert error.value.what == says
    assert error.value.fix


def test_an_index_without_documents(shelf: Shelf) -> None:
    shelf.put("a.txt", "BAD")
    shelf.sync()
    with pytest.raises(FilterError, match="No document is indexed"):
        passing(shelf, type="txt")


def test_names_that_two_folders_share_are_matched_as_they_are_shown(shelf: Shelf, tmp_path: Path) -> None:
    other = tmp_path / "more"
    other.mkdir()
    (other / "a.txt").write_text("six")
    shelf.put("a.txt", "seven")
    shelf.sync(shelf.docs, other)
    assert passing(shelf, within="more/a.txt") == ["six"]
    assert passing(shelf, within="docs") == ["seven"]
    assert sorted(passing(shelf, within="a.txt")) == ["seven", "six"]
    assert passing(shelf, within=f"{other}/*") == ["six"]


@pytest.mark.parametrize("within", [None, "letters", "*.txt", "/**/old/*", "!letters", "docs/**"])
@pytest.mark.parametrize("since", [None, date(2001, 9, 9), date(2001, 9, 10)])
@pytest.mark.parametrize("type_", [None, "txt", "md"])
def test_what_passes_is_what_is_not_outside(
    library: Shelf, within: str | None, since: date | None, type_: str | None
) -> None:
    more = library.docs.parent / "more" / "letters"
    more.mkdir(parents=True)
    (more / "a.txt").write_text("six")
    library.sync(library.docs, more.parent)
    filters = Filters(within, type_, since=since)
    with library.storage.open(IDENTITY) as catalog, catalog.read() as snapshot:
        rows = [row for row in snapshot.documents() if outside(filters, row) is None]
        expected = sorted(id_ for row in rows for id_ in snapshot.chunk_ids_of(row.id))
        if not expected:
            with pytest.raises(FilterError):
                chunks_within(snapshot, filters)
        else:
            found = chunks_within(snapshot, filters)
            assert (snapshot.chunk_ids() if found is None else found).tolist() == expected
