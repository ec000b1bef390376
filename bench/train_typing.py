"""Trains the linear model that types pairs, and cross-validates both typing models.

    python bench/train_typing.py                    cross-validate on the gold, write the weights
    python bench/train_typing.py --only-validate    leave the weights as they are

The encoder's part of the cross-validation is read from bench/typing_folds.npz.zst: held-out
probabilities that bench/train_typing_encoder.py keeps for the same folds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from typing_data import CODEBOOK, GOLD, LABELS, Item, example_items, gold_item, marks, read_examples
from typing_linear_training import fit_linear

from dragoman.evaluate.baselines import most_frequent, ngram_types
from dragoman.evaluate.pairs import YIELD, YIELDING, GoldPair, coarse, folds, read_pairs
from dragoman.evaluate.scores import accuracy, calibration_error, label_tallies, macro_f1
from dragoman.extract.typing import LINEAR_FILE, combine
from dragoman.extract.typing_features import pair_features
from dragoman.extract.typing_linear import Linear
from dragoman.extract.typing_store import Floats, load_arrays
from dragoman.language import load_annotator
from dragoman.language.cache import CachedAnnotator

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "bench" / "typing_folds.npz.zst"
EXAMPLE_WEIGHT = 0.5


def features(items: Sequence[Item]) -> list[list[str]]:
    """Return the features of each item; texts are parsed once and kept in .cache."""
    annotator = CachedAnnotator(load_annotator(), ROOT / ".cache" / "parses.sqlite")
    texts = sorted({item.text for item in items})
    docs = dict(zip(texts, annotator.annotate(texts), strict=True))
    return [pair_features(docs[item.text], item.source, item.target) for item in items]


def fit(found: Sequence[Sequence[str]], items: Sequence[Item]) -> Linear:
    """Fit the 16 types; YIELD is first told apart by a model of the finer labels."""
    fine = [n for n, item in enumerate(items) if item.label in YIELDING]
    labels = [item.label for item in items]
    if fine and len({labels[n] for n in fine}) == 2:
        divider = fit_linear([found[n] for n in fine], [labels[n] for n in fine])
        open_rows = [n for n, label in enumerate(labels) if label == YIELD]
        for n, row in zip(
            open_rows, divider.probabilities([found[n] for n in open_rows]), strict=True
        ):
            labels[n] = divider.labels[int(row.argmax())]
    weights = [1.0 if item.hash else EXAMPLE_WEIGHT for item in items]
    return fit_linear(found, labels, weights=weights, trained_on=marks(list(items)))


def merge(found: Floats, labels: Sequence[str], types: Sequence[str]) -> Floats:
    """Return probabilities over the gold's types: CONCEDE and RETREAT added up as YIELD."""
    merged = np.zeros((len(found), len(types)), dtype=np.float32)
    for n, label in enumerate(labels):
        if coarse(label) in types:
            merged[:, types.index(coarse(label))] += found[:, n]
    return merged


def cross_validate(path: Path, k: int = 5, *, codebook: Path = CODEBOOK) -> dict[str, Any]:
    """Cross-validate the typing of given pairs.

    Args:
        path: a gold file of marked pairs.
        k: number of folds.
        codebook: the folder of the codebook whose examples every fold trains on too.

    Returns:
        `macro_f1` and `accuracy` of the linear model alone, of the encoder alone and of both,
        held out and without any gold, with `confusion` of both together.
    """
    pairs = read_pairs(path)
    gold = [gold_item(pair) for pair in pairs]
    own = example_items(read_examples(codebook))
    rows = features([*gold, *own])
    types = sorted({pair.type for pair in pairs})
    where = np.array(folds(pairs, k))
    quick = np.zeros((len(gold), len(types)), dtype=np.float32)
    for fold in range(k):
        train = [*np.flatnonzero(where != fold), *range(len(gold), len(rows))]
        model = fit([rows[n] for n in train], [[*gold, *own][n] for n in train])
        held = np.flatnonzero(where == fold)
        quick[held] = merge(model.probabilities([rows[n] for n in held]), model.labels, types)
    wanted = [pair.type for pair in pairs]
    figures: dict[str, Any] = {"pairs": len(pairs), "examples": len(own)}
    figures.update(_baselines(pairs, wanted, where.tolist(), k))
    figures.update(_figures("linear", quick, types, wanted))
    if own:
        alone = fit(rows[len(gold) :], own)
        bare = merge(alone.probabilities(rows[: len(gold)]), alone.labels, types)
        figures.update(_figures("linear_without_gold", bare, types, wanted))
    slow = _kept([pair.hash for pair in pairs]) if k == 5 else {}
    if "held_out" in slow and slow["held_out"].any(axis=1).all():
        encoder = merge(slow["held_out"], LABELS, types)
        both = combine(quick, encoder)
        figures.update(_figures("encoder", encoder, types, wanted))
        figures.update(_figures("both", both, types, wanted))
        figures["both_f1"] = _each_f1(both, types, wanted)
        figures["confusion"] = _confusion(both, types, wanted)
    if own and "without_gold" in slow:
        encoder = merge(slow["without_gold"], LABELS, types)
        figures.update(_figures("encoder_without_gold", encoder, types, wanted))
        figures.update(_figures("both_without_gold", combine(bare, encoder), types, wanted))
    return figures


def _baselines(
    pairs: Sequence[GoldPair], wanted: list[str], where: list[int], k: int
) -> dict[str, float]:
    grams = ngram_types([pair.text for pair in pairs], wanted, where, k)
    plain = [most_frequent(wanted)] * len(wanted)
    return {
        "baseline_ngram_macro_f1": macro_f1(wanted, grams),
        "baseline_ngram_accuracy": accuracy(wanted, grams),
        "baseline_most_frequent_macro_f1": macro_f1(wanted, plain),
        "baseline_most_frequent_accuracy": accuracy(wanted, plain),
    }


def _kept(hashes: list[str]) -> dict[str, Floats]:
    """Return the encoder's kept figures where they are of these very pairs."""
    stored = load_arrays(KEPT) if KEPT.exists() else {}
    if not stored or stored["hashes"].tolist() != hashes:
        return {}
    return {name: stored[name].astype(np.float32) for name in stored if name != "hashes"}


def _figures(name: str, found: Floats, types: list[str], wanted: list[str]) -> dict[str, float]:
    guessed = [types[n] for n in found.argmax(axis=1)]
    hits = [a == b for a, b in zip(guessed, wanted, strict=True)]
    return {
        f"{name}_macro_f1": macro_f1(wanted, guessed),
        f"{name}_accuracy": accuracy(wanted, guessed),
        f"{name}_ece": calibration_error(found.max(axis=1).tolist(), hits),
    }


def _each_f1(found: Floats, types: list[str], wanted: list[str]) -> dict[str, float]:
    guessed = [types[n] for n in found.argmax(axis=1)]
    return {name: round(t.f1, 3) for name, t in label_tallies(wanted, guessed).items()}


def _confusion(found: Floats, types: list[str], wanted: list[str]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {label: {} for label in types}
    for label, n in zip(wanted, found.argmax(axis=1), strict=True):
        table[label][types[n]] = table[label].get(types[n], 0) + 1
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gold", type=Path, default=GOLD)
    options.add_argument("--only-validate", action="store_true")
    chosen = options.parse_args()
    print(json.dumps(cross_validate(chosen.gold), indent=1))
    if not chosen.only_validate:
        items = [gold_item(pair) for pair in read_pairs(chosen.gold)]
        items += example_items(read_examples())
        fit(features(items), items).save(LINEAR_FILE)
        print(f"{LINEAR_FILE.name}: {LINEAR_FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
