"""A map of events, drawn on the server: circles over a base map of the world's countries."""

from __future__ import annotations

import math

from dragoman.archive.query import unordered
from dragoman.archive.schema import Row
from dragoman.web.asked import Asked
from dragoman.web.desk import Desk

PLACES = ("place", "country", "latitude", "longitude", "events", "mean_score")  # columns
_PLACES = """
select f.place_name as place, f.place_country as country, f.latitude, f.longitude,
 count(*) as events, round(avg(f.score), 2) as mean_score
from ({found}) f where f.latitude is not null and f.longitude is not null
group by 1, 2, 3, 4 order by events desc, place, country, latitude, longitude limit 500
"""


def places(desk: Desk, asked: Asked) -> list[Row]:
    """Return the places of the events that pass the filters, the 500 with most events."""
    query = unordered("events", asked.filters)
    return desk.run(_PLACES.format(found=query.sql), query.parameters)


def circles(found: list[Row]) -> list[Row]:
    """Return places with `x`, `y` (a drawing 720 by 360, two units a degree) and a radius `r`."""
    most = max((row["events"] for row in found), default=1)
    return [
        {
            **row,
            "x": round(2 * (row["longitude"] + 180), 1),
            "y": round(2 * (90 - row["latitude"]), 1),
            "r": round(2 + 8 * math.sqrt(row["events"] / most), 1),
        }
        for row in found
    ]
