"""Networks: which countries deal with which, and how they are placed."""

from __future__ import annotations

import csv
import io
import math
import re

import pytest
from starlette.testclient import TestClient

from dragoman.web.network import HIGH, MOST_NODES, WIDE, draw, draw_around


def pair(first: str, second: str, events: int, score: float) -> dict[str, object]:
    return {"first": first, "second": second, "events": events, "mean_score": score}


CIRCLE = [pair(f"A{n:02}", f"A{(n + 1) % 60:02}", 1 + n, n % 9 - 4.0) for n in range(59)]


def test_nodes_lie_within_the_drawing_and_apart():
    drawn = draw(CIRCLE)
    assert len(drawn.nodes) <= MOST_NODES
    assert len(drawn.nodes) + drawn.hidden == 60
    assert all(0 < n.x < WIDE and 0 < n.y < HIGH for n in drawn.nodes)
    near = min(
        math.hypot(a.x - b.x, a.y - b.y)
        for i, a in enumerate(drawn.nodes)
        for b in drawn.nodes[i + 1 :]
    )
    assert near > 20


def test_the_same_events_are_drawn_alike():
    assert draw(CIRCLE) == draw(list(CIRCLE))


def test_lines_tell_of_conflict_and_of_how_much():
    drawn = draw(
        [pair("AAA", "BBB", 9, 4.0), pair("AAA", "CCC", 1, -4.0), pair("BBB", "CCC", 1, 0.1)]
    )
    found = {(link.first.key, link.second.key): link for link in drawn.links}
    assert [found[key].tone for key in sorted(found)] == ["coop", "conf", "even"]
    assert found["AAA", "BBB"].wide > found["AAA", "CCC"].wide
    assert {n.key: n.events for n in drawn.nodes} == {"AAA": 10, "BBB": 10, "CCC": 2}


def test_nothing_to_draw():
    assert draw([]).nodes == []
    assert len(draw([pair("AAA", "BBB", 1, 1.0)]).nodes) == 2


@pytest.mark.parametrize("count", [1, 3, 25])
def test_partners_lie_around_their_actor(count: int):
    partners = [
        {"id": f"p{n}", "name": f"P {n}", "events": n + 1, "score": -1.0} for n in range(count)
    ]
    drawn = draw_around("Middle", partners)
    assert (drawn.nodes[0].x, drawn.nodes[0].y) == (WIDE / 2, HIGH / 2)
    assert all(0 < n.x < WIDE and 0 < n.y < HIGH for n in drawn.nodes)
    assert len({(n.x, n.y) for n in drawn.nodes}) == count + 1


def test_page_and_table_agree(caller: TestClient):
    rows = list(csv.DictReader(io.StringIO(caller.get("/api/network.csv").text)))
    html = caller.get("/network").text
    assert rows
    for row in rows:
        assert row["first"] < row["second"]
        assert f'href="/dyads/{row["first"]}-{row["second"]}"' in html
    assert len(re.findall("<line ", html)) == len(rows)
    assert ">Kenya and Tanzania</a>" in html
    assert ">Kenya</text>" in html
    counted = caller.get("/api/events", params={"dyad": f"{rows[0]['first']}-{rows[0]['second']}"})
    back = caller.get("/api/events", params={"dyad": f"{rows[0]['second']}-{rows[0]['first']}"})
    assert counted.json()["total"] + back.json()["total"] == int(rows[0]["events"])


def test_filters_narrow_the_network(caller: TestClient):
    none = caller.get("/network", params={"type": "AID"}).text
    assert "No event between two known countries" in none
    assert caller.get("/network", params={"kind": "x"}).status_code == 400
