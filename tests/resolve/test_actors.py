"""Entities of many reports gathered into actors."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx import Graph, connected_components

from dragoman.resolve.actor_decisions import Decision, apply, in_force, reference
from dragoman.resolve.actor_names import is_acronym, key_of, parts_of
from dragoman.resolve.actor_sightings import Actor, Sighting
from dragoman.resolve.actors import block_of, borne_by, find_actors, gather


def _person(report: str, name: str, country: str | None = None, **more: object) -> Sighting:
    given_ = {"day": "2020-05-01", "names": (name,), "entity": f"e-{name}", **more}
    return Sighting(report=report, name=name, type="person", country=country, **given_)  # type: ignore[arg-type]


def _groups(actors: Iterable[Actor]) -> set[frozenset[tuple[str, str]]]:
    return {frozenset((s.report, s.name) for s in a.sightings) for a in actors}


def test_spellings_of_one_person_are_one() -> None:
    found = find_actors([
        _person("r1", "Sergei Antonov", "RUS"),
        _person("r2", "Sergey Antonov", "RUS"),
        _person("r3", "S. Antonov", "RUS"),
        _person("r4", "Olga Antonova", "RUS"),
    ])  # fmt: skip
    assert sorted(len(a.sightings) for a in found) == [1, 3]


def test_two_persons_of_one_name_stay_two() -> None:
    found = find_actors([
        _person("r1", "John Phiri", "ZMB", sectors=("GOV",)),
        _person("r2", "John Phiri", "MWI", sectors=("GOV",)),
        _person("r3", "John Phiri", "ZMB", sectors=("BUS",)),
        _person("r4", "John Phiri", "ZMB"),
    ])  # fmt: skip
    assert len(found) == 3
    assert len({a.id for a in found}) == 3


def test_a_name_without_country_goes_where_its_company_is() -> None:
    both = [_person("r1", "John Phiri", "ZMB"), _person("r2", "John Phiri", "MWI")]
    told = _person("r3", "John Phiri", company=frozenset({"MWI", "FRA"}))
    unclear = _person("r4", "John Phiri", company=frozenset({"FRA"}))
    groups = _groups(find_actors([*both, told, unclear]))
    assert frozenset({("r2", "John Phiri"), ("r3", "John Phiri")}) in groups
    assert frozenset({("r4", "John Phiri")}) in groups


def test_a_bare_surname_joins_the_one_who_fits_its_day() -> None:
    old = _person("r1", "Ana Duarte", "PRT", day="1999-01-01")
    new = _person("r2", "Rui Duarte", "PRT", day="2020-04-01")
    bare = _person("r3", "Duarte", "PRT", day="2020-05-01")
    lost = _person("r4", "Duarte", "ESP", day="2020-05-01")
    groups = _groups(find_actors([old, new, bare, lost]))
    assert frozenset({("r2", "Rui Duarte"), ("r3", "Duarte")}) in groups
    assert frozenset({("r4", "Duarte")}) in groups


def test_a_bare_surname_of_two_stays_apart() -> None:
    found = find_actors([
        _person("r1", "Ana Duarte", "PRT"),
        _person("r2", "Rui Duarte", "PRT"),
        _person("r3", "Duarte", "PRT"),
    ])  # fmt: skip
    assert len(found) == 3


def test_an_acronym_goes_to_the_body_that_bears_it() -> None:
    def body(report: str, name: str, country: str | None, *names: str) -> Sighting:
        return Sighting(report, name, None, name, "organization", country, names=(name, *names))

    found = find_actors([
        body("r1", "National Relief Council", "KEN", "NRC"),
        body("r2", "the National Relief Council", None),
        body("r3", "NRC", None),
        body("r4", "Northern Rail Company", "GBR"),
        body("r5", "NRC", "GBR"),
    ])  # fmt: skip
    groups = _groups(found)
    assert frozenset({("r1", "National Relief Council"), ("r2", "the National Relief Council"),
                      ("r3", "NRC")}) in groups  # fmt: skip
    assert frozenset({("r5", "NRC")}) in groups


def test_countries_go_by_their_code() -> None:
    found = find_actors([
        Sighting("r1", "e1", None, "Ivory Coast", "country", "CIV"),
        Sighting("r2", "e1", None, "Cote d'Ivoire", "country", "CIV"),
    ])  # fmt: skip
    assert len(found) == 1


def test_names_are_compared_without_marks() -> None:
    assert parts_of("Mu'ammar al-Tarhuni", {"al"}) == ("mu'ammar", "tarhuni")
    assert key_of("the Bank of Côte d'Or") == key_of("Bank of Cote d'Or")
    assert is_acronym("U.N.")
    assert not is_acronym("Un")
    assert not is_acronym("F16")


_NAMES = st.sampled_from(
    [
        "Ana Duarte",
        "Rui Duarte",
        "R. Duarte",
        "Duarte",
        "Sergei Antonov",
        "Sergey Antonov",
        "Antonov",
        "NRC",
        "National Relief Council",
    ]
)
_SIGHTING = st.builds(
    Sighting,
    report=st.sampled_from([f"r{n}" for n in range(12)]),
    entity=st.uuids().map(str),
    day=st.sampled_from([None, "1999-02-01", "2020-05-01", "2021-01-09"]),
    name=_NAMES,
    type=st.sampled_from(["person", "organization", "country"]),
    country=st.sampled_from([None, "PRT", "ESP"]),
    sectors=st.sampled_from([(), ("GOV",), ("BUS",)]),
    company=st.sampled_from([frozenset(), frozenset({"PRT"})]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_SIGHTING, max_size=25), st.integers())
def test_order_does_not_matter_and_none_is_lost(sightings: list[Sighting], seed: int) -> None:
    found = find_actors(sightings)
    shuffled = list(sightings)
    random.Random(seed).shuffle(shuffled)
    again = find_actors(shuffled)
    assert [(a.id, a.sightings) for a in found] == [(a.id, a.sightings) for a in again]
    assert len({a.id for a in found}) == len(found)
    assert sorted(s.key for a in found for s in a.sightings) == sorted(s.key for s in sightings)


@settings(max_examples=80, deadline=None)
@given(st.lists(_SIGHTING, max_size=25))
def test_what_tells_the_same_can_be_counted_instead(sightings: list[Sighting]) -> None:
    groups: dict[object, list[Sighting]] = {}
    for one in sorted(sightings, key=lambda s: s.key):
        told = (one.name, one.type, one.country, one.sectors, one.company, one.day)
        groups.setdefault(told, []).append(one)
    counted = [replace(g[0], count=len(g)) for g in groups.values()]
    first = {s.key: g[0].key for g in groups.values() for s in g}

    def gathered(actors: list[Actor]) -> set[frozenset[tuple[str, str]]]:
        return {frozenset(first[s.key] for s in actor.sightings) for actor in actors}

    assert gathered(find_actors(sightings)) == gathered(find_actors(counted))
    assert sum(a.size for a in find_actors(counted)) == len(sightings)


@settings(max_examples=80, deadline=None)
@given(st.lists(_SIGHTING, max_size=25))
def test_blocks_are_gathered_by_themselves(sightings: list[Sighting]) -> None:
    def groups_of(several: Iterable[Sighting]) -> set[frozenset[tuple[str, str]]]:
        return {frozenset(s.key for s in a.sightings) for a in gather(several)}

    parts = Graph()
    for one in sightings:
        parts.add_node(block_of(one))
        parts.add_edges_from((block_of(one), other) for other in borne_by(one))
    by_part = [
        groups_of(s for s in sightings if block_of(s) in part)
        for part in connected_components(parts)
    ]
    assert groups_of(sightings) == {group for groups in by_part for group in groups}


# --- decisions made by hand ---


def _decision(number: int, what: str, **more: object) -> Decision:
    return Decision(number=number, what=what, who="me", when="2026-01-01", **more)  # type: ignore[arg-type]


def _two() -> list[Sighting]:
    return [_person("r1", "Ana Duarte", "PRT"), _person("r2", "Anita Silva", "PRT")]


def test_a_merge_survives_more_reports_and_is_undone() -> None:
    first, second = find_actors(_two())
    merge = _decision(1, "merge", actor=reference(first), other=reference(second))
    assert len(apply(find_actors(_two()), [merge])) == 1
    more = [*_two(), *(_person(f"x{n}", "Ana M. Duarte", "PRT") for n in range(9))]
    assert len(apply(find_actors(more), [merge])) == 1
    assert len(apply(find_actors(more), [merge, _decision(2, "undo", undone=1)])) == 2


def test_an_undo_can_be_undone() -> None:
    log = [_decision(1, "merge"), _decision(2, "undo", undone=1), _decision(3, "undo", undone=2)]
    assert [d.number for d in in_force(log)] == [1]


def test_a_split_takes_a_name_or_reports_off() -> None:
    one = [_person("r1", "John Phiri", "ZMB"), _person("r2", "J. Phiri", "ZMB"),
           _person("r3", "John Phiri", "ZMB")]  # fmt: skip
    [whole] = find_actors(one)
    by_name = _decision(1, "split", actor=reference(whole), name="J. Phiri")
    assert sorted(len(a.sightings) for a in apply(find_actors(one), [by_name])) == [1, 2]
    by_report = _decision(1, "split", actor=reference(whole), reports=("r3",))
    split = apply(find_actors(one), [by_report])
    assert _groups(split) == {
        frozenset({("r1", "John Phiri"), ("r2", "J. Phiri")}),
        frozenset({("r3", "John Phiri")}),
    }
    assert len({a.id for a in split}) == 2


def test_a_decision_about_nobody_is_passed_over() -> None:
    nobody = reference(find_actors([_person("r9", "Nobody Here", "ESP")])[0])
    found = apply(find_actors(_two()), [_decision(1, "split", actor=nobody, name="x")])
    assert len(found) == 2


def test_decisions_come_back_from_json() -> None:
    first, second = find_actors(_two())
    merge = _decision(1, "merge", actor=reference(first), other=reference(second))
    assert msgspec.json.decode(msgspec.json.encode(merge), type=Decision) == merge
