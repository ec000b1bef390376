import json
from uuid import UUID

import pytest
import stix2

from dragoman.export.registry import export
from dragoman.export.stix import EXTENSION, PROGRAM


@pytest.fixture(scope="module")
def bundle(archive, tmp_path_factory):
    path = export(archive, "stix", tmp_path_factory.mktemp("stix"))
    return json.loads(path.read_text("utf-8"))


def test_every_object_is_valid_stix(bundle):
    parsed = stix2.parse(bundle, version="2.1")
    kinds = [one.type for one in parsed.objects]
    assert kinds.count("incident") == kinds.count("report") == 8
    assert kinds.count("extension-definition") == 1
    assert {"identity", "location", "relationship"} <= set(kinds)


def test_ids_are_version_5_once_each_and_every_reference_leads_somewhere(bundle):
    ids = [one["id"] for one in bundle["objects"]]
    assert len(set(ids)) == len(ids)
    assert {UUID(one.partition("--")[2]).version for one in [*ids, bundle["id"]]} == {5}
    for one in bundle["objects"]:
        named = [one[k] for k in ("source_ref", "target_ref", "created_by_ref") if k in one]
        assert {*named, *one.get("object_refs", [])} <= set(ids)
        assert set(one.get("extensions", ())) <= {EXTENSION}


def test_an_incident_tells_who_where_and_how_sure(bundle):
    objects = {one["id"]: one for one in bundle["objects"]}
    incident = next(one for one in objects.values() if one["type"] == "incident")
    assert incident["confidence"] == 50
    assert incident["extensions"][EXTENSION]["event_type"] == "ASSAULT"
    assert incident["created_by_ref"] == PROGRAM
    ends = {
        (one.get("description"), objects[one["target_ref"]]["name"])
        for one in objects.values()
        if one["type"] == "relationship" and one["source_ref"] == incident["id"]
    }
    assert ("recipient", "Kenya") in ends
    assert (None, "<Kampala>") in ends
    place = next(one for one in objects.values() if one["type"] == "location")
    assert (place["country"], place["latitude"]) == ("UG", 0.3)
