"""`dragoman stories`: the events of an archive as all its reports tell them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dragoman.cli.app import app, read_day, stop
from dragoman.cli.ask import Folder, Format, print_rows, run_query
from dragoman.cli.derived import Anew, derived

if TYPE_CHECKING:
    from dragoman.archive.schema import Row

stories_app = typer.Typer(
    name="stories",
    help="Reports of one event brought together: list, show, build.",
    invoke_without_command=True,
    no_args_is_help=True,
    epilog="Example: dragoman stories --archive archive --dyad 'KEN-*' --min-sources 3",
)
app.add_typer(stories_app, name="stories")
Json = Annotated[bool, typer.Option("--json", help="The same as JSON.")]


@stories_app.callback()
def stories(
    context: typer.Context,
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help="The archive's folder.")
    ] = None,
    type: Annotated[str | None, typer.Option(help="PLOVER type.")] = None,  # noqa: A002
    mode: Annotated[str | None, typer.Option(help="PLOVER mode.")] = None,
    actor: Annotated[str | None, typer.Option(help="Words in a name, either side.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-3.")] = None,
    sector: Annotated[str | None, typer.Option(help="PLOVER sector.")] = None,
    dyad: Annotated[str | None, typer.Option(help="RUS-UKR; * for any.")] = None,
    place: Annotated[str | None, typer.Option(help="Words in a place, or a country.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Up to this day.")] = None,
    text: Annotated[str | None, typer.Option(help="Words of the first report.")] = None,
    min_sources: Annotated[
        int | None, typer.Option(min=0, help="At least so many independent sources.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 100,
    form: Annotated[
        Format, typer.Option("--format", help="table for people, json (lines) or csv.")
    ] = Format.table,
    as_json: Json = False,
) -> None:
    """List the events of an archive as all its reports tell them, by any filter."""
    from dragoman.archive.query import Filters

    if context.invoked_subcommand:
        return
    if archive is None:
        stop("say which archive, with --archive DIR")
    filters = Filters(
        type=type, mode=mode, actor=actor, country=country, sector=sector, dyad=dyad,
        place=place, since=read_day(since, "--since"), until=read_day(until, "--until"),
        text=text, min_sources=min_sources,
    )  # fmt: skip
    form = Format.json if as_json else form
    found = run_query(archive, None, lambda a: a.rows("stories", filters, limit=limit))
    if form is Format.table:
        _list(found.to_pylist())
    else:
        print_rows(found, form, ())


def _list(rows: list[Row]) -> None:
    table = _Table("id", "day", "type", "parties", "place", "reports", "sources", "they differ in")
    for row in rows:
        differ = ", ".join(one["about"] for one in row["disagreements"])
        counts = (row["reports"], row["sources"])
        cells = (row["id"][:8], row["date_start"], row["type"], _parties(row))
        table.add(*cells, row["place_name"], *counts, differ)
    table.show()
    typer.echo(f"{len(rows)} rows", err=True)


@stories_app.command(epilog="Example: dragoman stories build --archive archive")
def build(archive: Folder, anew: Anew = False) -> None:
    """Bring copies, stories and actors up to the reports; `dragoman ingest` does so by itself."""
    made = derived(archive, anew=anew)
    typer.echo(
        f"{made.reports:,} reports, {made.copies:,} of them copies;"
        f" {made.events:,} events, {made.stories:,} stories"
    )


@stories_app.command(epilog="Example: dragoman stories show 3f2a91c04b7d5e68 --archive archive")
def show(
    story: Annotated[str, typer.Argument(metavar="ID", help="A story's id, or its beginning.")],
    archive: Folder,
    as_json: Json = False,
) -> None:
    """Show a story: its reports and sources, and what they disagree in, side by side."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.store import ArchiveError
    from dragoman.archive.stories import story as find

    try:
        row, tellings = find(Archive(archive), story)
    except ArchiveError as error:
        stop(str(error))
    if as_json:
        whole = {**row, "tellings": tellings}
        typer.echo(json.dumps(whole, ensure_ascii=False, default=str))
        return
    _head(row)
    _tellings(row, tellings)
    _disagreements(row, {told["key"]: _publisher(told) for told in tellings})


def _parties(row: Row) -> str:
    to = ", ".join(row["recipient_name"])
    return (", ".join(row["actor_name"]) or "?") + (f" → {to}" if to else "")


def _head(row: Row) -> None:
    days = row["date_start"] or "no date"
    if row["date_end"] and row["date_end"] != row["date_start"]:
        days += f" to {row['date_end']}"
    mode = f" ({row['mode']})" if row["mode"] else ""
    where = f", {row['place_name']}" if row["place_name"] else ""
    typer.echo(f"{row['type']}{mode}: {_parties(row)}, {days}{where}")
    typer.echo(f"{row['reports']} reports, {row['sources']} independent sources; {row['id']}")


def _publisher(told: Row) -> str:
    return str(told["source"] or told["url"] or told["report_id"])


def _tellings(row: Row, tellings: list[Row]) -> None:
    table = _Table("published", "source", "report", "", "words")
    for told in tellings:
        notes = ["first"] if told["key"] == row["first_report"] else []
        notes += [f"copy of {told['copy_of']}"] if told["copy_of"] else []
        notes += ["recalls it"] if told["historical"] else []
        notes += [told["factuality"]] if told["factuality"] != "asserted" else []
        notes += [f"told by {told['told_by']}"] if told["told_by"] else []
        cells = (told["published"], told["source"], told["report_id"], ", ".join(notes))
        table.add(*cells, told["words"])
    table.show()


def _disagreements(row: Row, publishers: dict[str, str]) -> None:
    if not row["disagreements"]:
        typer.echo("They disagree in nothing that was found.")
        return
    table = _Table("about", "told", "by")
    for one in row["disagreements"]:
        for version in one["values"]:
            by = sorted({publishers.get(key, key) for key in version["reports"]})
            table.add(one["about"], version["value"], ", ".join(by))
    typer.echo("They disagree:")
    table.show()


class _Table:
    """A Rich table of plain text; ids, days and counts are not broken."""

    def __init__(self, *columns: str) -> None:
        from rich.table import Table

        self._table = Table(box=None, pad_edge=False)
        for name in columns:
            whole = name in ("id", "day", "published", "type", "reports", "sources")
            self._table.add_column(name, overflow="fold", no_wrap=whole)

    def add(self, *cells: Any) -> None:
        from rich.text import Text

        self._table.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))

    def show(self) -> None:
        from rich.console import Console

        from dragoman.terminal import Harmless

        Console(highlight=False).print(Harmless(self._table))
