"""What the report tells of persons and bodies by their names: office, country, sector, gender."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dragoman.extract import syntax
from dragoman.extract.actor_codes import (
    country_in,
    describe,
    head_word,
    modifiers,
    office_at_end,
    sectors_of,
)
from dragoman.extract.coref_names import Actor, Office
from dragoman.extract.mentions import Name
from dragoman.language.document import Token

if TYPE_CHECKING:
    from dragoman.extract.entities import _Reading

_LEAD_TAGS = frozenset({"JJ", "NN", "NNP", "NNPS", "HYPH", "VBN", "JJR", "JJS", "NNS", "POS"})
_LEAD = 8
_JOINS = ("of", "to")  # "chief of police X", "ambassador to Egypt X"
_STATE = frozenset({"GOV", "MIL", "COP", "JUD", "LEG"})
_ABROAD = frozenset({"REF", "SOC"})  # sectors that the report's country says nothing of


def describe_people(reading: _Reading) -> None:
    """Give every named actor what stands beside its names."""
    for name in reading.names:
        actor = reading.cast.by_token.get(name.tokens[-1].i)
        if actor is None:
            continue
        if name.kind == "person":
            _lead(reading, name, actor)
            _beside(reading, name, actor)
        elif name.kind == "organization":
            _body(reading, name, actor)


def _lead(reading: _Reading, name: Name, actor: Actor) -> None:
    """Read the words before a name: "former Russian Foreign Minister"."""
    words = reading.words
    form = name.title[0] if name.title else ""
    gender = words.genders.get(form, "")
    actor.gender = actor.gender or gender
    lead = _words_before(reading, name)
    reading.leads.update((t.i, actor) for t in lead)
    if not lead:
        return
    key = [t.lower for t in lead]
    office = office_at_end(lead, words)
    owner = _owner(reading, lead, name)
    country, _ = country_in(lead, words)
    last, following = _held(lead)
    noun = head_word(last, words) if last.pos in ("NOUN", "PROPN") else None
    sectors = words.offices.get(tuple(office.split()), ()) if office else ()
    if noun is not None:
        sectors = sectors or noun[1].sectors
        actor.gender = actor.gender or noun[1].gender
    if following and noun is not None:  # "head of state", "chief of police"
        whole, body = words.heads.get(noun[0] + following), head_word(lead[-1], words)
        sectors = (whole.sectors if whole else ()) or sectors or (body[1].sectors if body else ())
    elif office or noun is not None:
        sectors = sectors_of(key[:-1], sectors, words, key[-1]) or sectors
    country = country or (owner.country if owner is not None else None)
    of = owner.id if owner is not None and owner.type == "organization" else None
    if owner is not None and not sectors and office:
        sectors = ("GOV",) if owner.type == "country" else tuple(owner.sectors)
    if country and office and not sectors and of is None:
        sectors = ("GOV",) if office in ("leader", "head", "chief") else ()
    former = any(w in words.former for w in key)
    if office or (noun is not None and noun[1].kind == "person"):  # not the end of "member of …"
        title = words.short.get(office, office) or (noun[0] + following if noun else "")
        actor.offices.append(Office(title, tuple(lead), country, of, former))
        actor.add_sectors(sectors)
        actor.state = actor.state or bool(noun and noun[1].state) or set(sectors) <= _STATE
    if country and actor.country is None:
        actor.country = country


def _words_before(reading: _Reading, name: Name) -> list[Token]:
    """Return the words that stand before a name and describe it, in order of the text."""
    tokens = reading.doc.tokens
    at = name.tokens[0].i - 1
    found: list[Token] = []
    while at >= 0 and len(found) < _LEAD:
        token = tokens[at]
        joins = found and token.lower in _JOINS and at and _is_person(reading, tokens[at - 1])
        if token.sent != name.tokens[0].sent or not (token.tag in _LEAD_TAGS or joins):
            break
        if token.ent in ("DATE", "TIME") or token.tag == "POS":
            break
        actor = reading.cast.by_token.get(at)
        if actor is not None and actor.type == "person":
            break
        found.append(token)
        at -= 1
    found.reverse()
    to = next((n for n, t in enumerate(found) if t.lower == "to"), len(found))
    found = found[:to]  # "the Dutch ambassador to Egypt X" is not Egypt's
    if found and found[-1].pos in ("NOUN", "PROPN", "ADJ"):
        return found
    return name.lead


def _is_person(reading: _Reading, token: Token) -> bool:
    """Whether a common noun is for a person: "member", "chief"."""
    noun = head_word(token, reading.words) if token.pos == "NOUN" else None
    return noun is not None and noun[1].kind == "person"


def _held(lead: list[Token]) -> tuple[Token, str]:
    """Return the noun that says what somebody is, and what follows it: "chief", "of police"."""
    of = next((n for n, t in enumerate(lead) if t.lower == "of" and n), 0)
    if not of:
        return lead[-1], ""
    return lead[of - 1], " ".join(["", *(t.lower for t in lead[of:])])


def _owner(reading: _Reading, lead: list[Token], name: Name) -> Actor | None:
    """Return who an office is of: "Kenya's president", "Interior Ministry spokesman"."""
    for token in lead:
        actor = reading.cast.by_token.get(token.i)
        if actor is not None and actor.type in ("country", "organization"):
            return actor
    before = lead[0].i - 1
    if before > 0 and reading.doc.tokens[before].tag == "POS":
        return reading.cast.by_token.get(before - 1)
    return None


def _beside(reading: _Reading, name: Name, actor: Actor) -> None:
    """Read what stands behind a name or around it: appositions, "X is the president of Y"."""
    head = name.head
    found = [t for t in head.children if t.dep == "appos"]
    if head.dep == "appos":
        found.append(head.head)
    if head.dep == "nsubj" and head.head.lemma == "be":
        found += [t for t in head.head.children if t.dep == "attr"]
    for token in found:
        if token.i in reading.cast.by_token:
            continue
        phrase = describe(token, reading.words)
        if phrase is None or phrase.plural or phrase.word.kind != "person":
            continue
        country, of = _country_of(reading, token)
        country = phrase.country or country
        sectors = phrase.sectors
        if not sectors and of is not None and phrase.lemma not in reading.words.ties:
            sectors = tuple(of.sectors) or (("GOV",) if of.type == "country" else ())
        body = of.id if of is not None and of.type == "organization" else None
        office = phrase.office or phrase.lemma
        actor.offices.append(Office(office, tuple(phrase.tokens), country, body, phrase.former))
        actor.add_sectors(sectors)
        actor.gender = actor.gender or phrase.word.gender
        actor.country = actor.country or country
        actor.state = actor.state or phrase.word.state
    for child in head.children:  # "President X of Kenya"
        if child.dep == "prep" and child.lower == "of" and actor.country is None:
            inner = child.child("pobj")
            if inner is not None:
                actor.country = reading.place_country(inner)


def _country_of(reading: _Reading, token: Token) -> tuple[str | None, Actor | None]:
    """Return the country and the body that an office is of."""
    owner = token.child("poss")
    if owner is not None:
        actor = reading.cast.by_token.get(owner.i)
        if actor is not None:
            return actor.country, actor
    for child in token.children:
        if child.dep == "prep" and child.lower in ("of", "for", "at", "from", "with"):
            inner = child.child("pobj")
            if inner is None:
                continue
            actor = reading.cast.by_token.get(inner.i)
            if actor is not None and actor.type in ("country", "organization"):
                return actor.country, actor
            code = reading.place_country(inner)
            if code is not None:
                return code, None
    for part in modifiers(token):
        actor = reading.cast.by_token.get(part.i)
        if actor is not None and actor.type == "organization":
            return actor.country, actor
    return None, None


def _body(reading: _Reading, name: Name, actor: Actor) -> None:
    """Read whose a body is: "Kenya's Supreme Court", "the Dutch bank X", "X, a rebel group"."""
    head = name.head
    if actor.country is None:
        for token in (*head.children, *name.tokens):
            if token.dep in ("amod", "compound", "nmod", "poss"):
                actor.country = actor.country or reading.place_country(token)
        actor.country = actor.country or _place_of(reading, name)
    beside = [t for t in head.children if t.dep == "appos"]
    beside += [head.head] if head.dep in ("appos", "compound", "nmod") else []
    for token in beside:
        if token.i in reading.cast.by_token:
            continue
        phrase = describe(token, reading.words)
        if phrase is None or phrase.word.kind == "person":
            continue
        if not actor.sectors:
            actor.add_sectors(phrase.sectors)
        if actor.country is None:
            actor.country = phrase.country or _country_of(reading, token)[0]
    before = name.tokens[0].i - 1
    lead: list[Token] = []
    while before >= 0 and reading.doc.tokens[before].tag in ("JJ", "NN") and len(lead) < 4:
        lead.insert(0, reading.doc.tokens[before])
        before -= 1
    if lead:
        if actor.country is None:
            actor.country = country_in(lead, reading.words)[0]
        noun = head_word(lead[-1], reading.words) if lead[-1].pos == "NOUN" else None
        if noun is not None and not actor.sectors:
            key = [t.lower for t in lead[:-1]]
            actor.add_sectors(sectors_of(key, noun[1].sectors, reading.words, noun[0]))


def _place_of(reading: _Reading, name: Name) -> str | None:
    """Return the country told inside the name or right behind it in "of", "in"."""
    code, _ = country_in(name.tokens, reading.words)
    if code is not None:
        return code
    for token in name.tokens:
        place = reading.place_record(token)
        if place is not None and token.ent in ("GPE", "ORG"):
            return place[2]
    for child in name.head.children:
        inner = child.child("pobj") if child.dep == "prep" and child.lower in ("of", "in") else None
        if inner is not None:
            code = reading.place_country(inner)
            if code is not None:
                return code
    return None


def describe_leaders(reading: _Reading) -> None:
    """Let who leads a body have its country and sectors: "a party led by X", "X's army"."""
    for token in reading.doc.tokens:
        if token.lemma not in reading.words.leading or token.pos != "VERB":
            continue
        bodies = [_nearest(reading, t) for t in syntax.objects(token)]
        for person in syntax.subjects(token):
            actor = reading.covering(person)
            body = next((b for b in bodies if b is not None), None)
            if actor is None or body is None or actor.type != "person":
                continue
            if body.type == "organization":
                _lend(actor, body)


def _nearest(reading: _Reading, token: Token) -> Actor | None:
    """The body a verb has for object; a plural one yields to the name nearest to "which"."""
    clause = next((c for c in token.children if c.dep == "relcl"), None)
    start = clause.child(*syntax.SUBJECT) if clause is not None else None
    if token.tag in ("NNS", "NNPS") and start is not None:
        for at in range(start.i - 1, max(-1, start.i - 8), -1):
            found = reading.covering(reading.doc.tokens[at])
            if found is not None:
                return found
    return reading.covering(token)


def _lend(actor: Actor, body: Actor) -> None:
    actor.country = actor.country or body.country
    if not actor.sectors:
        actor.add_sectors(tuple(body.sectors))


def settle_countries(reading: _Reading) -> None:
    """Give offices and institutions of a state without a country that of their surroundings.

    The country of the sentence's subject, else the one that the report is mostly about; nothing
    where two countries are named about as often.
    """
    main = _main_country(reading)
    for actor in reading.cast.actors:
        if actor.country is None and actor.state:
            faced = _faced(reading, actor)
            near = _sentence_country(reading, actor)
            actor.country = next((c for c in (near, main) if c and c not in faced), None)
    _hand_on(reading)
    for actor in reading.cast.actors:
        if actor.country is None and not actor.place and _may_be_local(actor):
            away = actor.named and actor.type == "person" and _is_away(reading, actor)
            around = None if away else country_around(reading, actor.heads)
            actor.country = around if around not in _faced(reading, actor) else None
    for actor in reading.cast.actors:
        if actor.country is None and actor.offices:
            held = [o.of for o in actor.offices if o.of]
            owners = [a.country for a in reading.cast.actors if a.id in held]
            actor.country = next((c for c in owners if c), None)


def _hand_on(reading: _Reading) -> None:
    """Give country and sectors of whom somebody is the leader, lawyer, soldier of."""
    for actor in reading.cast.actors:
        if actor.kin is None:
            continue
        actor.country = actor.country or actor.kin.country
        if not actor.sectors and actor.lemma not in reading.words.ties:
            land = actor.kin.type == "country"
            actor.add_sectors(("GOV",) if land else tuple(actor.kin.sectors))


def _may_be_local(actor: Actor) -> bool:
    if actor.type not in ("person", "group", "organization") or actor.worldwide:
        return False
    if actor.plural and not actor.named and "JRN" in actor.sectors:
        return False  # reporters come from anywhere
    return not set(actor.sectors) & _ABROAD


def _is_away(reading: _Reading, actor: Actor) -> bool:
    """Whether a name first stands with a verb of travelling or meeting: "X met Y in Moscow"."""
    verbs = [t for t in actor.heads[0].ancestors() if t.pos == "VERB"] if actor.heads else []
    return bool(verbs) and verbs[0].lemma.lower() in reading.words.journeys


def country_around(reading: _Reading, heads: list[Token]) -> str | None:
    """Return the country of the place where something happens, else the report's only one.

    Args:
        reading: the report.
        heads: the nouns that stand for whom it happens to or who does it; the first counts.
    """
    return _where(reading, heads) or reading.scene


def _where(reading: _Reading, heads: list[Token]) -> str | None:
    """Return the country of the place that an actor's verb happens in: "marched in Oslo"."""
    for head in heads[:1]:
        verb = next((t for t in head.ancestors() if t.pos == "VERB"), None)
        for child in verb.children if verb is not None else ():
            inner = child.child("pobj") if child.lower in ("in", "at", "near", "across") else None
            code = reading.place_country(inner) if inner is not None else None
            if code is not None:
                return code
    return None


def scene_of(reading: _Reading) -> str | None:
    """Return the country that a report opens in, where it names no other.

    A dateline or the first sentence must place the report there: a country first named further
    down says nothing of those told of before it.
    """
    codes: dict[str, int] = {}
    for name in reading.names:
        code = name.code or reading.place_country(name.tokens[-1])
        if code in reading.words.country_names:
            codes.setdefault(code or "", name.head.sent)
    opened = next(iter(codes.items()), None)
    return opened[0] if opened is not None and len(codes) == 1 and opened[1] == 0 else None


def _sentence_country(reading: _Reading, actor: Actor) -> str | None:
    if not actor.heads:
        return None
    sentence = reading.doc.sentences[actor.heads[0].sent]
    for token in sentence.tokens:
        if token.dep in ("nsubj", "nsubjpass", "poss"):
            code = reading.place_country(token)
            if code is not None:
                return code
    codes = {c for t in sentence.tokens if (c := reading.place_country(t))}
    return next(iter(codes)) if len(codes) == 1 else None


def _faced(reading: _Reading, actor: Actor) -> set[str]:
    """Return the countries that an actor turns to, which are not its own: "X warned Taiwan"."""
    found: set[str] = set()
    for head in actor.heads:
        if head.dep != "nsubj":
            continue
        verbs = [head.head, *(t for t in head.head.children if t.dep == "conj")]
        for verb in (v for v in verbs if v.lemma in reading.words.addressing):
            codes = (reading.place_country(t) for t in syntax.objects(verb))
            found.update(c for c in codes if c)
    return found


def _main_country(reading: _Reading) -> str | None:
    counts: Counter[str] = Counter()
    for name in reading.names:
        code = name.code if name.kind in ("country", "adjective", "people") else None
        code = code or reading.place_country(name.tokens[-1])
        if code is not None and len(code) == 3:
            counts[code] += 2 if name.head.sent == 0 else 1  # what opens a report, it is about
    ranked = counts.most_common(2)
    if not ranked:
        return None
    if len(ranked) > 1 and ranked[1][1] * 3 > ranked[0][1] * 2:
        return None
    return ranked[0][0]
