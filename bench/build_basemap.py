"""Draws the map under the circles of the pages: land, and the borders between countries.

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python bench/build_basemap.py package/countries-110m.json

Natural Earth's country boundaries at 1:110,000,000 (public domain), as the npm package world-atlas
2.0.2 holds them (TopoJSON, ISC licence), become one SVG of 720 by 360: two units a degree.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "src" / "dragoman" / "web" / "static" / "base.svg"
Point = tuple[float, float]


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs as points of the drawing: TopoJSON's steps added up, scaled and moved."""
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            longitude, latitude = x * scale[0] + move[0], y * scale[1] + move[1]
            points.append((round(2 * (longitude + 180), 1), round(2 * (90 - latitude), 1)))
        found.append(points)
    return found


def rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Yield the rings of a geometry or collection, each a list of arcs (~n: arc n backwards)."""
    if geometry["type"] == "GeometryCollection":
        for inner in geometry["geometries"]:
            yield from rings(inner)
        return
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        yield from polygon


def split(ring: list[Point]) -> list[list[Point]]:
    """Return the pieces of a ring on either side of 180 degrees, each on its own."""
    pieces: list[list[Point]] = [[]]
    for point in ring:
        if pieces[-1] and abs(point[0] - pieces[-1][-1][0]) > 360:
            pieces.append([])
        pieces[-1].append(point)
    if len(pieces) > 1:  # the ring began somewhere along its first piece
        pieces[0] = pieces.pop() + pieces[0]
    return pieces


def path(points: list[Point], closed: bool) -> str:
    """Return points as an SVG path of steps, without those that stay where they are."""
    x, y = points[0]
    drawn = [f"M{x:g} {y:g}"]
    for to_x, to_y in points[1:]:
        across, down = round(to_x - x, 1), round(to_y - y, 1)
        if across or down:
            drawn.append(f"l{across:g} {down:g}")
            x, y = to_x, to_y
    return "".join(drawn) + ("z" if closed else "")


def svg(topology: dict[str, Any]) -> str:
    """Return the map."""
    arcs = arcs_of(topology)

    def along(ring: list[int]) -> list[Point]:
        return [p for n in ring for p in (arcs[n] if n >= 0 else arcs[~n][::-1])]

    outlines = (along(ring) for ring in rings(topology["objects"]["land"]))
    land = "".join(path(piece, True) for outline in outlines for piece in split(outline))
    used = Counter(
        n if n >= 0 else ~n for ring in rings(topology["objects"]["countries"]) for n in ring
    )
    inner = "".join(path(arcs[n], False) for n, times in sorted(used.items()) if times > 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360">'
        f'<path d="{land}" fill="#8a8f99" fill-opacity=".3" stroke="#8a8f99" stroke-width=".6"/>'
        f'<path d="{inner}" fill="none" stroke="#8a8f99" stroke-width=".5" stroke-opacity=".8"/>'
        "</svg>\n"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("topology", type=Path, help="countries-110m.json of world-atlas")
    chosen = options.parse_args()
    OUT.write_text(svg(json.loads(chosen.topology.read_text(encoding="utf-8"))), encoding="utf-8")
    print(f"{OUT.name}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
