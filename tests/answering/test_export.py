"""A conversation as Markdown and as a page: what is quoted is there, and nothing in it can act."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from kb.answering import export
from kb.answering.answer import Answer, Citation, Dropped, Sentence
from kb.errors import StorageError
from kb.retrieval.source import Source

ENGLISH = "The toll was two pence.\n\nIt *rose* <b>in</b> 1871 & fell."
THAI = "เปิดทำการทุกวันจันทร์ถึงวันศุกร์"
HOSTILE = (
    "<script>alert(1)</script>\n# not a heading\n1. not a list\n"
    "[x](javascript:y) ![p](http://h/p.png) \u202eabc\x1b[31m"
)


def quoted(question: str = "How much?", quote: str = ENGLISH, document: str = "bridge.txt") -> Answer:
    citation = Citation(1, document, 2, 3, 1200, 1200 + len(quote), quote)
    return Answer(
        question,
        question,
        "answered",
        "Quoted",
        "quote",
        f"{quote} [1]",
        (Sentence(quote, "supported", (1,)),),
        citations=(citation,),
        receipt="20250101-000000-000000-abcd",
    )


def composed() -> Answer:
    sentences = (Sentence("The toll was two pence.", "supported", (1, 2)), Sentence("It rose.", "supported", (2,)))
    citations = (
        Citation(1, "bridge.txt", None, None, 0, 8, "The toll"),
        Citation(2, "ราคา.pdf", 4, 4, 10, 18, "It *rose"),
    )
    return Answer(
        "And then?",
        "And then, at the bridge?",
        "answered",
        "",
        "compose",
        "The toll was two pence. [1][2] It rose. [2]",
        sentences,
        (Dropped("It fell to NOTHING.", "not_found", "no"), Dropped("Never.", "partial", "no")),
        "draft",
        citations,
        model="small",
        adapter="cite",
    )


def worked_out() -> Answer:
    text = "Worked by adapter math, not from your documents\n\n5 + 3 = 8\nSo there are 8."
    sentences = (Sentence("5 + 3 = 8", "computed", ()), Sentence("So there are 8.", "computed", ()))
    return Answer("5 and 3?", "5 and 3?", "answered", "", "task", text, sentences, model="small", adapter="math")


def declined() -> Answer:
    source = Source("office.pdf", 7, 0, 5, "Hello", 0.1)
    other = Source("notes.txt", None, 0, 5, "Hello", 0.1)
    return Answer("Who?", "Who?", "declined", "Too weak", "quote", "No answer.", sources=(source, source, other))


class Page(HTMLParser):
    """What a browser would see: the text, and every tag with its attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.text += data


def tokens(source: str) -> list[Any]:
    return [inner for token in MarkdownIt().parse(source) for inner in [token, *(token.children or [])]]


def shown(source: str) -> str:
    """The text that a reader of Markdown sees."""
    parts = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(
        parts.get(inner.type, inner.content if inner.type == "text" else "")
        for token in MarkdownIt().parse(source)
        for inner in [*(token.children or []), token]
    )


def test_a_quote_stands_with_its_document_page_and_characters() -> None:
    for text in (export.markdown([quoted()], "Talk"), Page(export.html([quoted()], "Talk")).text):
        assert "bridge.txt, pages 2-3, characters 1,200 to 1,257" in text
        assert "receipt 20250101-000000-000000-abcd" in text
    assert ENGLISH.replace("\n\n", "") in shown(export.markdown([quoted()], "Talk"))
    assert ENGLISH.replace("\n", "") in Page(export.html([quoted()], "Talk")).text


def test_a_composed_answer_links_each_sentence_to_its_proof() -> None:
    page = Page(export.html([quoted(), composed()], "Talk"))
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert links == ["#q2-1", "#q2-2", "#q2-2"]
    assert ids == ["q1", "q1-1", "q2", "q2-1", "q2-2"]
    markdown = shown(export.markdown([composed()], "Talk"))
    assert "The toll was two pence. [1] [2] It rose. [2]" in markdown
    for text in (page.text, markdown):
        assert "Understood as: And then, at the bridge?" in text
        assert "Written by small with adapter cite; every sentence was checked" in text
        assert "2 sentences were left out" in text
        assert "NOTHING" not in text


def test_what_was_worked_out_says_so_above_it() -> None:
    page, markdown = export.html([worked_out()], "Talk"), export.markdown([worked_out()], "Talk")
    for text in (Page(page).text, shown(markdown)):
        assert text.index("not from your documents") < text.index("5 + 3 = 8") < text.index("So there are 8.")
        assert text.count("5 + 3 = 8") == 1
    assert "every sum was recomputed" in page


def test_a_refusal_names_what_came_nearest() -> None:
    for text in (Page(export.html([declined()], "Talk")).text, shown(export.markdown([declined()], "Talk"))):
        assert "No answer." in text
        assert "Too weak" in text
        assert "Nearest: office.pdf, page 7; notes.txt" in text


def test_thai_is_kept_and_marked_as_thai() -> None:
    page = export.html([quoted("เปิดวันไหน", THAI, "สำนักงาน.pdf"), quoted()], "บทสนทนา")
    assert THAI in page
    assert [attributes["lang"] for tag, attributes in Page(page).tags if tag == "article"] == ["th", "en"]
    quotes = [attributes.get("lang") for tag, attributes in Page(page).tags if tag == "blockquote"]
    assert quotes == ["th", "en"]
    assert f"> {THAI}" in export.markdown([quoted("เปิดวันไหน", THAI)], "บทสนทนา")


def test_nothing_hostile_acts_on_a_page() -> None:
    page = export.html([quoted(HOSTILE, HOSTILE, HOSTILE), composed()], HOSTILE)
    read = Page(page)
    assert read.open == []
    assert {tag for tag, _ in read.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "article", "h2", "p", "a", "br", "b"),
        *("figure", "blockquote", "figcaption"),
    }
    names = {name for _, attributes in read.tags for name in attributes}
    assert names <= {"lang", "charset", "name", "content", "http-equiv", "id", "class", "href"}
    assert all(attributes["href"].startswith("#q") for tag, attributes in read.tags if tag == "a")
    assert "<script>alert(1)</script>" in read.text
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", page)
    assert not re.search(
        r"url\(|@import|https?://", page.replace(export.escaping.escape(HOSTILE), "").replace("http://h/p.png", "")
    )


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "***",
        "<!-- x",
        "    indented",
        "a | b\n--- | ---",
        "```\nx\n```",
        "~~x~~",
        "&amp; &lt;",
        "===\n",
        "> q",
        "- [ ] x",
        "<https://x.y>",
        "\\",
        "$x$",
    ],
)
def test_nothing_hostile_acts_in_markdown(text: str) -> None:
    source = export.markdown([quoted(text, text, text)], text)
    assert {token.type for token in tokens(source)} <= {
        *("heading_open", "heading_close", "inline", "text", "text_special", "paragraph_open", "paragraph_close"),
        *("blockquote_open", "blockquote_close", "softbreak", "hardbreak", "html_inline"),
    }
    assert {token.content for token in tokens(source) if token.type == "html_inline"} == {"<sub>", "</sub>"}
    quote = next(token for token in MarkdownIt().parse(source) if token.type == "inline" and token.level == 2)
    said = "".join(child.content or "\n" for child in quote.children or [])
    assert "".join(said.split()) == "".join(export._visible(text).split())


def test_half_a_character_does_not_stop_an_export(tmp_path: Path) -> None:
    for name in ("talk.md", "talk.html"):
        export.write([quoted("half \ud83d")], tmp_path / name, "Talk")
        assert "half ?" in (tmp_path / name).read_text(encoding="utf-8")


def test_the_name_of_the_file_decides_and_a_bad_place_is_told(tmp_path: Path) -> None:
    export.write([quoted()], tmp_path / "talk.HTML", "Talk")
    export.write([quoted()], tmp_path / "talk.md", "Talk")
    assert (tmp_path / "talk.HTML").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "talk.md").read_text(encoding="utf-8").startswith("# Talk\n")
    with pytest.raises(StorageError, match="cannot be written"):
        export.write([quoted()], tmp_path / "missing" / "talk.md", "Talk")
