"""Actors of the user's own; made up for the project."""

import json
from pathlib import Path

import pytest

from dragoman.extract.actor_lists import load_actor_list, load_actor_lists
from dragoman.language import Annotator
from dragoman.reader import Reader

YAML = "- {id: a1, name: Front of Dawn, names: [FD], country: ML, sectors: [REB]}\n"
CSV = "id,name,names,country,sectors\na1,Front of Dawn,FD;Dawn Front,MLI,REB\n"
FTM = {
    "id": "a1",
    "schema": "Organization",
    "properties": {"name": ["Front of Dawn"], "alias": ["FD"], "country": ["ml"]},
}
WIKIDATA = {
    "id": "a1",
    "labels": {"en": {"language": "en", "value": "Front of Dawn"}},
    "aliases": {"en": [{"language": "en", "value": "FD"}]},
    "claims": {"P298": [{"mainsnak": {"datavalue": {"value": "MLI"}}}]},
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", YAML),
        ("a.csv", CSV),
        ("a.jsonl", json.dumps(FTM) + "\n"),
        ("w.json", json.dumps([WIKIDATA])),
    ],
)
def test_every_kind_of_list_is_read(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = load_actor_list(path)
    for spelled in ("Front of Dawn", "FD", "front of dawn"):
        listed = found.find(spelled)
        assert listed is not None
        assert (listed.id, listed.country) == ("a1", "MLI")


def test_a_name_nearly_the_same_is_found_and_another_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    found = load_actor_lists([path])
    assert found.find("Front of Dawns") is not None
    assert found.find("Front of Dusk Riders") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", YAML),
        ("a.csv", CSV),
        ("a.jsonl", json.dumps(FTM)),
        ("w.json", json.dumps([WIKIDATA])),
    ],
)
def test_a_reading_takes_over_what_every_kind_of_list_tells(
    tmp_path: Path, annotator: Annotator, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    reading = Reader(annotator=annotator, actors=[path]).read("The Front of Dawn shelled a town.")
    [front] = [e for e in reading.entities if e.name == "Front of Dawn"]
    assert (front.external_id, front.country) == ("a1", "MLI")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "name: x\n", "must be a list"),
        ("a.csv", "id,name\n7,\n", ":2: an actor has no name"),
        ("a.jsonl", '{"name": "x"}\n{broken\n', ":2: is not JSON"),
        ("a.txt", "x", "YAML, CSV or JSON"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_actor_list(path)
