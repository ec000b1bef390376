"""Trains the encoder that types pairs; cross-validates it on a gold file and writes its weights.

    python bench/train_typing_encoder.py

First on the codebook's examples, then on each four fifths of the gold for the probabilities that
bench/train_typing.py cross-validates with, then on all of it for the weights that are shipped.
About 30 minutes on two cores; bench/typing_encoder_training.py says what to install.
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path

import numpy as np
import torch
from typing_data import EXAMPLES, GOLD, LABELS, Item, example_items, gold_item, marks, read_examples
from typing_encoder_training import Net, Plan, fit, make_pieces, stored

from dragoman.evaluate.pairs import YIELD, YIELDING, folds, read_pairs
from dragoman.extract.typing import ENCODER_FILE
from dragoman.extract.typing_encoder import Encoder
from dragoman.extract.typing_store import save_arrays

KEPT = Path(__file__).parent / "typing_folds.npz.zst"
K = 5


def allowed(items: list[Item]) -> np.ndarray:
    """Return (items, labels) with 1 for each label an item may have."""
    found = np.zeros((len(items), len(LABELS)), dtype=np.float32)
    for n, item in enumerate(items):
        for label in YIELDING if item.label == YIELD else (item.label,):
            found[n, LABELS.index(label)] = 1
    return found


class Trainer:
    """Keeps the word pieces and turns items into what the net reads."""

    def __init__(self) -> None:
        self.cutter, self.pieces, self.rows = make_pieces()

    def net(self) -> Net:
        """Return a fresh net."""
        torch.manual_seed(0)
        return Net(len(LABELS), self.rows)

    def fit(self, net: Net, items: list[Item], plan: Plan) -> Net:
        """Train a net further on items."""
        marked = [self.cutter.mark(i.text, i.source, i.target) for i in items]
        return fit(net, marked, allowed(items), plan)

    def probabilities(self, net: Net, items: list[Item]) -> np.ndarray:
        """Return what the stored, rounded form of a net gives for items."""
        encoder = Encoder.from_arrays(stored(net, LABELS, self.pieces, frozenset()))
        return encoder.probabilities([(i.text, i.source, i.target) for i in items])


def report(name: str, found: np.ndarray, items: list[Item]) -> None:
    right = (found * allowed(items)).sum(1) > 0.5
    print(f"{name}: {right.mean():.3f} right with over half of the probability", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gold", type=Path, default=GOLD)
    options.add_argument("--examples", type=Path, default=EXAMPLES)
    options.add_argument("--epochs", type=int, default=8)
    options.add_argument("--first-epochs", type=int, default=6)
    options.add_argument("--weights", type=Path, default=ENCODER_FILE)
    options.add_argument("--folds", type=Path, default=KEPT, help="where to keep held-out figures")
    chosen = options.parse_args()
    torch.set_num_threads(2)
    trainer = Trainer()
    pairs = read_pairs(chosen.gold)
    gold = [gold_item(pair) for pair in pairs]
    own = example_items(read_examples(chosen.examples))
    base = trainer.net()
    if own:
        print(f"{len(own)} pairs of the project's examples")
        base = trainer.fit(base, own, Plan(epochs=chosen.first_epochs))
    without = trainer.probabilities(base, gold)
    report("without gold", without, gold)
    second = Plan(epochs=chosen.epochs)
    where = np.array(folds(pairs, K))
    held = np.zeros_like(without)
    for k in range(K):
        rows = np.flatnonzero(where == k)
        part = [gold[n] for n in np.flatnonzero(where != k)]
        net = trainer.fit(copy.deepcopy(base), part, second)
        held[rows] = trainer.probabilities(net, [gold[n] for n in rows])
        report(f"fold {k}", held[rows], [gold[n] for n in rows])
    hashes = np.array([pair.hash for pair in pairs])
    kept = {"hashes": hashes, "held_out": held.astype(np.float16)}
    save_arrays(chosen.folds, {**kept, "without_gold": without.astype(np.float16)})
    net = trainer.fit(base, gold, second)
    save_arrays(chosen.weights, stored(net, LABELS, trainer.pieces, marks(gold)))


if __name__ == "__main__":
    main()
