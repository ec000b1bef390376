"""The learned scorer of attribution: three linear models over words, run with numpy alone.

Trained by `python bench/train_attribution.py`; the weights are dragoman/weights/attribution.npz.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
HEAD_BONUS = 3.0  # log odds that the head of a cue is part of it
LOWEST = 0.2  # probability below which a cue is not looked at
ROLES = ("none", "source", "cue", "content")
WEIGHTS = Path(__file__).parents[1] / "weights" / "attribution.npz"


@dataclass(slots=True)
class Linear:
    """A linear model: the row of each feature, its weights (features × classes), the bias."""

    rows: dict[str, int]
    weights: Floats
    bias: Floats

    def scores(self, features: list[list[str]]) -> Floats:
        """Return the scores (items × classes) of items given by their features."""
        known = self.rows
        last = len(self.weights) - 1  # a row of zeros
        flat: list[int] = []
        starts: list[int] = []
        for names in features:
            starts.append(len(flat))
            flat.append(last)
            flat += [known[name] for name in names if name in known]
        if not starts:
            return np.zeros((0, len(self.bias)), dtype=np.float32)
        summed = np.add.reduceat(self.weights[flat], starts, axis=0)
        return np.asarray(summed + self.bias, dtype=np.float32)


@dataclass(slots=True)
class SpeechModel:
    """The models with what was set on held-out folds.

    Attributes:
        cue: scores whether a token is the head of a cue, at first sight.
        recue: scores it again, seeing the first scores around it.
        role: scores the part (`ROLES`) of a token in a cue's statement.
        cuts: for each part, the probability (of the cue, times that of the part) from which a
            word is taken for it; the first (none) is not used.
        steps: log weights (4 × 4) of going from one part to the next.
        seen: first 8 bytes (hex) of the SHA-256 of each text it was trained on.
    """

    cue: Linear
    recue: Linear
    role: Linear
    cuts: Floats
    steps: Floats
    seen: frozenset[str]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> SpeechModel:
        """Read the weights.

        Raises:
            OSError: the file is missing.
        """
        with np.load(path, allow_pickle=False) as data:
            return cls(
                _linear(data, "cue"),
                _linear(data, "recue"),
                _linear(data, "role"),
                np.asarray(data["cuts"], dtype=np.float32),
                np.asarray(data["steps"], dtype=np.float32),
                frozenset(data["seen"].tobytes().decode("ascii").split()),
            )

    def save(self, path: Path) -> None:
        """Write the weights, in the same bytes for the same weights."""
        packed: dict[str, Any] = {
            "cuts": self.cuts,
            "steps": self.steps,
            "seen": np.frombuffer(" ".join(sorted(self.seen)).encode("ascii"), dtype=np.uint8),
        }
        for name, model in (("cue", self.cue), ("recue", self.recue), ("role", self.role)):
            names = sorted(model.rows, key=model.rows.__getitem__)
            packed[f"{name}_names"] = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
            packed[f"{name}_weights"] = model.weights.astype(np.float16)
            packed[f"{name}_bias"] = model.bias
        np.savez_compressed(path, **packed)


def _linear(data: Any, name: str) -> Linear:
    names = data[f"{name}_names"].tobytes().decode("utf-8").split("\n")
    return Linear(
        {feature: n for n, feature in enumerate(names)},
        np.asarray(data[f"{name}_weights"], dtype=np.float32),
        np.asarray(data[f"{name}_bias"], dtype=np.float32),
    )


@lru_cache(maxsize=1)
def shipped() -> SpeechModel:
    """Return the weights that come with Dragoman, loaded once."""
    return SpeechModel.load()


def probability(scores: Floats) -> Floats:
    """Return the logistic function of the scores."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


def part_scores(scores: Floats, cue: int, likely: float, cuts: Floats) -> Floats:
    """Return log scores of each part of each token, weighed by the probability of the cue.

    Args:
        scores: raw scores (tokens × parts).
        cue: row of the cue's own head, which is more surely a cue than the model sees.
        likely: probability that the cue is one.
        cuts: `SpeechModel.cuts`.
    """
    raised = scores.copy()
    raised[cue, ROLES.index("cue")] += HEAD_BONUS
    raised -= raised.max(axis=1, keepdims=True)
    shares = np.exp(raised)
    shares /= shares.sum(axis=1, keepdims=True)
    weighed = likely * shares / cuts
    weighed[:, 0] = 1.0
    return np.asarray(np.log(weighed + 1e-9), dtype=np.float32)


def best_path(scores: Floats, steps: Floats) -> list[int]:
    """Return the best sequence of parts, by Viterbi's algorithm.

    Args:
        scores: log scores (tokens × parts).
        steps: log weights (parts × parts) of going from one part to the next.
    """
    if not len(scores):
        return []
    best = scores[0]
    back = []
    for row in scores[1:]:
        paths = best[:, None] + steps
        came = paths.argmax(axis=0)
        back.append(came)
        best = paths[came, np.arange(len(row))] + row
    path = [int(best.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return path[::-1]
