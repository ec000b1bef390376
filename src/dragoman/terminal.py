"""One reading as a page in the terminal: what happened, who said what, who is who."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from dragoman.records import Entity, Event, Party, Reading, Relation, Span, Statement

_PREDICATES = {
    "holds_office": "is",
    "leads": "leads",
    "member_of": "is a member of",
    "part_of": "is part of",
    "based_in": "is based in",
    "loyal_to": "is loyal to",
    "allied_with": "is allied with",
    "opposed_to": "is opposed to",
    "citizen_of": "is a citizen of",
    "also_known_as": "is also known as",
    "successor_of": "succeeds",
}
_FACTUALITY = {"future": "planned", "hypothetical": "hypothetical", "negated": "did not happen"}
_NEWS, _BACKGROUND = "What happened", "Background"


# what would steer the terminal, or turn the writing around, where a report holds it
_STEERING = dict.fromkeys(
    (
        *(*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C),
    ),
    "\N{REPLACEMENT CHARACTER}",
)


def show(reading: Reading, console: Console) -> None:
    """Print one reading for a person to read; no character of a report steers the terminal."""
    console.print(Harmless(page(reading)))


class Harmless:
    """What is shown, with a mark in place of each character that steers the terminal."""

    def __init__(self, shown: RenderableType) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for part in console.render(self._shown, options):
            yield part if part.control else Segment(part.text.translate(_STEERING), part.style)


def page(reading: Reading) -> Group:
    """Return the page of one reading: events, statements, actors, places and times."""
    return Group(
        _heading(reading),
        *_events(reading, _NEWS, [e for e in reading.events if not e.historical]),
        *_events(reading, _BACKGROUND, _by_date(e for e in reading.events if e.historical)),
        *_statements(reading),
        *_who(reading),
        *_relations(reading),
        *_where_and_when(reading),
        Text(""),
    )


def _heading(reading: Reading) -> Group:
    report = reading.report
    words = len(report.text.split())
    facts = [
        report.source,
        f"published {report.published}" if report.published else "no published date",
        f"{words:,} words",
        report.url,
    ]
    title = report.title or report.text.strip().splitlines()[0]
    return Group(
        Rule(style="dim"),
        Text(_shorten(title, 160), style="bold"),
        Text(" · ".join(fact for fact in facts if fact), style="dim"),
    )


def _section(title: str) -> RenderableType:
    return Padding(Text(title, style="bold underline"), (1, 0, 0, 0))


def _by_date(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (e.date.start or "9999", e.trigger))


def _events(reading: Reading, title: str, events: list[Event]) -> Iterator[RenderableType]:
    if events:
        yield _section(title)
    elif title == _NEWS:
        yield _section(title)
        yield Padding(Text("no event was found", style="dim"), (0, 0, 0, 2))
    for event in events:
        yield _event(reading, event)


def _event(reading: Reading, event: Event) -> RenderableType:
    line = Text()
    line.append(_day(reading, event).ljust(11) + " ", style="cyan")
    line.append(event.type, style=_colour(event))
    line.append(f" {event.mode}" if event.mode else "", style=_colour(event))
    line.append("  " + _parties(reading, event))
    if event.place:
        line.append(f"  in {_place(reading, event.place)}", style="green")
    for mark in _marks(event):
        line.append(f"  [{mark}]", style="yellow")
    notes = [_figures(event), _told_by(reading, event)]
    told = Text("; ".join(note for note in notes if note), style="dim italic")
    quoted = [_evidence(reading, span, event.trigger) for span in event.evidence[:3]]
    return Group(
        Padding(line, (0, 0, 0, 2)),
        *(Padding(text, (0, 0, 0, 14)) for text in (told, *quoted) if text),
    )


def _day(reading: Reading, event: Event) -> str:
    date = event.date
    if date.start and date.end and date.start != date.end:
        return date.value or f"{date.start}…"
    if date.start is None and date.text_span is not None:
        return reading.words(date.text_span)  # "Sunday", of no known week
    return date.start or date.value or "no date"


def _colour(event: Event) -> str:
    return "bold red" if event.score is not None and event.score < 0 else "bold blue"


def _parties(reading: Reading, event: Event) -> str:
    actors = _names(reading, event.actor)
    if not event.recipient:
        return actors
    return f"{actors or '(not told)'} → {_names(reading, event.recipient)}"


def _names(reading: Reading, ids: Iterable[str]) -> str:
    return ", ".join(_named(reading.entity(name)) for name in ids)


def _named(entity: Entity) -> str:
    code = " ".join(filter(None, (entity.country, *entity.sectors)))
    return f"{entity.name} ({code})" if code and code != entity.name else entity.name


def _place(reading: Reading, place_id: str) -> str:
    return next(p.name for p in reading.places if p.id == place_id)


def _marks(event: Event) -> Iterator[str]:
    if event.factuality != "asserted":
        yield _FACTUALITY[event.factuality]
    if event.attribution and event.attribution.hedge:
        yield event.attribution.hedge


def _told_by(reading: Reading, event: Event) -> str:
    if event.attribution is None or event.attribution.source is None:
        return ""
    return f"according to {reading.entity(event.attribution.source).name}"


def _figures(event: Event) -> str:
    return ", ".join(f"{q.what}: {_range(q.value, q.low, q.high)}" for q in event.quantities)


def _range(value: float | None, low: float | None, high: float | None) -> str:
    if value is not None:
        return f"{value:,.12g}"
    if low is not None and high is not None:
        return f"{low:,.12g} to {high:,.12g}"
    return f"at least {low:,.12g}" if low is not None else f"at most {high:,.12g}"


def _evidence(reading: Reading, span: Span, trigger: Span) -> Text:
    text = Text("“" + reading.words(span).replace("\n", " ") + "”", style="dim")
    if span[0] <= trigger[0] and trigger[1] <= span[1]:
        start = trigger[0] - span[0] + 1
        text.stylize("not dim bold", start, start + trigger[1] - trigger[0])
    return text


def _statements(reading: Reading) -> Iterator[RenderableType]:
    if reading.statements:
        yield _section("Who said what")
    for statement in reading.statements:
        line = Text()
        line.append(_party(reading, statement.source) or "(not told)", style="bold magenta")
        addressee = _party(reading, statement.addressee)
        line.append(f" to {addressee}" if addressee else "")
        cue = reading.words(statement.cue) if statement.cue else ""
        line.append(
            f" [{' · '.join(filter(None, (statement.kind, cue, statement.hedge)))}] ", "dim"
        )
        line.append(_content(reading, statement))
        yield Padding(line, (0, 0, 0, 2))


def _party(reading: Reading, party: Party | None) -> str:
    if party is None:
        return ""
    if party.entity:
        return reading.entity(party.entity).name
    return reading.words(party.span) if party.span else ""


def _content(reading: Reading, statement: Statement) -> str:
    words = " … ".join(reading.words(span).replace("\n", " ") for span in statement.content)
    return words if statement.kind == "indirect" else f"“{words.strip('“”')}”"


def _who(reading: Reading) -> Iterator[RenderableType]:
    shown = [e for e in reading.entities if any(m.kind == "name" for m in e.mentions)]
    if not shown:
        return
    yield _section("Who is who")
    table = Table(box=None, padding=(0, 2), show_header=False, pad_edge=True)
    for entity in shown:
        names = dict.fromkeys(m.text for m in entity.mentions if m.kind != "pronoun")
        others = ", ".join(name for name in names if name != entity.name)
        code = " ".join(filter(None, (entity.country, *entity.sectors)))
        table.add_row(
            Text(entity.name, style="bold"),
            entity.type,
            code,
            Text(_shorten(others, 90), style="dim"),
        )
    yield table


def _relations(reading: Reading) -> Iterator[RenderableType]:
    for relation in reading.relations:
        line = Text(f"{reading.entity(relation.subject).name} ", style="bold")
        line.append(_PREDICATES[relation.predicate], style="not bold")
        line.append(f" {_object(reading, relation)}", style="not bold")
        period = _period(relation)
        line.append(f" ({period})" if period else "", style="not bold dim")
        words = "; ".join(_shorten(reading.words(span), 100) for span in relation.evidence[:1])
        line.append(f"  “{words}”", style="not bold dim")
        yield Padding(line, (0, 0, 0, 2))


def _object(reading: Reading, relation: Relation) -> str:
    known = reading.entity(relation.object).name if relation.object else None
    if relation.literal and known:
        return f"{relation.literal} of {known}"
    return relation.literal or known or ""


def _period(relation: Relation) -> str:
    if not relation.start and not relation.end:
        return ""
    return f"{relation.start or '…'} to {relation.end or '…'}"


def _where_and_when(reading: Reading) -> Iterator[RenderableType]:
    if reading.places:
        yield _section("Where")
        yield Padding(Text("; ".join(_located(reading))), (0, 0, 0, 2))
    if reading.times:
        yield _section("When")
        told = dict.fromkeys(f"{reading.words(t.span)} = {t.value}" for t in reading.times)
        yield Padding(Text("; ".join(told).replace("\n", " ")), (0, 0, 0, 2))


def _located(reading: Reading) -> Iterator[str]:
    for place in reading.places:
        where = ", ".join(filter(None, (place.admin1, place.country)))
        known = f" ({where})" if where and place.geonameid else ""
        yield f"{place.name}{known}"


def _shorten(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def failures_text(failures: Iterable[object]) -> Text:
    """Return the list of what could not be read, for the end of a run."""
    return Text.from_markup("\n".join(f"[red]not read:[/] {escape(str(f))}" for f in failures))
