"""`dragoman evaluate`: figures against gold."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dragoman.cli.app import app, load_reader, stop


class Task(StrEnum):
    """What `evaluate` can measure."""

    relations = "relations"
    attribution = "attribution"
    places = "places"
    times = "times"
    entities = "entities"
    report = "report"
    reviews = "reviews"


@app.command(
    epilog="Example: dragoman evaluate times gold/times.jsonl\n\n"
    "Example: dragoman evaluate report seed.gold.json --json\n\n"
    "Example: dragoman evaluate reviews gold.jsonl"
)
def evaluate(
    task: Annotated[Task, typer.Argument(help="What to measure.")],
    file: Annotated[
        Path,
        typer.Argument(help="Gold: JSON Lines, a report's .gold.json, or a folder (entities)."),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the worst errors here (JSON Lines)."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep parses here between runs.")
    ] = None,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Measure the slow baseline of times, too.")
    ] = False,
    codebook: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Another codebook folder.")
    ] = None,
) -> None:
    """Measure Dragoman against gold: precision, recall, F1, and the worst errors."""
    from dragoman.evaluate.run import EvaluationError, run, write_errors

    if not file.exists():
        stop(f"there is no such file: {file}")
    reader = load_reader(codebook, cache)
    try:
        outcome = run(task.value, file, reader.annotator, reader.codebook, baseline=baseline)
    except EvaluationError as error:
        stop(str(error))
    target = errors or Path(f"{task.value}-errors.jsonl")
    written = write_errors(outcome, target) if errors or not json else 0
    if json:
        from dragoman.evaluate.run import as_json

        typer.echo(as_json(outcome))
        return
    from rich.console import Console

    from dragoman.evaluate.run import table

    Console(highlight=False).print(table(outcome))
    typer.echo(f"{written} errors to look at: {target}")
