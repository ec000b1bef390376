import re
from pathlib import Path

import pytest
from rdflib import Dataset, Graph, Literal, Namespace
from rdflib.compare import to_isomorphic

from dragoman.archive.query import Filters
from dragoman.archive.readings import readings
from dragoman.archive.schema import report_key
from dragoman.export.registry import export
from dragoman.export.triples import link, literal
from tests.export.conftest import HOSTILE

OA = Namespace("http://www.w3.org/ns/oa#")
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
DOCS = Path(__file__).parents[2] / "docs/export.md"


@pytest.fixture(scope="module")
def graph(archive, tmp_path_factory):
    path = export(archive, "rdf", tmp_path_factory.mktemp("rdf"), Filters(factuality="any"))
    return Graph().parse(path, format="turtle")


def test_names_come_back_to_the_character(graph):
    labels = {str(o) for o in graph.objects(None, None) if isinstance(o, Literal)}
    assert set(HOSTILE) <= labels


def test_turtle_and_quads_tell_the_same(archive, graph, tmp_path):
    path = export(archive, "rdf", tmp_path / "events.nq", Filters(factuality="any"))
    quads = Dataset()
    quads.parse(path, format="nquads")
    flat = Graph()
    for s, p, o, _ in quads.quads():
        flat.add((s, p, o))
    assert to_isomorphic(flat) == to_isomorphic(graph)
    assert len({name for *_, name in quads.quads()}) == 9


def test_annotations_quote_the_words_at_their_place(archive, graph):
    texts = {report_key(one.report): one.report.text for one in readings(archive)}
    found = 0
    for target, source in graph.subject_objects(OA.hasSource):
        text = texts[str(source).rpartition(":")[2]]
        start, end, exact = (
            next(graph.value(s, name) for s in graph.objects(target, OA.hasSelector)
                 if graph.value(s, name) is not None)
            for name in (OA.start, OA.end, OA.exact)
        )  # fmt: skip
        assert text[start.toPython() : end.toPython()] == str(exact)
        found += 1
    assert found == 16


def test_the_query_of_the_documentation_works(graph):
    [query] = re.findall(r"```sparql\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    rows = list(graph.query(query))
    assert {str(row.program) for row in rows} == {"Dragoman program 1"}
    assert {str(row.day) for row in rows} == {"2017-02-03"}
    assert len(rows) == 8


def test_what_no_address_may_hold_makes_no_iri():
    assert link("http://a.example/x> <urn:y") is None
    assert link("javascript:alert(1)") is None
    assert link("https://a.example/ü") == "<https://a.example/ü>"
    assert literal('a"\\\x01\ud800') == '"a\\"\\\\\\u0001\\uFFFD"'
