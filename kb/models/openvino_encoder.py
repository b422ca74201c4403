"""Token ids -> unit vectors, by OpenVINO."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kb.models.e5 import FloatArray, PackedModel, unpack
from kb.models.graph import NARROW, WIDE, import_openvino
from kb.models.threads import cores

Arithmetic = Literal["bfloat16", "int8"]
Rows = Sequence[Sequence[int]]
_HIDDEN = -1e9  # added to the attention score of a padded token: exp() of it is exactly 0
_STEP = 16  # tokens; OpenVINO prepares itself for every new shape of a batch, which costs as much as a question
_MOST_STREAMS = 4  # each holds the activations of a batch, some 30 MB
_FIRST = threading.Lock()


class OpenVinoEncoder:
    """The encoder of a prepared folder.

    Word embeddings stay in their 4-bit blocks on disk and are looked up by numpy; the rest is a graph. On a processor
    with matrix units for bfloat16 that is what it computes in. On any other it computes in float32 with int8 weights,
    and where the processor has integer dot products the activations of a matrix product are rounded to int8 in groups
    of 32 of one token. Either way a text's vector is within cosine .9995 of the float32 one, .9998 in the mean, and
    does not depend on its neighbours in the batch by more than cosine .9998; the worst text known, one letter 700
    times, is at .998 in int8 (held by tests/models/test_openvino_encoder.py).

    Args:
        packed: The 4-bit file that the graphs were made from.
        graphs: The folder written by `write_graphs`.
        arithmetic: What to compute in; None takes what is quicker on this processor.
    """

    def __init__(self, packed: Path, graphs: Path, arithmetic: Arithmetic | None = None) -> None:
        model = PackedModel(packed)
        shape = model.shape
        self.dimension, self.max_tokens = shape.hidden, shape.positions
        self.arithmetic = arithmetic or quickest()
        self._words = model.word_blocks()
        self._positions = model.tensor("emb.pos", shape.positions, shape.hidden)
        self._positions += model.tensor("emb.type", shape.types, shape.hidden)[0]
        self._graphs = graphs
        self._streams = 0
        self._begun = False
        self._requests: SimpleQueue[Any] = SimpleQueue()

    def encode(self, rows: Rows, batch_tokens: int, progress: Callable[[int], None]) -> FloatArray:
        """Encode texts of any length.

        Args:
            rows: The token ids of each text, special tokens included, at most `max_tokens` a text.
            batch_tokens: How many tokens, padding included, are computed at once.
            progress: Called with the number of texts done so far.

        Returns:
            Unit vectors (texts, dimension), in the order of the texts.
        """
        vectors = np.empty((len(rows), self.dimension), np.float32)
        groups = list(batches([len(row) for row in rows], batch_tokens))
        self._compile(min(len(groups), _MOST_STREAMS, cores()))
        if len(groups) == 1:  # a question: no threads
            vectors[groups[0]] = self._begin([rows[index] for index in groups[0]])
            progress(len(rows))
            return vectors
        if not self._begun:
            self._begin([rows[groups[-1][-1]]])  # the shortest text, before there are threads
        done = 0
        with ThreadPoolExecutor(self._streams) as pool:
            jobs = pool.map(self._batch, ([rows[index] for index in group] for group in groups))
            try:
                for group, result in zip(groups, jobs, strict=True):
                    vectors[group] = result
                    done += len(group)
                    progress(done)
            except BaseException:
                pool.shutdown(cancel_futures=True)  # do not compute what nobody waits for
                raise
        return vectors

    def _compile(self, streams: int) -> None:
        """Open the graph for so many batches side by side; one question needs no more than one."""
        if streams <= self._streams:
            return
        wide = self.arithmetic == "bfloat16"
        options = {"INFERENCE_PRECISION_HINT": "bf16" if wide else "f32", "NUM_STREAMS": str(streams)}
        graph = self._graphs / (WIDE if wide else NARROW)
        compiled = import_openvino().Core().compile_model(str(graph), "CPU", options)
        self._requests = SimpleQueue()
        for _ in range(streams):
            self._requests.put(compiled.create_infer_request())
        self._streams = streams

    def _begin(self, rows: Rows) -> FloatArray:
        """A batch; the first of an encoder while no other encoder of this process computes its first.

        OpenVINO's binding sets up tables when it is first used, and waits for Python's lock while it does. A second
        thread that came by then would hold that lock and wait for the tables, and both would wait for ever.
        """
        if self._begun:
            return self._batch(rows)
        with _FIRST:
            vectors = self._batch(rows)
        self._begun = True
        return vectors

    def _batch(self, rows: Rows) -> FloatArray:
        longest = -(-max(len(row) for row in rows) // _STEP) * _STEP
        longest = min(longest, self.max_tokens)
        padded = np.zeros((len(rows), longest), np.int64)
        hidden = np.full((len(rows), 1, 1, longest), _HIDDEN, np.float32)
        mean = np.zeros((len(rows), 1, longest), np.float32)
        for index, tokens in enumerate(rows):
            padded[index, : len(tokens)] = tokens
            hidden[index, 0, 0, : len(tokens)] = 0.0
            mean[index, 0, : len(tokens)] = 1.0 / len(tokens)
        inputs = {0: self._look_up(padded), 1: hidden, 2: mean}
        request = self._requests.get()
        try:
            request.infer(inputs, share_inputs=True)
            return np.array(request.get_output_tensor(0).data, np.float32)
        finally:
            self._requests.put(request)

    def _look_up(self, padded: npt.NDArray[np.int64]) -> FloatArray:
        distinct, places = np.unique(padded, return_inverse=True)
        table = unpack(self._words[distinct]).reshape(len(distinct), -1)
        embedded = table[places.reshape(padded.shape)]
        embedded += self._positions[: padded.shape[1]]
        return embedded


def quickest() -> Arithmetic:
    """What this processor computes quickest in: bfloat16 where it has matrix units for it, else int8."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # not Linux
        return "int8"
    return "bfloat16" if " amx_bf16" in flags else "int8"


def batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Indices grouped so that texts of like length meet and a batch, padding included, keeps within `batch_tokens`."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    start = 0
    while start < len(order):
        rows = max(1, batch_tokens // lengths[order[start]])
        yield order[start : start + rows]
        start += rows
