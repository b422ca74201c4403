"""What was asked and answered -> what made the answer, in Python and as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from kb.answering.answer import Answer
from kb.index.filters import Filters

if TYPE_CHECKING:
    from kb.index.snapshot import DocumentRow, Snapshot
    from kb.retrieval.calibration import Calibration
    from kb.settings import Settings

SCHEMA = 1
_SECTIONS = ("splitter", "embedding", "index", "retrieval", "answer", "llm", "adapters")

Completion = Literal["complete", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked, in all that `KnowledgeBase.ask` takes.

    `standalone_question` is what was looked for; `mode` and `adapter` are what was wanted (None: as the settings say);
    `history` holds the turns before it, oldest first, each as plain values.
    """

    question: str
    standalone_question: str
    mode: str | None = None
    adapter: str | None = None
    filters: Filters = field(default_factory=Filters)
    history: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that was before the answerer: the SHA-256 of its file, and whether it is quoted.

    `sha256` is None where the document changed while it was answered from.
    """

    document: str
    sha256: str | None
    cited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The model that wrote; digests are SHA-256, `prompt_digest` of all templates, `prompt_sha256` of this prompt."""

    model: str
    base_digest: str | None = None
    quantisation: str | None = None
    compute: str | None = None
    adapter: str | None = None
    adapter_digest: str | None = None
    prompt_digest: str | None = None
    prompt_sha256: str | None = None
    seed: int | None = None
    temperature: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an answer depends on beside question and documents.

    `generation` is the catalog's; `index` holds the identity of the embedder and the digest of the pipeline;
    `calibration` is a SHA-256; `settings` are those that change answers; `version` is the program's.
    """

    generation: int
    index: Mapping[str, Any]
    calibration: str
    settings: Mapping[str, Any]
    version: str

    @classmethod
    def of(cls, settings: Settings, snapshot: Snapshot, calibration: Calibration) -> Circumstances:
        """Those of this moment.

        Args:
            settings: No key of them is taken along.
            snapshot: Of the catalog that is answered from.
            calibration: What scores are read with.
        """
        meta = snapshot.meta()
        return cls(
            generation=snapshot.generation,
            index={"embedder": meta.get("embedder"), "pipeline": meta.get("pipeline")},
            calibration=digest(calibration.as_dict()),
            settings=telling(settings),
            version=version("kb"),
        )

    def since(self, then: Circumstances) -> tuple[str, ...]:
        """What is otherwise than it was, in words; the generation, which changes with every run, is left out."""
        was, now = (_flat({**asdict(one), "generation": None}) for one in (then, self))
        names = dict.fromkeys([*was, *now])
        changes = ((name, was.get(name), now.get(name)) for name in names)
        return tuple(f"{name} was {_word(old)}, is {_word(new)}" for name, old, new in changes if old != new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """All that made an answer: enough to make it again.

    `id` and `made` (UTC, ISO 8601) are given by `Receipts.write`. `answer` is None where the user stopped before there
    was one. `writer` is None where no model wrote.
    """

    request: Request
    answer: Answer | None
    documents: tuple[ReadDocument, ...]
    circumstances: Circumstances
    writer: Writer | None = None
    status: Completion = "complete"
    id: str = ""
    made: str = ""
    schema: int = SCHEMA

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values; what is needed for a list of receipts comes first, the answer last."""
        return {
            "schema": self.schema,
            "id": self.id,
            "made": self.made,
            "status": self.status,
            "request": {**asdict(self.request), "filters": self.request.filters.as_dict()},
            "documents": [asdict(document) for document in self.documents],
            **asdict(self.circumstances),
            "writer": self.writer.as_dict() if self.writer else None,
            "answer": self.answer.as_dict() if self.answer else None,
        }


def documents_read(answer: Answer, snapshot: Snapshot) -> tuple[ReadDocument, ...]:
    """Every document among quotes and sources, in order of first use, with the digest of what was read.

    Args:
        answer: Just made.
        snapshot: Of the catalog it was made from; a document that says something else by now gets no digest.
    """
    cited = [(one.document, one.start, one.quote) for one in answer.citations]
    shown = [(one.document, one.start, one.text) for one in answer.sources]
    found: dict[str, ReadDocument] = {}
    for name in dict.fromkeys(name for name, _, _ in [*cited, *shown]):
        row = snapshot.find(name)
        spans = [(start, words) for document, start, words in [*cited, *shown] if document == name]
        same = row is not None and _says(snapshot, row, spans)
        sha256 = row.sha256 if row is not None and same else None
        found[name] = ReadDocument(name, sha256, any(name == document for document, _, _ in cited))
    return tuple(found.values())


def telling(settings: Settings) -> dict[str, Any]:
    """The settings that change answers, as plain values: no key, and of an address neither user nor password."""
    kept = settings.model_dump(mode="json", include=set(_SECTIONS), exclude={"llm": {"api_key"}})
    url = kept["llm"]["base_url"]
    kept["llm"]["base_url"] = None if url is None else _without_secrets(url)
    return kept


def digest(values: Any) -> str:  # noqa: ANN401 - anything that json can write
    """The SHA-256 of plain values, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def _says(snapshot: Snapshot, row: DocumentRow, spans: Sequence[tuple[int, str]]) -> bool:
    """Whether a document says these words at these places (characters); read in SQL, for it may be long."""
    sql = "SELECT substr(text, ?, ?) FROM documents WHERE id = ?"
    return all(snapshot.rows(sql, (start + 1, len(words), row.id)) == [(words,)] for start, words in spans)


def _without_secrets(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values under dotted names."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _word(value: object) -> str:
    text = "not set" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:16]}..."
