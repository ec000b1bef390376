"""Actors and what they do to each other as a graph: GEXF 1.2 and GraphML.

A node is a party by name and country; an edge joins two parties, one for each day and type, its
weight the number of events. The files are written by hand, in a fixed order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import quoteattr

from dragoman.export.selection import Format, Row, Selection

_Node = tuple[str, str]
_Edge = tuple[_Node, _Node, str, str]


@dataclass(frozen=True)
class _Graph:
    nodes: dict[_Node, tuple[str, str]]
    """Id and sectors of each party."""
    edges: dict[_Edge, tuple[int, float]]
    """Number and mean PLOVER score of the events of two parties of a day and type."""


def _graph(chosen: Selection) -> _Graph:
    sectors: dict[_Node, set[str]] = {}
    count: Counter[_Edge] = Counter()
    score: defaultdict[_Edge, float] = defaultdict(float)
    for row in chosen.rows():
        for side in ("actor", "recipient"):
            for node, known in _parties(row, side):
                sectors.setdefault(node, set()).update(known)
        for first, second in _pairs(row):
            edge = (first, second, row["day"] or "", row["type"])
            count[edge] += 1
            score[edge] += row["score"] or 0.0
    nodes = {
        node: (f"n{n}", " ".join(sorted(sectors[node]))) for n, node in enumerate(sorted(sectors))
    }
    edges = {edge: (count[edge], round(score[edge] / count[edge], 3)) for edge in sorted(count)}
    return _Graph(nodes, edges)


def _parties(row: Row, side: str) -> Iterator[tuple[_Node, list[str]]]:
    for name, country, sectors in zip(
        row[f"{side}_name"], row[f"{side}_country"], row[f"{side}_sectors"], strict=True
    ):
        yield (name, country or ""), sectors or []


def _pairs(row: Row) -> Iterator[tuple[_Node, _Node]]:
    """Yield actor and recipient; of a symmetric event each two of its parties, in order."""
    actors = [node for node, _ in _parties(row, "actor")]
    recipients = [node for node, _ in _parties(row, "recipient")]
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
        for (name, country), (key, sectors) in graph.nodes.items():
            values = _gexf_values(country=country, sectors=sectors)
            file.write(f'<node id="{key}" label={_attribute(name)}>{values}</node>\n')
        file.write("</nodes>\n<edges>\n")
        for n, (edge, (count, score)) in enumerate(graph.edges.items()):
            file.write(_gexf_edge(graph, n, edge, count, score))
        file.write("</edges>\n</graph>\n</gexf>\n")


def _gexf_edge(graph: _Graph, n: int, edge: _Edge, count: int, score: float) -> str:
    first, second, day, kind = edge
    lasts = f" start={_attribute(day)} end={_attribute(day)}" if day else ""
    return (
        f'<edge id="{n}" source="{graph.nodes[first][0]}" target="{graph.nodes[second][0]}"'
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
        for (name, country), (key, sectors) in graph.nodes.items():
            values = _graphml_values("node", label=name, country=country, sectors=sectors)
            file.write(f'<node id="{key}">{values}</node>\n')
        for n, ((first, second, day, kind), (count, score)) in enumerate(graph.edges.items()):
            values = _graphml_values("edge", weight=count, day=day, type=kind, score=score)
            ends = f'source="{graph.nodes[first][0]}" target="{graph.nodes[second][0]}"'
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
