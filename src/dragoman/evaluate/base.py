"""What every evaluation returns: figures for machines, a table for people, the worst errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Counts of right, spurious and missed, and the measures made of them."""

    right: float = 0
    spurious: float = 0
    missed: float = 0

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.right += other.right
        self.spurious += other.spurious
        self.missed += other.missed

    @property
    def precision(self) -> float:
        """Right among what was found; 0 where nothing was found."""
        return self.right / (self.right + self.spurious) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Right among what was to be found; 0 where nothing was right."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.spurious + self.missed
        return 2 * self.right / total if total else 0.0


@dataclass(slots=True)
class Evaluation:
    """The outcome of one evaluation.

    Attributes:
        task: relations, attribution, places, times or report.
        items: how many texts were read.
        figures: flat names to numbers; this is what `--json` prints.
        tallies: rows of the table for people, each with precision, recall and F1.
        worst: the errors worth a look, one mapping each, worst first.
        notes: sentences that a reader of the figures must know (e.g. seen in training).
    """

    task: str
    items: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    worst: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_tally(self, name: str, tally: Tally) -> None:
        """Keep a row of the table, and its three measures among the figures."""
        self.tallies[name] = tally
        self.figures[f"{name}_precision"] = tally.precision
        self.figures[f"{name}_recall"] = tally.recall
        self.figures[f"{name}_f1"] = tally.f1
