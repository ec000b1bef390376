"""Events in the columns of GDELT 2.0, ICEWS and POLECAT, tab-separated.

Columns after "The GDELT Event Database Data Format Codebook V2.0" (2015), the ICEWS Coded Event
Data files (Dataverse doi:10.7910/DVN/28075) and POLECAT (doi:10.7910/DVN/AJGVIT).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from dragoman.archive.cells import cell
from dragoman.codebook import Codebook
from dragoman.export.selection import TSV, Format, Row, Selection, event_key, number

_ACTOR = (
    "Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code",
    "Religion2Code", "Type1Code", "Type2Code", "Type3Code",
)  # fmt: skip
_GEO = ("Type", "Fullname", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
GDELT = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor{n}{name}" for n in (1, 2) for name in _ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale",
    "NumMentions", "NumSources", "NumArticles", "AvgTone",
    *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in _GEO),
    "DATEADDED", "SOURCEURL",
)  # fmt: skip
ICEWS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
    "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID",
    "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude",
    "Longitude",
)  # fmt: skip
POLECAT = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors",
    "Actor Title", "Actor Name Raw", "Wikipedia Actor ID",
    "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector",
    "Recipient Sectors", "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID",
    "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude",
    "GeoNames ID", "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People",
    "Story Organizations", "Story Locations", "Language", "Version",
)  # fmt: skip

_AT_ONCE = 5_000
_TELLINGS = """
select e.report || '-' || e.event as key, reports, sources
from (select unnest(events) as e, reports, sources from stories)
where list_contains($1, e.report) order by all
"""


def sides(row: Row) -> tuple[list[int], list[int], str]:
    """Return the places of an event's two parties and the field the second is in.

    Of a symmetric event, whose parties are all actors, the second actor is the other party.
    """
    actors, recipients = len(row["actor_name"] or ()), len(row["recipient_name"] or ())
    if recipients:
        return ([0] if actors else []), [0], "recipient"
    return ([0] if actors else []), ([1] if actors > 1 else []), "actor"


def _parties(row: Row) -> tuple[Row, Row]:
    """Return name, country and sectors of the first party of each side."""
    first, second, side = sides(row)
    return _party(row, "actor", first), _party(row, side, second)


def _party(row: Row, side: str, at: list[int]) -> Row:
    if not at:
        return {"name": None, "country": None, "sectors": []}
    found = {what: row[f"{side}_{what}"][at[0]] for what in ("name", "country", "sectors")}
    return {**found, "sectors": found["sectors"] or []}


def _some(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while several := list(islice(rows, _AT_ONCE)):
        yield several


def _tellings(chosen: Selection, rows: list[Row]) -> dict[str, tuple[int, int]]:
    """Return how many reports and independent sources tell events, where stories are made."""
    keys = sorted({row["report_key"] for row in rows})
    found = chosen.archive.sql(_TELLINGS, [keys])
    return {row["key"]: (row["reports"], row["sources"]) for row in found.to_pylist()}


def _write(path: Path, names: Iterable[str] | None, rows: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n",
                            quotechar=None)  # fmt: skip
        if names is not None:
            writer.writerow(names)
        writer.writerows([_flat(value) for value in row] for row in rows)


def _flat(value: Any) -> str:
    """Return a cell on one line without tabs: these files have no quoting."""
    if isinstance(value, str):
        value = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return cell(value)


def write_gdelt(chosen: Selection, path: Path) -> None:
    """Write GDELT 2.0 event rows: 61 columns, no header; events without a day are left out."""
    quads = Codebook().quads
    dated = (row for row in chosen.rows() if row["day"] and len(row["day"]) == 10)
    rows = (
        _gdelt(row, quads[row["type"]], told.get(event_key(row), (1, 1)))
        for several in _some(dated)
        for told in [_tellings(chosen, several)]
        for row in several
    )
    _write(path, None, rows)


def _gdelt(row: Row, quad: str, told: tuple[int, int]) -> list[Any]:
    key = event_key(row)
    day = row["day"].replace("-", "")
    code = row["cameo"] or ""
    reports, sources = told
    first, second = _parties(row)
    year, month, dom = int(day[:4]), int(day[4:6]), int(day[6:])
    share = round(
        year + min((month * 30 + dom) / 365, 0.9999), 4
    )  # the codebook's own approximation
    action = _place(row)
    nowhere: list[Any] = [0, None, None, None, None, None, None, None]
    return [
        number(key), day, day[:6], day[:4], share,
        *_gdelt_actor(first), *_gdelt_actor(second),
        1, code, code[:3], code[:2], int(quad[1]), row["score"],
        reports, sources, reports, None,
        *nowhere, *nowhere, *action,
        f"{(row['published'] or row['day']).replace('-', '')}000000", row["url"],
    ]  # fmt: skip


def _gdelt_actor(party: Row) -> list[Any]:
    sectors = [*party["sectors"], None, None, None][:3]
    code = (party["country"] or "") + "".join(s for s in sectors if s)
    return [code, party["name"], party["country"], None, None, None, None, *sectors]


def _place(row: Row) -> list[Any]:
    if row["place_name"] is None:
        return [0, None, None, None, None, None, None, None]
    # country codes stay ISO 3166-1 alpha-3; GDELT's own are FIPS 10-4, which is withdrawn
    return [4, row["place_name"], row["place_country"], None, None,
            row["latitude"], row["longitude"], None]  # fmt: skip


def write_icews(chosen: Selection, path: Path) -> None:
    """Write ICEWS rows with a header."""
    _write(path, ICEWS, map(_icews, chosen.rows()))


def _icews(row: Row) -> list[Any]:
    first, second = _parties(row)
    text = row["type"] + (f" ({row['mode']})" if row["mode"] else "")
    return [
        number(event_key(row)), row["day"],
        first["name"], ",".join(first["sectors"]), first["country"],
        text, row["cameo"], row["score"],
        second["name"], ",".join(second["sectors"]), second["country"],
        row["report_key"], None, row["source"], row["place_name"], None, None,
        row["place_country"], row["latitude"], row["longitude"],
    ]  # fmt: skip


def write_polecat(chosen: Selection, path: Path) -> None:
    """Write POLECAT rows with a header."""
    quads = Codebook().quads
    _write(path, POLECAT, (_polecat(row, quads[row["type"]]) for row in chosen.rows()))


def _polecat(row: Row, quad: str) -> list[Any]:
    first, second = _parties(row)
    place = row["place_name"]
    return [
        event_key(row), row["day"], row["type"], row["mode"], row["score"], quad,
        ";".join(row["contexts"] or ()),
        *_polecat_party(first), *_polecat_party(second),
        place, None, None, None, row["place_country"], row["latitude"], row["longitude"],
        None, place, None, row["source"], row["published"], None, None, None, None, None,
    ]  # fmt: skip


def _polecat_party(party: Row) -> list[Any]:
    sectors = party["sectors"]
    return [party["name"], party["country"], None, sectors[0] if sectors else None,
            ";".join(sectors), None, party["name"], None]  # fmt: skip


_LOSS = (
    "parties after the first of each side, factuality, who told it, quantities,"
    " confidence and evidence"
)


def _form(name: str, about: str, write: Callable[[Selection, Path], None], columns: Any) -> Format:
    return Format(name, f"{name}.tsv", TSV, about, _LOSS, write, tuple(columns), name != "gdelt")


FORMATS = (
    _form("gdelt", "the 61 columns of GDELT 2.0's event table, without a header", write_gdelt,
          GDELT),
    _form("icews", "the columns of ICEWS's coded event data", write_icews, ICEWS),
    _form("polecat", "the columns of POLECAT (PLOVER)", write_polecat, POLECAT),
)  # fmt: skip
