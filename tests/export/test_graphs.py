import json
import shutil

import networkx as nx
import pytest
from shapely.geometry import shape

from dragoman.archive.archive import Archive
from dragoman.archive.derive import derive
from dragoman.archive.query import Filters
from dragoman.archive.schema import arrow
from dragoman.archive.store import Store
from dragoman.export.registry import export

CLEAN = {"=cmd|'/C calc'!A0", "\u202eوزارة الدفاع", "@SUM(1)]]>", "Kenya"}


@pytest.mark.parametrize(("name", "read"), [("gexf", nx.read_gexf), ("graphml", nx.read_graphml)])
def test_networkx_reads_actors_and_edges(archive, tmp_path, name, read):
    graph = read(export(archive, name, tmp_path))
    assert graph.number_of_nodes() == 5
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert labels >= CLEAN
    assert any("<b>&markup</b>" in label for label in labels)
    edges = list(graph.edges(data=True))
    assert len(edges) == 4
    assert sum(int(data["weight"]) for *_, data in edges) == 8
    assert {data.get("day") or data["start"] for *_, data in edges} == {"2017-02-03"}
    assert {data["type"] for *_, data in edges} == {"ASSAULT"}


def test_parties_of_a_symmetric_event_are_joined(archive, tmp_path):
    path = export(archive, "graphml", tmp_path, Filters(factuality="negated"))
    graph = nx.read_graphml(path)
    names = nx.get_node_attributes(graph, "label")
    assert {(names[a], names[b]) for a, b, *_ in graph.edges} == {("Kenya", "Uganda")}


def test_shapely_reads_points_longitude_first(archive, tmp_path):
    path = export(archive, "geojson", tmp_path)
    found = json.loads(path.read_text("utf-8"))
    assert found["type"] == "FeatureCollection"
    points = [shape(feature["geometry"]) for feature in found["features"]]
    assert {(point.x, point.y) for point in points} == {(32.5, 0.3)}
    assert len({feature["id"] for feature in found["features"]}) == 8
    assert found["features"][0]["properties"]["place_name"] == "<Kampala>"


def test_an_actor_of_two_names_is_one_node(archive, tmp_path):
    store = Store(tmp_path / "copy")
    shutil.copytree(archive.store.folder, store.folder)
    derive(store)
    built = Archive(store.folder)
    plain = nx.read_graphml(export(built, "graphml", tmp_path / "plain"))
    links = built.sql("select * from actor_entities order by all").to_pylist()
    kenya = next(one["actor"] for one in links if one["entity"] == "e1")
    moved = [{**one, "actor": kenya} if one["entity"] == "e3" else one for one in links]
    store.replace("actor_entities", arrow("actor_entities", moved))
    merged = nx.read_graphml(export(Archive(store.folder), "graphml", tmp_path / "merged"))
    assert len(plain) > 1
    assert nx.get_node_attributes(merged, "label") == {kenya: "Kenya"}
