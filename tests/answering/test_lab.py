"""Closed-book against with-sources: what reaches the model, what comes back, and what is refused before it loads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from llama_index.core.schema import NodeWithScore, TextNode

from kb import prompts
from kb.answering.checking import Checker, in_quotes
from kb.answering.lab import Lab, Said, compare_adapters
from kb.answering.material import Material, Shelf, beginning
from kb.errors import DocumentError, IndexMissing, KBError, QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.settings import DocumentSettings, Settings
from tests.models.remote_fixtures import served
from tests.scripted_llm import ScriptedLLM

if TYPE_CHECKING:
    from kb.models.loading import Loaded

PASSAGE = "The league was founded by a man with red hair. It closed in October."
THAI = "สมาคมก่อตั้งโดยชายผมแดง และปิดตัวลงในเดือนตุลาคม"


def checker() -> Checker:
    """Holds sentences against the first passage."""
    return Checker(in_quotes([PASSAGE]))


def no_index() -> Any:
    raise IndexMissing("Nothing is indexed", "kb index FOLDER")


SHELF = Shelf(no_index, DocumentSettings())


@dataclass
class Found:
    kept: list[NodeWithScore]
    pool: list[NodeWithScore] = field(default_factory=list)

    @property
    def shown(self) -> list[NodeWithScore]:
        return self.kept or self.pool[:1]


@dataclass
class Finder:
    """The double of the retriever."""

    found: Found
    asked: list[str] = field(default_factory=list)

    def find(self, question: str) -> Found:
        self.asked.append(question)
        return self.found


def hit(text: str, document: str = "story.pdf", page: int | None = 3, start: int = 100) -> NodeWithScore:
    node = TextNode(text=text, start_char_idx=start, end_char_idx=start + len(text))
    node.metadata = {"document": document, "page": page, "steps": []}
    return NodeWithScore(node=node, score=0.9)


@dataclass
class Notebook:
    """What a watcher is told."""

    heard: list[tuple[str, ...]] = field(default_factory=list)

    def announced(self, profile: Any, plan: Any) -> None:
        self.heard.append(("announced",))

    def begins(self, side: str, name: str) -> None:
        self.heard.append(("begins", side, name))

    def says(self, side: str, delta: str) -> None:
        self.heard.append(("says", side, delta))


def echo(prompt: str, adapter: str | None) -> str:
    return f"{'read' if 'source 1' in prompt or 'แหล่งข้อมูล 1' in prompt else 'guessed'} something"


def lab(llm: ScriptedLLM, *hits: NodeWithScore, pool: tuple[NodeWithScore, ...] = ()) -> Lab:
    finder = Finder(Found(list(hits), list(pool)))
    return Lab(lambda: llm, lambda: finder, SHELF, checker)  # type: ignore[arg-type, return-value]


def unloaded() -> Any:
    raise AssertionError("the model was loaded before the subject was known to be sound")


# ---- a question


def test_a_question_is_put_alone_and_then_with_its_passages() -> None:
    llm = ScriptedLLM(echo)
    other = hit("Dogs stay outside.", "rules.txt", None, 0)
    found = lab(llm, hit(PASSAGE), other).run("ask", "Who founded the league?")
    closed, grounded = (prompt for prompt, _ in llm.asked)
    assert closed == "Answer this question in one or two sentences: Who founded the league?"
    assert grounded.endswith(f"\n{closed}")
    assert f"==== source 1: story.pdf, page 3\n{PASSAGE}\n\n==== source 2: rules.txt\nDogs stay outside.\n" in grounded
    assert (found.closed.text, found.grounded.text) == ("guessed something", "read something")
    assert (found.task, found.subject, found.model) == ("ask", "Who founded the league?", "scripted")
    assert [(s.number, s.document, s.page, s.start, s.end, s.text) for s in found.sources] == [
        (1, "story.pdf", 3, 100, 100 + len(PASSAGE), PASSAGE),
        (2, "rules.txt", None, 0, 18, "Dogs stay outside."),
    ]
    assert found.notes == ("Closed-book: the model got the question alone",)


def test_a_thai_question_is_put_in_thai() -> None:
    llm = ScriptedLLM(echo)
    lab(llm, hit(THAI)).run("ask", "ใครก่อตั้งสมาคม")
    closed, grounded = (prompt for prompt, _ in llm.asked)
    assert closed == "ตอบคำถามนี้ในหนึ่งหรือสองประโยค: ใครก่อตั้งสมาคม"
    assert f"==== แหล่งข้อมูล 1: story.pdf, page 3\n{THAI}\n" in grounded
    assert "source" not in grounded


def test_both_sides_are_streamed_one_after_the_other() -> None:
    notebook = Notebook()
    lab(ScriptedLLM(echo), hit(PASSAGE)).run("ask", "Who?", notebook)
    assert notebook.heard == [
        ("begins", "closed", "scripted"),
        ("says", "closed", "guessed"),
        ("says", "closed", " something"),
        ("says", "closed", ""),
        ("begins", "grounded", "scripted"),
        ("says", "grounded", "read"),
        ("says", "grounded", " something"),
        ("says", "grounded", ""),
    ]


def test_an_interrupted_answer_closes_the_stream() -> None:
    llm = ScriptedLLM(echo)

    class Impatient(Notebook):
        def says(self, side: str, delta: str) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab(llm, hit(PASSAGE)).run("ask", "Who?", Impatient())
    assert llm.closed == 1


def test_where_no_passage_answers_the_nearest_is_given_and_it_is_said() -> None:
    found = lab(ScriptedLLM(echo), pool=(hit(PASSAGE), hit("more"))).run("ask", "Who won in 2030?")
    assert [source.text for source in found.sources] == [PASSAGE]
    assert "No passage seems to answer this; the nearest one was given" in found.notes


def test_without_any_passage_no_model_is_loaded() -> None:
    finder = Finder(Found([]))
    with pytest.raises(QuestionError, match=r"No passage holds the exact words “red hair”"):
        Lab(unloaded, lambda: finder, SHELF, unloaded).run("ask", 'Who has "red hair"?')  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("task", ["ask", "explain", "summarize"])
@pytest.mark.parametrize("subject", ["", "  ", "\n\t"])
def test_an_empty_subject_is_refused(task: Any, subject: str) -> None:
    with pytest.raises(QuestionError):
        Lab(unloaded, unloaded, SHELF, unloaded).run(task, subject)


def test_a_question_without_a_word_is_refused() -> None:
    with pytest.raises(QuestionError, match="no word"):
        Lab(unloaded, unloaded, SHELF, unloaded).run("ask", "?!")


def test_a_question_needs_an_index() -> None:
    with pytest.raises(IndexMissing):
        Lab(unloaded, no_index, SHELF, unloaded).run("ask", "Who?")


# ---- a document


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "story.txt"
    file.write_text(f"{PASSAGE}\n\n" * 3, encoding="utf-8")
    return file


def test_a_summary_is_made_of_the_name_alone_and_then_of_the_text(story: Path) -> None:
    llm = ScriptedLLM(echo)
    found = lab(llm).run("summarize", str(story))
    closed, grounded = (prompt for prompt, _ in llm.asked)
    assert closed == 'Summarise the document "story.txt" in at most five sentences.'
    assert PASSAGE not in closed
    assert grounded.count(PASSAGE) == 3
    assert found.subject == "story.txt"
    assert [(source.start, source.end) for source in found.sources] == [(0, 3 * len(PASSAGE) + 4)]


def test_a_document_is_explained_as_one_and_a_topic_by_its_passages(story: Path) -> None:
    llm = ScriptedLLM(echo)
    lab(llm).run("explain", str(story))
    lab(llm, hit(PASSAGE)).run("explain", "the red-headed league")
    prompts = [prompt for prompt, _ in llm.asked]
    assert prompts[0] == 'Explain in simple words what the document "story.txt" says.'
    assert prompts[2] == "Explain in simple words: the red-headed league"
    assert PASSAGE in prompts[1]
    assert PASSAGE in prompts[3]


def test_a_folder_of_the_name_of_a_topic_does_not_hide_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lighthouse").mkdir()
    monkeypatch.chdir(tmp_path)
    assert lab(ScriptedLLM(echo), hit(PASSAGE)).run("explain", "lighthouse").sources[0].text == PASSAGE


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.txt", None, r"There is no document '.*gone\.txt'\. Name one of kb documents, or a file"),
        ("picture.png", b"\x89PNG", r"picture\.png: a \.png file is not read\. Known are \.txt, \.md, \.pdf"),
        ("binary.txt", bytes(range(256)) * 20, r"binary\.txt: .*Save it as UTF-8"),
        ("empty.txt", b"", r"empty\.txt: an empty file"),
        ("damaged.pdf", b"%PDF-1.7 nothing", r"damaged\.pdf: "),
    ],
)
def test_a_file_that_cannot_be_read_is_told_before_a_model_is_loaded(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DocumentError, match=says):
        Lab(unloaded, unloaded, SHELF, unloaded).run("summarize", str(file))


@pytest.mark.parametrize("name", ["a\x00b", "x" * 5000, "~nobody-here/x.txt", "/"])
def test_what_can_be_no_file_is_no_document(name: str) -> None:
    with pytest.raises(DocumentError, match="There is no document"):
        Lab(unloaded, unloaded, SHELF, unloaded).run("summarize", name)


def test_a_missing_file_is_not_taken_for_a_topic() -> None:
    with pytest.raises(DocumentError, match=r"There is no document 'gone\.pdf'"):
        Lab(unloaded, unloaded, SHELF, unloaded).run("explain", "gone.pdf")


def test_a_file_over_the_limit_is_refused(story: Path) -> None:
    shelf = Shelf(no_index, DocumentSettings(characters=50))
    with pytest.raises(DocumentError, match="limit is 50"):
        Lab(unloaded, unloaded, shelf, unloaded).run("summarize", str(story))


# ---- what fits


def test_a_long_document_is_read_as_far_as_it_fits_and_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("\n\n".join(f"Paragraph {n} says this. It also says that." for n in range(400)), encoding="utf-8")
    llm = ScriptedLLM(echo, context=600, answer=100)
    found = lab(llm).run("summarize", str(file))
    prompt = llm.asked[1][0]
    assert 380 < llm.count_tokens(prompt) <= 600 - 100 - 96
    (source,) = found.sources
    assert source.text.endswith(".")
    assert source.text in prompt
    whole = len(file.read_text(encoding="utf-8"))
    assert f"With sources: the first {source.end:,} of {whole:,} characters fit the context" in found.notes


def test_pages_are_named_where_there_are_some() -> None:
    pages = [f"Page {n} holds forty words. " * 20 for n in range(1, 6)]
    starts = tuple(sum(map(len, pages[:n])) for n in range(5))
    shelf = type("Desk", (), {"document": lambda self, name: Material("a.pdf", "".join(pages), "en", starts)})()
    found = Lab(lambda: ScriptedLLM(echo, context=500), unloaded, shelf, unloaded).run("summarize", "a.pdf")  # type: ignore[arg-type]
    end = found.sources[0].end
    page = sum(start < end for start in starts)
    assert page < 5
    assert any(f"characters (to page {page} of 5) fit" in note for note in found.notes)
    assert found.sources[0].page == 1


def test_passages_that_do_not_fit_are_left_out_and_it_is_said() -> None:
    hits = [hit(f"Passage {n}. " * 40) for n in range(5)]
    llm = ScriptedLLM(echo, context=600, answer=100)
    found = lab(llm, *hits).run("ask", "Which passage?")
    assert 1 <= len(found.sources) < 5
    assert f"With sources: {len(found.sources)} of 5 passages fit the context" in found.notes
    assert llm.count_tokens(llm.asked[1][0]) <= 600 - 100


def test_where_nothing_fits_it_says_both_numbers() -> None:
    with pytest.raises(QuestionError, match="200 tokens of context leave no room for sources beside an answer of 100"):
        lab(ScriptedLLM(echo, context=200, answer=100), hit(PASSAGE * 50)).run("ask", "Who?")


@pytest.mark.parametrize("text", [PASSAGE * 9, THAI * 9, "x" * 500, "a\n\n" * 99, "👩‍👩‍👧" * 50, ""])
@pytest.mark.parametrize("room", [0, 1, 5, 30, 10_000])
def test_the_beginning_fits_and_is_no_shorter_than_it_must(text: str, room: int) -> None:
    def count(part: str) -> int:
        return -(-len(part) // 3)

    end = beginning(text, room, count)
    assert count(text[:end]) <= room
    if room >= count(text):
        assert end == len(text)
    elif room > 5:
        assert end > room * 3 // 2 - 9


# ---- what a model says


def test_a_cut_answer_is_told() -> None:
    found = lab(ScriptedLLM(lambda prompt, adapter: "word " * 50, answer=5), hit(PASSAGE)).run("ask", "Who?")
    assert (found.closed.finish, found.closed.tokens) == ("length", 5)
    assert "The answer with sources was cut after 5 tokens (llm.max_new_tokens)" in found.notes


def test_tokens_are_counted_where_nobody_told_them() -> None:
    llm = ScriptedLLM(lambda prompt, adapter: "one two three.")
    llm.told = False
    assert lab(llm, hit(PASSAGE)).run("ask", "Who?").closed.tokens == 4


def test_a_model_that_says_nothing_says_nothing() -> None:
    closed = lab(ScriptedLLM(lambda prompt, adapter: ""), hit(PASSAGE)).run("ask", "Who?").closed
    assert (closed.text, closed.tokens) == ("", 0)


def test_a_comparison_is_plain_json_with_a_verdict_on_every_sentence() -> None:
    said = "It closed in October. It was founded by a woman with red hair."
    found = lab(ScriptedLLM(lambda prompt, adapter: said), hit(PASSAGE)).run("ask", "Who?").as_dict()
    assert json.loads(json.dumps(found)) == json.loads(json.dumps(found, sort_keys=True))
    assert set(found) == {"task", "subject", "model", "closed", "grounded", "sources", "notes"}
    assert set(found["closed"]) == {"adapter", "text", "tokens", "seconds", "finish", "checks"}
    for side in ("closed", "grounded"):
        true, false = found[side]["checks"]
        assert (true["claim"], true["status"]) == ("It closed in October.", "supported")
        assert true["citations"][0]["quote"].endswith("It closed in October.")
        assert false["status"] != "supported"


def test_two_adapters_are_asked_the_same() -> None:
    llm = ScriptedLLM(lambda prompt, adapter: f"{adapter} here")
    a, b = compare_adapters(llm, "math", "none", "What is 2 + 2?")
    assert (a.adapter, a.text, b.adapter, b.text) == ("math", "math here", None, "None here")
    assert isinstance(a, Said)
    assert [adapter for _, adapter in llm.asked] == ["math", None]
    assert llm.asked[0][0] == llm.asked[1][0] == "Answer this question in one or two sentences: What is 2 + 2?"
    with pytest.raises(KBError, match="no word"):
        compare_adapters(llm, None, "math", "...")


# ---- the real index


@pytest.fixture(scope="module")
def indexed(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "docs").mkdir()
    (folder / "docs" / "league.txt").write_text(PASSAGE, encoding="utf-8")
    (folder / "docs" / "broken.txt").write_bytes(b"")
    (folder / "models").symlink_to(models_folder)
    with KnowledgeBase.open(Settings(), folder) as base:
        base.index([folder / "docs"])
        yield base


def test_an_indexed_document_is_found_by_its_name(indexed: KnowledgeBase) -> None:
    shelf = Shelf(indexed._storage().open, DocumentSettings())
    assert shelf.document("league.txt") == Material("league.txt", PASSAGE, "en")
    with pytest.raises(DocumentError, match=r"broken\.txt: It could not be read: an empty file"):
        shelf.document("broken.txt")
    with pytest.raises(DocumentError, match=r"Did you mean league\.txt\?"):
        shelf.document("leage.txt")


def test_a_question_finds_its_passage(indexed: KnowledgeBase) -> None:
    shelf = Shelf(indexed._storage().open, DocumentSettings())
    found = Lab(lambda: ScriptedLLM(echo), lambda: indexed._read().retriever, shelf, checker).run(
        "ask", "Who founded the league?"
    )
    assert [(source.document, source.text) for source in found.sources] == [("league.txt", PASSAGE)]


# ---- real models


def test_a_small_model_says_in_the_lab_what_it_says_when_asked(smollm: Loaded, tmp_path: Path) -> None:
    from kb.models.language_model import KBLanguageModel, Limits
    from kb.models.residents import Residents

    residents = Residents(smollm, tmp_path / "adapters", most=2, most_rank=8)
    model = KBLanguageModel(residents, Limits(context=600, max_new_tokens=12))
    finder = Finder(Found([hit(PASSAGE)]))
    found = Lab(lambda: model, lambda: finder, SHELF, checker).run("ask", "What colour was the founder's hair?")  # type: ignore[arg-type, return-value]
    closed = "Answer this question in one or two sentences: What colour was the founder's hair?"
    assert found.closed.text == model.complete(closed).text.strip()
    grounded = prompts.grounded("ask", "What colour was the founder's hair?", [("story.pdf, page 3", PASSAGE)], "en")
    assert found.grounded.text == model.complete(grounded).text.strip()
    assert found.grounded.text != found.closed.text
    assert found.model == "HuggingFaceTB/SmolLM2-135M-Instruct"
    assert 0 < found.grounded.tokens <= 12


def test_a_remote_model_is_compared_too_and_its_tokens_are_estimates(story: Path) -> None:
    with served("--model", "far", "--lora", "math") as child:
        from kb.models.remote import open_remote

        model = open_remote(child.llm(context=500, max_new_tokens=30))
        found = lab(model, hit(PASSAGE)).run("summarize", str(story))  # type: ignore[arg-type]
        a, b = compare_adapters(model, "math", None, "Two and two?")
    assert found.closed.text == 'far chat: Summarise the document "story.txt" in at most five sentences.'
    assert found.grounded.text.startswith("far chat: Here is text quoted from documents.")
    assert found.grounded.finish == "length"
    assert "Tokens are estimated: the tokenizer is with the server" in found.notes
    assert (a.text.split()[0], b.text.split()[0]) == ("math", "far")
