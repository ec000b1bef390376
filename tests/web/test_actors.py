"""The pages of actors."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dragoman.archive.derive import derive
from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.records import (
    Entity,
    Event,
    Mention,
    Party,
    Pipeline,
    Reading,
    Relation,
    Report,
    Statement,
)
from dragoman.web.app import create_app

NAME = "Rui <b>Duarte</b>"  # made up, and hostile


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    text = f'{NAME}, minister of trade, met Spain. "Yes," he said.'
    person = Entity(id="e1", name=NAME, type="person", country="PRT", sectors=("GOV",),
                    mentions=(Mention(span=(0, len(NAME)), text=NAME, kind="name"),))  # fmt: skip
    at = text.index("Spain")
    spain = Entity(id="e2", name="Spain", type="country", country="ESP",
                   mentions=(Mention(span=(at, at + 5), text="Spain", kind="name"),))  # fmt: skip
    met = text.index("met")
    event = Event(id="ev1", type="CONSULT", actor=("e1", "e2"), trigger=(met, met + 3),
                  evidence=((0, at + 6),), rule="CONSULT/meet", score=1.0)  # fmt: skip
    said = text.index("Yes")
    statement = Statement(id="s1", kind="direct", source=Party(entity="e1"),
                          content=((said, said + 4),))  # fmt: skip
    office = Relation(id="x1", subject="e1", predicate="holds_office", literal="minister of trade",
                      evidence=((0, at),), confidence=0.9)  # fmt: skip
    reading = Reading(
        report=Report(id="r1", text=text, published="2026-03-02"),
        pipeline=Pipeline(dragoman="1", model="m", codebook="c"),
        entities=(person, spain),
        events=(event,),
        statements=(statement,),
        relations=(office,),
    )
    store = Store(tmp_path)
    with store.lock():
        Ingest(store, lambda units: ([reading for _ in u] for u in units), "c").run(
            [reading.report]
        )
        derive(store)
    return TestClient(create_app(tmp_path), base_url="http://127.0.0.1")


def _id(client: TestClient, name: str) -> str:
    found = client.get("/api/actors", params={"actor": name}).json()["rows"]
    assert len(found) == 1
    return str(found[0]["id"])


def test_the_list_leads_to_the_page(client: TestClient) -> None:
    page = client.get("/search?kind=actors&country=PRT")
    assert page.status_code == 200
    [address] = set(re.findall(r"/actors/\w+", page.text))
    assert client.get(address).status_code == 200


def test_an_actor_has_offices_partners_and_words(client: TestClient) -> None:
    page = client.get(f"/actors/{_id(client, 'duarte')}").text
    assert "minister of trade" in page
    assert _id(client, "spain") in page
    assert "Yes" in page
    assert "<b>Duarte" not in page
    assert "&lt;b&gt;Duarte" in page


def test_its_months_are_csv(client: TestClient) -> None:
    answer = client.get(f"/api/actors/{_id(client, 'duarte')}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines()[1].startswith("2026-03,1,1")
    partners = client.get(f"/api/actors/{_id(client, 'duarte')}/partners.csv").text.splitlines()
    assert partners[0] == "id,name,country,events,score,type"
    assert partners[1].startswith(_id(client, "spain"))


def test_the_reader_leads_to_its_actors(client: TestClient) -> None:
    key = client.get("/api/reports").json()["rows"][0]["report_key"]
    assert f"/actors/{_id(client, 'spain')}" in client.get(f"/reports/{key}").text


@pytest.mark.parametrize("given", ["zzzz", "x", "..%2f..", "'; drop table actors"])
def test_no_such_actor(client: TestClient, given: str) -> None:
    assert client.get(f"/actors/{given}").status_code == 404
    assert client.get(f"/api/actors/{given}.csv").status_code == 404


def test_the_network_of_actors(client: TestClient):
    shown = client.get("/network/actors")
    assert shown.status_code == 200
    assert NAME not in shown.text
    assert shown.text.count("<circle") == 2
    lines = client.get("/api/network/actors.csv").text.splitlines()
    assert lines[0] == "first,first_name,second,second_name,events,mean_score"
    assert len(lines) == 2
    assert "Spain" in lines[1]
    assert lines[1].endswith(",1,1.0")
    assert "<circle" not in client.get("/network/actors?type=ASSAULT").text


def test_two_who_do_it_together_do_not_deal_with_each_other(tmp_path: Path):
    text = "Chad and Niger attacked Mali."
    names = {"e1": "Chad", "e2": "Niger", "e3": "Mali"}
    entities = tuple(
        Entity(id=key, name=name, type="country", mentions=(Mention(
            span=(text.index(name), text.index(name) + len(name)), text=name, kind="name"),))
        for key, name in names.items()
    )  # fmt: skip
    at = text.index("attacked")
    event = Event(id="ev1", type="ASSAULT", actor=("e1", "e2"), recipient=("e3",),
                  trigger=(at, at + 8), evidence=((0, len(text)),), rule="ASSAULT/attack",
                  score=-9.0)  # fmt: skip
    reading = Reading(report=Report(id="r1", text=text, published="2026-03-02"), events=(event,),
                      pipeline=Pipeline(dragoman="1", model="m", codebook="c"),
                      entities=entities)  # fmt: skip
    store = Store(tmp_path)
    with store.lock():
        Ingest(store, lambda units: ([reading for _ in u] for u in units), "c").run(
            [reading.report]
        )
        derive(store)
    client = TestClient(create_app(tmp_path), base_url="http://127.0.0.1")
    rows = list(csv.DictReader(io.StringIO(client.get("/api/network/actors.csv").text)))
    pairs = {frozenset((row["first_name"], row["second_name"])) for row in rows}
    assert pairs == {frozenset(("Chad", "Mali")), frozenset(("Niger", "Mali"))}
    assert {row["mean_score"] for row in rows} == {"-9.0"}
