"""Finds the words that name places, before it is asked which places they are."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from dragoman.extract.places_features import Sight
from dragoman.extract.places_model import PlacesModel
from dragoman.extract.places_spans import Run, Runs


def find_runs(runs: Runs, model: PlacesModel) -> dict[Run, float]:
    """Return the runs that name places with their log odds, in order of the text.

    Each token belongs to one name at most; of two that overlap the likelier is taken.

    Args:
        runs: the document's runs.
        model: the scorers.
    """
    sight = Sight(runs)
    own = model.joined.scores([sight.features(run) for run in runs.found])
    more = model.second.sums(sight.again(own[:, 0].tolist()))
    return choose(runs.found, (own[:, 1] + more[:, 0]).tolist(), model.cut)


def choose(runs: Sequence[Run], scores: Sequence[float], cut: float) -> dict[Run, float]:
    """Return the likeliest runs above a cut, none overlapping another.

    A part of a longer name that is listed itself gives way to it: "Spain" to "Port of Spain".
    """
    taken: set[int] = set()
    chosen: dict[Run, float] = {}
    scored = [(s, run) for s, run in zip(scores, runs, strict=True) if s > cut]
    long = [run for _, run in scored if run.listed and run.last - run.first > 2]
    left = [(s, run) for s, run in scored if not any(_covers(other, run) for other in long)]
    for score, run in sorted(left, key=_likelier):
        inside = range(run.first, run.last)
        if taken.isdisjoint(inside):
            taken.update(inside)
            chosen[run] = score
    return dict(sorted(chosen.items(), key=_position))


def _covers(long: Run, short: Run) -> bool:
    """Whether a run lies in another of one piece: joined by small words or a hyphen."""
    whole = long.first <= short.first and short.last <= long.last
    return whole and long.last - long.first > short.last - short.first


def probability(score: float) -> float:
    """Return the probability that log odds stand for."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def _likelier(item: tuple[float, Run]) -> tuple[float, int, int]:
    return -item[0], item[1].first, -item[1].last


def _position(item: tuple[Run, float]) -> int:
    return item[0].first
