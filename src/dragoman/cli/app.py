"""The command line's root, and what all commands share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from dragoman.reader import Reader
    from dragoman.sources import Failure

MISUSE, SOME_FAILED = 2, 1
NAMED = 100  # failures that are named one by one; the others are counted

app = typer.Typer(
    name="dragoman",
    help="Read news reports and write political event data, each fact with its words.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


def stop(message: str, code: int = MISUSE) -> NoReturn:
    """Leave with a message for people.

    Raises:
        typer.Exit: always, with the code.
    """
    typer.echo(f"dragoman: {message}", err=True)
    raise typer.Exit(code)


def load_reader(
    codebook: Path | None = None, cache: Path | None = None, actors: list[Path] | None = None
) -> Reader:
    """Load the language model and a codebook, or say what is wrong with them."""
    from dragoman.codebook import CodebookError
    from dragoman.reader import Reader

    try:
        return Reader(codebook=codebook, cache=cache, actors=actors or ())
    except (CodebookError, OSError, ValueError) as error:
        stop(str(error))


def read_day(given: str | None, option: str = "--published") -> str | None:
    """Return a date that a user gave as an ISO date, or say that it is none."""
    from dragoman.sources.published import find_published

    if given is None:
        return None
    day = find_published(given)
    if day is None:
        stop(f"{option} {given!r} is no date; write it as 2017-08-14")
    return day.isoformat()


class Failures:
    """What could not be read: the first of it and its number, however much it is."""

    def __init__(self, failures: Iterable[Failure] = ()) -> None:
        self.first: list[Failure] = []
        self.count = 0
        for failure in failures:
            self.append(failure)

    def append(self, failure: Failure) -> None:
        """Count a failure, and keep it if it is one of the first."""
        self.count += 1
        if len(self.first) < NAMED:
            self.first.append(failure)


def end(failures: Iterable[Failure] | Failures) -> None:
    """Name what could not be read, and leave with code 1 where there was any."""
    found = failures if isinstance(failures, Failures) else Failures(failures)
    for failure in found.first:
        typer.echo(f"dragoman: not read: {failure}", err=True)
    if found.count:
        count = found.count
        typer.echo(f"dragoman: {count} report{'s' * (count > 1)} could not be read", err=True)
        raise typer.Exit(SOME_FAILED)


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
