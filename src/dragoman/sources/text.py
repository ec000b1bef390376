"""Plain text: bytes of any encoding become characters, or a reason why not."""

from __future__ import annotations

import codecs

from dragoman.sources.base import MAX_CHARACTERS, SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_BYTES = 4 * MAX_CHARACTERS
MOST_TAGS = 75_000  # of a page or a feed: they have some thousands
_SAMPLE = 200_000  # bytes looked at to guess an encoding


def too_large(size: int) -> str:
    """Say that a file of `size` bytes is too large to be one report."""
    return (
        f"the file has {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read as one"
        " report. Split it into its reports, one a line of JSON Lines"
    )


def decode(data: bytes) -> str:
    """Turn bytes into characters: by their mark, as UTF-8, else by the likeliest encoding.

    Raises:
        SourceError: the bytes are too many, are no text, or fit no encoding.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(too_large(len(data)))
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_as(data, encoding)
    if b"\0" in data:
        raise SourceError("this is a binary file, not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_guessed(data, error)


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"the file's mark says {encoding}, but byte {error.start} does not fit it;"
            " save it as UTF-8"
        ) from error


def _decode_guessed(data: bytes, error: UnicodeDecodeError) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        text = _try(data, best.encoding)
        if text is not None and _is_readable(text):
            return text
    raise SourceError(
        f"byte {error.start} is not UTF-8 and no other encoding fits; save the file as UTF-8"
    )


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_readable(text: str) -> bool:
    """Whether a guess looks like writing: few control characters, mostly letters and spaces."""
    sample = text[:_SAMPLE]
    bad = sum(1 for c in sample if not c.isprintable() and not c.isspace())
    letters = sum(1 for c in sample if c.isalpha() or c.isspace())
    return bad <= len(sample) * 0.01 and letters >= len(sample) * 0.6
