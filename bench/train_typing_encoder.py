"""Trains the encoder that types pairs; cross-validates it on a gold file and writes its weights.

    python bench/train_typing_encoder.py             everything, about half an hour on two cores
    python bench/train_typing_encoder.py --only without

Three parts: `folds` trains on each four fifths of the gold and keeps the held-out probabilities
that bench/train_typing.py cross-validates with; `shipped` trains on all of the gold and writes the
weights; `without` trains on the codebook's examples alone and keeps what that gives for the gold.
bench/typing_encoder_training.py says what to install.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from typing_data import GOLD, LABELS, Item, example_items, gold_item, marks, read_examples
from typing_encoder_training import Net, Plan, fit, make_pieces, stored

from dragoman.evaluate.pairs import YIELD, YIELDING, GoldPair, folds, read_pairs
from dragoman.extract.typing import ENCODER_FILE
from dragoman.extract.typing_encoder import Encoder
from dragoman.extract.typing_store import load_arrays, save_arrays

KEPT = Path(__file__).parent / "typing_folds.npz.zst"
K = 5
EXAMPLE_EPOCHS = 5


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


def keep(pairs: list[GoldPair], name: str, rows: np.ndarray, found: np.ndarray) -> None:
    """Keep probabilities of some of the gold's pairs; those of other texts are thrown away."""
    hashes = np.array([pair.hash for pair in pairs])
    kept = load_arrays(KEPT) if KEPT.exists() else {}
    if "hashes" not in kept or kept["hashes"].tolist() != hashes.tolist():
        kept = {"hashes": hashes}
    table = kept.setdefault(name, np.zeros((len(pairs), len(LABELS)), dtype=np.float16))
    table[rows] = found.astype(np.float16)
    save_arrays(KEPT, kept)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gold", type=Path, default=GOLD)
    options.add_argument("--only", choices=("folds", "shipped", "without"))
    options.add_argument("--fold", type=int, action="append", help="only this fold (repeatable)")
    options.add_argument("--threads", type=int, default=2)
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    trainer, plan = Trainer(), Plan()
    pairs = read_pairs(chosen.gold)
    gold = [gold_item(pair) for pair in pairs]
    where = np.array(folds(pairs, K))
    if chosen.only in (None, "shipped"):
        net = trainer.fit(trainer.net(), gold, plan)
        save_arrays(ENCODER_FILE, stored(net, LABELS, trainer.pieces, marks(gold)))
    for k in chosen.fold or range(K) if chosen.only in (None, "folds") else ():
        rows = np.flatnonzero(where == k)
        net = trainer.fit(trainer.net(), [gold[n] for n in np.flatnonzero(where != k)], plan)
        found = trainer.probabilities(net, [gold[n] for n in rows])
        report(f"fold {k}", found, [gold[n] for n in rows])
        keep(pairs, "held_out", rows, found)
    if chosen.only in (None, "without"):
        own = example_items(read_examples())
        net = trainer.fit(trainer.net(), own, replace(plan, epochs=EXAMPLE_EPOCHS))
        found = trainer.probabilities(net, gold)
        report(f"without gold, {len(own)} examples", found, gold)
        keep(pairs, "without_gold", np.arange(len(gold)), found)


if __name__ == "__main__":
    main()
