"""A function that returns a Reply -> a command with --json, --settings, --storage and the exit codes."""

from __future__ import annotations

import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from kb.errors import KBError

if TYPE_CHECKING:
    from rich.console import Console

    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings

_SETTINGS = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="Read this settings file instead of ./settings.toml."),
]
_STORAGE = Annotated[Path, typer.Option("--storage", metavar="DIR", help="Where documents, index and models lie.")]
_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else on stdout.")]


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command is given: which settings, which storage, and whether a program is reading."""

    settings_file: Path | None = None
    storage: Path = Path("storage")
    json: bool = False

    def settings(self) -> Settings:
        """The settings of this run.

        Raises:
            SettingsError: The file is missing, or holds an unknown or impossible value.
        """
        from kb.settings import Settings

        return Settings.load(self.settings_file)

    def knowledge_base(self) -> KnowledgeBase:
        """The knowledge base of this run, to be used as a context manager."""
        from kb.knowledge_base import KnowledgeBase

        return KnowledgeBase.open(self.settings(), storage=self.storage)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command has to say: `document` for --json, `show` for a person, and the exit code."""

    document: Any
    show: Callable[[Console], None]
    code: int = 0


def command(app: typer.Typer) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Register a function whose first parameter is the Desk; the options of the Desk are added to its own."""

    def register(function: Callable[..., Reply]) -> Callable[..., Reply]:
        def run(settings: Path | None, storage: Path, as_json: bool, **arguments: Any) -> None:
            desk = Desk(settings, storage, as_json)
            raise typer.Exit(_deliver(lambda: function(desk, **arguments), as_json=as_json))

        signature = _signature(function)
        run.__name__, run.__doc__ = function.__name__, function.__doc__
        run.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}
        run.__dict__["__signature__"] = signature
        app.command()(run)
        return function

    return register


def _signature(function: Callable[..., Reply]) -> inspect.Signature:
    hints = get_type_hints(function, include_extras=True, localns={"Console": Any})
    own = list(inspect.signature(function).parameters.values())[1:]
    named = [p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    shared = [
        inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=_JSON),
        inspect.Parameter("settings", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_SETTINGS),
        inspect.Parameter("storage", inspect.Parameter.KEYWORD_ONLY, default=Path("storage"), annotation=_STORAGE),
    ]
    return inspect.Signature([*named, *shared])


def _deliver(work: Callable[[], Reply], *, as_json: bool) -> int:
    """Do the work, print its reply or its error, and return the exit code."""
    try:
        with _stdout_kept(as_json):
            reply = work()
    except (BrokenPipeError, typer.BadParameter):
        raise
    except KBError as error:
        reply = _failed(error, 1)
    except KeyboardInterrupt:
        reply = _failed(Interrupted("Interrupted; what was done is kept"), 130)
    except Exception as error:
        if os.environ.get("KB_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        reply = _failed(_as_defect(error), 1)
    return _print(reply, as_json=as_json)


class Interrupted(KBError):
    """The user said stop."""


class Defect(KBError):
    """Something that should not have happened; the class of the exception stands in `what`."""


def _as_defect(error: Exception) -> Defect:
    what = f"Unexpected {type(error).__name__}" + (f": {error}" if str(error) else "")
    return Defect(what, "This is a defect of kb: run the command again with KB_DEBUG=1 and report what it prints")


def _failed(error: KBError, code: int) -> Reply:
    from kb.cli.screen import error_line

    return Reply(error_document(error), lambda screen: error_line(str(error)), code)


def _print(reply: Reply, *, as_json: bool) -> int:
    """Print a reply; its exit code, or 1 where the output cannot be written."""
    from kb.cli.screen import console, error_line

    try:
        if as_json:
            print_json(reply.document)
        else:
            reply.show(console())
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for what is left in the old one
        error_line(f"The output cannot be written: {error.strerror}")
        return 1
    return reply.code


def error_document(error: KBError) -> dict[str, Any]:
    """The JSON shape of an error."""
    return {"error": {"type": type(error).__name__, "what": error.what, "fix": error.fix}}


def print_json(document: Any) -> None:  # noqa: ANN401 - anything that json can write
    """Write one JSON document to stdout, as UTF-8 text where stdout can carry it, else in ASCII."""
    readable = (sys.stdout.encoding or "ascii").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(document, ensure_ascii=not readable, indent=2, default=str) + "\n")
    sys.stdout.flush()


@contextmanager
def _stdout_kept(wanted: bool) -> Iterator[None]:
    """Send what libraries write to stdout to stderr, so that the one JSON document stands alone."""
    if not wanted:
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
