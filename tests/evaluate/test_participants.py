"""The gold of participants is read as written, and a wrong party counts as wrong."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dragoman.evaluate.entities import Gold, read_gold
from dragoman.records import Entity, Event, Mention, Pipeline, Reading, Report

ROOT = Path(__file__).parents[2]
TEXT = "Police stopped farmers."


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("participants", ROOT / "bench/participants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["participants"] = module
    spec.loader.exec_module(module)
    return module


def _gold() -> Gold:
    mentions = (("a", (0, 6)), ("b", (15, 22)))
    sectors = {"a": frozenset({"COP"}), "b": frozenset({"AGR"})}
    return Gold(TEXT, mentions, {"a": "KEN", "b": "KEN"}, sectors, held_out=False)


def _entity(name: str, at: int, country: str, sector: str) -> Entity:
    mention = Mention(span=(at, at + len(name)), text=name, kind="nominal")
    return Entity(
        id=name, name=name, type="group", country=country, sectors=(sector,), mentions=(mention,)
    )


def _reading(actor: str, recipient: str) -> Reading:
    entities = (_entity("Police", 0, "KEN", "COP"), _entity("farmers", 15, "UGA", "AGR"))
    event = Event(
        id="e1", type="COERCE", actor=(actor,), recipient=(recipient,), trigger=(7, 14), rule="x"
    )
    pipeline = Pipeline(dragoman="0", model="m", codebook="c")
    report = Report(id="r", text=TEXT)
    return Reading(report=report, pipeline=pipeline, entities=entities, events=(event,))


def test_every_event_of_the_gold_is_in_its_report(bench: ModuleType) -> None:
    gold = read_gold(ROOT / "bench" / "coref")
    events = bench.read_events(gold, ROOT / "bench" / "participants.yaml")
    assert len(events) == len(gold) == 151
    assert all(event.parties for told in events for event in told)


def test_a_trigger_that_is_not_there_is_refused(bench: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "gold.yaml"
    path.write_text("0: arrested a>b\n")
    with pytest.raises(ValueError, match="arrested"):
        bench.read_events([_gold()], path)


def test_sides_and_codes_count_apart(bench: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "gold.yaml"
    path.write_text("0: stopped a>b\n")
    gold = [_gold()]
    events = bench.read_events(gold, path)
    turned = [*gold, Gold(**{**_fields(gold[0]), "held_out": True})]
    readings = [_reading("Police", "farmers"), _reading("farmers", "Police")]
    figures, errors = bench.measure(turned, events * 2, readings)
    assert figures["development_entity"] == figures["development_role"] == 1.0
    assert figures["development_country"] == 0.5
    assert figures["held_out_entity"] == 1.0
    assert figures["held_out_role"] == 0.0
    assert len(errors) == 1


def _fields(gold: Gold) -> dict[str, object]:
    return {name: getattr(gold, name) for name in Gold.__slots__}
