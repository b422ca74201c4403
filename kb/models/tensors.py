"""Safetensors files <-> tensors, one at a time, none of them copied unless its type changes."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kb.models.pages import private_pages

if TYPE_CHECKING:
    import torch

BYTES = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "BF16": 2, "F16": 2, "I16": 2, "U16": 2,
    "F8_E5M2": 1, "F8_E4M3": 1, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
_TORCH = {
    "F64": "float64", "I64": "int64", "F32": "float32", "I32": "int32", "BF16": "bfloat16", "F16": "float16",
    "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
_LENGTH = struct.Struct("<Q")
_PIECE = 1 << 22  # values that are converted at a time
_LONGEST_HEADER = 100_000_000  # bytes; the format's own limit


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of a file: `start` and `end` are bytes from the beginning of the file."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int

    @property
    def bytes(self) -> int:
        """The room it takes."""
        return self.end - self.start


def read_header(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, in the order of its bytes; nothing but the header is read.

    Format: the header's length as a little-endian uint64, the header as JSON (type, shape, byte range), then the raw
    values without a gap.

    Raises:
        ValueError: It is no such file, or the file ends before its last tensor or goes on behind it.
        OSError: It cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(_LENGTH.size)
        length = _LENGTH.unpack(first)[0] if len(first) == _LENGTH.size else 0
        if not 2 <= length <= min(_LONGEST_HEADER, size - _LENGTH.size):
            raise ValueError("its header is cut off or none")
        header = json.loads(file.read(length))
    base = _LENGTH.size + length
    tensors = sorted(_tensors(header, base), key=lambda tensor: (tensor.start, tensor.end))
    end = base
    for tensor in tensors:
        if tensor.start != end or tensor.bytes != math.prod(tensor.shape) * BYTES.get(tensor.dtype, -1):
            raise ValueError(f"its header gives tensor {tensor.name} an impossible place")
        end = tensor.end
    if end != size:
        raise ValueError(f"its header describes {end:,} bytes and it has {size:,}")
    return {tensor.name: tensor for tensor in tensors}


def _tensors(header: object, base: int) -> Iterable[Tensor]:
    if not isinstance(header, dict):
        raise ValueError("its header is no JSON object")
    for name, facts in header.items():
        if name == "__metadata__":
            continue
        try:
            start, end = facts["data_offsets"]
            yield Tensor(name, str(facts["dtype"]), tuple(map(int, facts["shape"])), base + int(start), base + int(end))
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"its header does not describe tensor {name}") from None


def begin(file: BinaryIO, tensors: Mapping[str, tuple[str, tuple[int, ...]]]) -> None:
    """Write the header for tensors (type and shape by name) whose values follow, in this order, through `file.write`.

    Readers map the file: to keep every value on a multiple of its size, give wider types first.
    """
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, (dtype, shape) in tensors.items():
        start, end = end, end + math.prod(shape) * BYTES[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(_LENGTH.pack(len(text)) + text)


class Mapped:
    """One tensor of a file that is read when it is asked for, by a memory map of its own.

    `mapped[...]` is the tensor, backed by the file: its pages count as memory only when they are used, and they go with
    the tensor, so that one that is copied elsewhere does not stay here as well. transformers takes such objects in the
    place of safetensors' slices, whose pages stay for as long as any tensor of the file lives.
    """

    def __init__(self, path: Path, tensor: Tensor, wanted: torch.dtype | None = None) -> None:
        self._path, self._tensor, self._wanted = path, tensor, wanted

    def get_dtype(self) -> str:
        """The type's name in the file, such as BF16."""
        return self._tensor.dtype

    def get_shape(self) -> list[int]:
        """The sizes of the tensor."""
        return list(self._tensor.shape)

    def __getitem__(self, _all: object) -> torch.Tensor:
        import torch

        shape, dtype = self._tensor.shape, getattr(torch, _TORCH[self._tensor.dtype])
        count = math.prod(shape)
        if self._wanted in (None, dtype):
            return self._pages(0, count, dtype).reshape(shape)
        values = torch.empty(count, dtype=self._wanted)
        for start in range(0, count, _PIECE):
            end = min(start + _PIECE, count)
            values[start:end] = self._pages(start, end, dtype)
        return values.reshape(shape)

    def _pages(self, start: int, end: int, dtype: torch.dtype) -> torch.Tensor:
        """Some of the values in a row, in a memory map of their own."""
        import torch

        if start == end:
            return torch.empty(0, dtype=dtype)
        first, length = self._tensor.start + start * dtype.itemsize, (end - start) * dtype.itemsize
        return torch.frombuffer(private_pages(self._path, first, length), dtype=dtype, count=end - start)


def mapped(paths: Iterable[Path], wanted: Callable[[Tensor], torch.dtype | None] = lambda _: None) -> dict[str, Mapped]:
    """All tensors of some files by name; costs the headers alone. `wanted` may give a tensor another type."""
    headers = {path: read_header(path) for path in paths}
    return {t.name: Mapped(path, t, wanted(t)) for path, tensors in headers.items() for t in tensors.values()}


def write(path: Path, tensors: Mapping[str, torch.Tensor]) -> int:
    """Write torch tensors that lie in memory; returns the bytes of their values."""
    import torch

    short = {getattr(torch, long): short for short, long in _TORCH.items()}
    ordered = sorted(tensors.items(), key=lambda item: -item[1].element_size())
    with path.open("wb") as file:
        begin(file, {name: (short[tensor.dtype], tuple(tensor.shape)) for name, tensor in ordered})
        for _name, tensor in ordered:
            if tensor.numel():
                file.write(tensor.contiguous().flatten().view(torch.uint8).numpy().data)
    return sum(tensor.nbytes for tensor in tensors.values())
