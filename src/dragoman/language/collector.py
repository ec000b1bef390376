"""Python's collector of cyclic garbage, held back while a report is read.

A document's words point at each other, and there are many: the collector would walk over all of
them, and over the model and the codebook, several times a report, and find nothing to free.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold the collector back within this block; where it was off it stays off."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
