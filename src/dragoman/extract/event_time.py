"""The day of an event: from its own clause, else its sentence's thread, else the report's day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from dragoman.codebook.times import TimeWords
from dragoman.language import Document, Token
from dragoman.records import EventDate, Time

_BORDERS = {"ccomp", "advcl", "parataxis", "conj", "relcl", "csubj", "pcomp", "xcomp"}
_CLAUSES = {"ROOT", "ccomp", "advcl", "relcl", "acl", "conj", "parataxis", "xcomp", "pcomp"}


def date_event(
    trigger: Token,
    doc: Document,
    times: list[Time],
    published: date | None,
    words: TimeWords,
    historical: bool = False,
) -> EventDate:
    """Return when an event happened.

    "Since 2014" is open at its end, "until May" at its beginning.

    Args:
        trigger: the word that names the event.
        times: the time expressions of the report, in order of the text.
        published: the day of the report; it dates news that tells no day of its own.
        words: the words of time.yaml.
        historical: whether the event is told as background.
    """
    own = _dated(times)
    chosen = _in_clause(trigger, doc, own) or _in_thread(trigger, doc, own, historical)
    if chosen is not None:
        spread = _spread(chosen, doc, own, words)
        if spread is not None:
            return spread
        opens = _opening_word(chosen, doc)
        return EventDate(
            start=None if opens in words.open_beginning else chosen.start,
            end=None if opens in words.open_ended else chosen.end,
            value=chosen.value,
            text_span=chosen.span,
            basis="text",
        )
    if published is not None and not historical:
        day = published.isoformat()
        return EventDate(start=day, end=day, value=day, basis="published")
    return EventDate()


def _spread(chosen: Time, doc: Document, times: list[Time], words: TimeWords) -> EventDate | None:
    """Return the days from one time to another, where the chosen one is an end of such a range."""
    for first, last in pairwise(times):
        if chosen not in (first, last):
            continue
        before = _opening_word(first, doc)
        between = doc.text[first.span[1] : last.span[0]].strip().lower()
        if between not in words.ranges.get(before, ()) or first.start is None or last.end is None:
            continue
        if first.start <= last.end:
            span = (first.span[0], last.span[1])  # no TIMEX3 value tells a range
            return EventDate(start=first.start, end=last.end, text_span=span, basis="text")
    return None


def _opening_word(time: Time, doc: Document) -> str:
    """Return the preposition before a time, in small letters, or ""."""
    first = next(iter(doc.tokens_in(time.span)), None)
    if first is None or first.i == 0 or first.pos == "ADP":
        return first.lower if first is not None else ""
    before = doc.tokens[first.i - 1]
    is_range = any(t.lower in ("to", "until", "till") for t in doc.tokens_in(time.span))
    return before.lower if before.pos in ("ADP", "SCONJ") and not is_range else ""


def _dated(times: list[Time]) -> list[Time]:
    """Return the expressions that can date an event: days and times, no lengths or sets."""
    return [t for t in times if t.type in ("DATE", "TIME") and not t.value.endswith("_REF")]


def _in_clause(trigger: Token, doc: Document, times: list[Time]) -> Time | None:
    """Return the nearest time that hangs on the event's word, or on the verb that carries it."""
    node = trigger
    while True:
        reach = _reach(node)
        found = [
            t
            for t in times
            if any(token.i in reach for token in doc.tokens_in(t.span))
            and not _of_another_noun(t, doc, node)
        ]
        if found:
            return min(found, key=lambda t: (_distance(t, trigger), t.span))
        if node.head is node or (node.dep in _CLAUSES and node.pos in ("VERB", "AUX")):
            return None
        node = node.head


def _of_another_noun(time: Time, doc: Document, node: Token) -> bool:
    """Whether a time describes a noun that only tells of somebody ("leader of a 1998 coup")."""
    inside = doc.tokens_in(time.span)
    top = next((t for t in inside if t.head not in inside), None)
    if top is None or top.dep not in ("amod", "compound", "nummod", "nmod", "poss"):
        return False
    noun = top.head
    if noun is node or noun.pos not in ("NOUN", "PROPN") or noun.dep != "pobj":
        return False
    above = noun.head.head
    return above is not node and above.pos in ("NOUN", "PROPN")


def _distance(time: Time, trigger: Token) -> int:
    return min(abs(time.span[0] - trigger.end), abs(trigger.start - time.span[1]))


def _reach(node: Token) -> set[int]:
    """Return what hangs on a word without passing into another clause.

    A relative clause about the word itself ("the visit, which started on Saturday") is entered.
    """
    reached: set[int] = {node.i}
    todo = [(child, True) for child in node.children]
    while todo:
        token, near = todo.pop()
        noun = node.pos in ("NOUN", "PROPN")
        if token.dep in _BORDERS and not (noun and near and token.dep in ("relcl", "acl")):
            continue
        reached.add(token.i)
        todo.extend((child, False) for child in token.children)
    return reached


def _in_thread(trigger: Token, doc: Document, times: list[Time], historical: bool) -> Time | None:
    """Return the only time of the event's sentence, where the clause has none of its own.

    A sentence whose parse went astray ("to Russia, which started on Saturday") still tells one
    day; two different days tell none.
    """
    span = doc.sentence_of(trigger).span
    inside = [t for t in times if span[0] <= t.span[0] < span[1]]
    if len({t.value for t in inside}) != 1:
        return None
    time = inside[0]
    governor = doc.token_at(time.span[0])
    if governor is None or _told_of_another(governor, trigger):
        return None
    if _of_another_noun(time, doc, trigger):
        return None
    return time if historical or time.span[0] - trigger.end < 120 else None


def _told_of_another(time: Token, trigger: Token) -> bool:
    """Whether a time belongs to another verb: one of telling, or of a clause beside a verb's own.

    A noun's time may stand with any verb of its sentence ("the visit … which started on Saturday").
    """
    verb = next((t for t in time.ancestors() if t.pos == "VERB"), None)
    if verb is None or verb is trigger:
        return False
    beside = trigger.pos == "VERB" and verb.dep in ("relcl", "advcl", "conj", "acl", "xcomp")
    return beside or any(child.dep == "ccomp" for child in verb.children)
