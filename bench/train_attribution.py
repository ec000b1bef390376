"""Trains the scorer of attribution: `python bench/train_attribution.py [--folds 5]`.

With `--folds` it trains on all but one part of the articles in turn and prints the figures on the
parts held out; without, it trains on all and writes src/dragoman/weights/attribution.npz.
"""

from __future__ import annotations

import argparse
import random
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from typing_data import find_span, read_examples

from dragoman.codebook import Codebook
from dragoman.codebook.attribution import AttributionWords
from dragoman.evaluate.attribution import Scores, gold_spans, read_gold, spans_of, text_hash
from dragoman.evaluate.attribution_baseline import naive_speech
from dragoman.evaluate.base import Evaluation
from dragoman.extract.speech import find_speech, first_looks
from dragoman.extract.speech_again import Surroundings
from dragoman.extract.speech_features import (
    View,
    cue_features,
    is_candidate,
    second_look,
)
from dragoman.extract.speech_ground import Around
from dragoman.extract.speech_model import (
    LOWEST,
    ROLES,
    WEIGHTS,
    Framed,
    Linear,
    Network,
    SpeechModel,
    probability,
)
from dragoman.extract.speech_roles import Sights
from dragoman.language import load_annotator
from dragoman.language.cache import CachedAnnotator
from dragoman.language.document import Document, Token

CHECKOUT = Path(__file__).resolve().parents[1]
GOLD = CHECKOUT.parent / "shared" / "gold" / "attribution.jsonl"
CUTS = (1.0, 0.29, 0.21, 0.25)
INNER = 3
DEEDS = frozenset({"ASSAULT", "MOBILIZE", "COERCE", "AID", "RETREAT", "COOPERATE", "SANCTION"})
SAYING = frozenset({"speech", "claim", "evidence", "demand", "commitment", "intention"})
UNITS, EPOCHS = 48, 12  # of the network of the second look
LIGHTEST = 0.02  # features with less weight are left out
_RANK = {"VERB": 0, "NOUN": 1, "ADJ": 1, "AUX": 2}


@dataclass
class Article:
    """A gold article: its view and its candidates with features.

    Attributes:
        gold: parts of the words around the head of each gold cue, by index of the tokens.
        owned: the same by any word of a gold cue.
        known: indexes of the tokens known to be a cue or none; every one where None.
    """

    row: dict[str, Any]
    doc: Document
    view: View
    candidates: list[Token]
    features: list[list[str]]
    gold: dict[int, dict[int, int]]
    owned: dict[int, dict[int, int]]
    known: frozenset[int] | None = None

    def labelled(self, features: list[list[str]]) -> list[tuple[list[str], int]]:
        """Return the features of each candidate that is known, with 1 where it heads a gold cue."""
        pairs = zip(self.candidates, features, strict=True)
        return [(f, int(t.i in self.gold)) for t, f in pairs if self.is_known(t)]

    def is_known(self, token: Token) -> bool:
        """Whether it is known if a token is a cue."""
        return self.known is None or token.i in self.known

    def keep(self, scores: Iterable[float]) -> None:
        """Keep the scores of the candidates in the view."""
        for token, score in zip(self.candidates, scores, strict=True):
            self.view.cue_scores[token.i] = float(score)

    def again(self) -> list[list[str]]:
        """Return the features with those of the second look."""
        pairs = zip(self.candidates, self.features, strict=True)
        return [first + second_look(self.view, t) for t, first in pairs]


def prepare(row: dict[str, Any], doc: Document, codebook: Codebook) -> Article:
    view = View.of(doc, codebook.attribution)
    candidates = [t for t in doc.tokens if is_candidate(t)]
    gold: dict[int, dict[int, int]] = {}
    owned: dict[int, dict[int, int]] = {}
    for spans in gold_spans(row):
        words = [t for span in spans["cue"] for t in doc.tokens_in(span)]
        parts = {
            t.i: ROLES.index(role)
            for role in ("content", "source", "cue")
            for span in spans[role]
            for t in doc.tokens_in(span)
        }
        for token in words:
            owned.setdefault(token.i, {}).update(parts)
        head = _cue_head(words)
        if head is not None:
            gold.setdefault(head.i, {}).update(parts)
    features = [cue_features(view, t) for t in candidates]
    return Article(row, doc, view, candidates, features, gold, owned)


def deeds(codebook: Codebook, annotator: CachedAnnotator) -> list[Article]:
    """Return the codebook's examples as articles in which the words of deeds are no cues.

    The gold is of one country's politics, where hardly anybody shells, arrests or marches; without
    these a verb it never saw, between two names, looks like one more way of saying something.
    """
    examples = [e for e in read_examples(codebook.folder) if any(map(_is_deed, e.events))]
    docs = annotator.annotate(example.text for example in examples)
    made = []
    for example, doc in zip(examples, docs, strict=True):
        article = prepare({"text": example.text, "attributions": []}, doc, codebook)
        spans = [find_span(doc.text, e["trigger"]) for e in example.events if _is_deed(e)]
        words = [t for span in spans if span for t in doc.tokens_in(span)]
        article.known = frozenset(t.i for t in words if _is_silent(t, codebook.attribution))
        made.append(article)
    return made


def _is_deed(event: dict[str, Any]) -> bool:
    return event["type"] in DEEDS or event.get("mode") == "visit"


def _is_silent(token: Token, words: AttributionWords) -> bool:
    """Whether a word of a deed is none of saying: "attacked", not "ordered" or "announced"."""
    return not set(words.classes.get((token.pos, token.lemma.lower()), ())) & SAYING


def _cue_head(tokens: list[Token]) -> Token | None:
    inside = {t.i for t in tokens}
    tops = [t for t in tokens if t.head.i not in inside or t.head is t]
    fit = [t for t in tops if is_candidate(t)] or [t for t in tokens if is_candidate(t)]
    return min(fit, key=lambda t: (_RANK.get(t.pos, 3), t.i), default=None)


def fit(features: list[list[str]], labels: list[int], strength: float, least: int) -> Linear:
    counts = Counter(name for names in features for name in names)
    rows = {n: i for i, n in enumerate(sorted(n for n, c in counts.items() if c >= least))}
    columns: list[int] = []
    ends = [0]
    for names in features:
        columns += [rows[name] for name in names if name in rows]
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    matrix = sp.csr_matrix((ones, columns, ends), shape=(len(features), len(rows)))
    model = LogisticRegression(C=strength, max_iter=150, tol=1e-4).fit(matrix, labels)
    heavy = np.abs(model.coef_).max(axis=0) >= LIGHTEST
    rows = {name: n for n, name in enumerate(name for name, n in rows.items() if heavy[n])}
    weights = np.vstack([model.coef_.T[heavy], np.zeros((1, len(model.coef_)))]).astype(np.float32)
    return Linear(rows, weights, model.intercept_.astype(np.float32))


def fit_cues(articles: list[Article], second: bool) -> Linear:
    pairs = [p for a in articles for p in a.labelled(a.again() if second else a.features)]
    return fit([f for f, _ in pairs], [y for _, y in pairs], 0.2, 2)


def train(articles: list[Article], silent: list[Article]) -> SpeechModel:
    """Train the models; each sees scores of those before it from parts held out.

    Args:
        articles: the gold.
        silent: texts that tell only which words are no cues (`deeds`).
    """
    both = [*articles, *silent]
    cue, recue = _train_cues(both)
    role = fit_role(articles)
    again = _train_again(both)
    seen_texts = frozenset(text_hash(a.row["text"]) for a in articles)
    return SpeechModel(cue, recue, role, again, np.array(CUTS, np.float32), seen_texts)


def _train_cues(articles: list[Article]) -> list[Linear]:
    """Train both models of cues; leave their held-out scores in the views."""
    made = []
    for second in (False, True):
        held = []
        for part in range(INNER):
            model = fit_cues([a for n, a in enumerate(articles) if n % INNER != part], second)
            for article in articles[part::INNER]:
                seen = article.again() if second else article.features
                held.append((article, probability(model.scores(seen)[:, 0])))
        made.append(fit_cues(articles, second))
        for article, scores in held:
            article.keep(scores)
    return made


def fit_role(articles: list[Article]) -> Framed:
    features, labels = [], []
    for article in articles:
        heads = sorted(article.gold)
        sights = Sights([article.view], [[article.doc.tokens[head] for head in heads]])
        features += sights.features()
        labels += _labels(sights.around, [article.gold[head] for head in heads])
    return Framed(fit(features, labels, 0.1, 3))


def _labels(around: Around, parts: list[dict[int, int]]) -> list[int]:
    """Return the part of each word around some cues, given the parts of each cue's statement."""
    words = zip(around.tokens.tolist(), around.owner.tolist(), strict=True)
    return [parts[owner].get(token, 0) for token, owner in words]


def _train_again(articles: list[Article]) -> Network:
    """Train the second look on held-out shares, around every word that may be a cue."""
    columns: list[Any] = []
    labels: list[int] = []
    for part in range(INNER):
        role = fit_role([a for n, a in enumerate(articles) if n % INNER != part])
        for article in articles[part::INNER]:
            view = article.view
            cues = [
                t
                for t in article.candidates
                if view.cue_scores[t.i] >= LOWEST and article.is_known(t)
            ]
            if not cues:
                continue
            sights = Sights([view], [cues])
            columns += Surroundings(sights.ground).columns(first_looks(sights, role))
            labels += _labels(sights.around, [article.owned.get(cue.i, {}) for cue in cues])
    return _fit_network(np.concatenate(columns), labels)


def _fit_network(columns: Any, labels: list[int]) -> Network:
    middle, spread = columns.mean(axis=0), columns.std(axis=0) + 1e-6
    learner = MLPClassifier(
        (UNITS,), alpha=0.1, batch_size=512, learning_rate_init=0.002, max_iter=EPOCHS,
        random_state=1,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops early on purpose
        learner.fit((columns - middle) / spread, labels)
    first, last = learner.coefs_
    first_bias, last_bias = learner.intercepts_
    moved = first / spread[:, None]
    layers = (moved, first_bias - middle @ moved, last, last_bias)
    return Network(*(np.asarray(layer, dtype=np.float32) for layer in layers))


def held_out(
    articles: list[Article], silent: list[Article], folds: int, codebook: Codebook
) -> None:
    ours, naive = Scores(), Scores()
    for part in range(folds):
        model = train([a for n, a in enumerate(articles) if n % folds != part], silent)
        for article in articles[part::folds]:
            doc, gold = article.doc, gold_spans(article.row)
            ours.add(doc, [spans_of(doc, s) for s in find_speech(doc, codebook, model)], gold)
            naive.add(doc, naive_speech(doc, codebook.attribution), gold)
        outcome = Evaluation("attribution")
        ours.tell(outcome)
        mean = outcome.figures["mean_f1"]
        print(f"part {part + 1} of {folds} done, mean F1 so far {mean:.4f}", flush=True)
    ours.tell(outcome)
    naive.tell(outcome, "baseline_")
    for name, figure in outcome.figures.items():
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
    silent = deeds(codebook, annotator)
    if asked.folds:
        held_out(articles, silent, asked.folds, codebook)
        return
    model = train(articles, silent)
    model.save(WEIGHTS)
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
