"""Makes reports of made-up events: stories with several reports each, and copies of reports.

Nothing here is news; every text is put together from `wordings.yaml` and from the project's own
example sentences (codebook/examples), with a seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "codebook" / "examples"
FIRST_DAY = date(2026, 3, 2)
DAYS = 60
MOST_SENTENCES, OTHERS = 16, 8  # of a report; of one on the same matter
SIBLINGS = 0.4  # stories that another resembles: same kind and parties, some days later


@dataclass(frozen=True)
class Made:
    """A made report, and the number of the story it tells."""

    key: str
    story: str
    text: str
    published: str
    source: str


def stories(half: str, count: int, seed: int) -> list[Made]:
    """Return reports of so many stories in the wordings of a half, 3 to 6 a story."""
    words = yaml.safe_load((HERE / "wordings.yaml").read_text(encoding="utf-8"))
    dice = random.Random(f"{half} {seed}")
    made: list[Made] = []
    event = _event(words, dice)
    for n in range(count):
        event = _sibling(event, dice) if dice.random() < SIBLINGS else _event(words, dice)
        made += _reports(words, half, f"{half}{n}", event, dice)
    dice.shuffle(made)
    return made


def _event(words: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    name = dice.choice(sorted(words["kinds"]))
    kind = words["kinds"][name]
    pair = dice.choice(words["dyads"]).split("-")
    dice.shuffle(pair)
    first, second = (words["countries"][code] for code in pair)
    return {
        "kind": kind,
        "first": first,
        "second": second,
        "place": dice.choice(first["towns"]),
        "matter": dice.choice(kind["matters"]),
        "figure": dice.choice(kind.get("figures", [0])),
        "day": FIRST_DAY + timedelta(days=dice.randrange(DAYS)),
    }


def _sibling(event: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Return an event of the same kind and parties that differs in day, and matter or place."""
    kind = event["kind"]
    later = event["day"] + timedelta(days=dice.randint(2, 9))
    changed = {"day": later, "figure": dice.choice(kind.get("figures", [0]))}
    matters = [matter for matter in kind["matters"] if matter != event["matter"]]
    if matters:
        changed["matter"] = dice.choice(matters)
    if dice.random() < 0.5:
        changed["place"] = dice.choice(event["first"]["towns"])
    return {**event, **changed}


def _reports(
    words: dict[str, Any], half: str, story: str, event: dict[str, Any], dice: random.Random
) -> Iterator[Made]:
    publishers = dice.sample(words["publishers"], dice.randint(3, 6))
    wordings = [dice.choice(event["kind"][half]) for _ in publishers]
    for n, (wording, publisher) in enumerate(zip(wordings, publishers, strict=True)):
        published = event["day"] + timedelta(days=dice.choice([0, 1, 1, 1, 2, 3]))
        figure = event["figure"] if dice.random() < 0.8 else round(event["figure"] * 1.3)
        slots = _slots(event, published, figure, dice)
        lead = " ".join(wording.format(**slots).split()).replace(" .", ".").replace(" ,", ",")
        fillers = dice.sample(words["fillers"][half], dice.randint(1, 3))
        rest = [filler.format(**slots) for filler in fillers]
        text = " ".join([lead[0].upper() + lead[1:], *rest])
        yield Made(f"{story}.{n}", story, text, published.isoformat(), publisher)


def _slots(
    event: dict[str, Any], published: date, figure: int, dice: random.Random
) -> dict[str, Any]:
    day = event["day"]
    behind = (published - day).days
    says = [f"on {day:%A}", f"on {day.day} {day:%B}", f"on {day:%B} {day.day}"]
    if behind == 0:
        says = [*says, "today", ""]
    elif behind == 1:
        says = [*says, "yesterday", ""]
    chosen = dice.choice(says)
    slots: dict[str, Any] = {"day": chosen, "day_bare": f"{day:%A}", "n": f"{figure:,}"}
    for name, country in (("a", event["first"]), ("b", event["second"])):
        slots |= {name: country["name"], f"{name}_adj": country["adj"]}
        slots[f"{name}_capital"] = country["capital"]
    return slots | {"place": event["place"], "matter": event["matter"]}


def copies(seed: int) -> list[tuple[Made, str | None]]:
    """Return reports with the key of the one each copies; originals share no sentence.

    For each original: two of an edited, a shortened, a re-headed, and a cut and edited copy; and
    a report on the same matter that shares up to three sentences with it, as a quoted statement is.
    """
    dice = random.Random(f"copies {seed}")
    made: list[tuple[Made, str | None]] = []
    for path in sorted(EXAMPLES.glob("*.yaml")):
        pool = _sentences(path)
        left = dice.sample(pool, len(pool))
        while len(left) >= MOST_SENTENCES + OTHERS:
            count = dice.randint(8, MOST_SENTENCES)
            sentences, others, left = left[:count], left[count:][:OTHERS], left[count + OTHERS :]
            key = f"{path.stem}{len(left)}"
            made.append((_made(key, sentences, 0), None))
            for k, way in enumerate(dice.sample(sorted(_WAYS), 2)):
                copy = _WAYS[way](list(sentences), pool, dice)
                made.append((_made(f"{key}.{way}", copy, 1 + k), key))
            shared = dice.sample(sentences, dice.randint(0, 3))
            other = dice.sample(others + shared, len(others + shared))
            made.append((_made(f"{key}.other", other, 1), None))
    dice.shuffle(made)
    return made


def _made(key: str, sentences: list[str], later: int) -> Made:
    day = FIRST_DAY + timedelta(days=later)
    return Made(key, key, " ".join(sentences), day.isoformat(), "Wire")


def _sentences(path: Path) -> list[str]:
    return [entry["text"] for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]


def _edited(sentences: list[str], pool: list[str], dice: random.Random) -> list[str]:
    """Change one word in twenty to one in five, and swap two sentences."""
    share = dice.uniform(0.05, 0.2)
    other = " ".join(dice.sample(pool, 5)).split()
    found = []
    for sentence in sentences:
        words = []
        for word in sentence.split():
            chance = dice.random()
            if chance < share * 0.6:
                words.append(dice.choice(other))
            elif chance < share * 0.8:
                words += [word, dice.choice(other)]
            elif chance >= share:
                words.append(word)
        found.append(" ".join(words))
    n = dice.randrange(len(found) - 1)
    found[n], found[n + 1] = found[n + 1], found[n]
    return found


def _shortened(sentences: list[str], pool: list[str], dice: random.Random) -> list[str]:
    """Keep the first quarter to three fifths."""
    return sentences[: max(3, round(len(sentences) * dice.uniform(0.25, 0.6)))]


def _reheaded(sentences: list[str], pool: list[str], dice: random.Random) -> list[str]:
    """Put a dateline and one or two new sentences in place of the first."""
    return ["DAVAO, our correspondent.", *dice.sample(pool, dice.randint(1, 2)), *sentences[1:]]


def _cut_and_edited(sentences: list[str], pool: list[str], dice: random.Random) -> list[str]:
    return _edited(_shortened(sentences, pool, dice), pool, dice)


_WAYS = {
    "edited": _edited,
    "shortened": _shortened,
    "reheaded": _reheaded,
    "cut-and-edited": _cut_and_edited,
}
