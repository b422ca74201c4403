"""Token ids -> unit vectors, by OpenVINO with int8 weights."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from kb.models.e5 import FloatArray, PackedModel, unpack

ENGINE = "openvino-int8"
_GRAPH = "encoder.xml"
Node: TypeAlias = Any  # the output of an operation; OpenVINO ships no types
_HIDDEN = -1e9  # added to the attention score of a padded token: exp() of it is exactly 0


def import_openvino() -> ModuleType:
    """Import OpenVINO without its converter, whose import sends a usage event to its makers."""
    if "openvino" in sys.modules:
        return importlib.import_module("openvino")
    converter = "openvino.tools.ovc"
    sys.modules[converter] = None  # type: ignore[assignment]  # makes its import an ImportError, which OpenVINO expects
    try:
        return importlib.import_module("openvino")
    finally:
        del sys.modules[converter]


class OpenVinoEncoder:
    """The encoder of a prepared folder.

    Word embeddings stay in their 4-bit blocks on disk and are looked up by numpy; the rest is a graph of 21 MB.
    Arithmetic is float32 with int8 weights; where the processor has integer dot products the activations of a
    matrix product are rounded to int8 in groups of 32. Each row is rounded by itself, so that a text's vector does not
    depend on its neighbours in the batch.

    Args:
        packed: The 4-bit file that the graph was made from.
        graph: The folder written by `write_graph`.
        threads: How many cores to use; 0 takes all.
    """

    def __init__(self, packed: Path, graph: Path, threads: int = 0) -> None:
        model = PackedModel(packed)
        self._words = model.word_blocks()
        shape = model.shape
        self.dimension = shape.hidden
        self.max_tokens = shape.positions
        self._positions = model.tensor("emb.pos", shape.positions, shape.hidden)
        self._positions += model.tensor("emb.type", shape.types, shape.hidden)[0]
        core = import_openvino().Core()
        options = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": "1", "PERFORMANCE_HINT": "LATENCY"}
        if threads:
            options["INFERENCE_NUM_THREADS"] = str(threads)
        self._compiled = core.compile_model(str(graph / _GRAPH), "CPU", options)
        self._request = self._compiled.create_infer_request()

    def encode(self, ids: Sequence[Sequence[int]]) -> FloatArray:
        """Encode one batch.

        Args:
            ids: The token ids of each text, special tokens included, at least one and at most `max_tokens` a text.

        Returns:
            Unit vectors, (texts, dimension).
        """
        longest = max(len(row) for row in ids)
        padded = np.zeros((len(ids), longest), np.int64)
        hidden = np.full((len(ids), 1, 1, longest), _HIDDEN, np.float32)
        mean = np.zeros((len(ids), 1, longest), np.float32)
        for row, tokens in enumerate(ids):
            padded[row, : len(tokens)] = tokens
            hidden[row, 0, 0, : len(tokens)] = 0.0
            mean[row, 0, : len(tokens)] = 1.0 / len(tokens)
        self._request.infer({0: self._look_up(padded), 1: hidden, 2: mean}, share_inputs=True)
        return np.array(self._request.get_output_tensor(0).data, np.float32)

    def _look_up(self, padded: npt.NDArray[np.int64]) -> FloatArray:
        distinct, places = np.unique(padded, return_inverse=True)
        rows = unpack(self._words[distinct]).reshape(len(distinct), -1)
        embedded = rows[places.reshape(padded.shape)]
        embedded += self._positions[: padded.shape[1]]
        return embedded


def batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Indices grouped so that texts of like length meet and a batch, padding included, keeps within `batch_tokens`."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    start = 0
    while start < len(order):
        rows = max(1, batch_tokens // lengths[order[start]])
        yield order[start : start + rows]
        start += rows


def write_graph(model: PackedModel, folder: Path) -> None:
    """Write the encoder as an OpenVINO graph with int8 weights (symmetric, one scale for each output).

    Inputs: the embedded tokens (texts, tokens, hidden), what hides padding from attention (texts, 1, 1, tokens), the
    weights of the mean over tokens (texts, 1, tokens). Output: unit vectors (texts, hidden).
    """
    openvino = import_openvino()
    folder.mkdir(exist_ok=True)
    openvino.save_model(_Graph(model).build(), str(folder / _GRAPH), compress_to_fp16=False)


class _Graph:
    """BERT's encoder (Devlin et al. 2019) in OpenVINO operations."""

    def __init__(self, model: PackedModel) -> None:
        self._openvino = import_openvino()
        self._op = self._openvino.opset13
        self._model = model
        shape = model.shape
        self._hidden = shape.hidden
        self._split = self._whole([0, 0, shape.heads, shape.hidden // shape.heads])
        self._join = self._whole([0, 0, shape.hidden])
        self._swap = self._whole([0, 2, 1, 3])

    def build(self) -> Node:
        op = self._op
        embedded = op.parameter([-1, -1, self._hidden], np.float32)
        hidden = op.parameter([-1, 1, 1, -1], np.float32)
        mean = op.parameter([-1, 1, -1], np.float32)
        states = self._normalised(embedded, "emb.ln")
        for layer in range(self._model.shape.layers):
            states = self._layer(states, hidden, f"l{layer}.")
        pooled = op.squeeze(op.matmul(mean, states, False, False), self._whole([1]))
        unit = op.normalize_l2(pooled, self._whole([1]), 1e-24, "max")
        return self._openvino.Model([unit], [embedded, hidden, mean], "encoder")

    def _layer(self, states: Node, hidden: Node, name: str) -> Node:
        op, shape = self._op, self._model.shape
        square = (shape.hidden, shape.hidden)
        query, key, value = (self._heads(self._linear(states, name + part, square)) for part in "qkv")
        attended = op.scaled_dot_product_attention(query, key, value, hidden)
        joined = op.reshape(op.transpose(attended, self._swap), self._join, True)
        states = self._normalised(op.add(states, self._linear(joined, name + "ao", square)), name + "aln")
        inner = op.gelu(self._linear(states, name + "fi", (shape.inner, shape.hidden)), "erf")
        outer = self._linear(inner, name + "fo", (shape.hidden, shape.inner))
        return self._normalised(op.add(states, outer), name + "oln")

    def _heads(self, states: Node) -> Node:
        return self._op.transpose(self._op.reshape(states, self._split, True), self._swap)

    def _linear(self, states: Node, name: str, shape: tuple[int, int]) -> Node:
        op = self._op
        weights = self._model.tensor(name + ".w", *shape)
        scales = np.maximum(np.abs(weights).max(axis=1, keepdims=True) / 127.0, 1e-12).astype(np.float32)
        rounded = np.rint(weights / scales).astype(np.int8)
        restored = op.multiply(op.convert(op.constant(rounded), "f32"), op.constant(scales))
        return op.add(op.matmul(states, restored, False, True), self._vector(name + ".b", shape[0]))

    def _normalised(self, states: Node, name: str) -> Node:
        """LayerNorm over the last axis."""
        op = self._op
        centred = op.mvn(states, self._whole([-1]), True, self._model.shape.epsilon, "INSIDE_SQRT")
        scaled = op.multiply(centred, self._vector(name + ".w", self._hidden))
        return op.add(scaled, self._vector(name + ".b", self._hidden))

    def _vector(self, name: str, size: int) -> Node:
        return self._op.constant(self._model.tensor(name, 1, 1, size))

    def _whole(self, values: list[int]) -> Node:
        return self._op.constant(np.array(values, np.int64))
