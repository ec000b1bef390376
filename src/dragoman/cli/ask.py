"""`dragoman events`, `statements`, …, `sql`: what an archive holds."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dragoman.archive.cells import cell, plain
from dragoman.cli.app import app, read_day, stop

if TYPE_CHECKING:
    import pyarrow as pa

    from dragoman.archive.archive import Archive
    from dragoman.archive.query import Kind


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


Folder = Annotated[Path, typer.Option("--archive", metavar="DIR", help="The archive's folder.")]
As = Annotated[Format, typer.Option("--format", help="table for people, json (lines) or csv.")]
Most = Annotated[int, typer.Option(min=1, help="At most so many rows.")]
Version = Annotated[
    int | None, typer.Option("--at", metavar="VERSION", help="The archive as it was then.")
]
NoReviews = Annotated[
    bool, typer.Option("--no-reviews", help="Each record as it was coded, before any review.")
]
# columns of the table for people; json and csv have them all
_SHOWN = {
    "events": ("day", "type", "mode", "actor_name", "recipient_name", "place_name", "words"),
    "statements": ("published", "source_name", "addressee_name", "kind", "words"),
    "entities": ("published", "name", "type", "country", "sectors"),
    "relations": ("published", "subject_name", "predicate", "object_name", "literal", "words"),
    "places": ("published", "name", "country", "admin1", "geonameid"),
    "reports": ("published", "source", "title", "report_id", "url"),
}
_GROUPED = "Counts instead of rows: day, month, year, type, dyad, country, source, place."


def run_query(
    archive: Path, version: int | None, run: Callable[[Any], pa.Table], *, reviews: bool = True
) -> pa.Table:
    """Open an archive and run something over it, or say what is wrong."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.query import FilterError
    from dragoman.archive.store import ArchiveError

    try:
        return run(Archive(archive, version, reviews=reviews))
    except (ArchiveError, FilterError) as error:
        stop(str(error))


def _add(kind: Kind, example: str) -> None:
    """Make the command that lists one kind of record."""

    def command(  # the options are the filters that fit
        archive: Folder,
        type: Annotated[str | None, typer.Option(help="PLOVER type, or kind of record.")] = None,  # noqa: A002
        mode: Annotated[str | None, typer.Option(help="PLOVER mode.")] = None,
        actor: Annotated[str | None, typer.Option(help="Words in a name, either side.")] = None,
        country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-3.")] = None,
        sector: Annotated[str | None, typer.Option(help="PLOVER sector.")] = None,
        dyad: Annotated[str | None, typer.Option(help="RUS-UKR; * for any.")] = None,
        place: Annotated[str | None, typer.Option(help="Words in a place, or a country.")] = None,
        since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on.")] = None,
        until: Annotated[str | None, typer.Option(metavar="DATE", help="Up to this day.")] = None,
        factuality: Annotated[
            str | None, typer.Option(help="asserted, future, hypothetical, negated or any.")
        ] = None,
        historical: Annotated[
            bool | None, typer.Option("--background/--news", help="Only background, or only news.")
        ] = None,
        confidence: Annotated[float | None, typer.Option(min=0, max=1, help="At least.")] = None,
        source: Annotated[str | None, typer.Option(help="Words in the publisher's name.")] = None,
        text: Annotated[str | None, typer.Option(help="Words in the evidence or text.")] = None,
        report: Annotated[str | None, typer.Option(help="A report's id.")] = None,
        reviewed: Annotated[
            str | None, typer.Option(help="yes, no, confirmed, corrected, rejected or added.")
        ] = None,
        no_reviews: NoReviews = False,
        by: Annotated[list[str] | None, typer.Option(help=_GROUPED)] = None,
        limit: Most = 100,
        form: As = Format.table,
        version: Version = None,
    ) -> None:
        from dragoman.archive.query import Filters

        filters = Filters(
            type=type, mode=mode, actor=actor, country=country, sector=sector, dyad=dyad,
            place=place, since=read_day(since, "--since"), until=read_day(until, "--until"),
            factuality=factuality, historical=historical, confidence=confidence, source=source,
            text=text, report=report, reviewed=reviewed,
        )  # fmt: skip
        if by and kind != "events":
            stop("only events are counted with --by")
        names: list[Any] = [name for part in by or () for name in part.split(",")]

        def run(opened: Archive) -> pa.Table:
            if names:
                return opened.counts(filters, names).slice(0, limit)
            return opened.rows(kind, filters, limit=limit)

        found = run_query(archive, version, run, reviews=not no_reviews)
        print_rows(found, form, () if by else _SHOWN[kind])

    command.__doc__ = f"List the {kind} of an archive, by any filter."
    app.command(kind, epilog=f"Example: {example}")(command)


_COMMANDS: tuple[tuple[Kind, str], ...] = (
    ("events", "dragoman events --archive archive --type ASSAULT --since 2017-01-01 --by dyad"),
    ("statements", "dragoman statements --archive archive --actor Lavrov --format csv"),
    ("entities", "dragoman entities --archive archive --country KEN --sector GOV"),
    ("relations", "dragoman relations --archive archive --type holds_office"),
    ("places", "dragoman places --archive archive --country FRA"),
    ("reports", "dragoman reports --archive archive --text ceasefire"),
)
for _kind, _example in _COMMANDS:
    _add(_kind, _example)


@app.command(epilog='Example: dragoman sql "select type, count(*) from events group by type" \\\n'
             "  --archive archive")  # fmt: skip
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT over the tables.")],
    archive: Folder,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time it may take.")] = 30.0,
    memory: Annotated[int, typer.Option(min=64, help="Megabytes it may take.")] = 2_000,
    no_reviews: NoReviews = False,
    form: As = Format.table,
    version: Version = None,
) -> None:
    """Ask the archive's tables in SQL (DuckDB, read only)."""
    found = run_query(
        archive, version, lambda a: a.ask(query, seconds=seconds, megabytes=memory),
        reviews=not no_reviews,
    )  # fmt: skip
    print_rows(found, form, ())


def print_rows(found: pa.Table, form: Format, shown: tuple[str, ...]) -> None:
    """Print rows; `shown` are the columns of the table for people, all where empty."""
    rows = found.to_pylist()
    if form is Format.json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False, default=str))
    elif form is Format.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(found.column_names)
        writer.writerows([[cell(row[name]) for name in found.column_names] for row in rows])
    else:
        _print_table(rows, shown or tuple(found.column_names))


def _print_table(rows: list[dict[str, Any]], shown: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from dragoman.terminal import Harmless

    table = Table(box=None, pad_edge=False)
    for name in shown:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(row[name])) for name in shown))
    Console(highlight=False).print(Harmless(table))
    typer.echo(f"{len(rows)} rows", err=True)
