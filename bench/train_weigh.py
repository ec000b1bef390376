"""Trains the model that weighs candidates, and says how well it does held out.

    python bench/train_weigh.py                    cross-validate, then write the weights
    python bench/train_weigh.py --only-validate    leave the weights as they are
    python bench/train_weigh.py --reading          read the gold's bare sentences, held out

Every text, gold or example, lies in one of five folds; for each fold the model of pairs and the
model of candidates are both trained on the other four.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from sklearn.linear_model import LogisticRegression
from train_typing import fit as fit_typing
from typing_data import (
    GOLD,
    Example,
    Item,
    example_items,
    find_span,
    gold_item,
    read_examples,
)
from typing_linear_training import fit_linear

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Evaluation
from dragoman.evaluate.pairs import GoldPair, coarse, read_pairs
from dragoman.evaluate.relations import compare_bare, read_bare
from dragoman.evaluate.scores import calibration_error, reliability
from dragoman.extract import weigh
from dragoman.extract.choose import choose
from dragoman.extract.predicates import Candidate, propose
from dragoman.extract.syntax import conjuncts
from dragoman.extract.typing_features import pair_features
from dragoman.extract.typing_linear import Linear
from dragoman.extract.typing_store import text_hash
from dragoman.extract.weigh import FALSE, TRUE, WEIGH_FILE, candidate_features, least_confidence
from dragoman.language import load_annotator
from dragoman.language.cache import CachedAnnotator
from dragoman.language.document import Document, Token
from dragoman.reader import Reader
from dragoman.records import Span

ROOT = Path(__file__).parents[1]
K = 5
STRICTNESS = 3.0
PRONOUNS = frozenset({"PRP", "WP", "WDT"})
UNSURE = 0.1  # weight of a candidate beside the one pair that a gold sentence has labelled


@dataclass(slots=True)
class Text:
    """A text with its candidates and which of them are right.

    Attributes:
        doc, candidates: its parse and what the codebook proposes in it.
        gold, example: what it is to be compared with (one of the two).
        right: for each candidate, whether type and parties are right.
        items: the pairs to train the typing model on.
        fold: the fold it is held out in.
    """

    doc: Document
    candidates: list[Candidate]
    gold: GoldPair | None
    example: Example | None
    right: list[bool]
    items: list[Item]
    fold: int


def load(gold: Path, cb: Codebook) -> list[Text]:
    """Return all texts: the gold's, then the examples'."""
    annotator = CachedAnnotator(load_annotator(), ROOT / ".cache" / "parses.sqlite")
    pairs = read_pairs(gold) if gold.exists() else []
    own = read_examples(cb.folder)
    docs = annotator.annotate([*(p.text for p in pairs), *(e.text for e in own)])
    found = []
    for pair, doc in zip([*pairs, *[None] * len(own)], docs, strict=True):
        candidates = propose(doc, cb)
        fold = int(text_hash(doc.text), 16) % K
        if pair is not None:
            right = [coarse(c.type) == pair.type and fits_gold(c, pair) for c in candidates]
            found.append(Text(doc, candidates, pair, None, right, [gold_item(pair)], fold))
        else:
            example = own[len(found) - len(pairs)]
            right = [
                any(fits_event(c, e, example.text) for e in example.events) for c in candidates
            ]
            items = example_items([example])
            found.append(Text(doc, candidates, None, example, right, items, fold))
    return found


def fits_gold(c: Candidate, pair: GoldPair) -> bool:
    """Whether a candidate's parties overlap the marked words; a pronoun may stand for anybody."""
    sides = [[t for head in side for t in conjuncts(head)] for side in (c.actor, c.recipient)]
    if sides[1]:
        ways = product(sides[0] or [None], sides[1])
    elif len(sides[0]) > 1 and c.event_class.symmetric:
        ways = permutations(sides[0], 2)
    else:
        ways = product(sides[0] or [None], [None])
    return any(_on(a, pair.sources) and _on(r, pair.targets) for a, r in ways)


def _on(token: Token | None, spans: Sequence[Span]) -> bool:
    if not spans:
        return True
    if token is None:
        return False
    return token.tag in PRONOUNS or any(
        token.start < end and start < token.end for start, end in spans
    )


def fits_event(c: Candidate, event: dict[str, Any], text: str) -> bool:
    """Whether a candidate has an example event's type, trigger and parties."""
    trigger = find_span(text, event["trigger"])
    if c.type != event["type"] or trigger is None:
        return False
    words = [*c.matched, *([c.light] if c.light else [])]
    if not any(_on(t, [trigger]) for t in words):
        return False
    told = {t for head in (*c.actor, *c.recipient) for t in conjuncts(head)}
    for key in ("actor", "recipient"):
        spans = [s for name in event.get(key) or () if (s := find_span(text, name))]
        if spans and not any(_on(t, spans) for t in told):
            return False
    return True


def train_folds(texts: list[Text]) -> tuple[list[np.ndarray], float, float]:
    """Return each text's held-out confidences, and the scale and shift that calibrate them."""
    scores: list[np.ndarray] = [np.zeros(len(t.candidates)) for t in texts]
    for k in range(K):
        typing = typing_of([t for t in texts if t.fold != k])
        rows = [candidate_features(t.candidates, t.doc, typing) for t in texts]
        model = fit([(t, r) for t, r in zip(texts, rows, strict=True) if t.fold != k])
        for n, text in enumerate(texts):
            if text.fold == k:
                scores[n] = np.array([log_odds(model, row) for row in rows[n]])
    values = np.concatenate(scores)[:, None]
    weights = [w for t in texts for w in certainty(t)]
    labels = [r for t in texts for r in t.right]
    platt = LogisticRegression(C=1e6).fit(values, labels, sample_weight=weights)
    scale, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    return [1 / (1 + np.exp(-(scale * s + shift))) for s in scores], scale, shift


def typing_of(texts: Sequence[Text]) -> Linear:
    """Train the linear model of pairs on some texts."""
    items = [(t.doc, i) for t in texts for i in t.items]
    rows = [pair_features(doc, i.source, i.target) for doc, i in items]
    return fit_typing(rows, [i for _, i in items])


def fit(data: Sequence[tuple[Text, list[list[str]]]]) -> Linear:
    """Train the model of candidates."""
    rows = [row for _, found in data for row in found]
    labels = [TRUE if r else FALSE for text, _ in data for r in text.right]
    weights = [w for text, _ in data for w in certainty(text)]
    marks = frozenset(t.gold.hash for t, _ in data if t.gold)
    return fit_linear(
        rows, labels, strictness=STRICTNESS, weights=weights, balanced=False, trained_on=marks
    )


def certainty(text: Text) -> list[float]:
    """Return how much each candidate counts in training.

    A gold sentence has one pair labelled: a candidate of another type between other parties may
    be an event as well, so it counts for little.
    """
    if text.gold is None:
        return [1.0] * len(text.candidates)
    return [
        1.0 if good or coarse(c.type) == text.gold.type or fits_gold(c, text.gold) else UNSURE
        for c, good in zip(text.candidates, text.right, strict=True)
    ]


def log_odds(model: Linear, row: Sequence[str]) -> float:
    scores = model.scores([row])[0]
    return float(scores[model.labels.index(TRUE)] - scores[model.labels.index(FALSE)])


def measure(
    texts: list[Text], confidences: list[np.ndarray], threshold: float | None
) -> dict[str, float | None]:
    """Return pair+type figures on gold sentences, and figures of the examples, at a threshold.

    Where `threshold` is None, each candidate needs what the reader asks of it.
    """
    count = right = gold = quiet = none = own = own_right = events = 0
    for text, found in zip(texts, confidences, strict=True):
        weight = dict(zip(text.candidates, found.tolist(), strict=True))
        good = dict(zip(text.candidates, text.right, strict=True))
        chosen = choose(text.candidates, weight.__getitem__)
        least = {c: least_confidence(c) if threshold is None else threshold for c in chosen}
        kept = [c for c in chosen if weight[c] >= least[c]]
        hits = sum(good[c] for c in kept)
        if text.gold:
            gold, count, right = gold + 1, count + len(kept), right + (hits > 0)
        elif text.example and not text.example.events:
            none, quiet = none + 1, quiet + (not kept)
        elif text.example:
            own, own_right = own + len(kept), own_right + hits
            events += len(text.example.events)
    return {
        "threshold": threshold,
        "pair_type_precision": right / max(count, 1),
        "pair_type_recall": right / max(gold, 1),
        "pair_type_f1": 2 * right / max(count + gold, 1),
        "no_event_precision": quiet / max(none, 1),
        "example_precision": own_right / max(own, 1),
        "example_recall": min(own_right, events) / max(events, 1),
    }


def validate(texts: list[Text], confidences: list[np.ndarray]) -> dict[str, Any]:
    """Return the held-out figures: at several thresholds, and calibration."""
    sure = [w > UNSURE for t in texts for w in certainty(t)]
    flat = [c for c, s in zip(np.concatenate(confidences).tolist(), sure, strict=True) if s]
    labels = [r for t in texts for r in t.right]
    right = [r for r, s in zip(labels, sure, strict=True) if s]
    return {
        "candidates": len(right),
        "right": sum(right),
        "ece": calibration_error(flat, right),
        "reliability": reliability(flat, right),
        "thresholds": [
            measure(texts, confidences, t) for t in (None, 0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
        ],
    }


def cross_validate(gold: Path, cb: Codebook) -> dict[str, Any]:
    """Return held-out figures of the weighing, on gold pairs and on the codebook's examples.

    Args:
        gold: a gold file of marked pairs; where there is none, the examples alone are used.
        cb: the codebook.
    """
    texts = load(gold, cb)
    return validate(texts, train_folds(texts)[0])


def cross_validate_reading(gold: Path, cb: Codebook) -> dict[str, float]:
    """Read every bare sentence with weights that were not trained on it; look for its pair.

    Returns:
        The `pair_*` and `pair_type_*` figures of `dragoman evaluate relations`, held out.
    """
    texts = load(gold, cb)
    annotator = CachedAnnotator(load_annotator(), ROOT / ".cache" / "parses.sqlite")
    reader = Reader(annotator=annotator, codebook=cb.folder)
    outcome = Evaluation("relations")
    pairs, readings = [], []
    for k in range(K):
        part = [t for t in texts if t.fold != k]
        typing = typing_of(part)
        model = fit([(t, candidate_features(t.candidates, t.doc, typing)) for t in part])
        held = [t.gold for t in texts if t.fold == k and t.gold]
        with (
            patch.object(weigh, "weigh_model", lambda model=model: model),
            patch.object(weigh, "linear_model", lambda typing=typing: typing),
        ):
            readings += list(read_bare(held, reader))
        pairs += held
    compare_bare(outcome, pairs, readings)
    return outcome.figures


def calibrated(model: Linear, scale: float, shift: float) -> Linear:
    """Put scale and shift of the confidence into a model's weights."""
    sign = np.array([0.5 if label == TRUE else -0.5 for label in model.labels], dtype=np.float32)
    return replace(
        model,
        weights=(model.weights * scale).astype(np.float32),
        bias=(model.bias * scale + sign * shift).astype(np.float32),
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gold", type=Path, default=GOLD)
    options.add_argument("--only-validate", action="store_true")
    options.add_argument("--reading", action="store_true", help="read the bare sentences, held out")
    chosen = options.parse_args()
    if chosen.reading:
        print(json.dumps(cross_validate_reading(chosen.gold, Codebook()), indent=1))
        return
    texts = load(chosen.gold, Codebook())
    confidences, scale, shift = train_folds(texts)
    print(json.dumps(validate(texts, confidences), indent=1))
    if not chosen.only_validate:
        typing = typing_of(texts)
        rows = [candidate_features(t.candidates, t.doc, typing) for t in texts]
        model = fit(list(zip(texts, rows, strict=True)))
        calibrated(model, scale, shift).save(WEIGH_FILE)
        print(f"{WEIGH_FILE.name}: {WEIGH_FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
