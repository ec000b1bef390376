"""Inputs for a target by hypothesis: a seed with some edits, or bytes by chance."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_TELLING = (b"\0", b"\xff", b"\xed\xa0\x80", b"<", b">", b'"', b"\\ud800", b"[" * 40, b"9" * 20)
_TELLING += (b"\xe2\x80\xae", b"\r\n", b"&#0;", b"{", b"0001-01-01", b"9999-12-31", b"-1", b"\xf0")


@st.composite
def edited(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """Draw a seed with up to six edits: bytes cut, doubled, exchanged or put in."""
    data = draw(st.sampled_from(seeds) | st.binary(max_size=300))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 40)))
        put = draw(_pieces())
        kind = draw(st.integers(0, 3))
        middle = (put, b"", data[at:to] * 3, data[at:to] + put)[kind]
        data = data[:at] + middle + data[to:]
    return data


def _pieces() -> SearchStrategy[bytes]:
    return st.sampled_from(_TELLING) | st.binary(min_size=1, max_size=8)
