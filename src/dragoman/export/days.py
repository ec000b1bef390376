"""Events with a day as a calendar: iCalendar (RFC 5545), written by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from dragoman.export.selection import Format, Row, Selection, event_key

_LINE = 74  # octets of a line; RFC 5545 allows 75


def write_ical(chosen: Selection, path: Path) -> None:
    """Write a VEVENT that lasts whole days for each event with a day."""
    with path.open("wb") as file:
        for line in ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dragoman//Export//EN"):
            file.write(_fold(line))
        for row in chosen.rows():
            for line in _event(row):
                file.write(_fold(line))
        file.write(_fold("END:VCALENDAR"))


def _event(row: Row) -> list[str]:
    """Return the lines of an event; none where it has no full date."""
    try:
        first = date.fromisoformat(row["date_start"] or row["day"] or "")
        last = max(first, date.fromisoformat(row["date_end"] or first.isoformat()))
    except ValueError:
        return []
    told = row["published"] or first.isoformat()
    place = [f"LOCATION:{_text(row['place_name'])}"] if row["place_name"] else []
    point = (row["latitude"], row["longitude"])
    geo = [] if None in point else [f"GEO:{point[0]:.6f};{point[1]:.6f}"]
    words = [f"DESCRIPTION:{_text(row['words'])}"] if row["words"] else []
    return [
        "BEGIN:VEVENT",
        f"UID:{event_key(row)}@dragoman",
        f"DTSTAMP:{told[:10].replace('-', '')}T000000Z",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(_summary(row))}",
        f"CATEGORIES:{row['type']}",
        *place, *geo, *words,
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]  # fmt: skip


def _summary(row: Row) -> str:
    sides = (", ".join(row[f"{side}_name"] or ()) for side in ("actor", "recipient"))
    return f"{row['type']}: {' → '.join(names for names in sides if names)}"


def _text(value: str) -> str:
    """Return a TEXT value: escaped, without control characters (RFC 5545, 3.3.11)."""
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n")):
        value = value.replace(mark, written)
    kept = "".join(c for c in value if (c >= " " and c != "\x7f") or c in "\n\t")
    return kept.replace("\n", "\\n")


def _fold(line: str) -> bytes:
    """Return a content line, folded so that no character is split (RFC 5545, 3.1)."""
    parts, length = [], 0
    for character in line:
        size = len(character.encode())
        if length + size > _LINE:
            parts.append("\r\n ")
            length = 1
        parts.append(character)
        length += size
    return "".join([*parts, "\r\n"]).encode()


FORMATS = (
    Format(
        "ical", "events.ics", "text/calendar", "events with a day, for a calendar",
        "events without a day, modes, sectors, factuality and sources", write_ical, (),
    ),
)  # fmt: skip
