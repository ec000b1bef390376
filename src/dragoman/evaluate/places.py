"""Measures places: recognition of the names, and how far off the chosen places lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from dragoman.codebook import Codebook
from dragoman.evaluate.attribution import read_gold, text_hash
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.extract.gazetteer import Gazetteer, open_gazetteer
from dragoman.extract.places import find_places
from dragoman.extract.places_candidates import distance
from dragoman.extract.places_model import PlacesModel, shipped
from dragoman.language.document import Document
from dragoman.language.model import Annotator
from dragoman.records import Span

NEAR = 161.0  # km, 100 miles: the usual measure of toponym resolution
Point = tuple[float, float] | None
_WORST = 40


class Scores:
    """Counts of one system over all articles."""

    def __init__(self) -> None:
        self.exact = Tally()
        self.overlap = Tally()
        self.kilometres: list[float] = []

    def add(self, found: Mapping[Span, Point], gold: Sequence[Mapping[str, Any]]) -> None:
        """Count one article; a gold place with coordinates that got none is infinitely far."""
        wanted = {(place["start"], place["end"]): place for place in gold}
        right = len(wanted.keys() & found.keys())
        self.exact.add(Tally(right, len(found) - right, len(wanted) - right))
        pairs = pair(list(found), list(wanted))
        self.overlap.add(Tally(len(pairs), len(found) - len(pairs), len(wanted) - len(pairs)))
        for ours, theirs in pairs:
            place, point = wanted[theirs], found[ours]
            if place["lat"] is not None:
                far = distance(*point, place["lat"], place["lon"]) if point else float("inf")
                self.kilometres.append(far)

    def figures(self, prefix: str = "") -> dict[str, float]:
        """Return the flat figures, their names behind `prefix`."""
        near = sum(far <= NEAR for far in self.kilometres)
        figures = {
            "acc161": near / len(self.kilometres) if self.kilometres else 0.0,
            "median_km": median(self.kilometres) if self.kilometres else 0.0,
        }
        for name, tally in (("recognition", self.exact), ("overlap", self.overlap)):
            figures[f"{name}_f1"] = tally.f1
            figures[f"{name}_precision"] = tally.precision
            figures[f"{name}_recall"] = tally.recall
        return {prefix + name: value for name, value in figures.items()}


def pair(found: Sequence[Span], gold: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Pair spans that overlap, each used once, in order of the text."""
    pairs, free = [], sorted(gold)
    for ours in sorted(found):
        match = next((g for g in free if g[0] < ours[1] and ours[0] < g[1]), None)
        if match:
            free.remove(match)
            pairs.append((ours, match))
    return pairs


def naive(doc: Document, gazetteer: Gazetteer) -> dict[Span, Point]:
    """Return the model's GPE and LOC spans, each at its most populous namesake."""
    found: dict[Span, Point] = {}
    for span, label in doc.entities():
        if label in ("GPE", "LOC"):
            options = gazetteer.find(doc.words(span))
            first = options[0] if options else None
            at = (first.latitude, first.longitude) if first else (None, None)
            found[span] = None if at[0] is None or at[1] is None else (at[0], at[1])
    return found


def ours(doc: Document, codebook: Codebook, model: PlacesModel | None = None) -> dict[Span, Point]:
    """Return the spans of `find_places` with their coordinates."""
    found: dict[Span, Point] = {}
    for place in find_places(doc, codebook, model=model).records:
        lat, lon = place.latitude, place.longitude
        for span in place.spans:
            found[span] = None if lat is None or lon is None else (lat, lon)
    return found


def evaluate(path: Path, annotator: Annotator, codebook: Codebook) -> Evaluation:
    """Measure `find_places` and the naive baseline on a file of articles with gold places."""
    rows = read_gold(path)
    scores, baseline, gazetteer = Scores(), Scores(), open_gazetteer()
    outcome = Evaluation("places", len(rows))
    for row, doc in zip(rows, annotator.annotate(row["text"] for row in rows), strict=True):
        found = ours(doc, codebook)
        scores.add(found, row["places"])
        baseline.add(naive(doc, gazetteer), row["places"])
        outcome.worst.extend(_errors(row, doc, found))
    outcome.figures = {**scores.figures(), **baseline.figures("baseline_")}
    outcome.tallies = {"exact": scores.exact, "overlap": scores.overlap}
    outcome.worst = sorted(outcome.worst, key=lambda error: -error["km"])[:_WORST]
    seen = sum(text_hash(row["text"]) in shipped().seen for row in rows)
    outcome.figures["seen_in_training"] = seen
    if seen:
        outcome.notes.append(
            f"{seen} of {len(rows)} articles were seen in training: these figures are no measure; "
            "held-out ones come from `python bench/train_places.py --folds 5`"
        )
    return outcome


def _errors(row: Mapping[str, Any], doc: Document, found: Mapping[Span, Point]) -> list[Any]:
    errors = []
    for place in row["places"]:
        point = found.get((place["start"], place["end"]))
        if point and place["lat"] is not None:
            far = distance(*point, place["lat"], place["lon"])
            if far > NEAR:
                errors.append({"id": row["id"], "text": place["text"], "km": round(far)})
    return errors
