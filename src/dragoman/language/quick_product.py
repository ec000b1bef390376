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
ROWS_AT_ONCE = 10 * _ROWS  # so that their numbers stay in the processor's cache
_COLUMNS = 16
_COLUMNS_AT_ONCE = 288  # with their edges no more than BLAS takes as one block
_EDGE = 16  # columns; OpenBLAS's kernel for Haswell adds up the outer 8 by where a row stands


class Weights:
    """The right side of products.

    Args:
        weights: an array (k, m) of float32.
    """

    def __init__(self, weights: Floats) -> None:
        self._shape = weights.shape
        self._blocks = [
            (
                slice(start, start + _COLUMNS_AT_ONCE),
                _edged(weights[:, start:][:, :_COLUMNS_AT_ONCE]),
            )
            for start in range(0, weights.shape[1], _COLUMNS_AT_ONCE)
        ]

    def under(self, rows: Floats) -> Floats:
        """Return rows (n, k) times the weights, as an array (n, m) of float32."""
        depth, width = self._shape
        made = np.empty((len(rows), width), np.float32)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = tall = rows[start : start + ROWS_AT_ONCE]
            if len(some) % _ROWS:
                tall = np.zeros((len(some) + -len(some) % _ROWS, depth), np.float32)
                tall[: len(some)] = some
            for columns, wide in self._blocks:
                there = made[start : start + ROWS_AT_ONCE, columns]
                there[...] = np.matmul(tall, wide)[: len(some), _EDGE : _EDGE + there.shape[1]]
        return made


def _edged(weights: Floats) -> Floats:
    """Return some columns with zeros on both sides."""
    depth, width = weights.shape
    wide = np.zeros((depth, 2 * _EDGE + width + -width % _COLUMNS), np.float32)
    wide[:, _EDGE : _EDGE + width] = weights
    return wide
