"""Asks whether events are found as well for the countries of one region as for those of another.

    python bench/name_bias.py

Each example of the codebook that has an event from one country to another, both by their plain
names, is told again with pairs of countries of each region in their places, and read. What is
counted is the event found with its type and both countries. The sentences are the same for each
region, so what differs comes from the names alone. They were seen in training; the figures are
for comparing regions, not for how well Dragoman does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from babel import Locale

from dragoman.reader import Reader
from dragoman.records import Reading, Report

ROOT = Path(__file__).resolve().parents[1]
DAY = "2026-03-02"
# three pairs each, of names that a reader knows; (name, ISO 3166-1 alpha-3)
REGIONS = {
    "Western Europe": "France FRA Germany DEU Spain ESP Norway NOR Italy ITA Belgium BEL",
    "Eastern Europe": "Poland POL Ukraine UKR Romania ROU Serbia SRB Moldova MDA Belarus BLR",
    "Middle East, North Africa": "Iraq IRQ Egypt EGY Yemen YEM Oman OMN Libya LBY Tunisia TUN",
    "Sub-Saharan Africa": "Kenya KEN Ghana GHA Mali MLI Burundi BDI Chad TCD Eritrea ERI",
    "Asia": "India IND Japan JPN Nepal NPL Laos LAO Uzbekistan UZB Myanmar MMR",
    "Latin America": "Brazil BRA Peru PER Bolivia BOL Honduras HND Cuba CUB Paraguay PRY",
    "Oceania": "Australia AUS Fiji FJI Samoa WSM Vanuatu VUT Tonga TON Tuvalu TUV",
}
Country = tuple[str, str]


class Template(NamedTuple):
    """A sentence with its two countries' names, and the type of what one does to the other."""

    text: str
    actor: str
    recipient: str
    type: str


def templates() -> Iterator[Template]:
    """Yield the events of the codebook's examples that go from country to country."""
    names = set(Locale("en").territories.values())
    for path in sorted((ROOT / "codebook" / "examples").glob("*.yaml")):
        for example in yaml.safe_load(path.read_text(encoding="utf-8")):
            for event in example.get("events", ()):
                actor, recipient = event.get("actor", ()), event.get("recipient", ())
                if len(actor) == len(recipient) == 1 and {*actor, *recipient} <= names:
                    yield Template(example["text"], actor[0], recipient[0], event["type"])


def pairs(region: str) -> list[tuple[Country, Country]]:
    """Return the pairs of countries of a region."""
    words = REGIONS[region].split()
    countries = list(zip(words[::2], words[1::2], strict=True))
    return list(zip(countries[::2], countries[1::2], strict=True))


def told(template: Template, actor: str, recipient: str) -> str:
    """Return the sentence with other names in the places of its two countries."""
    new = {template.actor: actor, template.recipient: recipient}
    pattern = "|".join(re.escape(name) for name in sorted(new, key=len, reverse=True))
    return re.sub(rf"\b({pattern})\b", lambda found: new[found[1]], template.text)


def holds(reading: Reading, event_type: str, actor: str, recipient: str) -> bool:
    """Tell whether a reading has the event with its type and both countries."""
    country = {entity.id: entity.country for entity in reading.entities}
    return any(
        event.type == event_type
        and actor in {country.get(one) for one in event.actor}
        and recipient in {country.get(one) for one in event.recipient}
        for event in reading.events
    )


def share(reader: Reader, region: str, chosen: list[Template]) -> float:
    """Return the share of events that are found with a region's countries."""
    cases = [(one, *pair) for pair in pairs(region) for one in chosen]
    reports = [
        Report(id=str(number), text=told(one, actor[0], other[0]), published=DAY)
        for number, (one, actor, other) in enumerate(cases)
    ]
    found = {reading.report.id: reading for reading in reader.read_all(reports)}
    hits = sum(
        holds(found[str(number)], one.type, actor[1], other[1])
        for number, (one, actor, other) in enumerate(cases)
    )
    return hits / len(cases)


def main() -> None:
    reader, chosen = Reader(), list(templates())
    print(f"{len(chosen)} events, 3 pairs of countries a region\n")
    print("| countries of | found, with type and both countries |\n|---|---|")
    for region in REGIONS:
        print(f"| {region} | {share(reader, region, chosen):.3f} |")


if __name__ == "__main__":
    main()
