"""Corrections as a reviewer gives them, in words: checked, and read as values to keep."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, get_args

from dragoman.codebook import Codebook
from dragoman.records import (
    EntityType,
    Event,
    EventType,
    Factuality,
    Predicate,
    Record,
    Statement,
    StatementKind,
)
from dragoman.resolve.reviews import Kind, Prints

NONE = "none"  # what stands for "no value" where a value is given
FIELDS: dict[Kind, tuple[str, ...]] = {
    "events": ("type", "mode", "actor", "recipient", "date", "place", "factuality", "historical",
               "contexts"),
    "statements": ("source", "addressee", "kind", "content"),
    "entities": ("name", "type", "country", "sectors"),
    "relations": (),
    "places": (),
}  # fmt: skip
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_LONGEST_NAME = 200
Given = Mapping[str, Sequence[str]]


class ReviewError(ValueError):
    """A review that cannot be taken; the message says what was wrong and what there is."""


def read_changes(
    kind: Kind, record: Record, given: Given, prints: Prints, codebook: Codebook
) -> dict[str, Any]:
    """Return the record's fields that a reviewer gives otherwise, as values to keep.

    Args:
        record: the record as it stands before this correction.
        given: words by field; "none" alone stands for no value. Entities and places by their id
            or name in the report; dates as 2017-08-14, 2017-08, 2017 or two of them with ".."
            between.
        prints: the report as it was coded.

    Raises:
        ReviewError: there is no such field, or a value is mistaken.
    """
    found: dict[str, Any] = {}
    for name, values in given.items():
        if name not in FIELDS[kind]:
            can = ", ".join(FIELDS[kind]) or "nothing: confirm or reject it"
            raise ReviewError(f"{kind} have no {name} to correct; what can be corrected: {can}")
        found[name] = read_field(kind, name, values, prints, codebook, record)
    if isinstance(record, Event):
        event_type, mode = found.get("type", record.type), found.get("mode", record.mode)
        if (event_type, mode) != (record.type, record.mode):
            fit_event(found, event_type, mode, codebook)
        # else the entry that made it may have a code of its own
    return found


def read_field(  # all that a value is checked against
    kind: Kind,
    name: str,
    values: Sequence[str],
    prints: Prints,
    codebook: Codebook,
    record: Record,
) -> Any:
    """Return a field's value as it is kept.

    Raises:
        ReviewError: the value is mistaken.
    """
    kept = [value.strip() for value in values if value.strip()]
    return _READERS[kind, name](kept, prints, codebook, record)


def fit_event(found: dict[str, Any], event_type: str, mode: str | None, codebook: Codebook) -> None:
    """Give an event the mode, score and CAMEO code that go with its type.

    Raises:
        ReviewError: a mode is given that the type does not have.
    """
    rules = codebook.plover.types[event_type]
    if mode is not None and mode not in rules.modes:
        if "mode" in found:
            can = ", ".join(rules.modes) or "none"
            raise ReviewError(f"{event_type} has no mode {mode!r}; its modes: {can}")
        found["mode"] = mode = None
    found["score"] = codebook.plover.score(event_type, mode)
    found["cameo"] = rules.modes[mode].cameo if mode else rules.cameo


# --- one field each: the words that were given, what they can name, the record as it stands ---


def one_value(values: Sequence[str], what: str) -> str | None:
    """Return the one value that is given; None where none is, or "none" is.

    Raises:
        ReviewError: several are given.
    """
    if len(values) > 1:
        raise ReviewError(f"one {what} can be given, not {len(values)}")
    return None if not values or values[0].lower() == NONE else values[0]


def _choice(
    values: Sequence[str], what: str, can: Iterable[str], form: Callable[[str], str]
) -> str:
    value = one_value(values, what)
    known = tuple(can)
    if value is None or form(value) not in known:
        raise ReviewError(f"there is no {what} {value!r}; there are: {', '.join(known)}")
    return form(value)


def _type(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> str:
    return _choice(values, "type", get_args(EventType), str.upper)


def _mode(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> str | None:
    mode = one_value(values, "mode")
    return mode.lower() if mode else None


def _factuality(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> str:
    return _choice(values, "factuality", get_args(Factuality), str.lower)


def _historical(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> bool:
    return _choice(values, "historical", ("true", "false"), str.lower) == "true"


def _several(values: Sequence[str]) -> list[str]:
    return [] if [v.lower() for v in values] == [NONE] else list(dict.fromkeys(values))


def _contexts(values: Sequence[str], _: Prints, codebook: Codebook, __: Record) -> list[str]:
    known = list(codebook.plover.contexts)
    chosen = [_choice([value], "context", known, str.lower) for value in _several(values)]
    return sorted(set(chosen), key=known.index)


def _entities(values: Sequence[str], prints: Prints, _: Codebook, __: Record) -> list[str]:
    return [_named("entities", value, prints) for value in _several(values)]


def _entity(values: Sequence[str], prints: Prints, _: Codebook, __: Record) -> str | None:
    value = one_value(values, "entity")
    return None if value is None else _named("entities", value, prints)


def _place(values: Sequence[str], prints: Prints, _: Codebook, __: Record) -> str | None:
    value = one_value(values, "place")
    return None if value is None else _named("places", value, prints)


def _named(kind: Kind, given: str, prints: Prints) -> str:
    """Return the id of an entity or place that is given by its id or its name."""
    if prints.of(kind, given):
        return given
    called = prints.called(kind, given)
    if len(called) == 1:
        return called[0]
    what = "several are" if called else "none is"
    known = ", ".join(f"{one.id} {one.name}" for one in getattr(prints.reading, kind)[:30])
    raise ReviewError(f"of the report's {kind} {what} called {given!r}; there are: {known}."
                      " One that was missed is to be added first")  # fmt: skip


def _date(values: Sequence[str], _: Prints, __: Codebook, record: Record) -> dict[str, Any]:
    assert isinstance(record, Event)
    value = one_value(values, "date")
    if value is None:
        return {"start": None, "end": None, "value": None}
    first, dots, last = value.partition("..")
    start, end = _days(first)[0], _days(last if dots else first)[1]
    if start > end:
        raise ReviewError(f"the date {value!r} ends before it begins")
    same = (start, end) == (record.date.start, record.date.end)
    written = None if dots else first
    return {"start": start, "end": end, "value": record.date.value if same else written}


def _days(given: str) -> tuple[str, str]:
    """Return the first and last day of a year, month or day."""
    found = _DAY.fullmatch(given)
    try:
        year, month, day = (int(part) if part else None for part in found.groups())  # type: ignore[union-attr]
        first = date(year, month or 1, day or 1)  # type: ignore[arg-type]
        last_month = month or 12
        last = date(first.year, last_month, day or monthrange(first.year, last_month)[1])
    except (AttributeError, ValueError) as error:
        raise ReviewError(f"{given!r} is no date; write it as 2017-08-14 (or 2017-08, or"
                          " 2017-08-14..2017-08-16)") from error  # fmt: skip
    return first.isoformat(), last.isoformat()


def _kind(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> str:
    return _choice(values, "kind", get_args(StatementKind), str.lower)


def _content(values: Sequence[str], prints: Prints, _: Codebook, record: Record) -> list[list[int]]:
    """Return where the content's words stand; where they are told twice, nearest to the old."""
    assert isinstance(record, Statement)
    held = record.content or ([record.cue] if record.cue else [])
    near = held[0][0] if held else None
    text = prints.reading.report.text
    spans = [list(find_words(text, words, near=near)) for words in values]
    if not spans:
        raise ReviewError("a statement has content; reject it where it has none")
    return sorted(spans)


def find_words(
    text: str, words: str, *, nth: int | None = None, near: int | None = None
) -> tuple[int, int]:
    """Return where words stand in a text, as whole words and with any space between them.

    Args:
        nth: which of them, from 1, where they stand more than once.
        near: where `nth` is None, take those nearest to this place.

    Raises:
        ReviewError: they are not there, or `nth` does not say which of several is meant.
    """
    parts = words.split()
    pattern = r"\s+".join(map(re.escape, parts))
    pattern = (r"\b" if re.match(r"\w", words) else "") + pattern
    pattern += r"\b" if re.search(r"\w$", words) else ""
    found = [m.span() for m in re.finditer(pattern, text)] if parts else []
    if not found:
        raise ReviewError(f"the report does not have the words {words[:80]!r}, to the letter")
    if nth is not None:
        if not 1 <= nth <= len(found):
            raise ReviewError(f"the words {words[:80]!r} stand {len(found)} times in the report;"
                              f" there is no number {nth} of them")  # fmt: skip
        return found[nth - 1]
    if near is not None:
        return min(found, key=lambda span: (abs(span[0] - near), span))
    if len(found) > 1:
        told = "; ".join(f"{n}: {_around(text, span)}" for n, span in enumerate(found[:9], 1))
        raise ReviewError(f"the words {words[:80]!r} stand {len(found)} times in the report; say"
                          f" which by its number, or give more words ({told})")  # fmt: skip
    return found[0]


def _around(text: str, span: tuple[int, int]) -> str:
    start, end = span
    told = f"{text[max(0, start - 25) : start]}[{text[start:end]}]{text[end : end + 25]}"
    return f"…{' '.join(told.split())}…"


def _name(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> str:
    name = one_value(values, "name")
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ReviewError(f"a name has 1 to {_LONGEST_NAME} characters, all of them printable")
    return name


def _entity_type(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> str:
    return _choice(values, "type", get_args(EntityType), str.lower)


def _country(values: Sequence[str], _: Prints, codebook: Codebook, __: Record) -> str | None:
    value = one_value(values, "country")
    if value is None:
        return None
    words = codebook.actors
    bodies = {known.country for known in words.known.values() if known.country}
    if value.upper() not in {*words.country_names, *bodies}:
        raise ReviewError(f"{value!r} is no code of a country (ISO 3166-1 alpha-3) or of an"
                          " international body of the codebook")  # fmt: skip
    return value.upper()


def _sectors(values: Sequence[str], _: Prints, codebook: Codebook, __: Record) -> list[str]:
    words = codebook.actors
    lists = [h.sectors for h in words.heads.values()] + [k.sectors for k in words.known.values()]
    known = sorted({one for sectors in lists for one in sectors} | set(words.modifiers.values()))
    return [_choice([value], "sector", known, str.upper) for value in _several(values)]


def _predicate(values: Sequence[str], _: Prints, __: Codebook, ___: Record) -> str:
    return _choice(values, "predicate", get_args(Predicate), str.lower)


_READERS: dict[tuple[Kind, str], Callable[[Sequence[str], Prints, Codebook, Record], Any]] = {
    ("events", "type"): _type,
    ("events", "mode"): _mode,
    ("events", "actor"): _entities,
    ("events", "recipient"): _entities,
    ("events", "date"): _date,
    ("events", "place"): _place,
    ("events", "factuality"): _factuality,
    ("events", "historical"): _historical,
    ("events", "contexts"): _contexts,
    ("statements", "source"): _entity,
    ("statements", "addressee"): _entity,
    ("statements", "kind"): _kind,
    ("statements", "content"): _content,
    ("entities", "name"): _name,
    ("entities", "type"): _entity_type,
    ("entities", "country"): _country,
    ("entities", "sectors"): _sectors,
    ("relations", "subject"): _entity,
    ("relations", "predicate"): _predicate,
    ("relations", "object"): _entity,
    ("relations", "literal"): _name,
}
