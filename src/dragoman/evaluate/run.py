"""Runs an evaluation by its name and shows its outcome."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Evaluation
from dragoman.language import Annotator

TASKS = ("relations", "attribution", "places", "times", "entities", "report", "reviews")
MOST_ERRORS = 500


class EvaluationError(ValueError):
    """The gold file cannot be used; the message says why, with its line."""


def run(
    task: str, path: Path, annotator: Annotator, codebook: Codebook, *, baseline: bool = False
) -> Evaluation:
    """Measure one task against a gold file.

    Args:
        baseline: whether to measure the slow baseline of times as well (the others' are quick
            and always there).

    Raises:
        EvaluationError: there is no such task, or the file is not gold of this task.
    """
    if task not in TASKS:
        raise EvaluationError(f"there is no task {task!r}; there are: {', '.join(TASKS)}")
    if path.suffix == ".jsonl":
        _check_lines(path)
    module = import_module(f"dragoman.evaluate.{task}")
    try:
        extra = {"baseline": True} if baseline and task == "times" else {}
        outcome: Evaluation = module.evaluate(path, annotator, codebook, **extra)
    except KeyError as error:
        raise EvaluationError(f"{path} is not gold for {task}: an item lacks {error}") from error
    except (OSError, ValueError, TypeError) as error:
        raise EvaluationError(f"{path} is not gold for {task}: {error}") from error
    if not outcome.items:
        raise EvaluationError(f"{path} holds nothing to measure")
    return outcome


def _check_lines(path: Path) -> None:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                raise EvaluationError(f"{path}:{number}: this line is not JSON: {error}") from error
            if not isinstance(found, dict) or "text" not in found:
                raise EvaluationError(f"{path}:{number}: this line has no `text`")


def as_json(outcome: Evaluation) -> str:
    """Return the outcome as one JSON object: task, items, notes and every figure."""
    figures: dict[str, Any] = {"task": outcome.task, "items": outcome.items}
    figures.update({name: round(value, 6) for name, value in outcome.figures.items()})
    return json.dumps({**figures, "notes": outcome.notes}, ensure_ascii=False)


def table(outcome: Evaluation) -> Group:
    """Return the outcome as a table for people."""
    grid = Table(title=f"{outcome.task}: {outcome.items} items", title_justify="left")
    for name in ("measure", "precision", "recall", "F1"):
        grid.add_column(name, justify="left" if name == "measure" else "right")
    for name, tally in outcome.tallies.items():
        grid.add_row(name, *(f"{x:.3f}" for x in (tally.precision, tally.recall, tally.f1)))
    shown = {f"{n}_{m}" for n in outcome.tallies for m in ("precision", "recall", "f1")}
    others = Table(show_header=False, box=None)
    for name, value in outcome.figures.items():
        if name not in shown:
            others.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    notes = [Text(f"note: {note}", style="yellow") for note in outcome.notes]
    return Group(*([grid] if outcome.tallies else []), others, *notes)


def write_errors(outcome: Evaluation, path: Path) -> int:
    """Write the worst errors, one JSON object a line; return how many were written."""
    lines = [json.dumps(e, ensure_ascii=False, default=str) for e in outcome.worst[:MOST_ERRORS]]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return len(lines)
