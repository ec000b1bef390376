"""Events with a place as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from pathlib import Path

from dragoman.export.selection import Format, Row, Selection, event_key

_LEFT = ("report_key", "id", "latitude", "longitude")


def write_geojson(chosen: Selection, path: Path) -> None:
    """Write a FeatureCollection, one event a line; events without coordinates are left out."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        mark = "\n"
        for row in chosen.rows():
            if row["latitude"] is None or row["longitude"] is None:
                continue
            file.write(mark + json.dumps(_feature(row), ensure_ascii=False, default=str))
            mark = ",\n"
        file.write("\n]}\n")


def _feature(row: Row) -> Row:
    point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
    told = {name: value for name, value in row.items() if name not in _LEFT}
    return {"type": "Feature", "id": event_key(row), "geometry": point, "properties": told}


FORMATS = (
    Format(
        "geojson", "events.geojson", "application/geo+json",
        "events with a place as points, for QGIS or a web map",
        "events without coordinates, mentions, statements and relations", write_geojson, (),
    ),
)  # fmt: skip
