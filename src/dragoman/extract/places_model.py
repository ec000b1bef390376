"""The learned scorers of places, run with numpy alone.

Trained by `python bench/train_places.py`; the weights are dragoman/weights/places.npz.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.extract.places_scene import Floats
from dragoman.extract.speech_model import Linear

WEIGHTS = Path(__file__).parents[1] / "weights" / "places.npz"
_PARTS = ("first", "second")


@dataclass(slots=True)
class PlacesModel:
    """The models of places.

    Attributes:
        first: scores whether a run of words names a place, at first sight.
        second: scores it again, seeing the first scores of the runs around it.
        cut: log odds from which a run is taken for a place.
        own, both: weights of `weigh`, which ranks what a name may stand for.
        least: probability below which a name is left unresolved.
        seen: first 8 bytes (hex) of the SHA-256 of each text it was trained on.
    """

    first: Linear
    second: Linear
    cut: float
    own: Floats
    both: Floats
    least: float
    seen: frozenset[str]
    _joined: list[Linear] = field(default_factory=list)

    @property
    def joined(self) -> Linear:
        """Both scorers as one, in two columns: a run's own features are looked up once."""
        if not self._joined:
            self._joined.append(_join(self.first, self.second))
        return self._joined[0]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> PlacesModel:
        """Read the weights.

        Raises:
            OSError: the file is missing.
        """
        with np.load(path, allow_pickle=False) as data:
            first, second = (_linear(data, part) for part in _PARTS)
            seen = frozenset(data["seen"].tobytes().decode("ascii").split())
            own, both = data["own"].astype(np.float64), data["both"].astype(np.float64)
            return cls(first, second, float(data["cut"]), own, both, float(data["least"]), seen)

    def save(self, path: Path) -> None:
        """Write the weights, in the same bytes for the same weights."""
        packed: dict[str, Any] = {
            "cut": np.float32(self.cut),
            "own": self.own.astype(np.float32),
            "both": self.both.astype(np.float32),
            "least": np.float32(self.least),
            "seen": np.frombuffer(" ".join(sorted(self.seen)).encode("ascii"), dtype=np.uint8),
        }
        for part, model in zip(_PARTS, (self.first, self.second), strict=True):
            names = sorted(model.rows, key=model.rows.__getitem__)
            packed[f"{part}_names"] = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
            packed[f"{part}_weights"] = model.weights.astype(np.float16)
            packed[f"{part}_bias"] = model.bias
        np.savez_compressed(path, **packed)


def _join(first: Linear, second: Linear) -> Linear:
    names = first.rows | second.rows
    weights = np.zeros((len(names) + 1, 2), dtype=np.float32)
    for column, model in enumerate((first, second)):
        for row, name in enumerate(names):
            known = model.rows.get(name)
            if known is not None:
                weights[row, column] = model.weights[known, 0]
    rows = {name: row for row, name in enumerate(names)}
    return Linear(rows, weights, np.concatenate([first.bias, second.bias]))


def _linear(data: Any, part: str) -> Linear:
    names = data[f"{part}_names"].tobytes().decode("utf-8").split("\n")
    return Linear(
        {feature: n for n, feature in enumerate(names)},
        np.asarray(data[f"{part}_weights"], dtype=np.float32),
        np.asarray(data[f"{part}_bias"], dtype=np.float32),
    )


@lru_cache(maxsize=1)
def shipped() -> PlacesModel:
    """Return the weights that come with Dragoman, loaded once."""
    return PlacesModel.load()
