"""How the cost of finding actors grows: `python bench/actors_scale.py [--actors 1000 10000]`.

Made-up entities with the statistics of names: some surnames are common, most are rare; each actor
is told in several reports, with other spellings, bare surnames, and no country now and then.
Prints the seconds for each size, and the exponent with which they grow from one to the next.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator

from dragoman.resolve.actor_sightings import Sighting
from dragoman.resolve.actors import find_actors

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "il")]
COUNTRIES = [a + b + c for a in "ABCDE" for b in "KLMN" for c in "RSTU"]


def word(dice: random.Random, size: int) -> str:
    return "".join(dice.choices(SYLLABLES, k=size)).capitalize()


def sightings(count: int, each: int = 3) -> Iterator[Sighting]:
    """Yield entities of so many actors, `each` of every one on average."""
    dice = random.Random(11)
    common = [word(dice, 2) for _ in range(200)]
    given = [word(dice, 2) for _ in range(2_000)]
    number = 0
    for _ in range(count):
        land = dice.choice(COUNTRIES)
        surname = dice.choice(common) if dice.random() < 0.2 else word(dice, 3)
        first = dice.choice(given)
        person = dice.random() < 0.7
        sector = dice.choice(((), ("GOV",), ("MIL",), ("BUS",)))
        for _ in range(dice.randint(1, 2 * each - 1)):
            number += 1
            bare = person and dice.random() < 0.2
            name = surname if bare else f"{first} {surname}"
            if not person:
                name = f"{first} {surname} Council"
            yield Sighting(
                report=f"r{number // 9}",
                entity=f"e{number}",
                day=f"20{dice.randint(10, 25)}-0{dice.randint(1, 9)}-11",
                name=name,
                type="person" if person else "organization",
                country=None if dice.random() < 0.2 else land,
                sectors=sector,
                names=(name,),
                company=frozenset({land}),
            )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--actors", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    before: tuple[int, float] | None = None
    for count in options.parse_args().actors:
        made = list(sightings(count))
        started = time.process_time()
        found = find_actors(made)
        seconds = time.process_time() - started
        told = {"actors": count, "entities": len(made), "found": len(found)}
        growth = None
        if before is not None:
            growth = round(math.log(seconds / before[1]) / math.log(len(made) / before[0]), 2)
        print(json.dumps({**told, "seconds": round(seconds, 2), "exponent": growth}), flush=True)
        before = (len(made), seconds)


if __name__ == "__main__":
    main()
