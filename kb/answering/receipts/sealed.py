"""A receipt -> a JSON file whose first line tells what it is about and whose end tells that it is whole; and back."""

from __future__ import annotations

import hashlib
import json
import os
import re
from functools import cache
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from kb.answering.receipts.receipt import SCHEMA, Receipt

_HEAD = ("schema", "id", "made", "status", "request", "documents")
_CIRCUMSTANCES = ("generation", "index", "calibration", "settings", "version")
_SEAL = re.compile(rb'"seal":"([0-9a-f]{64})"\}\n')
_SEAL_BYTES = 64 + len('"seal":""}\n')
_LONGEST_HEAD = 1 << 20  # bytes


def to_file(receipt: Receipt) -> bytes:
    """The content of a file: one JSON object in three lines (what it is about; all else; the SHA-256 of both)."""
    values = receipt.as_dict()
    answer = receipt.answer
    head = {name: values.pop(name) for name in _HEAD}
    head["outcome"] = None if answer is None else {name: values["answer"][name] for name in ("status", "mode", "model")}
    text = _encoded(head)[:-1] + b",\n" + _encoded(values)[1:-1] + b",\n"
    return text + f'"seal":"{hashlib.sha256(text).hexdigest()}"}}\n'.encode()


def from_file(content: bytes) -> Receipt:
    """The receipt in a file.

    Raises:
        ValueError: The file is not whole, was altered, or is of another schema; in words.
    """
    seal = _SEAL.fullmatch(content, max(0, len(content) - _SEAL_BYTES))
    if seal is None:
        raise ValueError("its end is missing")
    if hashlib.sha256(content[:-_SEAL_BYTES]).hexdigest().encode() != seal[1]:
        raise ValueError("it was altered after it was written")
    try:
        return _receipt(json.loads(content))
    except (ValidationError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it holds no receipt ({type(error).__name__})") from None


def head_of(file: BinaryIO) -> dict[str, Any]:
    """The first line of a file, and whether the file has its end; far quicker than reading it all.

    Returns:
        What `Receipt.as_dict` has before the generation, and `outcome`: status, mode and model of the answer, or None.

    Raises:
        ValueError: As `from_file`; what was altered in the middle is not seen.
    """
    line = file.readline(_LONGEST_HEAD)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _SEAL_BYTES))
    if not line.endswith(b",\n") or _SEAL.fullmatch(file.read()) is None:
        raise ValueError("its end is missing")
    head = json.loads(line[:-2] + b"}")
    if not isinstance(head, dict) or head.get("schema") != SCHEMA:
        raise ValueError(f"it is no receipt of schema {SCHEMA}")
    return head


def _receipt(values: dict[str, Any]) -> Receipt:
    if values["schema"] != SCHEMA:
        raise ValueError(f"it is of schema {values['schema']}; this program reads {SCHEMA}")
    circumstances = {name: values.pop(name) for name in _CIRCUMSTANCES}
    return _shape().validate_python({**values, "circumstances": circumstances})


@cache
def _shape() -> TypeAdapter[Receipt]:
    return TypeAdapter(Receipt)


def _encoded(values: dict[str, Any]) -> bytes:
    """JSON on one line; a lone surrogate, which no UTF-8 can hold, is written as an escape."""
    try:
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(values, separators=(",", ":")).encode()
