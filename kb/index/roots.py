"""Paths that a user names -> roots of the catalog, and which part of each is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kb.index.catalog import Catalog
from kb.index.plan import Scope
from kb.index.scan import SUFFIXES, mount_of
from kb.index.snapshot import RootRow


@dataclass(slots=True)
class Chosen:
    """The roots of a run with their scopes, and named paths that cannot be one, with reasons."""

    roots: dict[int, tuple[RootRow, Scope]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def choose(catalog: Catalog, paths: Sequence[Path]) -> Chosen:
    """Find or add the roots of these paths; without paths, all known ones.

    A path inside a known folder is looked at as a part of it. A folder around known roots takes their documents over.
    """
    chosen = Chosen()
    wanted: dict[str, tuple[set[str], set[str]]] = {}
    for path in [Path(path).expanduser() for path in paths]:
        real = path.resolve()
        problem = _problem(path, real)
        if problem and not _is_root(catalog, real):
            chosen.failed[str(path)] = problem
            continue
        root, below = _cover(catalog, real)
        scope = wanted.setdefault(root.path, (set(), set()))
        scope[0].add(below)
        if real.is_file():
            scope[1].add(below or real.name)
    with catalog.read() as snapshot:
        known = {root.path: root for root in snapshot.roots() if root.kind != "nodes"}
    if not paths:
        wanted = {path: ({""}, set()) for path in known}
    for path_, (below_, named) in wanted.items():
        if path_ in known:
            chosen.roots[known[path_].id] = (known[path_], Scope(frozenset(below_), frozenset(named)))
    return chosen


def _problem(path: Path, real: Path) -> str:
    if not real.exists():
        return "there is no such file or folder"
    if real.is_file() and not real.name.lower().endswith(SUFFIXES):
        return "is not a .txt, .md or .pdf file"
    return "" if real.is_file() or real.is_dir() else "is neither a file nor a folder"


def _is_root(catalog: Catalog, real: Path) -> bool:
    with catalog.read() as snapshot:
        return any(root.path == str(real) for root in snapshot.roots())


def _cover(catalog: Catalog, real: Path) -> tuple[RootRow, str]:
    """The root that holds a path, made where there is none, and the path inside it."""
    with catalog.read() as snapshot:
        roots = [root for root in snapshot.roots() if root.kind != "nodes"]
    exact = [root for root in roots if root.path == str(real)]
    holding = [root for root in roots if root.kind == "folder" and _visible_below(real, Path(root.path))]
    if holding:
        return holding[0], real.relative_to(holding[0].path).as_posix()
    if exact:
        return exact[0], ""
    kind = "folder" if real.is_dir() else "file"
    inner = [root for root in roots if kind == "folder" and _visible_below(Path(root.path), real)]
    with catalog.write() as writer:
        root_id = writer.add_root(str(real), kind, mount_of(real))
        for root in inner:
            prefix = Path(root.path if root.kind == "folder" else Path(root.path).parent).relative_to(real).as_posix()
            writer.adopt(root.id, root_id, "" if prefix == "." else f"{prefix}/")
    return RootRow(root_id, str(real), kind, mount_of(real)), ""


def _visible_below(path: Path, folder: Path) -> bool:
    """Whether listing a folder would come to a path."""
    if path == folder or not path.is_relative_to(folder):
        return False
    return not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
