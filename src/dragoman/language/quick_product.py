"""Matrix products in which no row hangs on the others, to the last bit.

BLAS takes other routes through small matrices and along the edges of all, and adds up in another
order there. With rows filled up to whole tiles, and columns of zeros along both edges, each row
goes the same way, whatever stands beside it; so reports can be parsed together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_ROWS = 48  # kernels take rows by 4, 6, 8, 12 or 16
_COLUMNS = 16
_AT_ONCE = 288  # columns; with their edges no more than BLAS takes as one block
_EDGE = 16  # columns; OpenBLAS's kernel for Haswell adds up the outer 8 by where a row stands


def product(rows: Floats, weights: Floats) -> Floats:
    """Return rows (n, k) times weights (k, m), as an array (n, m) of float32."""
    (count, depth), width = rows.shape, weights.shape[1]
    tall = rows
    if count % _ROWS:
        tall = np.zeros((count + -count % _ROWS, depth), np.float32)
        tall[:count] = rows
    made = np.empty((count, width), np.float32)
    for start in range(0, width, _AT_ONCE):
        some = weights[:, start : start + _AT_ONCE]
        there = slice(_EDGE, _EDGE + some.shape[1])
        wide = np.zeros((depth, there.stop + -some.shape[1] % _COLUMNS + _EDGE), np.float32)
        wide[:, there] = some
        made[:, start : start + _AT_ONCE] = np.matmul(tall, wide)[:count, there]
    return made
