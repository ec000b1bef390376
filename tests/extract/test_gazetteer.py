"""The index of places."""

import shutil
from pathlib import Path

import pytest

from dragoman.extract import gazetteer as index
from dragoman.extract.gazetteer import name_key, open_gazetteer
from dragoman.extract.places_candidates import distance


def test_names_are_found_whatever_their_case() -> None:
    gazetteer = open_gazetteer()
    assert gazetteer.find("GENEVA") == gazetteer.find("Geneva") != ()
    assert gazetteer.find("no such place at all") == ()


def test_most_populous_comes_first() -> None:
    people = [c.population for c in open_gazetteer().find("Springfield")]
    assert len(people) > 1
    assert people == sorted(people, reverse=True)


def test_keys_fold_space_case_and_apostrophe() -> None:
    assert name_key("COEUR  d’Alene") == "coeur d'alene"


def test_a_quarter_of_the_earth() -> None:
    assert round(distance(0, 0, 0, 90)) == 10008


def test_where_one_folder_cannot_be_written_the_next_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(index, "_folders", lambda: iter((blocked / "in", tmp_path / "cache")))
    open_gazetteer.cache_clear()
    try:
        assert open_gazetteer().find("Nairobi")[0].country == "KE"
        assert [p.name for p in (tmp_path / "cache").iterdir()] == [index.index_name()]
    finally:
        open_gazetteer.cache_clear()
        shutil.rmtree(tmp_path / "cache")
