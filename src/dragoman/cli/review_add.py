"""`dragoman review add`: a record that was missed, by the words that tell it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dragoman.cli.ask import Folder
from dragoman.cli.review import Blind, Key, Note, Several, Who, review_app, run_review, say_made

if TYPE_CHECKING:
    from dragoman.resolve.reviews import Kind, Review

What = Literal["event", "statement", "relation", "party", "place"]
_TABLES: dict[What, Kind] = {"event": "events", "statement": "statements",
                             "relation": "relations", "party": "entities",
                             "place": "places"}  # fmt: skip


@review_app.command(
    epilog="Example: dragoman review add 3f2a91c0 event --type COERCE --mode arrest \\\n"
    "  --trigger arrested --nth 2 --actor 'Kenyan police' --recipient e7 --archive archive\n\n"
    "Example: dragoman review add 3f2a91c0 party --words 'the council' --type organization \\\n"
    "  --name 'Turkana County Council' --country KEN --sector GOV --archive archive"
)
def add(  # one option a field
    report: Key,
    kind: Annotated[
        What, typer.Argument(metavar="WHAT", help="event, statement, relation, party or place.")
    ],
    archive: Folder,
    type: Annotated[  # noqa: A002
        str | None,
        typer.Option(help="PLOVER type of an event; of a party person, organization, country, …"),
    ] = None,
    mode: Annotated[str | None, typer.Option(help="PLOVER mode of an event.")] = None,
    trigger: Annotated[
        str | None, typer.Option(help="The words that tell an event, as in the text.")
    ] = None,
    nth: Annotated[
        int | None,
        typer.Option(help="Which trigger, cue or first words are meant, where they stand twice."),
    ] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option(help="Words that an event (its sentence by default) or relation rests on."),
    ] = None,
    actor: Several = None,
    recipient: Several = None,
    date: Annotated[
        str | None, typer.Option(help="2017-08-14, 2017-08 or 2017-08-14..2017-08-16.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="A place of the report.")] = None,
    factuality: Annotated[
        str | None, typer.Option(help="asserted (where not given), future, hypothetical, negated.")
    ] = None,
    historical: Annotated[
        bool | None, typer.Option("--background/--news", help="Told as background, or as news.")
    ] = None,
    context: Annotated[list[str] | None, typer.Option(help="PLOVER context; repeatable.")] = None,
    source: Annotated[str | None, typer.Option(help="Who says a statement.")] = None,
    addressee: Annotated[str | None, typer.Option(help="To whom it is said.")] = None,
    said: Annotated[
        str | None, typer.Option("--kind", help="Of a statement: direct, indirect or mixed.")
    ] = None,
    cue: Annotated[
        str | None, typer.Option(help="The word for saying, as in the text.")
    ] = None,
    content: Annotated[
        list[str] | None, typer.Option(help="Words of a statement, as in the text; repeatable.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Of a relation.")] = None,
    predicate: Annotated[str | None, typer.Option(help="Of a relation, such as leads.")] = None,
    object: Annotated[str | None, typer.Option(help="Of a relation, an entity.")] = None,  # noqa: A002
    literal: Annotated[
        str | None, typer.Option(help="Of a relation, what is no entity: an office.")
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option(help="Words that name a party or place, as in the text; repeatable."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of a party or place; its words where not given.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Of a party, or that a place is in; ISO 3166-1 alpha-3.")
    ] = None,
    sector: Annotated[
        list[str] | None, typer.Option(help="PLOVER sector of a party; repeatable.")
    ] = None,
    geonameid: Annotated[
        str | None,
        typer.Option(help="Which place of that name; none for one that GeoNames has not."),
    ] = None,
    who: Who = None,
    note: Note = None,
    blind: Blind = False,
) -> None:  # fmt: skip
    """Add a record that was missed.

    Parties and places of the report are given by id or name; one that the program did not find is
    added first, by its words.
    """
    one = {"type": type, "mode": mode, "trigger": trigger, "date": date, "place": place,
           "factuality": factuality, "source": source, "addressee": addressee, "kind": said,
           "cue": cue, "subject": subject, "predicate": predicate, "object": object,
           "literal": literal, "nth": None if nth is None else str(nth),
           "name": name, "country": country, "geonameid": geonameid,
           "historical": None if historical is None else str(historical).lower()}  # fmt: skip
    several = {"actor": actor, "recipient": recipient, "contexts": context, "content": content,
               "evidence": evidence, "words": words, "sectors": sector}  # fmt: skip
    given = {field: [value] for field, value in one.items() if value is not None}
    given |= {field: values for field, values in several.items() if values}

    def run() -> Review:
        from dragoman.archive.archive import Archive
        from dragoman.archive.readings import readings
        from dragoman.archive.review_add import add as write_down
        from dragoman.archive.reviews import find_report
        from dragoman.resolve.reviews import Prints

        opened = Archive(archive, reviews=False)
        key = find_report(opened, report)
        prints = Prints(next(readings(opened, [key])))
        reviewer = who or getpass.getuser()
        return write_down(opened.store, key, prints, _TABLES[kind], given, reviewer, note=note,
                          blind=blind)  # fmt: skip

    say_made(run_review(run))
