"""Files packed with gzip or Zstandard, read as a stream; a bomb is stopped at its limit."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard

from dragoman.sources.base import SourceError
from dragoman.sources.text import MAX_BYTES

PACKED = {".gz", ".zst"}


def inner_suffix(file: Path) -> str:
    """Return the suffix of what a file holds ("a.jsonl.gz" → ".jsonl")."""
    suffixes = [s.lower() for s in file.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


@contextmanager
def open_bytes(file: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked where its suffix says that it is packed.

    Raises:
        OSError: the file cannot be read.
    """
    suffix = file.suffix.lower()
    with file.open("rb") as raw:
        if suffix == ".gz":
            with gzip.open(raw) as stream:
                yield io.BufferedReader(stream)
        elif suffix == ".zst":
            with zstandard.ZstdDecompressor().stream_reader(raw) as packed:
                yield io.BufferedReader(packed)
        else:
            yield raw


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream; of a line that is too long only its beginning, over the limit.

    The readers of lines refuse what is over the limit, so the rest is not kept in memory.
    """
    while line := stream.readline(MAX_BYTES + 2):
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            while rest := stream.readline(1 << 20):
                if rest.endswith(b"\n"):
                    break
        yield line


def read_whole(stream: IO[bytes]) -> bytes:
    """Read a stream that holds one report.

    Raises:
        SourceError: there is more than one report may have.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"unpacked, this is over {MAX_BYTES / 1e6:.0f} MB: too much for one report"
        )
    return data
