"""A question and the best passages -> the same passages, read again together with it by a cross-encoder."""

from __future__ import annotations

import importlib.util
import json
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.bridge.pydantic import Field, PrivateAttr
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from kb.errors import ModelUnavailable
from kb.models import weights
from kb.models.engines import quiet_transformers
from kb.models.hub import INSTALL
from kb.models.threads import share_cores
from kb.progress import Progress
from kb.retrieval.cutoff import figure
from kb.retrieval.postprocessors import note
from kb.retrieval.source import ALL, Step

LONGEST = 512  # tokens of question and passage together; the end of a longer pair is not read
CHOOSE = "Name a cross-encoder of sentence-transformers, or a folder that holds one"


class CrossEncoderReranker(BaseNodePostprocessor):
    """Orders the first passages of a list by the probability that a cross-encoder gives them.

    That is the sigmoid of its one logit, or, for a model with two labels, the softmax of the second. It replaces the
    score. What stands behind the first `first` passages is not read: it keeps its order behind them, and no score
    above theirs. Nothing is dropped.

    LlamaIndex's SentenceTransformerRerank is not used, for it drops what it does not read, trusts code that comes with
    a model unless told, and takes both logits of a two-label model for one score.
    """

    name: str = ""
    first: int = Field(default=20, ge=1)
    _encoder: Any = PrivateAttr()
    _lock: Any = PrivateAttr()

    def __init__(self, encoder: Any, name: str = "", first: int = 20) -> None:  # noqa: ANN401 - the package is optional
        super().__init__(name=name, first=first)
        self._encoder = encoder
        self._lock = threading.Lock()

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex stores it under."""
        return "CrossEncoderReranker"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise ValueError("a reranker needs the question beside the passages")
        if not nodes:
            return []
        read, rest = nodes[: self.first], nodes[self.first :]
        found = self.probabilities(query_bundle.query_str, [hit.node.get_content() for hit in read])
        order = sorted(range(len(read)), key=lambda place: -found[place])
        for rank, place in enumerate(order, start=1):
            hit, p = read[place], found[place]
            why = f"from place {place + 1} to {rank}: P {figure(p)} by {self.name or 'it'}, {_before(hit)} before"
            note(hit, Step("reranker", ALL, rank, p, True, why))
            hit.score = p
        lowest = min(found)
        for rank, hit in enumerate(rest, start=len(read) + 1):
            capped = min(float(hit.score or 0.0), lowest)
            why = f"not read, being behind the first {self.first}: P {figure(capped)}, {_before(hit)} before"
            note(hit, Step("reranker", ALL, rank, capped, True, why))
            hit.score = capped
        return [read[place] for place in order] + rest

    def probabilities(self, question: str, texts: Sequence[str]) -> list[float]:
        """P(relevant) of each text, by the cross-encoder alone."""
        from torch.nn import Identity

        pairs = [(question, text) for text in texts]
        with self._lock:
            logits = self._encoder.predict(pairs, activation_fn=Identity(), show_progress_bar=False)
        return probabilities_of(np.asarray(logits, dtype=np.float64))


def open_reranker(
    name: str, models: Path, first: int, *, download: bool, progress: Progress | None = None
) -> CrossEncoderReranker:
    """Prepare and open a cross-encoder; only safetensors are loaded, and never code that comes with a model.

    Args:
        name: A Hugging Face name (owner/model or owner/model@revision) or a folder.
        models: Where prepared models are kept.
        first: How many passages it reads for a question.
        download: Whether anything may be fetched.
        progress: Told (what, done, total).

    Raises:
        ModelUnavailable: It is not here and may not be fetched, its packages are not installed, or it is no
            cross-encoder with one or two labels whose weights are safetensors.
    """
    path = Path(name).expanduser()
    if name.startswith((".", "/", "~")) and not path.is_dir():
        raise ModelUnavailable(f"There is no folder {name}", "Correct retrieval.reranker in settings.toml")
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelUnavailable("The reranker needs sentence-transformers, which is not installed", INSTALL)
    folder = weights.prepare_reference(name, models, download=download, progress=progress)
    return CrossEncoderReranker(_load(name, folder, _longest(name, folder)), name, first)


def probabilities_of(logits: np.ndarray) -> list[float]:
    """Logits of shape (n,), (n, 1) or (n, 2) -> the probability of the last label."""
    rows = logits.reshape(len(logits), -1)
    z = rows[:, -1] - rows[:, 0] if rows.shape[1] == 2 else rows[:, 0]  # softmax of two is the sigmoid of their gap
    return [float(p) for p in np.exp(-np.logaddexp(0.0, -z))]


def _longest(name: str, folder: Path) -> int:
    """How many tokens it may read, once its configuration shows a trained head: without one it scores at random."""
    try:
        configuration = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kinds = configuration.get("architectures") or []
        longest = int(configuration.get("max_position_embeddings", LONGEST))
    except (OSError, ValueError, TypeError, AttributeError):
        raise ModelUnavailable(f"{name} has no configuration that can be read", CHOOSE) from None
    if not any(str(kind).endswith("ForSequenceClassification") for kind in kinds):
        raise ModelUnavailable(f"{name} is not a cross-encoder ({', '.join(map(str, kinds)) or 'of no kind'})", CHOOSE)
    if not any(folder.glob("*.safetensors")):
        raise ModelUnavailable(f"{name} has no weights as safetensors", "Choose another model; no other form is loaded")
    return min(LONGEST, longest)


def _load(name: str, folder: Path, longest: int) -> Any:  # noqa: ANN401 - the package is optional
    share_cores()
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # its import tells of kernels that nobody needs here
    try:
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder
    except ModuleNotFoundError as error:
        raise ModelUnavailable(f"The reranker needs packages that are not installed ({error.name})", INSTALL) from None
    try:
        with quiet_transformers():
            encoder = CrossEncoder(
                str(folder),
                max_length=longest,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
        raise ModelUnavailable(f"{name} cannot be opened as a cross-encoder ({reason})", CHOOSE) from None
    if encoder.num_labels not in (1, 2):
        raise ModelUnavailable(f"{name} has {encoder.num_labels} labels, a reranker one or two", CHOOSE)
    return encoder


def _before(hit: NodeWithScore) -> str:
    return "none" if hit.score is None else figure(hit.score)
