"""A packed model -> OpenVINO graphs on disk."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from kb.models.e5 import FloatArray, PackedModel

WIDE, NARROW = "encoder-float16.xml", "encoder-int8.xml"
Node: TypeAlias = Any  # the output of an operation; OpenVINO ships no types


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


def write_graphs(model: PackedModel, folder: Path) -> None:
    """Write the encoder twice: with float16 weights, and with int8 weights (symmetric, one scale for each output).

    Inputs: the embedded tokens (texts, tokens, hidden), what hides padding from attention (texts, 1, 1, tokens), the
    weights of the mean over tokens (texts, 1, tokens). Output: unit vectors (texts, hidden).
    """
    openvino = import_openvino()
    folder.mkdir(exist_ok=True)
    openvino.save_model(Encoder(model, _plain).build(), str(folder / WIDE), compress_to_fp16=True)
    openvino.save_model(Encoder(model, _int8).build(), str(folder / NARROW), compress_to_fp16=False)


def _plain(weights: FloatArray) -> Node:
    return import_openvino().opset13.constant(weights)


def _int8(weights: FloatArray) -> Node:
    op = import_openvino().opset13
    scales = np.maximum(np.abs(weights).max(axis=1, keepdims=True) / 127.0, 1e-12).astype(np.float32)
    rounded = np.rint(weights / scales).astype(np.int8)
    return op.multiply(op.convert(op.constant(rounded), "f32"), op.constant(scales))


class Encoder:
    """BERT's encoder (Devlin et al. 2019), mean over tokens, L2 norm, in OpenVINO operations.

    Args:
        model: Where the weights are.
        keep: How a weight matrix (outputs, inputs) is written.
    """

    def __init__(self, model: PackedModel, keep: Callable[[FloatArray], Node]) -> None:
        self._openvino = import_openvino()
        self._op = self._openvino.opset13
        self._model, self._keep = model, keep
        shape = model.shape
        self._hidden = shape.hidden
        self._split = self._whole([0, 0, shape.heads, shape.hidden // shape.heads])
        self._join = self._whole([0, 0, shape.hidden])
        self._swap = self._whole([0, 2, 1, 3])

    def build(self) -> Node:
        """The whole graph as an openvino.Model."""
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
        weights = self._keep(self._model.tensor(name + ".w", *shape))
        return self._op.add(self._op.matmul(states, weights, False, True), self._vector(name + ".b", shape[0]))

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
