"""A second process that indexes a shelf when it is told to."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from kb.errors import KBError
from kb.settings import IndexSettings
from tests.index.shelf import Shelf


def _serve(pipe: Connection) -> None:
    while True:
        order = pipe.recv()
        if order is None:
            return
        folder, prune, share = order
        shelf = Shelf(Path(folder))
        shelf.settings = IndexSettings(rewrite_share=share)
        try:
            shelf.sync(prune=prune)
        except KBError as error:
            pipe.send(type(error).__name__)
        else:
            pipe.send("done")


class SecondProcess:
    """Started once, and told which shelf to index."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()

    def sync(self, folder: Path, prune: bool, share: float) -> str:
        """Index, and tell how it went: done or the name of the error."""
        self._pipe.send((str(folder), prune, share))
        return str(self._pipe.recv())

    def close(self) -> None:
        self._pipe.send(None)
        self._process.join(30)
