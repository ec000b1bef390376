"""Weights on disk: named arrays in one compressed file, the same bytes for the same arrays."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import zstandard

WEIGHTS = Path(__file__).parents[1] / "weights"
LEVEL = 19

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


def save_arrays(path: Path, arrays: dict[str, Array]) -> None:
    """Write arrays to a file, in order of their names.

    Raises:
        OSError: the file cannot be written.
    """
    buffer = io.BytesIO()
    np.savez(buffer, **{name: arrays[name] for name in sorted(arrays)})  # type: ignore[arg-type]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zstandard.ZstdCompressor(level=LEVEL).compress(buffer.getvalue()))


def load_arrays(path: Path) -> dict[str, Array]:
    """Read what `save_arrays` wrote.

    Raises:
        OSError: the file cannot be read.
    """
    data = zstandard.ZstdDecompressor().decompress(path.read_bytes())
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def pack_lines(lines: Iterable[str]) -> Array:
    """Return lines of text as an array of bytes, so that no pickling is needed."""
    return np.frombuffer("\n".join(lines).encode("utf-8"), dtype=np.uint8)


def unpack_lines(array: Array) -> list[str]:
    """Return the lines that `pack_lines` stored."""
    return array.tobytes().decode("utf-8").split("\n") if array.size else []


def text_hash(text: str) -> str:
    """Return the first 8 bytes of a text's SHA-256 in hexadecimal: the mark of a training text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def quantise(matrix: Floats, levels: int) -> tuple[Array, Array]:
    """Round each row to whole multiples of its own step.

    Args:
        matrix: (rows, columns).
        levels: steps on each side of zero, at most 127.

    Returns:
        The multiples (int8), and the step of each row (float16).
    """
    step = (np.abs(matrix).max(axis=1, keepdims=True) / levels).astype(np.float16)
    safe = np.where(step > 0, step, 1).astype(np.float32)
    return np.clip(np.rint(matrix / safe), -levels, levels).astype(np.int8), step


def restore(multiples: Array, step: Array) -> Floats:
    """Return the matrix that `quantise` rounded, as float32."""
    return multiples.astype(np.float32) * step.astype(np.float32)


def softmax(logits: Array) -> Floats:
    """Return probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    normed: Floats = (shifted / shifted.sum(axis=-1, keepdims=True)).astype(np.float32)
    return normed
