"""Measures whether the participants of events are the right ones, with the right codes.

python bench/participants.py            a table, the development part and the held-out third apart
python bench/participants.py --json     one object, for other programs
python bench/participants.py --errors   what is wrong in the development part, too

Each report of bench/coref is read with the real Reader; bench/participants.yaml has its events and
who took part in them. A coded event stands for a gold event where its trigger overlaps the gold's;
where several do, the one that agrees most. Figures are shares of the gold's participants of events
that were found, and ("of_all_") of all events: a party the coding lacks is wrong in every figure. A
participant is the right entity where most of the coded entity's mentions that the gold has are
the gold's. `role` also asks for the right side, actor or recipient.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from dragoman.evaluate.entities import Gold, read_gold
from dragoman.reader import Reader
from dragoman.records import Entity, Event, Reading, Span

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "parses.sqlite"
_EVENT = re.compile(r"\s*(?P<trigger>[\w-]+)(?:#(?P<nth>\d))? ?(?P<actors>.*?)(?:>(?P<to>.*))?$")
_PARTY = re.compile(
    r"(?P<key>[a-z])|\((?P<words>[^)]+)\)(?P<country>[A-Z]{3}|-):(?P<sectors>[\w-]+)"
)
_ASPECTS = ("present", "role", "entity", "country", "sector")


@dataclass(frozen=True, slots=True)
class Participant:
    """A party of a gold event: where its mentions stand, on which side it is, and its codes."""

    name: str
    spans: tuple[Span, ...]
    actor: bool
    country: str | None
    sectors: frozenset[str]


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """An event put down by hand: its trigger and its parties; `mutual` where all are actors."""

    trigger: Span
    parties: tuple[Participant, ...]
    mutual: bool


def read_events(gold: Sequence[Gold], path: Path) -> list[list[GoldEvent]]:
    """Return the events of each report.

    Raises:
        ValueError: a trigger or party is not in its report, or a line is not written as told.
    """
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [[_event(one, part) for part in rows[n].split(";")] for n, one in enumerate(gold)]


def _event(gold: Gold, line: str) -> GoldEvent:
    found = _EVENT.match(line)
    if found is None:
        raise ValueError(f"no event: {line!r}")
    where = list(re.finditer(rf"\b{re.escape(found['trigger'])}\b", gold.text))
    nth = int(found["nth"] or 1) - 1
    if nth >= len(where):
        raise ValueError(f"{line!r} is not in {gold.text[:60]!r}")
    actors = list(_parties(gold, found["actors"], actor=True))
    others = list(_parties(gold, found["to"] or "", actor=False))
    return GoldEvent(where[nth].span(), (*actors, *others), found["to"] is None and len(actors) > 1)


def _parties(gold: Gold, told: str, *, actor: bool) -> Iterator[Participant]:
    for match in _PARTY.finditer(told):
        if match["key"]:
            key = match["key"]
            spans = tuple(span for k, span in gold.mentions if k == key)
            if not spans:
                raise ValueError(f"no {key!r} in {gold.text[:60]!r}")
            name = gold.text[slice(*spans[0])]
            yield Participant(name, spans, actor, gold.country[key], gold.sectors[key])
            continue
        words, sectors = match["words"], frozenset(match["sectors"].split("+")) - {"-"}
        at = gold.text.find(words)
        spans = ((at, at + len(words)),) if at >= 0 else ()  # "(Thailand)" of "both governments"
        country = None if match["country"] == "-" else match["country"]
        yield Participant(words, spans, actor, country, sectors)


def measure(
    gold: Sequence[Gold], events: Sequence[list[GoldEvent]], readings: Sequence[Reading]
) -> tuple[dict[str, float], list[str]]:
    """Return the figures of both parts by name, and the errors of the development part."""
    counts = {"development": Counter[str](), "held_out": Counter[str]()}
    errors: list[str] = []
    for one, told, reading in zip(gold, events, readings, strict=True):
        count = counts["held_out" if one.held_out else "development"]
        for event in told:
            found = _aligned(event, one, reading)
            lines = _count(event, found, one, reading, count)
            errors.extend([] if one.held_out else lines)
    figures = {f"{part}_{k}": v for part, c in counts.items() for k, v in _figures(c).items()}
    return figures, errors


def _figures(count: Counter[str]) -> dict[str, float]:
    made = {"events": float(count["events"]), "events_found": count["found"] / count["events"]}
    for aspect in _ASPECTS:
        made[aspect] = count[aspect] / (count[f"{aspect}_of"] or 1)
    for aspect in ("entity", "country", "sector"):
        made[f"of_all_{aspect}"] = count[aspect] / (count[f"{aspect}_of_all"] or 1)
    return made


def _aligned(event: GoldEvent, gold: Gold, reading: Reading) -> Event | None:
    """Return the coded event on a gold event's trigger that agrees best with it."""
    near = [e for e in reading.events if _overlap(e.trigger, event.trigger)]
    known = {e.id: e for e in reading.entities}

    def agreement(made: Event) -> int:
        parties = [known[i] for i in (*made.actor, *made.recipient)]
        return sum(1 for p in event.parties if any(_same(e, p, gold) for e in parties))

    return max(near, key=agreement, default=None)


def _count(
    event: GoldEvent, found: Event | None, gold: Gold, reading: Reading, count: Counter[str]
) -> list[str]:
    """Count one event's participants; return what is wrong with them."""
    count["events"] += 1
    count["found"] += found is not None
    errors = []
    for party in event.parties:
        asked = {"present", "role", "entity", "country"} | ({"sector"} if party.sectors else set())
        right = _right(event, found, party, gold, reading) if found else set()
        for aspect in asked:
            count[f"{aspect}_of_all"] += 1
            count[f"{aspect}_of"] += found is not None
            count[aspect] += aspect in right
        wrong = sorted(asked - right)
        if found is not None and wrong:
            got = [_told(reading.entity(i)) for i in (*found.actor, *found.recipient)]
            trigger = gold.text[slice(*event.trigger)]
            codes = [party.country, *sorted(party.sectors)]
            errors.append(f"{','.join(wrong)}: {trigger!r} {party.name!r} {codes} got {got}")
    return errors


def _told(entity: Entity) -> list[str | None]:
    return [entity.name, entity.country, *entity.sectors]


def _right(
    event: GoldEvent, found: Event, party: Participant, gold: Gold, reading: Reading
) -> set[str]:
    """Return in which respects a party of a gold event is right in the coded one."""
    sides = [(found.actor, True), (found.recipient, False)]
    coded = [(reading.entity(i), actor) for ids, actor in sides for i in ids]
    same = [pair for pair in coded if _same(pair[0], party, gold)]
    if not same and not party.spans:  # named by its country alone
        same = [pair for pair in coded if pair[0].country == party.country]
    side = [pair for pair in coded if pair[1] == party.actor]
    right = {"present"} if same or side else set()
    if same:
        right.add("entity")
        if event.mutual or any(actor == party.actor for _, actor in same):
            right.add("role")
    for entity, _ in same or side[:1]:
        right |= {"country"} if entity.country == party.country else set()
        right |= {"sector"} if party.sectors & set(entity.sectors) else set()
    return right


def _same(entity: Entity, party: Participant, gold: Gold) -> bool:
    """Whether most mentions of a coded entity that the gold knows are of this party."""
    mine = sum(1 for m in entity.mentions if any(_meets(m.span, s) for s in party.spans))
    known = sum(1 for m in entity.mentions if any(_meets(m.span, s) for _, s in gold.mentions))
    return mine > 0 and 2 * mine >= known


def _meets(coded: Span, told: Span) -> bool:
    """Whether a coded mention is a gold mention: one lies within the other."""
    return (told[0] <= coded[0] and coded[1] <= told[1]) or (
        coded[0] <= told[0] and told[1] <= coded[1]
    )


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--json", action="store_true")
    options.add_argument("--errors", action="store_true")
    chosen = options.parse_args()
    gold = read_gold(ROOT / "bench" / "coref")
    events = read_events(gold, ROOT / "bench" / "participants.yaml")
    readings = list(Reader(cache=CACHE).read_all([g.text for g in gold]))
    figures, errors = measure(gold, events, readings)
    if chosen.json:
        print(json.dumps(figures))
        return
    parts = ("development", "held_out")
    print(f"{'':24}{parts[0]:>12}{parts[1]:>12}")
    for name in [k.removeprefix("held_out_") for k in figures if k.startswith("held_out_")]:
        print(f"{name:24}" + "".join(f"{figures[f'{part}_{name}']:12.3f}" for part in parts))
    for line in errors if chosen.errors else []:
        print(line)


if __name__ == "__main__":
    main()
