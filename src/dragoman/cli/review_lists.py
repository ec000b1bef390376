"""`dragoman review list`, `show`, `agreement`: what was reviewed, and how it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dragoman.cli.app import stop
from dragoman.cli.ask import Folder
from dragoman.cli.review import Json, Key, in_words, review_app, run_review, told

if TYPE_CHECKING:
    from dragoman.archive.reviewed import Reviewed


def _load(folder: Path) -> Reviewed:
    from dragoman.archive.archive import Archive

    found: Reviewed = run_review(lambda: Archive(folder).reviewed)
    for number in found.journal.torn:
        typer.echo(f"dragoman: line {number} of the reviews cannot be read; it counts for nothing",
                   err=True)  # fmt: skip
    return found


@review_app.command("list", epilog="Example: dragoman review list --conflicts --archive archive")
def list_(
    archive: Folder,
    report: Annotated[str | None, typer.Option(help="Of the report with this key.")] = None,
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Of this reviewer.")] = None,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="Of records on which reviewers disagree.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Also what was undone or replaced.")] = False,
    as_json: Json = False,
) -> None:
    """List the reviews: who said when what of which record, and whether it counts."""
    found = _load(archive)
    rows = [
        row
        for row in _listed(found)
        if (report is None or row["report"].startswith(report))
        and who in (None, row["who"])
        and (row["conflict"] or not conflicts)
        and (every or row["state"] not in ("undone", "replaced", "undo"))
    ]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    _table(
        ("number", "at", "who", "report", "review", "state", "note"),
        [(row["number"], row["at"][:16].replace("T", " "), row["who"], row["report"][:8],
          row["told"],
          row["state"] + (", in conflict" if row["conflict"] else ""), row["note"] or "")
         for row in rows],
    )  # fmt: skip


def _listed(found: Reviewed) -> Iterable[dict[str, Any]]:
    """Yield every line of the journal with its state."""
    import msgspec

    from dragoman.resolve.reviews import in_force

    state: dict[int, tuple[str, bool]] = {}
    for several in found.standing.values():
        for one in several:
            for review in one.latest:
                counts = review.number == one.review.number
                state[review.number] = (one.state if counts else "outvoted", one.conflict)
    force = {review.number for review in in_force(found.journal.lines)}
    for line in found.journal.lines:
        held = "replaced" if line.number in force else "undone"
        if line.verdict == "undo":
            held = "undo"
        stands, conflict = state.get(line.number, (held, False))
        row = msgspec.to_builtins(line)
        yield {"note": None, **row, "told": told(line), "state": stands, "conflict": conflict}


@review_app.command(epilog="Example: dragoman review show 3f2a91c0 --archive archive")
def show(report: Key, archive: Folder) -> None:
    """List a report's records, coded and added, with their ids, and where each stands."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.readings import readings
    from dragoman.archive.reviews import find_report
    from dragoman.resolve.reviews import KINDS, told_anew

    opened = run_review(lambda: Archive(archive, reviews=False))
    key = run_review(lambda: find_report(opened, report))
    found = _load(archive)
    base = found.bases.get(key)
    reading = base.reading if base else next(readings(opened, [key]))
    stands = {
        one.record: f"{one.review.judged} by {one.review.who}"
        for one in found.standing.get(key, [])
    }
    _table(
        ("id", "kind", "record", "stands"),
        [
            (record.id, kind, _shown(told_anew(reading, kind, record)), stands.get(record.id, ""))
            for kind in KINDS
            for record in getattr(reading, kind)
        ],
    )


def _shown(told: dict[str, Any]) -> str:
    """Return a record in words for people."""
    return "; ".join(f"{name}: {words}" for name, words in in_words(told))


@review_app.command(epilog="Example: dragoman review agreement --who amara --who wim \\\n"
                    "  --archive archive")  # fmt: skip
def agreement(
    archive: Folder,
    who: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="These reviewers; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how far reviewers agree: Krippendorff's alpha of verdicts and of corrected fields."""
    from dragoman.evaluate.agreement import review_agreement

    standing = [one for several in _load(archive).standing.values() for one in several]
    found = review_agreement(standing, who or ())
    conflicts = sum(one.conflict for one in standing)
    if as_json:
        for name, one in found.items():
            row = {"measure": name, "alpha": one.alpha, "records": one.units,
                   "values": one.values, "same": one.same}  # fmt: skip
            typer.echo(json.dumps(row))
        return
    _table(
        ("measure", "alpha", "records judged twice", "same"),
        [(name, _number(one.alpha), one.units, _number(one.same)) for name, one in found.items()],
    )
    typer.echo(f"{conflicts} records are in conflict; the latest review counts", err=True)


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"


def _table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from dragoman.terminal import Harmless

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "id")
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row))
    Console(highlight=False).print(Harmless(table))
    typer.echo(f"{len(rows)} rows", err=True)


@review_app.command(epilog="Example: dragoman review export --to gold.jsonl --archive archive")
def export(
    archive: Folder,
    to: Annotated[Path, typer.Option(metavar="FILE", help="JSON Lines, one report a line.")],
    agreed: Annotated[
        bool, typer.Option("--agreed", help="Without records on which reviewers disagree.")
    ] = False,
) -> None:
    """Write the reviewed reports as gold, for `dragoman evaluate reviews`."""
    from dragoman.archive.review_gold import gold

    lines = [json.dumps(row, ensure_ascii=False) for row in gold(_load(archive), agreed=agreed)]
    if not lines:
        stop("nothing has been reviewed; `dragoman review confirm --help` says how")
    try:
        to.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        stop(f"{to} cannot be written to: {error.strerror}")
    typer.echo(f"{len(lines)} reports; `dragoman evaluate reviews {to}` measures against them",
               err=True)  # fmt: skip
