"""A name -> the document that is meant, or why none is indexed."""

from __future__ import annotations

from pathlib import Path

from kb.index.listing import near_names
from kb.index.scan import SUFFIXES, scan_folder
from kb.index.snapshot import DocumentRow, RootRow, Snapshot


def find_loosely(snapshot: Snapshot, name: str) -> DocumentRow | None:
    """The one document that ends in this name, or whose file is at this path from here."""
    path = _on_disk(Path(name))
    if path is not None:
        return snapshot.find(str(path))
    ends = [row for row in snapshot.documents() if f"/{row.name}".endswith(f"/{name}")]
    return ends[0] if len(ends) == 1 else None


def _on_disk(path: Path) -> Path | None:
    """The file or folder that a path leads to; None where there is none, or no path could be like this."""
    try:
        real = path.expanduser().resolve()
        return real if real.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None


def why_unreadable(row: DocumentRow) -> tuple[str, str]:
    """Why a known document holds no passage, and what to do."""
    if row.state == "excluded":
        return "It was taken out by kb remove", f"kb index {row.path}"
    if row.state == "failed":
        return f"It could not be read: {row.reason.rstrip('.')}", "kb index tries again when the file has changed"
    return "It holds no passage", ""


def why_unknown(snapshot: Snapshot, name: str) -> tuple[str, str]:
    """Why no document has this name, and what to do."""
    for root in snapshot.roots():
        found = _inside(root, Path(name))
        if found is not None:
            return found
    path = _on_disk(Path(name))
    if path is not None and path.is_file():
        if not path.name.lower().endswith(SUFFIXES):
            return _not_text(path.name)
        return "The file lies outside every folder that is indexed", f"kb index {name}"
    names = [row.name for row in snapshot.documents()]
    if (path is not None and path.is_dir()) or any(known.startswith(f"{name.rstrip('/')}/") for known in names):
        return "That is a folder, not a document", "Name one document; kb documents lists them"
    near = near_names(name, names)
    hint = f"Did you mean {' or '.join(near)}?" if near else "kb documents lists all"
    return "No document has this name", hint


def _inside(root: RootRow, name: Path) -> tuple[str, str] | None:
    """What is to be said of a file below a folder that is indexed; None where there is no such file."""
    if root.kind != "folder":
        return None
    folder = Path(root.path)
    here = _on_disk(name)
    path = here if here is not None and here.is_relative_to(folder) else folder / name
    if _on_disk(path) is None or not path.is_file() or not path.is_relative_to(folder):
        return None
    relative = path.relative_to(folder).as_posix()
    if any(part.startswith((".", "~$")) for part in relative.split("/")):
        return "Names that begin with a dot or ~$ are left out", "Rename it and run kb index"
    if not relative.lower().endswith(SUFFIXES):
        return _not_text(path.name)
    refused = scan_folder(folder).refused.get(relative)
    if refused:
        return f"The file {refused}", ""
    return "The file is there, but was not indexed yet", "kb index"


def _not_text(name: str) -> tuple[str, str]:
    return f"{name} is not read: only {', '.join(SUFFIXES)} are", "Save it as one of these and run kb index"
