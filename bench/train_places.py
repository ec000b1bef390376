"""Trains the scorers of places: `python bench/train_places.py [--folds 5 [--publishers]]`.

With `--folds` it trains on all but one part of the articles in turn and prints the figures on the
parts held out; without, it trains on all and writes src/dragoman/weights/places.npz. With
`--publishers` no publisher is in two parts.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import yaml
from scipy.optimize import minimize
from train_attribution import fit
from typing_data import read_examples

from dragoman.codebook import Codebook
from dragoman.evaluate.attribution import read_gold, text_hash
from dragoman.evaluate.places import Scores, naive, ours
from dragoman.extract.gazetteer import Candidate, open_gazetteer
from dragoman.extract.places_candidates import distance
from dragoman.extract.places_features import Sight
from dragoman.extract.places_model import WEIGHTS, PlacesModel
from dragoman.extract.places_resolve import name_keys, names_of, press_of
from dragoman.extract.places_scene import Floats, Scene
from dragoman.extract.places_spans import Runs
from dragoman.extract.speech_model import Linear
from dragoman.language import load_annotator
from dragoman.language.cache import CachedAnnotator
from dragoman.language.document import Document

CHECKOUT = Path(__file__).resolve().parents[1]
GOLD = CHECKOUT.parent / "shared" / "gold" / "places.jsonl"
LESSONS = Path(__file__).with_name("places_examples.yaml")
INNER = 3
STRENGTH, LIKELIEST, CUT = 0.3, 2, -0.3
PENALTY, LEAST = 0.1, 0.15
SAME = 100.0  # km within which a candidate stands for a gold place that is none of them


@dataclass
class Article:
    """A gold article: its runs, its gold names with their candidates, and what is right."""

    row: dict[str, Any]
    doc: Document
    sight: Sight
    features: list[list[str]]
    labels: list[int]
    scene: Scene
    right: Floats
    first: list[float] = field(default_factory=list)

    def again(self) -> list[list[str]]:
        """Return the features with those of the second look."""
        more = self.sight.again(self.first)
        return [one + two for one, two in zip(self.features, more, strict=True)]


def prepare(row: dict[str, Any], doc: Document, codebook: Codebook) -> Article:
    runs = Runs(doc, codebook.places, open_gazetteer())
    sight = Sight(runs)
    gold = {(place["start"], place["end"]): place for place in row["places"]}
    labels = [int(runs.span(run) in gold) for run in runs.found]
    features = [sight.features(run) for run in runs.found]
    keys = name_keys(runs, sorted(gold))
    scene = Scene(names_of(runs, keys), press_of(doc.text, codebook.places))
    told = {keys[span]: gold[span] for span in sorted(gold, reverse=True) if gold[span]["lat"]}
    right = np.zeros(len(scene.options))
    for name, (a, b) in zip(scene.names, scene.ranges, strict=True):
        if name.key in told:
            right[a:b] = matches(name.options, told[name.key])
    return Article(row, doc, sight, features, labels, scene, right)


def taught(row: dict[str, Any], doc: Document, codebook: Codebook) -> Article:
    """Return a sentence of places_examples.yaml with the candidates that are right in it."""
    runs = Runs(doc, codebook.places, open_gazetteer())
    spans = {(at := row["text"].index(name), at + len(name)): name for name in row["places"]}
    keys = name_keys(runs, sorted(spans))
    scene = Scene(names_of(runs, keys), press_of(doc.text, codebook.places))
    units = {keys[span]: row["places"][spans[span]] for span in spans}
    right = [_lies(c, name.options, units[name.key]) for name in scene.names for c in name.options]
    sight = Sight(runs)
    labels = [int(runs.span(run) in spans) for run in runs.found]
    features = [sight.features(run) for run in runs.found]
    return Article(row, doc, sight, features, labels, scene, np.array(right, dtype=float))


def _lies(candidate: Candidate, options: Sequence[Candidate], unit: str) -> bool:
    """Tell whether a candidate is the country, or lies in it or in its unit ("US.TX").

    A third part names the kind that it must be of ("BY..PPLC").
    """
    country, admin1, feature = (*unit.split("."), "", "")[:3]
    if feature and candidate.feature != feature:
        return False
    whole = any(c.feature == "PCLI" and c.country == country for c in options) and not admin1
    inside = candidate.country == country and admin1 in ("", candidate.admin1)
    return inside and (candidate.feature == "PCLI" or not whole)


def matches(options: Sequence[Candidate], gold: dict[str, Any]) -> list[bool]:
    """Tell which candidates are the gold place, or lie close to it where none is."""
    same = [c.geonameid == gold["geonameid"] for c in options]
    if any(same):
        return same
    return [
        c.latitude is not None
        and c.longitude is not None
        and distance(c.latitude, c.longitude, gold["lat"], gold["lon"]) <= SAME
        for c in options
    ]


def fit_ranker(articles: list[Article], seen: list[Floats]) -> Floats:
    """Fit a conditional logit over the candidates of each name (L2, L-BFGS).

    Args:
        articles: the articles.
        seen: the features of the candidates of each.
    """
    rows, right, sizes, weights = [], [], [], []
    for article, features in zip(articles, seen, strict=True):
        for name, (a, b) in zip(article.scene.names, article.scene.ranges, strict=True):
            if article.right[a:b].any():
                rows.append(features[a:b])
                right.append(article.right[a:b])
                sizes.append(b - a)
                weights.append(name.times**0.5)
    x, y, w = np.vstack(rows), np.concatenate(right), np.array(weights)
    starts, owner = np.cumsum([0, *sizes])[:-1], np.repeat(np.arange(len(sizes)), sizes)

    def loss(beta: Floats) -> tuple[float, Floats]:
        scores = x @ beta
        shares = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        total = np.add.reduceat(shares, starts)
        good = np.add.reduceat(shares * y, starts) + 1e-12
        slope = w[owner] * (shares / total[owner] - shares * y / good[owner])
        value = -(w * np.log(good / total)).sum() + PENALTY * beta @ beta
        return float(value), x.T @ slope + 2 * PENALTY * beta

    start = np.zeros(x.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x)


def train_ranker(articles: Sequence[Article]) -> tuple[Floats, Floats]:
    """Return the weights of both looks of the ranker."""
    full = [article for article in articles if article.scene.options]
    scenes = [article.scene for article in full]
    own = fit_ranker(full, [scene.own for scene in scenes])
    first = [scene.chances(scene.own @ own) for scene in scenes]
    seen = [np.hstack([s.own, s.together(c)]) for s, c in zip(scenes, first, strict=True)]
    return own, fit_ranker(full, seen)


def plain(article: Article) -> list[int]:
    """Return which runs of an example are capitals or countries to model and gazetteer alike."""
    runs = article.sight.runs
    return [
        n
        for n, run in enumerate(runs.found)
        if runs.labels.get((run.first, run.last)) == "GPE"
        and any(c.feature == "PPLC" or (c.feature == "PCLI" and not c.alias) for c in run.options)
    ]


def train(articles: list[Article], examples: list[Article], politics: list[Article]) -> PlacesModel:
    """Train all; the second look at runs sees scores of the first from parts held out.

    The articles are mostly of local papers, so the capitals and countries of the codebook's own
    example sentences are added as places, and the names of places_examples.yaml.
    """
    chosen = [(example, plain(example)) for example in examples]
    chosen += [(a, [n for n, label in enumerate(a.labels) if label]) for a in politics]
    more = [1] * sum(len(numbers) for _, numbers in chosen)

    def first_look(part: list[Article]) -> Linear:
        features = [names for article in part for names in article.features]
        features += [example.features[n] for example, numbers in chosen for n in numbers]
        return fit(features, [y for a in part for y in a.labels] + more, STRENGTH, LIKELIEST)

    for part in range(INNER):
        model = first_look([a for n, a in enumerate(articles) if n % INNER != part])
        for article in articles[part::INNER]:
            article.first = model.scores(article.features)[:, 0].tolist()
    first = first_look(articles)
    for example, _ in chosen:
        example.first = first.scores(example.features)[:, 0].tolist()
    both = [names for article in articles for names in article.again()]
    both += [seen[n] for a, numbers in chosen for seen in [a.again()] for n in numbers]
    second = fit(both, [y for a in articles for y in a.labels] + more, STRENGTH, LIKELIEST)
    seen = frozenset(text_hash(article.row["text"]) for article in articles)
    return PlacesModel(first, second, CUT, *train_ranker([*articles, *politics]), LEAST, seen)


def split(articles: list[Article], folds: int, publishers: bool) -> list[int]:
    """Return the part that each article is in; of a publisher all are in one, where asked for."""
    if not publishers:
        return [n % folds for n in range(len(articles))]
    hosts = [urlsplit(a.row["url"] or "").hostname or a.row["id"] for a in articles]
    order = {host: n for n, host in enumerate(dict.fromkeys(hosts))}
    return [order[host] % folds for host in hosts]


def held_out(
    articles: list[Article],
    examples: list[Article],
    politics: list[Article],
    parts: list[int],
    codebook: Codebook,
) -> None:
    scores, baseline = Scores(), Scores()
    for part in sorted(set(parts)):
        apart = [a for a, own in zip(articles, parts, strict=True) if own != part]
        model = train(apart, examples, politics)
        for article in (a for a, own in zip(articles, parts, strict=True) if own == part):
            gold = article.row["places"]
            scores.add(ours(article.doc, codebook, model), gold)
            baseline.add(naive(article.doc, open_gazetteer()), gold)
    for name, figure in {**scores.figures(), **baseline.figures("baseline_")}.items():
        print(f"{name}\t{figure:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--publishers", action="store_true")
    parser.add_argument("--gold", type=Path, default=GOLD)
    asked = parser.parse_args()
    codebook = Codebook()
    rows = sorted(read_gold(asked.gold), key=lambda row: text_hash(row["text"]))
    random.Random(3).shuffle(rows)
    annotator = CachedAnnotator(load_annotator(), CHECKOUT / ".cache" / "parses.sqlite")
    docs = annotator.annotate(row["text"] for row in rows)
    articles = [prepare(row, doc, codebook) for row, doc in zip(rows, docs, strict=True)]
    texts = sorted(example.text for example in read_examples())
    docs = annotator.annotate(texts)
    made_up = [{"text": text, "places": []} for text in texts]
    examples = [prepare(row, doc, codebook) for row, doc in zip(made_up, docs, strict=True)]
    lessons = yaml.safe_load(LESSONS.read_text(encoding="utf-8"))
    docs = annotator.annotate(lesson["text"] for lesson in lessons)
    politics = [taught(row, doc, codebook) for row, doc in zip(lessons, docs, strict=True)]
    if asked.folds:
        parts = split(articles, asked.folds, asked.publishers)
        held_out(articles, examples, politics, parts, codebook)
        return
    train(articles, examples, politics).save(WEIGHTS)
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
