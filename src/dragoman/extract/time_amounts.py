"""Values of durations and of repeated times."""

from __future__ import annotations

import re

from dragoman.codebook.times import Unit
from dragoman.extract.time_context import Context, Found

Match = re.Match[str]
_PLURALS = {"centuries": "P{}00Y", "decades": "P{}Y", "years": "P{}Y", "months": "P{}M"}
_PLURALS |= {"weeks": "P{}W", "days": "P{}D", "hours": "PT{}H", "minutes": "PT{}M"}
_BEHIND = frozenset(["later", "earlier", "before", "after", "that"])
_SPANNING = frozenset(
    ["for", "in", "over", "during", "after", "within", "of", "took", "spent", "lasted", "through"]
)


def amount_of(match: Match, ctx: Context) -> float | None:
    """Return the number that the match tells; None where it is vague ("several")."""
    told = match.groupdict().get("number")
    if not told:
        return None
    return _whole(told, ctx) + (0.5 if match.groupdict().get("half") else 0.0)


def _whole(told: str, ctx: Context) -> float:
    words = " ".join(told.lower().replace(",", "").split())
    if words in ctx.words.numbers:
        return ctx.words.numbers[words]
    if words.endswith(" 1/2"):
        return float(words[:-4]) + 0.5
    if words[0].isdigit():
        return float(words)
    known = words.replace("-", " ")
    if known in ctx.words.numbers:
        return ctx.words.numbers[known]
    return sum(ctx.words.numbers[part] for part in known.split())


def unit_of(match: Match, ctx: Context) -> Unit:
    """Return the unit of time that the match names."""
    return ctx.words.units[match["unit"].lower()]


def duration_value(amount: float | None, unit: Unit) -> str:
    """Return an ISO 8601 duration ("P2D", "PT5H30M", "PXY" where the amount is not told)."""
    mark = "PT" if unit.clock else "P"
    if amount is None:
        return f"{mark}X{unit.code}"
    total = amount * unit.factor
    whole = int(total)
    if total == whole:
        return f"{mark}{whole}{unit.code}"
    rest = total - whole
    finer = {("H", True): (60, "M"), ("M", True): (60, "S"), ("Y", False): (12, "M")}
    times, code = finer.get((unit.code, unit.clock), (0, ""))
    if times and round(rest * times, 6) == int(round(rest * times, 6)):
        head = f"{whole}{unit.code}" if whole else ""
        return f"{mark}{head}{round(rest * times)}{code}"
    return f"{mark}{total:g}{unit.code}"


def _duration(match: Match, ctx: Context) -> Found | None:
    groups = match.groupdict()
    unit, amount = unit_of(match, ctx), amount_of(match, ctx)
    if groups.get("age") or _age(match, ctx):
        return None
    word, told = match["unit"].lower(), (groups.get("number") or "").lower()
    if told in ("a", "an", "one") and word == "second":
        return None
    if told in ("a", "an") and not groups.get("half"):
        return _each(match, unit, ctx)
    if told.isdigit() and len(told) == 4 and unit.code == "Y":
        return None
    return Found("DURATION", duration_value(amount, unit))


def _age(match: Match, ctx: Context) -> bool:
    """Whether the amount is somebody's age ("is 45 years old", "30 years of age")."""
    return bool(re.match(r"[ -](?:of age|old)\b", ctx.doc.text[match.end() : match.end() + 8]))


def _each(match: Match, unit: Unit, ctx: Context) -> Found | None:
    """Of "a day": a repeated time behind an amount ("three times a day"), else a duration."""
    token = ctx.doc.token_at(match.start("unit"))
    value = duration_value(1, unit)
    if token is not None and token.dep in ("npadvmod", "quantmod") and token.head.pos == "NOUN":
        return Found("SET", value)
    if token is not None and token.i >= 2 and ctx.repeated(token.i - 2):
        return Found("SET", value)
    if unit.code == "D" and not unit.clock and token is not None and token.dep != "npadvmod":
        behind = ctx.doc.tokens[token.i - 2].lower if token.i >= 2 else ""
        return Found("DURATION", value) if behind in _SPANNING else None
    return Found("DURATION", value)


def _plural(match: Match, ctx: Context) -> Found | None:
    """Of "years": a duration where it is long, or something lasts for it."""
    value = _PLURALS[match["plural"].lower()].format("X")
    if match["long"]:
        return Found("DURATION", value)
    token = ctx.doc.token_at(match.start())
    if token is None or not token.i:
        return None
    before = ctx.doc.tokens[token.i - 1]
    after = ctx.doc.tokens[token.i + 1].lower if token.i + 1 < len(ctx.doc.tokens) else ""
    if before.lower in _SPANNING or after in _BEHIND:
        return Found("DURATION", value)
    return None


def _span(match: Match, ctx: Context) -> Found | None:
    unit = unit_of(match, ctx)
    if ctx.words.ways[match["way"].lower()] in ("this", "that"):
        return None
    return Found("DURATION", duration_value(amount_of(match, ctx), unit))


def _long(match: Match, ctx: Context) -> Found | None:
    return Found("DURATION", duration_value(1, unit_of(match, ctx)))


def _set(match: Match, ctx: Context) -> Found | None:
    if _periodical(match, ctx):
        return None
    return Found("SET", ctx.words.sets[match["word"].lower()])


def _periodical(match: Match, ctx: Context) -> bool:
    """Whether the word is a newspaper: "the daily"."""
    token = ctx.doc.token_at(match.start())
    noun = token is not None and token.pos == "NOUN"
    return noun and token is not None and token.dep not in ("compound", "npadvmod", "nmod")


def _every(match: Match, ctx: Context) -> Found | None:
    groups = match.groupdict()
    if groups.get("weekday"):
        return Found("SET", f"XXXX-WXX-{ctx.words.weekdays[match['weekday'].lower()]}")
    if groups.get("month"):
        return Found("SET", f"XXXX-{ctx.words.months[match['month'].lower()]:02d}")
    if groups.get("part"):
        return Found("SET", f"XXXX-XX-XXT{ctx.words.day_parts[match['part'].lower()]}")
    amount = 2.0 if groups.get("nth") else amount_of(match, ctx) or 1.0
    return Found("SET", duration_value(amount, unit_of(match, ctx)))


def _weekdays(match: Match, ctx: Context) -> Found | None:
    return Found("SET", f"XXXX-WXX-{ctx.words.weekdays[match['weekdays'].lower()]}")


AMOUNTS = {
    "duration": _duration,
    "plural": _plural,
    "span": _span,
    "long": _long,
    "set": _set,
    "every": _every,
    "weekdays": _weekdays,
}
