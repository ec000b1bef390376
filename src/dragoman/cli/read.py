"""`dragoman read`: reports in, records out, as a page or as JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.cli.app import Failures, app, end, load_reader, read_day, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dragoman.reader import Reader
    from dragoman.records import Reading, Report
    from dragoman.sources import Failure


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
    seconds: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0.0, help="Time that a report may take; 0 for no limit."
        ),
    ] = 60.0,
) -> None:
    """Read reports and show who did what to whom, when, where, according to whom."""
    from dragoman.sources import read_files

    day = read_day(published)
    if paths != ["-"] and not any(p == "-" or Path(p).exists() for p in paths):
        stop(f"there is no such file: {', '.join(paths)}")
    failures = Failures()
    reports = _good(read_files(paths, day), failures)
    first = next(reports, None)
    if first is not None:
        reader = load_reader(codebook, cache, actors)
        _print_readings(_read(reader, _chain(first, reports), failures, seconds), json)
    end(failures)


def _good(found: Iterator[Report | Failure], failures: Failures) -> Iterator[Report]:
    from dragoman.records import Report

    for one in found:
        if isinstance(one, Report):
            yield one
        else:
            failures.append(one)


def _chain(first: Report, rest: Iterator[Report]) -> Iterator[Report]:
    yield first
    yield from rest


def _read(
    reader: Reader, reports: Iterator[Report], failures: Failures, seconds: float
) -> Iterator[Reading]:
    from dragoman.cli.limit import outcomes
    from dragoman.records import Reading

    for found in outcomes(reader, reports, seconds):
        if isinstance(found, Reading):
            yield found
        else:
            failures.append(found)


def _print_readings(readings: Iterator[Reading], json: bool) -> None:
    if json:
        for reading in readings:
            sys.stdout.write(reading.to_json() + "\n")
        sys.stdout.flush()
        return
    from rich.console import Console

    from dragoman.terminal import show

    console = Console(highlight=False)
    for reading in readings:
        show(reading, console)
