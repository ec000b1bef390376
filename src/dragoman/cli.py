"""The command line: thin, each command a few calls of the library."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dragoman.reader import Reader
    from dragoman.records import Report
    from dragoman.sources import Failure

MISUSE, SOME_FAILED = 2, 1

app = typer.Typer(
    name="dragoman",
    help="Read news reports and write political event data, each fact with its words.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
codebook_app = typer.Typer(help="Check, test and try the codebook of events.", no_args_is_help=True)
app.add_typer(codebook_app, name="codebook")


class Task(StrEnum):
    """What `evaluate` can measure."""

    relations = "relations"
    attribution = "attribution"
    places = "places"
    times = "times"
    entities = "entities"
    report = "report"


def _stop(message: str, code: int = MISUSE) -> NoReturn:
    typer.echo(f"dragoman: {message}", err=True)
    raise typer.Exit(code)


def _load_reader(
    codebook: Path | None = None, cache: Path | None = None, actors: list[Path] | None = None
) -> Reader:
    from dragoman.codebook import CodebookError
    from dragoman.reader import Reader

    try:
        return Reader(codebook=codebook, cache=cache, actors=actors or ())
    except (CodebookError, OSError, ValueError) as error:
        _stop(str(error))


def _version(value: bool) -> None:
    if value:
        import dragoman

        typer.echo(f"dragoman {dragoman.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog="Example: dragoman read report.txt --published 2017-08-14\n\n"
    "Example: cat reports.jsonl | dragoman read - --json > records.jsonl"
)
def read(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…", help="Text, HTML or JSON Lines files, folders of them, or - for stdin."
        ),
    ],
    published: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of reports that have none of their own."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, one per report.")
    ] = False,
    codebook: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Another codebook folder.")
    ] = None,
    actors: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Your own actors: YAML, CSV, FollowTheMoney or Wikidata JSON."
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep parses here, so a text is parsed once."),
    ] = None,
) -> None:
    """Read reports and show who did what to whom, when, where, according to whom."""
    from dragoman.sources import read_files

    day = _day(published)
    if paths != ["-"] and not any(p == "-" or Path(p).exists() for p in paths):
        _stop(f"there is no such file: {', '.join(paths)}")
    failures: list[Failure] = []
    reports = _good(read_files(paths, day), failures)
    first = next(reports, None)
    if first is not None:
        reader = _load_reader(codebook, cache, actors)
        _print_readings(reader, _chain(first, reports), failures, json)
    _end(failures)


def _day(published: str | None) -> str | None:
    from dragoman.sources.published import find_published

    if published is None:
        return None
    day = find_published(published)
    if day is None:
        _stop(f"--published {published!r} is no date; write it as 2017-08-14")
    return day.isoformat()


def _good(found: Iterator[Report | Failure], failures: list[Failure]) -> Iterator[Report]:
    from dragoman.records import Report

    for one in found:
        if isinstance(one, Report):
            yield one
        else:
            failures.append(one)


def _chain(first: Report, rest: Iterator[Report]) -> Iterator[Report]:
    yield first
    yield from rest


def _print_readings(
    reader: Reader, reports: Iterator[Report], failures: list[Failure], json: bool
) -> None:
    if json:
        for reading in reader.read_all(reports, on_failure=failures.append):
            sys.stdout.write(reading.to_json() + "\n")
        sys.stdout.flush()
        return
    from rich.console import Console

    from dragoman.terminal import show

    console = Console(highlight=False)
    for reading in reader.read_all(reports, on_failure=failures.append):
        show(reading, console)


def _end(failures: list[Failure]) -> None:
    """Name what could not be read, and leave with the right exit code."""
    for failure in failures:
        typer.echo(f"dragoman: not read: {failure}", err=True)
    if failures:
        count = len(failures)
        typer.echo(f"dragoman: {count} report{'s' * (count > 1)} could not be read", err=True)
        raise typer.Exit(SOME_FAILED)


@app.command(
    epilog="Example: dragoman evaluate times gold/times.jsonl\n\n"
    "Example: dragoman evaluate report seed.gold.json --json"
)
def evaluate(
    task: Annotated[Task, typer.Argument(help="What to measure.")],
    file: Annotated[Path, typer.Argument(help="Gold: JSON Lines, or a report's .gold.json.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the worst errors here (JSON Lines)."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep parses here between runs.")
    ] = None,
    codebook: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Another codebook folder.")
    ] = None,
) -> None:
    """Measure Dragoman against gold: precision, recall, F1, and the worst errors."""
    from dragoman.evaluate.run import EvaluationError, run, write_errors

    if not file.is_file():
        _stop(f"there is no such file: {file}")
    reader = _load_reader(codebook, cache)
    try:
        outcome = run(task.value, file, reader.annotator, reader.codebook)
    except EvaluationError as error:
        _stop(str(error))
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


def main() -> None:
    """Run the command line; an interrupt leaves quietly with code 130."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
