"""The index of places."""

from dragoman.extract.gazetteer import open_gazetteer
from dragoman.extract.gazetteer_build import name_key
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
