"""search, ask, why-not, chat: what the documents say, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from kb.cli.frame import Desk, Reply
from kb.cli.render import show_answer, show_prose, show_sources
from kb.cli.scope import Before, Language, Since, Type, Within, filters_of
from kb.cli.screen import patience

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

_LOADING = "Loading the embedder ..."
_Question = Annotated[
    str,
    typer.Argument(
        metavar="QUESTION", help='What to look for, in any language; what stands in "quotation marks" must occur.'
    ),
]


def search(
    desk: Desk,
    question: _Question,
    *,
    top_k: Annotated[int | None, typer.Option("--top-k", metavar="N", min=1, help="So many passages at most.")] = None,
    within: Within = None,
    kind: Type = None,
    language: Language = None,
    since: Since = None,
    before: Before = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show every step: what was found, kept and left out.")
    ] = False,
) -> Reply:
    """Show the passages that fit a question best."""
    filters = filters_of(within, kind, language, since, before)
    with desk.knowledge_base() as base, patience(_LOADING, quiet=desk.json):
        if explain:
            trace = base.explain(question, top_k, filters)
            sources = list(trace.sources)
        else:
            trace, sources = None, base.search(question, top_k, filters)
    results = [{"rank": rank, **source.as_dict()} for rank, source in enumerate(sources, start=1)]
    document: dict[str, Any] = {"question": question, "results": results}
    if trace is not None:
        document["trace"] = trace.as_dict()

    def show(screen: Any) -> None:  # noqa: ANN401 - a Console, which is not imported for --help
        show_sources(screen, sources)
        if not sources:
            from kb.retrieval.query import why_nothing

            more = "\n" if explain else "; --explain shows what was found, and what became of it"
            screen.print(why_nothing(question) + more)
        if trace is not None:
            from kb.cli.explain import show_trace

            show_trace(screen, trace)

    return Reply(document, show)


def ask(
    desk: Desk,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What you want to know, in any language.")],
    *,
    within: Within = None,
    kind: Type = None,
    language: Language = None,
    since: Since = None,
    before: Before = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            metavar="quote|compose|auto",
            help="Quotes, or a text by a model; else the answer.mode of the settings.",
        ),
    ] = None,
    adapter: Annotated[
        str | None, typer.Option("--adapter", metavar="NAME|none|auto", help="Which adapter the question is for.")
    ] = None,
) -> Reply:
    """Answer a question with the exact words that prove every sentence."""
    filters = filters_of(within, kind, language, since, before)
    with desk.knowledge_base() as base:
        open_writer(base, question, mode, adapter, quiet=desk.json)
        with patience(_LOADING, quiet=desk.json):
            answer = base.ask(question, mode, filters, adapter)

    def show(screen: Any) -> None:  # noqa: ANN401 - a Console, which is not imported for --help
        show_answer(screen, answer)
        if mode is not None and answer.status == "answered":
            show_prose(screen, Text(answer.reason, style="quiet"), indent=0)
        if adapter is not None:
            screen.print(f"Adapter: {answer.adapter_reason}", style="quiet", markup=False)

    return Reply(answer.as_dict(), show)


def open_writer(base: KnowledgeBase, question: str, mode: str | None, adapter: str | None, *, quiet: bool) -> None:
    """Open the language model where it is to write the answer, and tell on stderr which and how far it is."""
    if base.permission(question, mode, adapter).mode == "quote":
        return
    from kb.cli.lab import watching

    with watching(quiet=quiet) as watch:
        base.language_model(None, watch.progress, watch.announced)


def why_not(
    desk: Desk,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="As kb documents shows it, or its path.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What was looked for.")],
    *,
    within: Within = None,
    kind: Type = None,
    language: Language = None,
    since: Since = None,
    before: Before = None,
) -> Reply:
    """Say why a document is not among the passages for a question."""
    from kb.cli.explain import show_why_not

    filters = filters_of(within, kind, language, since, before)
    with desk.knowledge_base() as base, patience(_LOADING, quiet=desk.json):
        told = base.why_not(document, question, filters)
    return Reply(told.as_dict(), lambda screen: show_why_not(screen, told))


def chat(desk: Desk) -> Reply:
    """Ask one question after another; reads them from a pipe too."""
    from kb.cli.chat import converse

    with desk.knowledge_base() as base:
        exchanges = converse(base, desk)
    return Reply({"answers": exchanges}, lambda screen: None)
