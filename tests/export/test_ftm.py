import json

import msgspec
import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.derive import derive
from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.export.registry import export
from dragoman.records import Entity, Mention, Relation
from tests.archive.made import engine, reading, report

model = pytest.importorskip(
    "followthemoney", reason="followthemoney is not installed (it needs ICU to build)"
).model
NAMES = ("Kenya", "Uganda", "Harbour Office", "the speaker", "the chair")


def _told(given):
    """Two states, an office, and two people who hold, lead, belong, follow and are called."""
    base = reading(given)
    kinds = ("country", "country", "organization", "person", "person")
    entities = tuple(
        Entity(
            id=f"e{n}",
            name=name,
            type=kind,
            country=("UGA", "KEN")[n % 2],
            sectors=("GOV",) if kind == "organization" else (),
            mentions=(Mention(span=(0, 5), text=name, kind="name"),),
        )
        for n, (name, kind) in enumerate(zip(NAMES, kinds, strict=True), 1)
    )
    told = [
        ("e4", "holds_office", "e3", "harbour master"),
        ("e4", "leads", "e3", None),
        ("e5", "member_of", "e3", None),
        ("e4", "successor_of", "e5", None),
        ("e5", "loyal_to", "e4", None),
        ("e5", "citizen_of", "e2", None),
        ("e5", "also_known_as", None, "the elder"),
    ]
    relations = tuple(
        Relation(id=f"r{n}", subject=s, predicate=p, object=o, literal=text, evidence=((0, 5),))
        for n, (s, p, o, text) in enumerate(told)
    )
    return msgspec.structs.replace(base, entities=entities, relations=relations)


@pytest.fixture(scope="module")
def related(tmp_path_factory):
    def run(units):
        for part in engine(units):
            yield [_told(one.report) for one in part]

    store = Store(tmp_path_factory.mktemp("related"))
    with store.lock():
        Ingest(store, run, "p").run(iter([report(n) for n in range(4)]))
        derive(store)
    return Archive(store.folder)


def _entities(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _valid(entities):
    """Every value is one that FollowTheMoney keeps, and every link leads to what is there."""
    schemata = {one["id"]: model.get(one["schema"]) for one in entities}
    required: dict[str, set[str]] = {}
    for one in entities:
        proxy = model.get_proxy(one, cleaned=False)
        for name, values in one["properties"].items():
            assert sorted(proxy.get(name)) == sorted(values), (one["schema"], name)
            prop = proxy.schema.get(name)
            if prop.type.name == "entity":
                assert all(schemata[value].is_a(prop.range) for value in values), name
        required.setdefault(one["id"], set()).update(one["properties"])
    for key, properties in required.items():
        assert set(schemata[key].required) <= properties, schemata[key].name


def test_hostile_names_make_valid_entities(archive, tmp_path):
    entities = _entities(export(archive, "ftm", tmp_path))
    _valid(entities)
    events = [one for one in entities if one["schema"] == "Event"]
    assert len(events) == 8
    assert events[0]["properties"]["location"] == ["<Kampala>"]
    assert events[0]["properties"]["country"] == ["ug"]
    assert "ASSAULT" in events[0]["properties"]["keywords"]


def test_relations_become_the_links_that_fit(related, tmp_path):
    entities = _entities(export(related, "ftm", tmp_path))
    _valid(entities)
    links = {}
    for one in entities:
        if model.get(one["schema"]).edge or one["schema"] == "Occupancy":
            role = one["properties"].get("role", [""])[0]
            links.setdefault((one["schema"], role), 0)
            links[one["schema"], role] += 1
    assert links == {
        ("Occupancy", ""): 4,
        ("Directorship", "leads"): 4,
        ("Membership", "member of"): 4,
        ("Succession", "successor of"): 4,
        ("UnknownLink", "loyal to"): 4,
    }
    people = [one["properties"] for one in entities if one["schema"] == "Person"]
    assert [p["nationality"] for p in people if "nationality" in p] == [["ug"]]
    assert ["the elder"] in [p.get("alias") for p in people]


def test_an_actor_of_many_reports_is_one_entity(related, tmp_path):
    entities = _entities(export(related, "ftm", tmp_path))
    bodies = [one for one in entities if one["properties"].get("name") == ["Harbour Office"]]
    assert [one["schema"] for one in bodies] == ["PublicBody"]
    assert sum(one["schema"] == "Position" for one in entities) == 1
