"""What a user asks of documents -> Filters, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from kb.errors import FilterError
from kb.index.globs import LONGEST

TYPES = ("txt", "md", "pdf")
LANGUAGES = ("th", "en", "other")
OPTIONS = {"within": "--in", "type": "--type", "language": "--language", "since": "--since", "before": "--before"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents a search looks at; None asks for nothing.

    `within` is a pattern of document names (see `kb.index.globs`), or of absolute paths when it begins with a slash;
    `type` is txt, md or pdf; `language` th, en or other. `since` and `before` bound the day on which the file was
    last modified, by the clock of this machine; `since` is inside, `before` is not.

    Raises:
        FilterError: A value is impossible, or the two days leave nothing between them.
    """

    within: str | None = None
    type: str | None = None
    language: str | None = None
    since: date | None = None
    before: date | None = None

    def __post_init__(self) -> None:
        if self.within is not None:
            _check_pattern(self.within)
        object.__setattr__(self, "type", _one_of("type", self.type, TYPES))
        object.__setattr__(self, "language", _one_of("language", self.language, LANGUAGES))
        if self.since is not None and self.before is not None and self.since >= self.before:
            raise FilterError(
                f"Nothing can lie between --since {self.since} and --before {self.before}",
                "The first day must be earlier than the second",
            )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) is not None for field in fields(self))

    def __str__(self) -> str:
        return " ".join(f"{OPTIONS[name]} {_shown(name, value)}" for name, value in self.given().items())

    def given(self) -> dict[str, Any]:
        """What is asked for, by name."""
        return {
            field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name) is not None
        }

    def as_dict(self) -> dict[str, str | None]:
        """The same as strings, ready for JSON."""
        return {name: None if value is None else str(value) for name, value in asdict(self).items()}

    def alone(self) -> list[Filters]:
        """Each condition by itself."""
        return [Filters(**{name: value}) for name, value in self.given().items()]


def read_day(text: str, name: str) -> date:
    """A day as people type it: 2024-05-31.

    Args:
        text: What was typed.
        name: Which filter it is for, "since" or "before".

    Raises:
        FilterError: It is not a day.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise FilterError(
            f"{OPTIONS[name]} {_clipped(text)!r} is not a day", "Write year, month and day: 2024-05-31"
        ) from None


def _check_pattern(pattern: str) -> None:
    if not pattern.strip().strip("!"):
        raise FilterError("--in holds no pattern", "Name a folder, a file, or a pattern such as 'letters/*.txt'")
    if len(pattern) > LONGEST:
        raise FilterError(
            f"--in holds {len(pattern):,} characters, {LONGEST:,} are the most", "Name a folder or a shorter pattern"
        )


def _one_of(name: str, value: str | None, known: Sequence[str]) -> str | None:
    if value is None:
        return None
    wanted = value.strip().lower().removeprefix(".")
    if wanted in known:
        return wanted
    raise FilterError(
        f"{OPTIONS[name]} {_clipped(value)!r} is unknown", f"It takes {', '.join(known[:-1])} or {known[-1]}"
    )


def _shown(name: str, value: object) -> str:
    return repr(value) if name == "within" else str(value)


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
