"""Matrix products in which no row hangs on the others, to the last bit.

BLAS takes other routes through small matrices and along the edges of all, and adds up in another
order there. With rows and columns filled up to whole tiles each row goes the same way, whatever
stands beside it; so reports can be parsed together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_TILE = 16


def product(rows: Floats, weights: Floats) -> Floats:
    """Return rows (n, k) times weights (k, m), as an array (n, m) of float32."""
    count, width = len(rows), weights.shape[1]
    made = np.matmul(_filled(rows, 0), _filled(weights, 1))
    return np.asarray(made[:count, :width], dtype=np.float32)


def _filled(matrix: Floats, axis: int) -> Floats:
    """Return a matrix with zeros up to the next whole tile along an axis."""
    size = matrix.shape[axis]
    missing = -size % _TILE
    if not missing:
        return matrix
    shape = list(matrix.shape)
    shape[axis] += missing
    filled = np.zeros(shape, np.float32)
    filled[tuple(slice(n) for n in matrix.shape)] = matrix
    return filled
