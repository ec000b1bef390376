"""Trains the scorers of places: `python bench/train_places.py [--folds 5]`.

With `--folds` it trains on all but one part of the articles in turn and prints the figures on the
parts held out; without, it trains on all and writes src/dragoman/weights/places.npz.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from train_attribution import fit

from dragoman.codebook import Codebook
from dragoman.evaluate.attribution import read_gold, text_hash
from dragoman.evaluate.places import Scores, naive, ours
from dragoman.extract.gazetteer import open_gazetteer
from dragoman.extract.places_features import Sight
from dragoman.extract.places_model import WEIGHTS, PlacesModel
from dragoman.extract.places_spans import Runs
from dragoman.language import load_annotator
from dragoman.language.cache import CachedAnnotator
from dragoman.language.document import Document

CHECKOUT = Path(__file__).resolve().parents[1]
GOLD = CHECKOUT.parent / "shared" / "gold" / "places.jsonl"
INNER = 3
STRENGTH, LEAST, CUT = 0.3, 2, -0.3


@dataclass
class Article:
    """A gold article: its runs with their features, and whether each is a gold place."""

    row: dict[str, Any]
    doc: Document
    sight: Sight
    features: list[list[str]]
    labels: list[int]
    first: list[float] = field(default_factory=list)

    def again(self) -> list[list[str]]:
        """Return the features with those of the second look."""
        more = self.sight.again(self.first)
        return [one + two for one, two in zip(self.features, more, strict=True)]


def prepare(row: dict[str, Any], doc: Document, codebook: Codebook) -> Article:
    runs = Runs(doc, codebook.places, open_gazetteer())
    sight = Sight(runs)
    gold = {(place["start"], place["end"]) for place in row["places"]}
    labels = [int(runs.span(run) in gold) for run in runs.found]
    return Article(row, doc, sight, [sight.features(run) for run in runs.found], labels)


def train(articles: list[Article]) -> PlacesModel:
    """Train both looks; the second sees scores of the first from parts held out."""

    def first_look(chosen: list[Article]) -> Any:
        features = [names for article in chosen for names in article.features]
        return fit(features, [y for a in chosen for y in a.labels], STRENGTH, LEAST)

    for part in range(INNER):
        model = first_look([a for n, a in enumerate(articles) if n % INNER != part])
        for article in articles[part::INNER]:
            article.first = model.scores(article.features)[:, 0].tolist()
    both = [names for article in articles for names in article.again()]
    second = fit(both, [y for a in articles for y in a.labels], STRENGTH, LEAST)
    seen = frozenset(text_hash(article.row["text"]) for article in articles)
    return PlacesModel(first_look(articles), second, CUT, seen)


def held_out(articles: list[Article], folds: int, codebook: Codebook) -> None:
    scores, baseline = Scores(), Scores()
    for part in range(folds):
        model = train([a for n, a in enumerate(articles) if n % folds != part])
        for article in articles[part::folds]:
            gold = article.row["places"]
            scores.add(ours(article.doc, codebook, model), gold)
            baseline.add(naive(article.doc, open_gazetteer()), gold)
    for name, figure in {**scores.figures(), **baseline.figures("baseline_")}.items():
        print(f"{name}\t{figure:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--gold", type=Path, default=GOLD)
    asked = parser.parse_args()
    codebook = Codebook()
    rows = sorted(read_gold(asked.gold), key=lambda row: text_hash(row["text"]))
    random.Random(3).shuffle(rows)
    annotator = CachedAnnotator(load_annotator(), CHECKOUT / ".cache" / "parses.sqlite")
    docs = annotator.annotate(row["text"] for row in rows)
    articles = [prepare(row, doc, codebook) for row, doc in zip(rows, docs, strict=True)]
    if asked.folds:
        held_out(articles, asked.folds, codebook)
        return
    train(articles).save(WEIGHTS)
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
