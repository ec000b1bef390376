"""Files packed with gzip or Zstandard, read as a stream; a bomb is stopped at its limit."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import zstandard

from dragoman.sources.base import SourceError
from dragoman.sources.text import MAX_BYTES

PACKED = {".gz", ".zst"}
MOST_TIMES = 200  # its packed size that a file may unpack to; news packs to a third or a tenth
_SMALL = 8 * MAX_BYTES  # bytes that may be unpacked whatever the packed size
_STEP = 1024  # packed bytes of Zstandard taken at a time; they unpack to 32 MB at most


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
        SourceError: it is packed, and damaged, cut short or a bomb (while it is read).
    """
    suffix = file.suffix.lower()
    with file.open("rb") as raw:
        if suffix not in PACKED:
            yield raw
            return
        unpacked = _Zstandard(raw) if suffix == ".zst" else gzip.GzipFile(fileobj=raw)
        try:
            yield io.BufferedReader(_Bounded(unpacked, raw))
        except (zlib.error, zstandard.ZstdError, gzip.BadGzipFile) as error:
            raise SourceError(f"the packed file cannot be read on: {error}") from error
        except EOFError as error:
            raise SourceError("the packed file breaks off; its end cannot be read") from error


class _Zstandard(io.RawIOBase):
    """The bytes of all frames of a Zstandard file.

    `zstandard`'s own readers take a file that breaks off for one that ends, so its frames are
    unpacked one by one here.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._frame: Any = None
        self._left = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            packed = self._left or self._raw.read(_STEP)
            if not packed:
                if self._frame is not None:
                    raise EOFError
                return 0
            self._unpack(packed)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _unpack(self, packed: bytes) -> None:
        if self._frame is None:
            self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = memoryview(self._frame.decompress(packed))
        self._left = b""
        if self._frame.eof:
            self._left = self._frame.unused_data
            self._frame = None


class _Bounded(io.RawIOBase):
    """A stream that stops where it unpacks to far more than anything written does.

    Args:
        unpacked: the bytes that come out.
        raw: the packed file, of which is asked how far it was read.
    """

    def __init__(self, unpacked: Any, raw: IO[bytes]) -> None:
        self._unpacked = unpacked
        self._raw = raw
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = int(self._unpacked.readinto(buffer))
        self._size += count
        if self._size > _SMALL and self._size > MOST_TIMES * self._raw.tell():
            raise SourceError(
                f"the file unpacks to over {MOST_TIMES} times its size, as no text does;"
                " the rest is not read"
            )
        return count


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
