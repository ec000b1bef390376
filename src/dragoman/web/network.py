"""Networks, drawn on the server: countries or actors by what passes between them.

The layout is ForceAtlas2 (Jacomy et al. 2014) as networkx has it, from a fixed beginning, so that
the same events are always drawn alike; what still overlaps is pushed apart.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx
import numpy as np

from dragoman.archive.query import count, unordered
from dragoman.archive.schema import Row
from dragoman.web.asked import Asked
from dragoman.web.desk import Desk

MOST_NODES = 40
MOST_LINKS = 160
WIDE, HIGH = 720, 460  # of the drawing
_EDGE = 46  # free at its borders, for names
_STEPS = 200
_PUSHES = 60
_ROOM = (64, 44)  # what a node with its code wants around it, across and down
_NAMED = (108, 40)  # what one with a name wants
_SEED = 7
# columns of the tables
PAIRS = ("first", "second", "events", "mean_score")
ACTOR_PAIRS = ("first", "first_name", "second", "second_name", "events", "mean_score")
_MILD = 0.5  # a mean score nearer to zero counts for neither side
_ACTORS = """
with found as ({found}),
 most as (
  select p.first, p.second, count(*) as events, round(avg(f.score), 2) as mean_score
  from found f join listed_event_pairs p on p.row_id = f.row_id
  group by 1, 2 order by events desc, 1, 2 limit 2000
 )
select x.id as first, x.name as first_name, y.id as second, y.name as second_name,
 m.events, m.mean_score
from most m join listed_actors x on x.number = m.first join listed_actors y on y.number = m.second
order by m.events desc, m.first, m.second
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A country or actor in a drawing: where, how large, its key and its name."""

    key: str
    label: str
    events: int
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two nodes; `tone` is coop, conf or even, by the mean PLOVER score."""

    first: Node
    second: Node
    events: int
    score: float
    wide: float
    tone: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Nodes and links, placed; `hidden` counts the nodes that did not fit."""

    nodes: list[Node]
    links: list[Link]
    hidden: int = 0


def dealings(desk: Desk, asked: Asked) -> list[Row]:
    """Return pairs of countries with the events between them, either way, most first.

    Each row has `first` and `second` (codes, in alphabetical order), `events` and `mean_score`.
    """
    query = count(asked.filters, ["dyad"])
    number: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for row in desk.run(query.sql, query.parameters):
        pair = tuple(sorted((row["dyad"] or "").split("-")))
        if len(pair) != 2 or pair[0] == pair[1]:
            continue
        number[pair[0], pair[1]] += row["events"]
        total[pair[0], pair[1]] += row["events"] * (row["mean_score"] or 0.0)
    ordered = sorted(number.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"first": a, "second": b, "events": n, "mean_score": round(total[a, b] / n, 2)}
        for (a, b), n in ordered
    ]


def actor_dealings(desk: Desk, asked: Asked) -> list[Row]:
    """Return pairs of actors with the events between them, either way, the 2,000 with most.

    Each row has `first` and `second` (actors' ids), `first_name`, `second_name`, `events` and
    `mean_score`.
    """
    query = unordered("events", asked.filters, "t.row_id, t.score")
    return desk.run(_ACTORS.format(found=query.sql), query.parameters)


def names_of(pairs: Sequence[Row]) -> dict[str, str]:
    """Return the name of each actor of some pairs."""
    return {p[side]: p[f"{side}_name"] for p in pairs for side in ("first", "second")}


def draw(pairs: Sequence[Row], names: Mapping[str, str] | None = None) -> Drawing:
    """Place the countries or actors that deal most with each other.

    Args:
        pairs: as `dealings` or `actor_dealings` has them.
        names: what to write beside a node; its key where None.
    """
    weight: Counter[str] = Counter()
    for pair in pairs:
        weight[pair["first"]] += pair["events"]
        weight[pair["second"]] += pair["events"]
    kept = {key for key, _ in sorted(weight.items(), key=lambda w: (-w[1], w[0]))[:MOST_NODES]}
    shown = [p for p in pairs if p["first"] in kept and p["second"] in kept][:MOST_LINKS]
    linked = sorted({p[side] for p in shown for side in ("first", "second")})
    places = _laid_out(linked, shown, _NAMED if names else _ROOM)
    most = max((weight[key] for key in linked), default=1)
    nodes = {
        key: Node(
            key,
            (names or {}).get(key, key),
            weight[key],
            *places[key],
            r=_radius(weight[key], most),
        )
        for key in linked
    }
    top = max((p["events"] for p in shown), default=1)
    links = [
        _link(nodes[p["first"]], nodes[p["second"]], p["events"], p["mean_score"], top)
        for p in shown
    ]
    return Drawing(list(nodes.values()), links, len(weight) - len(linked))


def draw_around(name: str, partners: Sequence[Row]) -> Drawing:
    """Place an actor in the middle of its partners: those it deals with most are the largest.

    Args:
        name: the actor's.
        partners: rows with `id`, `name`, `events` and `score` (the mean one), most first.
    """
    middle = Node("", name, sum(p["events"] for p in partners), WIDE / 2, HIGH / 2, 12.0)
    most = max((p["events"] for p in partners), default=1)
    nodes = []
    for n, partner in enumerate(partners):
        turn = 2 * math.pi * n / len(partners) - math.pi / 2
        far = 0.78 if n % 2 else 1.0  # names in two rings stand in each other's way less
        x = WIDE / 2 + far * (WIDE / 2 - 2.2 * _EDGE) * math.cos(turn)
        y = HIGH / 2 + far * (HIGH / 2 - _EDGE) * math.sin(turn)
        radius = _radius(partner["events"], most)
        nodes.append(Node(partner["id"], partner["name"], partner["events"], x, y, radius))
    links = [
        _link(middle, node, node.events, partner["score"] or 0.0, most)
        for node, partner in zip(nodes, partners, strict=True)
    ]
    return Drawing([middle, *nodes], links)


def _laid_out(
    keys: Sequence[str], pairs: Sequence[Row], room: tuple[int, int]
) -> dict[str, tuple[float, float]]:
    if not keys:
        return {}
    graph = networkx.Graph()
    graph.add_nodes_from(keys)
    for pair in pairs:
        graph.add_edge(pair["first"], pair["second"], weight=1 + math.log(pair["events"]))
    found = networkx.forceatlas2_layout(
        graph, max_iter=_STEPS, strong_gravity=True, weight="weight", seed=_SEED
    )
    across = _spread([float(found[key][0]) for key in keys], WIDE)
    down = _spread([float(found[key][1]) for key in keys], HIGH)
    points = _apart(list(zip(across, down, strict=True)), room)
    return dict(zip(keys, points, strict=True))


def _apart(points: list[tuple[float, float]], room: tuple[int, int]) -> list[tuple[float, float]]:
    """Push points that lie too near each other apart, step by step, within the borders."""
    side = max(_EDGE, 2 * room[0] // 3)
    turns = 2.4 * np.arange(len(points))  # where points that lie on one another go
    away = np.stack([np.cos(turns), np.sin(turns)], axis=1)[:, None]
    held = np.array(points)
    for _ in range(_PUSHES):
        between = (held[:, None] - held[None]) / room
        far = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(far, 1)
        way = np.where(far[..., None] > 0, between / np.maximum(far, 1e-9)[..., None], away)
        push = np.maximum(1 - far, 0)[..., None] / 4 * way
        held = np.clip(held + push.sum(axis=1) * room, (side, _EDGE), (WIDE - side, HIGH - _EDGE))
    return [(round(float(x), 1), round(float(y), 1)) for x, y in held]


def _spread(values: Sequence[float], size: int) -> list[float]:
    """Return values over the whole of a side, within its borders."""
    low, high = min(values), max(values)
    if high - low < 1e-9:
        return [size / 2] * len(values)
    return [round(_EDGE + (size - 2 * _EDGE) * (v - low) / (high - low), 1) for v in values]


def _radius(events: int, most: int) -> float:
    return round(4 + 11 * math.sqrt(events / most), 1)


def _link(first: Node, second: Node, events: int, score: float, most: int) -> Link:
    wide = round(0.8 + 5 * math.sqrt(events / most), 1)
    tone = "even" if abs(score) < _MILD else "coop" if score > 0 else "conf"
    return Link(first, second, events, score, wide, tone)
