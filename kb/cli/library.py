"""index, documents, remove, check, sample: what is in the knowledge base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from kb.cli.frame import Desk, Reply
from kb.cli.render import show_table
from kb.cli.screen import progress_bars
from kb.cli.wrap import flat

if TYPE_CHECKING:
    from rich.console import Console

    from kb.index.check import Finding
    from kb.index.listing import IndexedDocument
    from kb.index.sync import Synced


def index(
    desk: Desk,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER|FILE", help="What to index; without any, the documents folder and all known."),
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build the index anew beside the old one.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Allow a run to drop most of a folder's documents.")] = False,
) -> Reply:
    """Bring the index in line with folders and files."""
    with desk.knowledge_base() as base, progress_bars(quiet=desk.json) as progress:
        synced = base.index(tuple(paths or ()), rebuild=rebuild, prune=prune, progress=progress)
    return Reply(synced_document(synced), lambda screen: show_synced(screen, synced))


def synced_document(synced: Synced) -> dict[str, Any]:
    """The JSON shape of an index run: how many documents were added, changed, ..., and which failed."""
    return {
        **_counts(synced),
        "failed": [{"document": document, "reason": reason} for document, reason in synced.failed],
        "chunks": synced.chunks,
        "stale_answers": synced.stale_answers,
        "seconds": round(synced.seconds, 3),
    }


def _counts(synced: Synced) -> dict[str, int]:
    counts = {name: len(getattr(synced, name)) for name in ("added", "changed", "renamed", "deleted")}
    return {**counts, "unchanged": synced.unchanged}


def show_synced(screen: Console, synced: Synced) -> None:
    """What an index run did, in a line, and each file that failed with its reason."""
    done = ", ".join(f"{count:,} {what}" for what, count in _counts(synced).items() if count)
    screen.print(f"{done or 'No documents'}; {synced.chunks:,} chunks, {synced.seconds:.1f} s")
    for document, reason in synced.failed:
        screen.print(Text.assemble(("failed: ", "bad"), (flat(document), "place"), f": {flat(reason)}"))
    if synced.stale_answers:
        said = "answer quotes" if synced.stale_answers == 1 else "answers quote"
        screen.print(f"{synced.stale_answers:,} earlier {said} documents that have changed since: kb receipts")


def documents(desk: Desk) -> Reply:
    """List the documents, with the reason of each that could not be read."""
    with desk.knowledge_base() as base:
        rows = [row_document(row) for row in base.documents()]
    return Reply({"documents": rows}, lambda screen: show_documents(screen, rows))


def row_document(row: IndexedDocument) -> dict[str, Any]:
    """The JSON shape of a document; `pages` is null for a format without pages."""
    values = asdict(row)
    return {"document": values.pop("name"), **values, "pages": row.pages or None}


def show_documents(screen: Console, rows: list[dict[str, Any]]) -> None:
    """A table of documents."""
    if not rows:
        screen.print("No documents yet: kb index FOLDER")
        return
    names = ("document", "type", "language", "pages", "chunks", "state", "reason")
    show_table(screen, names, rows)


def remove(
    desk: Desk, document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="As kb documents shows it.")]
) -> Reply:
    """Take a document out of the index and keep it out until it is named again."""
    with desk.knowledge_base() as base:
        name = base.remove(document)
    line = f"{flat(name)} is out of the index; kb index with its path takes it in again"
    return Reply({"removed": name}, lambda screen: screen.print(line))


def check(
    desk: Desk,
    repair: Annotated[bool, typer.Option("--repair", help="Rebuild what is derived from the catalog.")] = False,
) -> Reply:
    """Verify everything that is stored against everything else."""
    with desk.knowledge_base() as base:
        findings = base.check(repair=repair)
    ok = all(finding.repaired for finding in findings)
    document = {"ok": ok, "findings": [asdict(finding) for finding in findings]}
    return Reply(document, lambda screen: show_findings(screen, findings), code=0 if ok else 1)


def show_findings(screen: Console, findings: Sequence[Finding]) -> None:
    """One line for each finding, and the next step where there is one."""
    for finding in findings:
        mark, style = ("repaired", "good") if finding.repaired else ("wrong", "bad")
        fix = "" if finding.repaired or not finding.fix else f". {finding.fix}"
        screen.print(Text.assemble((f"{mark:<8} ", style), flat(f"{finding.part}: {finding.what}{fix}")))
    if not findings:
        screen.print("Everything agrees")


def sample(
    desk: Desk, name: Annotated[str | None, typer.Argument(metavar="NAME", help="The sample to fetch.")] = None
) -> Reply:
    """List the sample documents, or fetch one into the documents folder."""
    from kb.documents import samples

    if name is None:
        rows = [{"name": key, "title": one.title, "licence": one.licence} for key, one in samples.SAMPLES.items()]
        return Reply({"samples": rows}, lambda screen: show_table(screen, ("name", "title", "licence"), rows))
    with desk.knowledge_base() as base, progress_bars(quiet=desk.json) as progress:

        def report(what: str, done: int, total: int) -> None:
            progress(f"downloading {what}", done, total)

        file = samples.fetch(name, base.documents_folder, report)
    line = f"{file} is here; kb index takes it in"
    return Reply({"name": name, "file": str(file)}, lambda screen: screen.print(line))
