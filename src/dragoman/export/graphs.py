"""Actors and what they do to each other as a graph: GEXF 1.2 and GraphML.

A node is an actor of the archive, else (`dragoman actors build` has not run) a name with its
country; an edge joins two parties, one for each day and type, its
weight the number of events. The files are written by hand, in a fixed order.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import quoteattr

from dragoman.export.parties import Party, told
from dragoman.export.selection import Format, Selection

_Edge = tuple[str, str, str, str]


@dataclass(frozen=True)
class _Node:
    """A party: name, country and sectors."""

    name: str
    country: str
    sectors: frozenset[str]


@dataclass(frozen=True)
class _Graph:
    nodes: dict[str, _Node]
    """Each party by its id, in order of id."""
    edges: dict[_Edge, tuple[int, float]]
    """Number and mean PLOVER score of the events of two parties of a day and type."""


def _graph(chosen: Selection) -> _Graph:
    nodes: dict[str, _Node] = {}
    count: Counter[_Edge] = Counter()
    score: defaultdict[_Edge, float] = defaultdict(float)
    for report in told(chosen):
        for event in report.events:
            actors, recipients = ([_id(one) for one in side] for side in report.sides(event))
            for party in (one for side in report.sides(event) for one in side):
                _meet(nodes, party)
            day = event.date.start or event.date.end or report.reading.report.published or ""
            for first, second in _pairs(actors, recipients):
                edge = (first, second, day, event.type)
                count[edge] += 1
                score[edge] += event.score or 0.0
    edges = {edge: (count[edge], round(score[edge] / count[edge], 3)) for edge in sorted(count)}
    return _Graph(dict(sorted(nodes.items())), edges)


def _id(party: Party) -> str:
    """Return an actor's id; of a party that no actor stands behind, a digest of its name."""
    if party.shared:
        return party.id
    named = "\0".join((party.name, party.country or ""))
    return "name-" + hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:16]


def _meet(nodes: dict[str, _Node], party: Party) -> None:
    known = nodes.get(_id(party))
    sectors = frozenset(party.sectors) | (known.sectors if known else frozenset())
    if known is None or known.sectors != sectors:
        nodes[_id(party)] = _Node(party.name, party.country or "", sectors)


def _pairs(actors: list[str], recipients: list[str]) -> Iterator[tuple[str, str]]:
    """Yield actor and recipient; of a symmetric event each two of its parties, in order."""
    if recipients:
        yield from ((a, b) for a in actors for b in recipients)
        return
    ordered = sorted(set(actors))
    yield from ((a, b) for n, a in enumerate(ordered) for b in ordered[n + 1 :])


def _attribute(value: Any) -> str:
    """Return a value as a quoted XML 1.0 attribute, without what XML cannot hold."""
    return quoteattr("".join(c for c in str(value) if _in_xml(ord(c))))


def _in_xml(code: int) -> bool:
    if code < 0x20:
        return code in (0x9, 0xA, 0xD)
    return not (0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF))


def _text(value: Any) -> str:
    """Return a value as the text of an XML element."""
    kept = "".join(c for c in str(value) if _in_xml(ord(c)))
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_gexf(chosen: Selection, path: Path) -> None:
    """Write GEXF 1.2 with edges that last a day."""
    graph = _graph(chosen)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
            '<graph mode="dynamic" defaultedgetype="directed" timeformat="date">\n'
        )
        _gexf_keys(file, "node", ("country", "sectors"))
        _gexf_keys(file, "edge", ("type", "score"))
        file.write("<nodes>\n")
        for key, node in graph.nodes.items():
            values = _gexf_values(country=node.country, sectors=" ".join(sorted(node.sectors)))
            file.write(f'<node id="{key}" label={_attribute(node.name)}>{values}</node>\n')
        file.write("</nodes>\n<edges>\n")
        for n, (edge, (count, score)) in enumerate(graph.edges.items()):
            file.write(_gexf_edge(n, edge, count, score))
        file.write("</edges>\n</graph>\n</gexf>\n")


def _gexf_edge(n: int, edge: _Edge, count: int, score: float) -> str:
    first, second, day, kind = edge
    lasts = f" start={_attribute(day)} end={_attribute(day)}" if day else ""
    return (
        f'<edge id="{n}" source="{first}" target="{second}"'
        f' weight="{count}"{lasts}>{_gexf_values(type=kind, score=score)}</edge>\n'
    )


def _gexf_keys(file: TextIO, kind: str, names: tuple[str, ...]) -> None:
    file.write(f'<attributes class="{kind}">\n')
    for name in names:
        of = "double" if name == "score" else "string"
        file.write(f'<attribute id="{name}" title="{name}" type="{of}"/>\n')
    file.write("</attributes>\n")


def _gexf_values(**values: Any) -> str:
    told = "".join(f'<attvalue for="{k}" value={_attribute(v)}/>' for k, v in values.items())
    return f"<attvalues>{told}</attvalues>"


_KEYS = {
    "node": {"label": "string", "country": "string", "sectors": "string"},
    "edge": {"weight": "int", "day": "string", "type": "string", "score": "double"},
}


def write_graphml(chosen: Selection, path: Path) -> None:
    """Write GraphML with parallel edges, each with its day."""
    graph = _graph(chosen)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        )
        for of, keys in _KEYS.items():
            for name, kind in keys.items():
                file.write(
                    f'<key id="{of}_{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n'
                )
        file.write('<graph id="actors" edgedefault="directed">\n')
        for key, node in graph.nodes.items():
            sectors = " ".join(sorted(node.sectors))
            values = _graphml_values("node", label=node.name, country=node.country, sectors=sectors)
            file.write(f'<node id="{key}">{values}</node>\n')
        for n, ((first, second, day, kind), (count, score)) in enumerate(graph.edges.items()):
            values = _graphml_values("edge", weight=count, day=day, type=kind, score=score)
            ends = f'source="{first}" target="{second}"'
            file.write(f'<edge id="e{n}" {ends}>{values}</edge>\n')
        file.write("</graph>\n</graphml>\n")


def _graphml_values(of: str, **values: Any) -> str:
    return "".join(f'<data key="{of}_{k}">{_text(v)}</data>' for k, v in values.items())


def _form(
    name: str, mediatype: str, about: str, write: Callable[[Selection, Path], None]
) -> Format:
    lost = "single events, their words, places, modes and factuality"
    return Format(name, f"actors.{name}", mediatype, about, lost, write, ())


FORMATS = (
    _form("gexf", "application/gexf+xml", "actors and dated edges, for Gephi", write_gexf),
    _form("graphml", "application/graphml+xml", "actors and dated edges, for Gephi, igraph or R",
          write_graphml),
)  # fmt: skip
