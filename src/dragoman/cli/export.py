"""`dragoman export`: an archive's events in another program's format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dragoman.cli.app import app, read_day, stop


@app.command(epilog="Example: dragoman export --archive archive --to csv --out handed-on \\\n"
             "  --type ASSAULT --since 2017-01-01")  # fmt: skip
def export(
    to: Annotated[str, typer.Option(metavar="FORMAT", help="A format; list names them all.")],
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help="The archive's folder.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="PATH", help="A file or a folder.")] = None,
    type: Annotated[str | None, typer.Option(help="PLOVER type.")] = None,  # noqa: A002
    mode: Annotated[str | None, typer.Option(help="PLOVER mode.")] = None,
    actor: Annotated[str | None, typer.Option(help="Words in a name, either side.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-3.")] = None,
    sector: Annotated[str | None, typer.Option(help="PLOVER sector.")] = None,
    dyad: Annotated[str | None, typer.Option(help="RUS-UKR; * for any.")] = None,
    place: Annotated[str | None, typer.Option(help="Words in a place, or a country.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Up to this day.")] = None,
    factuality: Annotated[
        str | None,
        typer.Option(help="asserted, future, hypothetical, negated or any."),
    ] = None,
    historical: Annotated[
        bool | None, typer.Option("--background/--news", help="Only background, or only news.")
    ] = None,
    confidence: Annotated[float | None, typer.Option(min=0, max=1, help="At least.")] = None,
    source: Annotated[str | None, typer.Option(help="Words in the publisher's name.")] = None,
    text: Annotated[str | None, typer.Option(help="Words in the evidence.")] = None,
    report: Annotated[str | None, typer.Option(help="A report's id.")] = None,
    reviewed: Annotated[
        str | None, typer.Option(help="yes, no, confirmed, corrected, rejected or added.")
    ] = None,
    no_reviews: Annotated[
        bool, typer.Option("--no-reviews", help="Each record as it was coded, before any review.")
    ] = False,
    version: Annotated[
        int | None, typer.Option("--at", metavar="VERSION", help="The archive as it was then.")
    ] = None,
) -> None:
    """Write an archive's events in another format, with a data package and a data card."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.query import FilterError, Filters
    from dragoman.archive.store import ArchiveError
    from dragoman.export.registry import FORMATS
    from dragoman.export.registry import export as write
    from dragoman.export.selection import ExportError

    if to == "list":
        for form in FORMATS.values():
            typer.echo(f"{form.name:14} {form.about}")
        return
    if archive is None or out is None:
        stop("an export needs --archive DIR and --out PATH")
    filters = Filters(
        type=type, mode=mode, actor=actor, country=country, sector=sector, dyad=dyad,
        place=place, since=read_day(since, "--since"), until=read_day(until, "--until"),
        factuality=factuality, historical=historical, confidence=confidence, source=source,
        text=text, report=report, reviewed=reviewed,
    )  # fmt: skip
    try:
        path = write(Archive(archive, version, reviews=not no_reviews), to, out, filters)
    except (ArchiveError, FilterError, ExportError) as error:
        stop(str(error))
    typer.echo(f"{path}, with datapackage.json and DATACARD.md beside it", err=True)
