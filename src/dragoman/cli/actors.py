"""`dragoman actors`: who is who in an archive, and merges and splits made by hand."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dragoman.cli.app import app, stop
from dragoman.cli.ask import Folder
from dragoman.cli.derived import Anew, derive_shown, derived

if TYPE_CHECKING:
    from dragoman.archive.store import Store
    from dragoman.resolve.actor_decisions import Decision

actors_app = typer.Typer(
    name="actors",
    help="Who is who across the reports of an archive: list, show, merge, split, undo.",
    invoke_without_command=True,
    no_args_is_help=True,
    epilog="Example: dragoman actors --archive archive --country KEN --sector GOV",
)
app.add_typer(actors_app, name="actors")
MOST_OFFICES = 3  # that a line of the list shows
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Who = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who decides; your login by default.")
]
_LIST = """
select id, name, type, country, sectors, reports, first_day, last_day,
 list_transform(offices, lambda o: o.title) as offices, list_transform(names, lambda n: n.name)
 as names from actors
where (? is null or len(list_filter(names, lambda n: contains(lower(n.name), lower(?)))) > 0)
 and (? is null or country = upper(?)) and (? is null or list_contains(sectors, upper(?)))
 and (? is null or type = lower(?))
order by reports desc, name, id limit ?
"""


@actors_app.callback()
def actors(
    context: typer.Context,
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help="The archive's folder.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Words in any of its names.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-3.")] = None,
    sector: Annotated[str | None, typer.Option(help="PLOVER sector.")] = None,
    type: Annotated[  # noqa: A002
        str | None, typer.Option(help="person, organization, country, group or other.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 100,
    as_json: Json = False,
) -> None:
    """List the actors of an archive, those of most reports first."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.store import ArchiveError

    if context.invoked_subcommand:
        return
    if archive is None:
        stop("say which archive, with --archive DIR")
    asked = [value for value in (name, country, sector, type) for _ in range(2)]
    try:
        found = Archive(archive).sql(_LIST, [*asked, limit]).to_pylist()
    except ArchiveError as error:
        stop(str(error))
    if as_json:
        for row in found:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    _table(found)


def _table(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from dragoman.terminal import Harmless

    table = Table(box=None, pad_edge=False)
    for column in ("id", "name", "country", "sectors", "reports", "from", "to", "offices"):
        table.add_column(column, overflow="fold", no_wrap=column in ("id", "from", "to"))
    for row in found:
        titles = list(dict.fromkeys(title for title in row["offices"] if title))
        offices = ", ".join(titles[:MOST_OFFICES]) + (" …" if len(titles) > MOST_OFFICES else "")
        who = (row["id"][:8], row["name"], row["country"] or "", " ".join(row["sectors"]))
        days = (row["first_day"] or "", row["last_day"] or "")
        cells = (*who, str(row["reports"]), *days, offices)
        table.add_row(*map(Text, cells))
    Console(highlight=False).print(Harmless(table))
    typer.echo(f"{len(found)} rows", err=True)


@actors_app.command(epilog="Example: dragoman actors show 3f2a91c0 --archive archive")
def show(
    actor: Annotated[str, typer.Argument(metavar="ID", help="An actor's id, or its beginning.")],
    archive: Folder,
    as_json: Json = False,
) -> None:
    """Show an actor: its names, its offices and standing with their days and the words behind."""
    from dragoman.archive.actors import actor_row
    from dragoman.archive.archive import Archive
    from dragoman.archive.store import ArchiveError

    try:
        row = actor_row(Archive(archive), actor)
    except ArchiveError as error:
        stop(str(error))
    if as_json:
        typer.echo(json.dumps(row, ensure_ascii=False))
        return
    sectors = " ".join(row["sectors"])
    typer.echo(f"{row['name']}  ({row['type']}, {row['country'] or 'country unknown'} {sectors})")
    typer.echo(f"in {row['reports']} reports, {row['first_day']} to {row['last_day']}")
    names = ", ".join(f"{n['name']} ({n['count']})" for n in row["names"])
    typer.echo(f"called {names}")
    for told in (*row["offices"], *row["relations"]):
        days = f"{told['first_day'] or '?'} to {told['last_day'] or '?'}"
        what = told["title"] or told["actor_name"] or ""
        typer.echo(f"  {told['predicate']} {what}, told {days} in {told['reports']} reports")
        for evidence in told["evidence"][:2]:
            typer.echo(f"      {evidence['report_id']}: {evidence['words']}")


@actors_app.command(epilog="Example: dragoman actors build --archive archive")
def build(archive: Folder, anew: Anew = False) -> None:
    """Bring copies, stories and actors up to the reports; `dragoman ingest` does so by itself."""
    made = derived(archive, anew=anew)
    typer.echo(
        f"{made.entities:,} named entities are {made.actors:,} actors;"
        f" {made.decisions:,} decisions made by hand are in force"
    )


@actors_app.command(epilog="Example: dragoman actors merge 3f2a91c0 77b01e52 --archive archive")
def merge(
    one: Annotated[str, typer.Argument(metavar="ID")],
    other: Annotated[str, typer.Argument(metavar="ID")],
    archive: Folder,
    by: Who = None,
) -> None:
    """Say that two actors are one. It is kept apart, survives every run and can be undone."""
    from dragoman.archive.actors import merge as decide

    _decide(archive, lambda store: decide(store, one, other, by or getpass.getuser()))


@actors_app.command(
    epilog="Example: dragoman actors split 3f2a91c0 --name 'J. Banda' --archive archive"
)
def split(
    actor: Annotated[str, typer.Argument(metavar="ID")],
    archive: Folder,
    name: Annotated[str | None, typer.Option(help="A name of it that is another's.")] = None,
    report: Annotated[
        list[str] | None, typer.Option(help="Id of a report that tells of another; repeatable.")
    ] = None,
    by: Who = None,
) -> None:
    """Say that a name, or what some reports tell, is another actor's; it can be undone."""
    from dragoman.archive.actors import split as decide

    def run(store: Store) -> Decision:
        who = by or getpass.getuser()
        return decide(store, actor, who, name=name, reports=tuple(report or ()))

    _decide(archive, run)


@actors_app.command(epilog="Example: dragoman actors undo 2 --archive archive")
def undo(
    number: Annotated[int, typer.Argument(min=1, help="A number that `decisions` lists.")],
    archive: Folder,
    by: Who = None,
) -> None:
    """Take a merge or split back."""
    from dragoman.archive.actors import undo as decide

    _decide(archive, lambda store: decide(store, number, by or getpass.getuser()))


@actors_app.command(epilog="Example: dragoman actors decisions --archive archive")
def decisions(archive: Folder, as_json: Json = False) -> None:
    """List what was decided by hand: who, when, what, and whether it is in force."""
    import msgspec

    from dragoman.archive.decisions import read_decisions
    from dragoman.archive.store import ArchiveError, Store
    from dragoman.resolve.actor_decisions import in_force

    try:
        found = read_decisions(Store(archive))
    except ArchiveError as error:
        stop(str(error))
    valid = {d.number for d in in_force(found)}
    for one in found:
        if as_json:
            typer.echo(msgspec.json.encode(one).decode())
            continue
        state = "" if one.what == "undo" or one.number in valid else "  (undone)"
        typer.echo(f"{one.number:>4}  {one.when}  {one.who}: {_told(one)}{state}")


def _told(one: Decision) -> str:
    if one.what == "undo":
        return f"undo {one.undone}"
    first = one.actor.name if one.actor else "?"
    if one.what == "merge":
        return f"merge {first} with {one.other.name if one.other else '?'}"
    what = one.name or f"{len(one.reports)} reports"
    return f"split {what} from {first}"


def _decide(archive: Path, decide: Callable[[Store], Decision]) -> None:
    """Write a decision down and build anew."""

    def run(store: Store) -> Decision:
        made = decide(store)
        derive_shown(store)
        return made

    made = _locked(archive, run)
    typer.echo(
        f"decision {made.number}: {_told(made)}; `dragoman actors undo {made.number}` undoes it"
    )


def _locked(archive: Path, run: Callable[[Store], Any]) -> Any:
    from dragoman.archive.store import ArchiveError, Store

    store = Store(archive)
    try:
        store.open("reports")
        with store.lock():
            return run(store)
    except ArchiveError as error:
        stop(str(error))
