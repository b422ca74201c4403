"""A conversation and its citations -> Markdown, or a page of HTML that needs nothing else."""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb.answering.answer import Answer, Citation
from kb.answering.conversation import differs
from kb.durable import becoming_file
from kb.errors import StorageError
from kb.language.segment import language

_NEAREST = 3  # passages named where nothing is answered
# What is no text: controls, and the marks that turn the direction of writing.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&])")
_LINE_START = re.compile(r"(?m)^[ \t]*([#>+=-]|\d+[.)])?")
_UNDERSTOOD = "Understood as"


def write(exchanges: Sequence[Answer], file: Path, title: str) -> None:
    """Write a conversation in one step: as HTML to FILE.html or FILE.htm, as Markdown to any other.

    Args:
        exchanges: The answers, oldest first.
        file: Is replaced where it is there.
        title: Of the page.

    Raises:
        StorageError: It cannot be written there.
    """
    made = html if file.suffix.lower() in (".html", ".htm") else markdown
    try:
        with becoming_file(file) as incoming:
            incoming.write_text(made(exchanges, title), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}", "Name another file") from None


def markdown(exchanges: Sequence[Answer], title: str) -> str:
    """A conversation as Markdown: each answer with the quotes that prove it and where they stand.

    Args:
        exchanges: The answers, oldest first.
        title: The heading.
    """
    parts = [f"# {_plain(title)}"]
    for number, answer in enumerate(exchanges, start=1):
        parts.append(f"## {number}. {_plain(_one_line(answer.question))}")
        parts.extend(_markdown_answer(answer))
    return "\n\n".join(parts) + "\n"


def _markdown_answer(answer: Answer) -> Iterator[str]:
    if differs(answer.question, answer.standalone_question):
        yield f"*{_UNDERSTOOD}: {_plain(_one_line(answer.standalone_question))}*"
    if answer.status == "declined":
        yield _plain(answer.text)
        yield from (_plain(line) for line in _declined(answer))
        return
    if answer.mode != "quote":
        yield from _markdown_sentences(answer)
    for one in answer.citations:
        yield f"{_quoted(one.quote)}\n>\n> \\[{one.number}\\] {_plain(place(one))}"
    yield f"<sub>{_plain(_made_by(answer))}</sub>"


def _markdown_sentences(answer: Answer) -> Iterator[str]:
    if heading := _heading(answer):
        yield f"**{_plain(heading)}**"
    told = [_plain(one.text) + "".join(f" \\[{number}\\]" for number in one.citations) for one in answer.sentences]
    yield ("\n\n" if answer.mode == "task" else " ").join(told)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _plain(text).split("\n"))


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _LINE_START.sub(_unmarked, _SPECIAL.sub(r"\\\1", _visible(text)))


def _unmarked(match: re.Match[str]) -> str:
    """The beginning of a line: no code by its indentation, no heading, quote or list item by its mark."""
    mark = match[1] or ""
    return f"{mark[:-1]}\\{mark[-1]}" if mark else ""


def place(citation: Citation) -> str:
    """Document, pages and characters of a quote, in words."""
    pages = ""
    if citation.page is not None:
        last = citation.page_end or citation.page
        pages = f", page {citation.page}" if last == citation.page else f", pages {citation.page}-{last}"
    return f"{_one_line(citation.document)}{pages}, characters {citation.start:,} to {citation.end:,}"


def _heading(answer: Answer) -> str:
    """The line that stands above what no document proves."""
    first = answer.sentences[0].text if answer.sentences else ""
    return answer.text.partition(first)[0].strip() if answer.mode == "task" and first else ""


def _declined(answer: Answer) -> Iterator[str]:
    if answer.reason:
        yield answer.reason
    names = dict.fromkeys(
        source.document if source.page is None else f"{source.document}, page {source.page}"
        for source in answer.sources[:_NEAREST]
    )
    if names:
        yield f"Nearest: {'; '.join(names)}"


def _made_by(answer: Answer) -> str:
    """Who wrote it, what was left out, and its receipt, on one line."""
    who = "Quoted word for word"
    if answer.mode != "quote":
        who = f"Written by {answer.model or 'a language model'}"
        who += f" with adapter {answer.adapter}" if answer.adapter else ""
        who += "; every sum was recomputed" if answer.mode == "task" else "; every sentence was checked"
    parts = [who]
    if answer.dropped:
        noun = "1 sentence was" if len(answer.dropped) == 1 else f"{len(answer.dropped)} sentences were"
        parts.append(f"{noun} left out")
    if answer.receipt:
        parts.append(f"receipt {answer.receipt}")
    return " · ".join(parts)


def html(exchanges: Sequence[Answer], title: str) -> str:
    """A conversation as one page: no script, no font and no picture from elsewhere.

    Args:
        exchanges: The answers, oldest first.
        title: Of the page.
    """
    told = "\n".join(_article(number, answer) for number, answer in enumerate(exchanges, start=1))
    return _PAGE.format(title=_text(_one_line(title)), style=_STYLE, exchanges=told)


def _article(number: int, answer: Answer) -> str:
    parts = [f"<h2>{_text(answer.question)}</h2>"]
    if differs(answer.question, answer.standalone_question):
        parts.append(f'<p class="note">{_UNDERSTOOD}: {_text(answer.standalone_question)}</p>')
    if answer.status == "declined":
        parts.append(f'<p class="declined">{_text(answer.text)}</p>')
        parts.extend(f'<p class="note">{_text(line)}</p>' for line in _declined(answer))
    else:
        parts.extend(_html_sentences(number, answer) if answer.mode != "quote" else ())
        parts.extend(_figure(number, one) for one in answer.citations)
        parts.append(f'<p class="made">{_text(_made_by(answer))}</p>')
    return f'<article id="q{number}" lang="{_tongue(answer.question)}">\n' + "\n".join(parts) + "\n</article>"


def _html_sentences(number: int, answer: Answer) -> Iterator[str]:
    if heading := _heading(answer):
        yield f'<p class="heading">{_text(heading)}</p>'
    told = [
        _text(one.text) + "".join(f'<a href="#q{number}-{cited}">[{cited}]</a>' for cited in one.citations)
        for one in answer.sentences
    ]
    if answer.mode == "task":
        yield from (f"<p>{sentence}</p>" for sentence in told)
    else:
        yield f"<p>{' '.join(told)}</p>"


def _figure(number: int, citation: Citation) -> str:
    quote = f'<blockquote lang="{_tongue(citation.quote)}">{_text(citation.quote)}</blockquote>'
    return (
        f'<figure id="q{number}-{citation.number}">{quote}'
        f"<figcaption><b>[{citation.number}]</b> {_text(place(citation))}</figcaption></figure>"
    )


def _tongue(text: str) -> str:
    """What a browser is told, to break lines and choose letters by."""
    return "th" if language(text) == "th" else "en"


def _text(text: str) -> str:
    """Text as HTML shows it; a paragraph keeps its line breaks."""
    return escaping.escape(_visible(text)).replace("\n", "<br>")


def _visible(text: str) -> str:
    """The same text without what steers a screen; half characters, which no file can hold, are replaced too."""
    return _STEERING.sub("\ufffd", text.replace("\r\n", "\n")).encode("utf-8", "replace").decode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1a; --paper: #fdfdfb; --quiet: #6a6a64; --line: #e2e2da; --mark: #f4efdc;
  --link: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e0; --paper: #191918; --quiet: #9b9a92; --line: #35352f;
  --mark: #2c2920; --link: #e0b060; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3rem 1.25rem 5rem; max-width: 44rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.65 system-ui, "Segoe UI", "Noto Sans", "Noto Sans Thai", "Noto Sans Thai Looped", Sarabun, Thonburi,
  "Leelawadee UI", Tahoma, Loma, Garuda, sans-serif; overflow-wrap: break-word; }
:lang(th) { line-height: 1.85; }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 2.5rem; }
h2 { font-size: 1.15rem; line-height: 1.5; margin: 0 0 .75rem; }
article { padding: 1.75rem 0; border-top: 1px solid var(--line); }
p { margin: .6rem 0; }
a { color: var(--link); text-decoration: none; font-size: .85em; margin-left: .25em; }
a:hover { text-decoration: underline; }
figure { margin: 1rem 0; padding: .75rem 1rem; background: var(--mark); border-left: 3px solid var(--link); }
figure:target { outline: 2px solid var(--link); }
blockquote { margin: 0 0 .4rem; }
figcaption, .note, .made { color: var(--quiet); font-size: .85rem; }
.heading { font-weight: 600; }
.declined { font-style: italic; }
:lang(th) .declined { font-style: normal; font-weight: 600; }
@media print { body { max-width: none; padding: 0; } figure { break-inside: avoid; } }
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
{exchanges}
</body>
</html>
"""
