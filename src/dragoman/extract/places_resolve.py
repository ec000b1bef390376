"""Chooses which place each name of a document stands for, all names together.

Candidates are weighed by a linear model (a conditional logit over the candidates of each name):
first each name by itself and by what the document surely tells, then again by how the likeliest
candidates of the other names lie to it. Trained by `python bench/train_places.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from dragoman.codebook.places import WORD, PlaceWords
from dragoman.extract.gazetteer import Candidate, name_key
from dragoman.extract.places_candidates import distance
from dragoman.extract.places_scene import Floats, Name, Scene
from dragoman.extract.places_spans import Runs
from dragoman.records import Span

_ENOUGH = 3  # words of a country's press that make it sure
_BESIDE = 200.0  # km from the middle of a unit within which its seat lies
_DIGITS = 9  # of probabilities that are compared


def name_keys(runs: Runs, spans: Sequence[Span]) -> dict[Span, str]:
    """Return the form under which each span's name is looked up."""
    doc, words = runs.doc, runs.words
    return {span: name_key(words.spelled(doc.words(span))) for span in spans}


def names_of(runs: Runs, keys: Mapping[Span, str]) -> list[Name]:
    """Return the names of a document with their candidates.

    Args:
        runs: the document's runs.
        keys: the spans that name places, in order of the text, with their names' forms.
    """
    doc = runs.doc
    options: dict[str, tuple[Candidate, ...]] = {}
    within: dict[str, set[str]] = {}
    sentences: dict[int, set[str]] = {}
    for span, key in keys.items():
        options.setdefault(key, runs.options(doc.words(span)))
        for token in doc.tokens_in(span)[:1]:
            sentences.setdefault(token.sent, set()).add(key)
    for one, two in pairwise(keys):
        if doc.text[one[1] : two[0]].strip() in (",", "("):
            within.setdefault(keys[one], set()).add(keys[two])
    beside: dict[str, set[str]] = {}
    for group in sentences.values():
        for key in group:
            beside.setdefault(key, set()).update(group - {key})
    times = Counter(keys.values())
    return [
        Name(key, found, frozenset(within.get(key, ())), frozenset(beside.get(key, ())), times[key])
        for key, found in options.items()
    ]


def press_of(text: str, words: PlaceWords) -> dict[str, float]:
    """Return how surely words of a country's press tell where a report comes from, by country."""
    lower = text.lower()
    told = {"", *WORD.findall(lower)}
    counts = {
        country: 0 if told.isdisjoint(openings) else len(cues.findall(lower))
        for country, (cues, openings) in words.cues.items()
    }
    total = max(_ENOUGH, sum(counts.values()))
    return {country: count / total for country, count in counts.items() if count}


def weigh(scene: Scene, own: Floats, both: Floats) -> Floats:
    """Return the probability of each candidate of a scene.

    Args:
        scene: the candidates.
        own: weights of `OWN`, at first sight.
        both: weights of `OWN` and `TOGETHER`.
    """
    if not scene.options:
        return np.zeros(0)
    first = scene.chances((scene.own * own).sum(axis=1))
    seen = np.hstack([scene.own, scene.together(first)])
    return scene.chances((seen * both).sum(axis=1))


def choose(scene: Scene, chances: Floats, least: float) -> dict[str, tuple[Candidate, float]]:
    """Return the likeliest place of each name with its probability.

    Args:
        scene: the candidates.
        chances: what `weigh` made of them.
        least: probability below which a name is left unresolved.
    """
    rounded = [round(chance, _DIGITS) for chance in chances.tolist()]
    chosen = {}
    for name, (a, b) in zip(scene.names, scene.ranges, strict=True):
        best = max(range(a, b), key=lambda n: (rounded[n], -(scene.options[n].geonameid or 0)))
        if rounded[best] >= least:
            chosen[name.key] = (_seat(scene.options[best], name), rounded[best])
    return chosen


def _seat(unit: Candidate, name: Name) -> Candidate:
    """Return the town that is meant rather than a unit of its name.

    It has the name as its own where a unit around it has it as an alias; or it is the capital of
    the country, in the unit or beside it ("Minsk" is no region).
    """
    if not unit.feature.startswith("ADM"):
        return unit
    towns = [c for c in name.options if not c.alias and c.country == unit.country]
    within = [c for c in towns if c.admin1 == unit.admin1 and c.feature in ("PPL", "PPLC")]
    if unit.alias:
        return next(iter(within), unit)
    capitals = (c for c in towns if c.feature == "PPLC" and _close(c, unit))
    return next(capitals, unit)


def _close(one: Candidate, two: Candidate) -> bool:
    """Whether two places lie near each other."""
    points = (one.latitude, one.longitude, two.latitude, two.longitude)
    known = [value for value in points if value is not None]
    return len(known) == len(points) and distance(*known) <= _BESIDE
