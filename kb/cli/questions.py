"""search, ask, chat: what the documents say."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kb.cli.frame import Desk, Reply
from kb.cli.render import show_answer, show_sources
from kb.cli.screen import patience

_LOADING = "Loading the embedder ..."


def search(
    desk: Desk,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What to look for, in any language.")],
    top_k: Annotated[int | None, typer.Option("--top-k", min=1, max=100, help="How many passages.")] = None,
) -> Reply:
    """Show the passages that fit a question best."""
    with desk.knowledge_base() as base, patience(_LOADING, quiet=desk.json):
        sources = base.search(question, top_k)
    results = [{"rank": rank, **source.as_dict()} for rank, source in enumerate(sources, start=1)]
    document: dict[str, Any] = {"question": question, "results": results}
    return Reply(document, lambda screen: show_sources(screen, sources))


def ask(
    desk: Desk,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What you want to know, in any language.")],
) -> Reply:
    """Answer a question with the exact words that prove it."""
    with desk.knowledge_base() as base, patience(_LOADING, quiet=desk.json):
        answer = base.ask(question)
    return Reply(answer.as_dict(), lambda screen: show_answer(screen, answer))


def chat(desk: Desk) -> Reply:
    """Ask one question after another; reads them from a pipe too."""
    from kb.cli.chat import converse

    with desk.knowledge_base() as base:
        exchanges = converse(base, desk)
    return Reply({"answers": exchanges}, lambda screen: None)
