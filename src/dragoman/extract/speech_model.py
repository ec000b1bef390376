"""The learned scorer of attribution: linear models over words and a small network over their
scores, run with numpy alone.

Trained by `python bench/train_attribution.py`; the weights are dragoman/weights/attribution.npz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.extract.speech_columns import Column, Named
from dragoman.extract.speech_features import FRAME_END, Word, word_features
from dragoman.extract.speech_ground import Rows
from dragoman.extract.speech_rows import Numbers, RowTable
from dragoman.language.quick_product import Weights

Floats = npt.NDArray[np.float32]
HEAD_BONUS = 3.0  # log odds that the head of a cue is part of it
LOWEST = 0.2  # probability below which a cue is not looked at
ROLES = ("none", "source", "cue", "content")
_AT_ONCE = 4_096  # items whose weights are summed at once
MOST_WORDS = 50_000  # whose scores are kept
Table = dict[str, int]
WEIGHTS = Path(__file__).parents[1] / "weights" / "attribution.npz"


@dataclass(slots=True)
class Linear:
    """A linear model: the row of each feature, its weights (features × classes), the bias."""

    rows: dict[str, int]
    weights: Floats
    bias: Floats

    def scores(self, features: Sequence[Sequence[str]]) -> Floats:
        """Return the scores (items × classes) of items given by their features."""
        return np.asarray(self.sums(features) + self.bias, dtype=np.float32)

    def sums(self, features: Sequence[Sequence[str]]) -> Floats:
        """Return the summed weights (items × classes) of items' features, without the bias."""
        known = self.rows.get
        last = len(self.weights) - 1  # a row of zeros
        flat: list[int] = []
        starts: list[int] = []
        for names in features:
            starts.append(len(flat))
            flat.append(last)
            flat += [row for name in names if (row := known(name)) is not None]
        if not starts:
            return np.zeros((0, len(self.bias)), dtype=np.float32)
        return np.add.reduceat(self.weights[flat], starts, axis=0)


class Framed:
    """A linear model with features that are a value in a frame, as a word in a slot of a clause.

    Args:
        linear: a model with whole names; it has a last row of zeros.

    Attributes:
        plain: the model for features without a frame; it has the weights and the bias of all.
        names: the whole name of each feature with a frame, with its row.
    """

    def __init__(self, linear: Linear) -> None:
        self.plain = Linear({}, linear.weights, linear.bias)
        self.names: Table = {}
        self._numbers: Table = {}
        self._kinds: Table = {}
        keys: list[tuple[int, int, int, int]] = []
        for name, row in linear.rows.items():
            frame, mark, value = name.rpartition(FRAME_END)
            if mark:
                kind, _, place = frame.partition("=")
                self.names[name] = row
                number = self._kinds.setdefault(kind, len(self._kinds))
                of_frame, of_value = (_number(self._numbers, part) for part in (place, value))
                keys.append((number, of_frame, of_value, row))
            else:
                self.plain.rows[name] = row
        kinds, frames, values, rows = np.array(keys, dtype=np.int64).reshape(-1, 4).T
        none = len(linear.weights) - 1
        self._table = RowTable(self._framed(frames, kinds), values, rows, none)

    def _framed(self, frames: Numbers, kinds: Numbers | int) -> Numbers:
        """Return one number for a frame, from 1, and the kind of feature it is the frame of."""
        return frames * len(self._kinds) + kinds

    def linear(self) -> Linear:
        """Return the model with whole names."""
        return Linear(self.plain.rows | self.names, self.plain.weights, self.plain.bias)

    def sums(self, columns: Sequence[Column]) -> Floats:
        """Return the summed weights (items × classes) of items' features, without the bias."""
        weights = self.plain.weights
        numbers: dict[int, Numbers] = {}  # of lists of names that several columns share
        known = [column for column in columns if column.kind in self._kinds]
        frames = [self._framed(self._of(c.frame, numbers), self._kinds[c.kind]) for c in known]
        values = [self._of(column.value, numbers) for column in known]
        found = np.zeros((len(columns[0].value.number), weights.shape[1]), dtype=np.float32)
        for start in range(0, len(found) if known else 0, _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            keys = (np.stack([part[some] for part in parts]) for parts in (frames, values))
            found[some] = weights[self._table.find(*keys)].sum(axis=0)
        return found

    def _of(self, named: Named, numbers: dict[int, Numbers]) -> Numbers:
        """Return the number of each item's name; 0 for those that are not known."""
        known = numbers.get(id(named.names))
        if known is None:
            of_names = [self._numbers.get(name, 0) for name in named.names]
            known = numbers[id(named.names)] = np.array(of_names, dtype=np.int64)
        return known[named.number]


def _number(known: Table, name: str) -> int:
    """Return the number of a name, a new one where it has none."""
    return known.setdefault(name, len(known) + 1)


@dataclass(slots=True)
class Network:
    """A network of one hidden layer of rectified units, with a softmax over the parts.

    Attributes:
        first, first_bias: weights (columns × units) and bias of the hidden layer.
        last, last_bias: weights (units × parts) and bias of the last layer.
    """

    first: Floats
    first_bias: Floats
    last: Floats
    last_bias: Floats
    _layers: tuple[Weights, Weights] = field(init=False)

    def __post_init__(self) -> None:
        self._layers = (Weights(self.first), Weights(self.last))

    def shares(self, columns: Floats) -> Floats:
        """Return the shares of the parts (items × parts) of items (items × columns).

        Those of an item do not hang on the others, so documents can be scored together.
        """
        first, last = self._layers
        hidden = np.maximum(first.under(columns) + self.first_bias, 0.0)
        return softmax(last.under(hidden) + self.last_bias)


@dataclass(slots=True)
class SpeechModel:
    """The models with what was set on held-out folds.

    Attributes:
        cue: scores whether a token is the head of a cue, at first sight.
        recue: scores it again, seeing the first scores around it.
        role: scores the part (`ROLES`) of a token in a cue's statement.
        again: tells the part anew, seeing the first shares around it (`speech_again`); its
            shares hold the doubt whether the cue is one.
        cuts: for each part, the probability (of the cue, times that of the part) from which a
            word is taken for it; the first (none) is not used.
        seen: first 8 bytes (hex) of the SHA-256 of each text it was trained on.
        words: scores of words by themselves as cues, kept from earlier texts.
        both: `cue` and `recue` in one, as two columns.
    """

    cue: Linear
    recue: Linear
    role: Framed
    again: Network
    cuts: Floats
    seen: frozenset[str]
    words: dict[Word, tuple[float, float]] = field(default_factory=dict)
    both: Linear = field(init=False)

    def __post_init__(self) -> None:
        self.both = _beside(self.cue, self.recue)

    def glance(self, word: Word) -> tuple[float, float]:
        """Return the scores of a word as a cue, with nothing seen around it.

        They are the one at first sight, and what it adds to the one at second sight.
        """
        known = self.words.get(word)
        if known is None:
            if len(self.words) > MOST_WORDS:
                self.words.clear()
            first, second = self.both.scores([word_features(word)])[0].tolist()
            known = self.words[word] = (first, second)
        return known

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
                Framed(_linear(data, "role")),
                Network(*(np.asarray(data[f"again_{n}"], dtype=np.float32) for n in range(4))),
                np.asarray(data["cuts"], dtype=np.float32),
                frozenset(data["seen"].tobytes().decode("ascii").split()),
            )

    def save(self, path: Path) -> None:
        """Write the weights, in the same bytes for the same weights."""
        packed: dict[str, Any] = {
            "cuts": self.cuts,
            "seen": np.frombuffer(" ".join(sorted(self.seen)).encode("ascii"), dtype=np.uint8),
        }
        role = self.role.linear()
        for name, model in (("cue", self.cue), ("recue", self.recue), ("role", role)):
            names = sorted(model.rows, key=model.rows.__getitem__)
            packed[f"{name}_names"] = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
            packed[f"{name}_weights"] = model.weights.astype(np.float16)
            packed[f"{name}_bias"] = model.bias
        again = self.again
        layers = (again.first, again.first_bias, again.last, again.last_bias)
        packed |= {f"again_{n}": layer for n, layer in enumerate(layers)}
        np.savez_compressed(path, **packed)


def _beside(first: Linear, second: Linear) -> Linear:
    """Return a model with the classes of two, so that a feature is looked up once for both."""
    rows = {name: n for n, name in enumerate(dict.fromkeys([*first.rows, *second.rows]))}
    width = len(first.bias)
    weights = np.zeros((len(rows) + 1, width + len(second.bias)), dtype=np.float32)
    for model, columns in ((first, slice(width)), (second, slice(width, None))):
        own = [*model.rows.values()]
        weights[[rows[name] for name in model.rows], columns] = model.weights[own]
    return Linear(rows, weights, np.concatenate((first.bias, second.bias)))


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


def softmax(scores: Floats) -> Floats:
    """Return shares (items × classes) that sum to one in each row."""
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def first_shares(scores: Floats, cues: Rows) -> Floats:
    """Return the shares of the parts (tokens × parts) at first sight.

    Args:
        scores: raw scores (tokens × parts).
        cues: rows of cues' own heads, which are more surely cues than the model sees.
    """
    raised = scores.copy()
    raised[cues, ROLES.index("cue")] += HEAD_BONUS
    return softmax(raised)


def weigh_parts(first: Floats, again: Floats, likely: Floats, cuts: Floats) -> Floats:
    """Return log weights of the parts (tokens × parts); a word takes the heaviest.

    Args:
        first: shares at first sight, of a cue taken for granted.
        again: shares at second sight.
        likely: probability that the token's cue is one (tokens × 1).
        cuts: `SpeechModel.cuts`.
    """
    weighed = (likely * first + again) / 2 / cuts
    weighed[:, 0] = 1.0
    return np.asarray(np.log(weighed + 1e-9), dtype=np.float32)
