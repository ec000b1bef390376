"""Matrix products on one core.

Those of one report are too small to be shared out: a second thread costs more CPU time than it
saves, and takes the core from another worker. On one core the last bits hang on the machine less.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    import numpy  # noqa: F401 (the libraries that are loaded by now are those that are held)

    return ThreadpoolController()


def one_core() -> AbstractContextManager[object]:
    """Return a context in which BLAS runs on one core; what was set before is set again after."""
    limited: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limited
