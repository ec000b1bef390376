"""`dragoman review`: records confirmed, rejected, corrected and added by hand."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dragoman.cli.app import app, stop
from dragoman.cli.ask import Folder

if TYPE_CHECKING:
    from dragoman.resolve.reviews import Review, Verdict

review_app = typer.Typer(
    name="review",
    help="Confirm, reject, correct and add records by hand: show, confirm, reject, correct, add,"
    " undo, list, agreement, export.",
    no_args_is_help=True,
)
app.add_typer(review_app, name="review")
Key = Annotated[
    str, typer.Argument(metavar="REPORT", help="A report's key, or its beginning, or its id.")
]
Id = Annotated[str, typer.Argument(metavar="RECORD", help="A record's id, as `show` lists them.")]
Who = Annotated[
    str | None, typer.Option("--who", metavar="NAME", help="Who reviews; your login by default.")
]
Note = Annotated[str | None, typer.Option(help="Why.")]
Blind = Annotated[
    bool, typer.Option("--blind", help="Judge it as it was coded, whatever others said of it.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Several = Annotated[list[str] | None, typer.Option(help="Repeatable; none for nobody.")]


def run_review(run: Callable[[], Any]) -> Any:
    """Run something, or say what is wrong."""
    from dragoman.archive.store import ArchiveError
    from dragoman.resolve.review_changes import ReviewError

    try:
        return run()
    except (ArchiveError, ReviewError) as error:
        stop(str(error))


def _judge(  # the options of a command
    folder: Path,
    report: str,
    record: str,
    verdict: Verdict,
    who: str | None,
    note: str | None,
    blind: bool,
    given: dict[str, list[str]] | None = None,
) -> None:
    """Write a verdict down and say so."""
    from dragoman.archive.archive import Archive
    from dragoman.archive.readings import readings
    from dragoman.archive.reviews import Subject, find_report, judge
    from dragoman.resolve.reviews import Prints

    def run() -> Review:
        archive = Archive(folder, reviews=False)
        key = find_report(archive, report)
        subject = Subject(key, Prints(next(readings(archive, [key]))), record)
        name = who or getpass.getuser()
        return judge(archive.store, subject, verdict, name, given=given, note=note, blind=blind)

    say_made(run_review(run))


def say_made(made: Review) -> None:
    """Say what was written down, and how it is undone."""
    typer.echo(
        f"review {made.number}: {made.who}: {told(made)}; `dragoman review undo {made.number}`"
        " undoes it"
    )


@review_app.command(epilog="Example: dragoman review confirm 3f2a91c0 ev2 --archive archive")
def confirm(
    report: Key, record: Id, archive: Folder, who: Who = None, note: Note = None,
    blind: Blind = False,
) -> None:  # fmt: skip
    """Say that a record is right, in all its fields."""
    _judge(archive, report, record, "confirm", who, note, blind)


@review_app.command(
    epilog="Example: dragoman review reject 3f2a91c0 ev2 --note 'a match report' --archive archive"
)
def reject(
    report: Key, record: Id, archive: Folder, who: Who = None, note: Note = None,
    blind: Blind = False,
) -> None:  # fmt: skip
    """Say that there is no such event, statement, …: lists and counts leave it out."""
    _judge(archive, report, record, "reject", who, note, blind)


@review_app.command(
    epilog="Example: dragoman review correct 3f2a91c0 ev2 --type COERCE --mode arrest \\\n"
    "  --date 2026-03-02 --who amara --archive archive"
)
def correct(  # one option a field
    report: Key,
    record: Id,
    archive: Folder,
    type: Annotated[str | None, typer.Option(help="Of an event or entity.")] = None,  # noqa: A002
    mode: Annotated[str | None, typer.Option(help="PLOVER mode of an event, or none.")] = None,
    actor: Several = None,
    recipient: Several = None,
    date: Annotated[
        str | None, typer.Option(help="2017-08-14, 2017-08, 2017-08-14..2017-08-16 or none.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="A place of the report, or none.")] = None,
    factuality: Annotated[
        str | None, typer.Option(help="asserted, future, hypothetical or negated.")
    ] = None,
    historical: Annotated[
        bool | None, typer.Option("--background/--news", help="Told as background, or as news.")
    ] = None,
    context: Annotated[
        list[str] | None, typer.Option(help="PLOVER context; repeatable, or none.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Who says a statement, or none.")] = None,
    addressee: Annotated[str | None, typer.Option(help="To whom it is said, or none.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Of a statement: direct, indirect or mixed.")
    ] = None,
    content: Annotated[
        list[str] | None, typer.Option(help="Words of a statement, as in the text; repeatable.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Of an entity.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Of an entity, ISO 3166-1 alpha-3, or none.")
    ] = None,
    sector: Annotated[
        list[str] | None, typer.Option(help="PLOVER sector of an entity; repeatable, or none.")
    ] = None,
    who: Who = None,
    note: Note = None,
    blind: Blind = False,
) -> None:
    """Say what of a record is otherwise. Parties and places are given by id or name."""
    one = {"type": type, "mode": mode, "date": date, "place": place, "factuality": factuality,
           "source": source, "addressee": addressee, "kind": kind, "name": name,
           "country": country}  # fmt: skip
    several = {"actor": actor, "recipient": recipient, "contexts": context, "content": content,
               "sectors": sector}  # fmt: skip
    given = {field: [value] for field, value in one.items() if value is not None}
    given |= {field: values for field, values in several.items() if values}
    if historical is not None:
        given["historical"] = [str(historical).lower()]
    _judge(archive, report, record, "correct", who, note, blind, given)


@review_app.command(epilog="Example: dragoman review undo 3 --archive archive")
def undo(
    number: Annotated[int, typer.Argument(min=1, help="A number that `list` names.")],
    archive: Folder,
    who: Who = None,
    note: Note = None,
) -> None:
    """Take a review back; that can be undone in turn."""
    from dragoman.archive.reviews import undo as take_back
    from dragoman.archive.store import Store

    def run() -> Review:
        store = Store(archive)
        store.open("reports")
        return take_back(store, number, who or getpass.getuser(), note)

    made = run_review(run)
    typer.echo(f"review {made.number}: {made.who}: {told(made)}")


def told(review: Review) -> str:
    """Return what a review says, for people."""
    if review.verdict == "undo":
        return f"undo of review {review.undoes}"
    if review.verdict == "add":
        said = ", ".join(f"{name} {words}" for name, words in in_words(review.seen))
        return f"add {review.record} ({said})"
    changes = ", ".join(f"{f} {_value(review, v)}" for f, v in review.changes.items()
                        if f not in ("score", "cameo"))  # fmt: skip
    return f"{review.verdict} {review.record}" + (f" ({changes})" if changes else "")


def _value(review: Review, value: Any) -> str:
    """Return a corrected value for people."""
    if isinstance(value, dict):  # a date
        start, end = value["start"], value["end"]
        return str(start if start == end else f"{start}..{end}")
    if isinstance(value, list):
        return " + ".join(_value(review, one) for one in value) or "none"
    named = review.named.get(str(value))
    return named.name if named else "none" if value is None else str(value)


def in_words(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a record in words that are told to people, with their values."""
    for name, value in told.items():
        words = _words(value)
        if words and name not in ("first", "variants", "geonameid", "evidence"):
            yield name, words


def _words(value: Any) -> str:
    if isinstance(value, dict):  # a date
        return value["value"] or value["start"] or ""
    if isinstance(value, list):
        return " + ".join(v["text"] if isinstance(v, dict) else str(v) for v in value)
    return "" if value in (None, False) else str(value)
