"""What an address can ask: one declaration that pages, the API and its OpenAPI text use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

from dragoman.archive.query import REVIEWED, FilterError, Filters, Kind, select
from dragoman.records import EventType, Factuality

KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_ROWS = 200  # rows of a page
MOST_PAGES = 10_000
MOST_LETTERS = 200  # of one value
_DAY = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
_PRINTED = r"^[^\x00-\x1f\x7f]+$"
_DYAD = r"^[^\x00-\x1f\x7f-]+-[^\x00-\x1f\x7f]+$"
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{0,9}\.?[0-9]{1,30}([eE][+-]?[0-9]{1,3})?")


class AskedError(ValueError):
    """A request that cannot be answered; carries the HTTP status and a code for programs."""

    def __init__(self, message: str, code: str = "bad_request", status: int = 400) -> None:
        super().__init__(message)
        self.message, self.code, self.status = message, code, status


@dataclass(frozen=True, slots=True)
class Parameter:
    """A filter: its name (a field of `Filters`), its label, JSON schema and what it keeps.

    Attributes:
        sample: a value that fits.
        form: how a value is written, where it has a pattern.
    """

    name: str
    label: str
    schema: dict[str, Any]
    about: str
    sample: Any = "x"
    form: str = "no such text"


def _text(pattern: str = _PRINTED) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": MOST_LETTERS, "pattern": pattern}


_DATED = "a date, written 2017-08-14"
_REVIEWED = [name for name in REVIEWED if name != "rejected"]  # the pages hold none of these
_FACTUALITY = [*get_args(Factuality), "any"]
PARAMETERS = (
    Parameter("text", "Words", _text(), "Words in the evidence, the content or the text."),
    Parameter("type", "Type", _text(), "PLOVER type of events; kind of other records."),
    Parameter("mode", "Mode", _text(), "PLOVER mode of events."),
    Parameter("actor", "Actor or source", _text(), "Words in a party's or source's name."),
    Parameter("country", "Country", _text(), "ISO 3166-1 alpha-3 of a party, either side."),
    Parameter("sector", "Sector", _text(), "PLOVER sector of a party, either side."),
    Parameter("dyad", "Dyad", _text(_DYAD), "Two countries, as RUS-UKR; * for any.", "A-B",
              "no dyad; write it as RUS-UKR, with * for any"),
    Parameter("place", "Place", _text(), "Words in a place's name, or a country's code."),
    Parameter("since", "From", {"type": "string", "pattern": _DAY}, "From this day on.",
              form=_DATED),
    Parameter("until", "Up to", {"type": "string", "pattern": _DAY}, "Up to this day.",
              form=_DATED),
    Parameter("factuality", "Factuality", {"type": "string", "enum": _FACTUALITY},
              "Where not given, negated and hypothetical events are left out.", "any"),
    Parameter("historical", "Background", {"type": "boolean"},
              "true for background alone, false for news alone.", True),
    Parameter("confidence", "Confidence, at least", {"type": "number", "minimum": 0, "maximum": 1},
              "From 0 to 1.", 0.5),
    Parameter("source", "Publisher", _text(), "Words in the publisher's name."),
    Parameter("report", "Report", _text(), "A report's id or key."),
    Parameter("reviewed", "Reviewed", {"type": "string", "enum": _REVIEWED},
              "Whether somebody reviewed it, and with what verdict.", "yes"),
    Parameter("min_sources", "Sources, at least", {"type": "integer", "minimum": 1,
              "maximum": 100_000}, "Independent sources of a story.", 1),
)  # fmt: skip
PAGING = (
    Parameter("page", "Page", {"type": "integer", "minimum": 1, "maximum": MOST_PAGES,
              "default": 1}, "Which page."),
    Parameter("per", "Rows a page", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS,
              "default": 50}, "Rows of a page."),
)  # fmt: skip


@lru_cache(maxsize=16)
def fitting(kind: Kind) -> tuple[Parameter, ...]:
    """Return the filters that a kind of record has."""
    found = []
    for parameter in PARAMETERS:
        try:
            select(kind, Filters(**{parameter.name: parameter.sample}))
        except FilterError:
            continue
        found.append(parameter)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list shows: its kind, filters and page; `given` are the values as written."""

    kind: Kind
    filters: Filters
    given: dict[str, str]
    page: int
    per: int

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (self.page - 1) * self.per


def read_asked(
    kind: str, query: Mapping[str, str], *, exact: bool = False, paged: bool = True
) -> Asked:
    """Read an address's query for a list of one kind.

    Args:
        exact: take values as they are written; else space around them is none of theirs, and
            empty ones count as not given, as forms send them.
        paged: whether a page can be asked for.

    Raises:
        AskedError: there is no such kind or filter, or a value is mistaken.
    """
    if kind not in KINDS:
        raise AskedError(f"there is no list of that kind; ask for {', '.join(KINDS)}", "not_found",
                         404)  # fmt: skip
    known = {p.name: p for p in (*fitting(kind), *(PAGING if paged else ()))}
    given = dict(query)
    if not exact:
        given = {name: value.strip() for name, value in query.items() if value.strip()}
    for name in given:
        if name not in known:
            raise AskedError(f"{kind} cannot be asked by {name[:40]!r}; ask by {', '.join(known)}")
    values = {name: read_value(known[name], value) for name, value in given.items()}
    page, per = values.pop("page", 1), values.pop("per", 50)
    filters = Filters(**values)
    try:
        select(kind, filters)
    except FilterError as error:
        raise AskedError(str(error)) from error
    kept = {name: given[name] for name in given if name not in ("page", "per")}
    return Asked(kind, filters, kept, page, per)


def read_value(parameter: Parameter, given: str) -> Any:
    """Return a value as its schema has it.

    Raises:
        AskedError: it does not fit.
    """
    schema = parameter.schema
    if not 1 <= len(given) <= MOST_LETTERS or not re.fullmatch(_PRINTED, given):
        raise AskedError(f"{parameter.name} is empty, is too long or has control characters")
    if schema["type"] in ("integer", "number"):
        return _number(parameter, given)
    if schema["type"] == "boolean":
        if given not in ("true", "false"):
            raise AskedError(f"{parameter.name} is true or false")
        return given == "true"
    if "enum" in schema and given not in schema["enum"]:
        raise AskedError(f"{parameter.name} is one of {', '.join(schema['enum'])}")
    if "pattern" in schema and not re.fullmatch(schema["pattern"], given, re.ASCII):
        raise AskedError(f"{parameter.name} is {parameter.form}")
    return given


def _number(parameter: Parameter, given: str) -> float:
    whole = parameter.schema["type"] == "integer"
    low, high = parameter.schema["minimum"], parameter.schema["maximum"]
    if (_WHOLE if whole else _NUMBER).fullmatch(given):
        value = int(given) if whole else float(given)
        if low <= value <= high:
            return value
    raise AskedError(f"{parameter.name} is a number from {low:,} to {high:,}")


EVENT_TYPES: tuple[str, ...] = get_args(EventType)
