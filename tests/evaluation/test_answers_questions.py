"""Our own questions over the samples, and the user's: what a file may hold, and what is said of one that is wrong."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from pathlib import Path

import pytest

from kb.documents.readers import DocumentReader
from kb.evaluation.answers.questions import OWN, Question, check, own, read
from kb.evaluation.datasets import DataError
from kb.settings import DocumentSettings

DOCUMENTS = Path(__file__).parents[2] / "storage" / "documents"
LONGEST_RUN = {"en": 18, "th": 13}  # signs without spaces that a question may share with its document


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    with DocumentReader(DocumentSettings()) as reader:
        files = (DOCUMENTS / "lighthouse-guide.txt", DOCUMENTS / "mangrove-guide.pdf")
        return {file.stem: reader.read(file).text for file in files}


def test_half_are_thai_a_third_has_no_answer_and_half_of_those_are_foreign() -> None:
    asked = own()
    assert len(asked.questions) >= 130
    for language in ("en", "th"):
        kinds = Counter(one.kind for one in asked.questions if one.language == language)
        assert sum(kinds.values()) * 2 == len(asked.questions)
        assert kinds["foreign"] == kinds["same topic"]
        assert 0.3 <= (kinds["foreign"] + kinds["same topic"]) / sum(kinds.values()) <= 0.36
    assert asked.counts() == Counter(one.kind for one in asked.questions)


def test_every_answer_stands_in_its_document(texts: dict[str, str]) -> None:
    check(own(), texts.get)
    languages = {"lighthouse-guide": "en", "mangrove-guide": "th"}
    assert all(one.language == languages[one.document] for one in own().questions if one.document)


def test_nothing_answers_an_unanswerable_question(texts: dict[str, str]) -> None:
    everything = "\n".join(texts.values()).casefold()
    rows = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    without = [row for row in rows if not row["answers"]]
    assert len(without) == sum(not one.answers for one in own().questions)
    for row in without:
        assert row["absent"], row["id"]
        assert [word for word in row["absent"] if word.casefold() in everything] == [], row["id"]


def test_no_question_repeats_its_sentence(texts: dict[str, str]) -> None:
    everything = "".join("\n".join(texts.values()).casefold().split())
    for one in own().questions:
        asked = "".join(one.text.casefold().split())
        run = difflib.SequenceMatcher(None, asked, everything, autojunk=False).find_longest_match()
        assert run.size <= LONGEST_RUN[one.language], (one.text, asked[run.a : run.a + run.size])


def test_fewer_questions_keep_the_balance() -> None:
    for most in (12, 40, 99):
        some = own().at_most(most)
        assert len(some.questions) == most
        counts = Counter((one.kind, one.language) for one in some.questions)
        whole = Counter((one.kind, one.language) for one in own().questions)
        assert all(abs(counts[key] - most * n / len(own().questions)) <= 1 for key, n in whole.items())
        known = [one.line for one in some.questions if one.kind == "answerable" and one.language == "en"]
        assert max(known) - min(known) > 25
    assert own().at_most(10_000) == own()
    assert own().at_most(12).digest != own().digest == own().digest


def lines(tmp_path: Path, *rows: object) -> Path:
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = lines(
        tmp_path,
        {"question": " How high? ", "answers": ["31 metres", "31 m"], "document": "tower.txt", "id": 7},
        "",
        {"question": "Who built it?", "answers": [], "document": "tower.txt"},
        {"question": "Who is Ann?", "answers": [], "document": None},
    )
    assert read(file).questions == (
        Question("How high?", ("31 metres", "31 m"), "tower.txt", 1),
        Question("Who built it?", (), "tower.txt", 3),
        Question("Who is Ann?", (), None, 4),
    )
    assert [one.kind for one in read(file).questions] == ["answerable", "same topic", "foreign"]
    check(read(file), {"tower.txt": "It is 31 metres high, or 31 m."}.get)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "line 2: is no JSON"),
        ('"text"', "line 2: it is no JSON object"),
        ({"answers": []}, "line 2: question is missing"),
        ({"question": "How high?"}, "line 2: answers is missing"),
        ({"question": "How high?", "answers": "31"}, "line 2: answers is no list"),
        ({"question": "How high?", "answers": [" "]}, r"line 2: answers\[0\] is no text, or empty"),
        ({"question": 31, "answers": []}, "line 2: question is no text, or empty"),
        ({"question": "Why?", "answers": [], "document": 3}, "line 2: document is no text"),
        ({"question": "x" * 2001, "answers": []}, "line 2: question has 2,001 characters; 2,000 are the most"),
        ({"question": "First?", "answers": []}, "line 2: the question of line 1 once more"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, row: object, why: str) -> None:
    file = lines(tmp_path, {"question": "First?", "answers": []}, row)
    with pytest.raises(DataError, match=why):
        read(file)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Cannot read"):
        read(tmp_path / "absent.jsonl")
    with pytest.raises(DataError, match="holds no question"):
        read(lines(tmp_path, ""))
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "caf\xe9", "answers": []}')
    with pytest.raises(DataError, match="no UTF-8 text"):
        read(tmp_path / "latin.jsonl")


def test_an_answer_that_its_document_lacks_is_named(tmp_path: Path) -> None:
    asked = read(lines(tmp_path, {"question": "How high?", "answers": ["32 metres"], "document": "tower.txt"}))
    with pytest.raises(DataError, match=r"line 1: '32 metres' does not stand in tower\.txt"):
        check(asked, {"tower.txt": "It is 31 metres high."}.get)
    with pytest.raises(DataError, match=r"line 1: no document tower\.txt is indexed"):
        check(asked, {}.get)
