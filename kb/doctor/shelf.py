"""Embedder, calibration, index -> what of them is prepared, and what needs the network."""

from __future__ import annotations

from pathlib import Path

from kb.doctor.finding import Finding, State
from kb.errors import IndexMissing, KBError
from kb.settings import Settings


def findings(settings: Settings, storage: Path) -> tuple[Finding, ...]:
    """What searching needs."""
    model = _model(settings, storage)
    return model, _calibration(settings, storage), _index(settings, storage), _network(settings, model)


def _model(settings: Settings, storage: Path) -> Finding:
    from kb.models.embedding import known_identity

    name = settings.embedding.model
    try:
        identity = known_identity(settings, storage / "models")
    except KBError as error:
        return Finding("embedder", "broken", error.what, error.fix)
    if identity is None:
        state: State = "missing" if settings.models.download else "broken"
        return Finding("embedder", state, f"{name} is not prepared", f"kb models pull {name}")
    return Finding("embedder", "ok", f"{name}, {identity.dimension} dimensions, {identity.engine}")


def _calibration(settings: Settings, storage: Path) -> Finding:
    from kb.models.embedding import known_identity
    from kb.retrieval.calibration import load

    try:
        identity = known_identity(settings, storage / "models")
        found = load(identity.model, identity.digest, storage / "calibration") if identity else None
    except KBError as error:
        return Finding("calibration", "broken", error.what, error.fix)
    if identity is None:
        return Finding("calibration", "missing", "known when the embedder is prepared")
    if found is None or not found.fitted:
        return Finding("calibration", "missing", "none for this embedder: answers say uncalibrated")
    return Finding("calibration", "ok", "fitted for this embedder")


def _index(settings: Settings, storage: Path) -> Finding:
    from kb.documents.identity import pipeline
    from kb.index.catalog import Identity
    from kb.index.storage import IndexStorage
    from kb.models.embedding import known_identity

    try:
        embedder = known_identity(settings, storage / "models")
        identity = Identity(embedder.as_dict(), pipeline(settings.splitter)) if embedder else None
        with IndexStorage(storage / "index").open(identity) as catalog, catalog.read() as snapshot:
            rows, chunks, generation = snapshot.documents(), snapshot.chunk_count(), snapshot.generation
    except IndexMissing as error:
        return Finding("index", "missing", "nothing is indexed yet", error.fix)
    except KBError as error:
        return Finding("index", "broken", error.what, error.fix)
    value = f"{len(rows):,} documents, {chunks:,} chunks, generation {generation:,}"
    failed = sum(row.state == "failed" for row in rows)
    if failed:
        return Finding("index", "ok", f"{value}; {failed:,} could not be read", "kb documents names the reasons")
    return Finding("index", "ok", value)


def _network(settings: Settings, model: Finding) -> Finding:
    if model.state == "ok":
        return Finding("network", "ok", "not needed: everything is on this machine")
    if settings.models.download:
        return Finding("network", "missing", "needed once, to prepare the embedder", model.fix)
    return Finding("network", "broken", "models.download is false and the embedder is not here", model.fix)
