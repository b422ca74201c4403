"""Fused scores -> P(relevant); and the file that keeps what was fitted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.durable import becoming_file
from kb.errors import StorageError
from kb.index.catalog import Catalog
from kb.models.identity import EmbedderIdentity
from kb.retrieval.fusion import FusionWeights
from kb.retrieval.gates import Gate, plain

SHIPPED = Path(__file__).parent / "calibrated"
SCHEMA = 3
NEIGHBOURS = 10
FEWEST_CHUNKS = 20


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted for one embedder, known by its model or by the digest of its identity.

    `relevance` holds the intercept and the slopes of a logistic function over `relevance_features`; `gates` the tests
    that tell whether a question is answered, by `kb.retrieval.gates.name`; `curve` lists, for each set and share of
    wrongly refused answerable questions, what was refused of each kind of question on the data that was fitted on;
    `points` holds least log odds for single measurements, by what they are for.
    """

    model: str
    embedder_digest: str
    pipeline: str
    cosine: Mapping[str, float]
    w: float
    relevance: tuple[float, ...]
    gates: Mapping[str, Gate] = field(default_factory=dict)
    curve: tuple[Mapping[str, float | str], ...] = ()
    points: Mapping[str, float] = field(default_factory=dict)
    n: Mapping[str, int] = field(default_factory=dict)
    data: str = ""
    fitted: bool = True
    schema: int = SCHEMA

    @property
    def weights(self) -> FusionWeights:
        """The part that fusion needs."""
        return FusionWeights(self.cosine["low"], self.cosine["high"], self.w)

    def relevant(self, fused: Sequence[float]) -> list[float]:
        """P(relevant) of each passage of a question, given the fused scores of all, best first."""
        return [logistic(self.relevance, features) for features in relevance_features(fused)]

    def with_weight(self, dense: float) -> Calibration:
        """The same with another share of the dense leg."""
        return replace(self, w=dense)

    def as_dict(self) -> dict[str, Any]:
        """The content of the file."""
        return {**asdict(self), "gates": {name: gate.as_dict() for name, gate in self.gates.items()}}


def relevance_features(fused: Sequence[float]) -> list[tuple[float, float]]:
    """What P(relevant) is read off: the fused score, and how far it is above the mean of the question's first ten.

    The score alone would call everything relevant where a question has the words of half the corpus in it, and
    nothing where it is put in other words; among its neighbours a passage that fits stands out either way.

    Args:
        fused: The scores of all passages of one question, best first.
    """
    first = fused[:NEIGHBOURS]
    mean = math.fsum(first) / len(first) if first else 0.0
    return [(score, score - mean) for score in fused]


def logistic(coefficients: Sequence[float], features: Sequence[float]) -> float:
    """1 / (1 + exp(-(b0 + b1 x1 + ...))), safe for any finite input."""
    z = coefficients[0] + math.fsum(b * x for b, x in zip(coefficients[1:], features, strict=True))
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    return math.exp(z) / (1.0 + math.exp(z))


def conformal_threshold(scores: Sequence[float], max_false_refusal: float) -> float:
    """The largest threshold that wrongly refuses at most the given share of answerable questions.

    Split conformal prediction (Vovk, Gammerman & Shafer 2005; Lei et al. 2018): with n exchangeable scores of
    answerable questions and k = floor(alpha * (n + 1)), the k-th smallest score t satisfies
    P(score < t) <= alpha for a new answerable question.

    Args:
        scores: Log odds, or P, of answerable questions, none of them used to fit it.
        max_false_refusal: alpha, between 0 and 1.

    Returns:
        The threshold; minus infinity, which refuses nothing, when there are too few scores to promise alpha.
    """
    k = math.floor(max_false_refusal * (len(scores) + 1))
    return sorted(scores)[k - 1] if k >= 1 else -math.inf


def load(model: str, embedder_digest: str, folder: Path) -> Calibration | None:
    """The calibration of an embedder: the user's own, else the shipped one, else None.

    Args:
        model: The name of the embedder; the engines of one model give the same vectors within a small bound.
        embedder_digest: The digest of the embedder's identity.
        folder: storage/calibration.

    Raises:
        StorageError: The user's own file is damaged.
    """
    own = folder / f"{embedder_digest}.json"
    return _read(own) if own.exists() else shipped(model, embedder_digest)


def shipped(model: str, embedder_digest: str) -> Calibration | None:
    """The calibration that comes with kb for an embedder, else None.

    Args:
        model: As in `load`.
        embedder_digest: As in `load`.
    """
    for file in sorted(SHIPPED.glob("*.json")):
        calibration = _read(file)
        if embedder_digest == calibration.embedder_digest or model == calibration.model:
            return calibration
    return None


def save(calibration: Calibration, folder: Path) -> Path:
    """Write a calibration, whole or not at all.

    Raises:
        StorageError: The folder cannot be written.
    """
    file = folder / f"{calibration.embedder_digest}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with becoming_file(file) as incoming:
            incoming.write_text(json.dumps(calibration.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}", "Make room or make it writable") from None
    return file


def uncalibrated(identity: EmbedderIdentity, vectors: NDArray[np.float32] | None = None) -> Calibration:
    """What is used for an embedder that nothing was fitted for: the slopes of the shipped one over its own range.

    Args:
        identity: The embedder.
        vectors: Unit vectors of some chunks, shape (n, d); the cosine of unrelated text is the 5th percentile of their
            pairs, as it is for the fitted range of the shipped embedder; 0 without them.
    """
    low = 0.0
    if vectors is not None:
        cosines = vectors @ vectors.T
        low = float(np.quantile(cosines[np.triu_indices(len(vectors), k=1)], 0.05))
    shipped = _read(sorted(SHIPPED.glob("*.json"))[0])
    return replace(
        shipped,
        model=identity.model,
        embedder_digest=identity.digest,
        cosine={"low": min(low, 0.95), "high": 1.0},
        w=0.5,
        gates=plain(shipped.gates),
        curve=(),
        fitted=False,
        data="not fitted: the range of the embedder is read off pairs of chunks",
    )


def note_range(catalog: Catalog, identity: EmbedderIdentity, folder: Path) -> None:
    """Write down the range of an embedder that nothing was fitted for, once there are chunks to read it off.

    Raises:
        StorageError: The folder cannot be written.
    """
    if load(identity.model, identity.digest, folder) is not None:
        return
    with catalog.read() as snapshot:
        ids = snapshot.chunk_ids()
        if len(ids) >= FEWEST_CHUNKS:
            some = np.unique(np.linspace(0, len(ids) - 1, 500).astype(int))
            save(uncalibrated(identity, snapshot.vectors(ids[some])), folder)


def _read(file: Path) -> Calibration:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        if values.get("schema") != SCHEMA:
            raise StorageError(
                f"The calibration file {file} is of another version (schema {values.get('schema')}, not {SCHEMA})",
                "Make it anew with kb calibrate, or delete it",
            )
        values["gates"] = {name: Gate.of(gate) for name, gate in values["gates"].items()}
        for name in ("relevance", "curve"):
            values[name] = tuple(values[name])
        return Calibration(**values)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StorageError(f"The calibration file {file} cannot be used: {error}", "Delete it") from None
