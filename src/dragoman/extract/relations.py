"""Standing relations that a report tells: offices, leaders, seats, loyalties, alliances.

A past office keeps the word that says so in its literal ("former foreign minister"); its `end`
stays None unless the text gives a date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from dragoman.codebook import Codebook
from dragoman.codebook.relations import RelationFrame
from dragoman.extract import syntax
from dragoman.extract.coref_names import Actor, Office
from dragoman.extract.entities import Entities
from dragoman.extract.places import Places
from dragoman.language.document import Document, Token
from dragoman.records import Predicate, Relation, Span, Time

_SURE, _LIKELY = 0.8, 0.6
_POS = {"VERB": ("verb", "participle"), "NOUN": ("noun",), "ADJ": ("adjective", "participle")}
_LED_SECTORS = frozenset({"MIL", "REB", "PTY", "OPP", "PRM", "UAF"})


def find_relations(
    doc: Document, cb: Codebook, entities: Entities, places: Places, times: Iterable[Time]
) -> list[Relation]:
    """Return the relations of a document, each once, in order of its first evidence.

    Args:
        doc: the annotated report.
        cb: the codebook; relations.yaml is used.
        entities: who was found in it.
        places: where, as found in it.
        times: when, as found in it.

    Raises:
        CodebookError: relations.yaml has a mistake.
    """
    finder = _Finder(doc, cb, entities, places, list(times))
    found: dict[str, Relation] = {}
    for relation in (*finder.offices(), *finder.framed(), *finder.possessed()):
        old = found.get(relation.id)
        if old is None:
            found[relation.id] = relation
        else:
            found[relation.id] = _join(old, relation)
    return sorted(found.values(), key=lambda r: (r.evidence, r.id))


def _join(one: Relation, other: Relation) -> Relation:
    from msgspec.structs import replace

    evidence = tuple(sorted({*one.evidence, *other.evidence}))
    return replace(
        one,
        evidence=evidence,
        start=one.start or other.start,
        end=one.end or other.end,
        confidence=max(one.confidence, other.confidence),
    )


class _Finder:
    def __init__(
        self, doc: Document, cb: Codebook, entities: Entities, places: Places, times: list[Time]
    ) -> None:
        self.doc = doc
        self.frames = cb.relations.frames
        self.former = cb.actors.former
        forms = {word for word in cb.actors.genders if (word,) not in cb.actors.offices}
        self.no_office = cb.actors.no_office | forms
        self.joins = cb.actors.joins
        self.entities = entities
        self.places = places
        self.times = times
        self.actors = {a.id: a for a in entities.actors()}

    # -- offices

    def offices(self) -> Iterator[Relation]:
        """Yield who holds which office, from titles and appositions."""
        for actor in list(self.actors.values()):
            if actor.type != "person" or not actor.named:
                continue
            for office in actor.offices:
                if not self._is_office(office.title):
                    continue
                literal = self._literal(office)
                if literal is None:
                    continue
                target = office.of or self._country(office.country or actor.country)
                tokens = list(office.words) or [actor.heads[0]]
                near = min(actor.heads, key=lambda t: abs(t.i - tokens[-1].i), default=tokens[-1])
                span = _cover([*tokens, near])
                yield self._made(actor.id, "holds_office", target, literal, span, confidence=_SURE)

    def _literal(self, office: Office) -> str | None:
        """Return the words of an office; None where a frame tells it better ("a member of X")."""
        told = [t.lower for t in office.words if t.lower in self.former][:1]
        if " of " in office.title or office.title.rsplit(maxsplit=1)[-1] not in self.joins:
            return " ".join([*told, office.title])
        last = office.words[-1] if office.words else None
        if not told or last is None:
            return None
        bodies = [
            self.doc.words(_cover(list(t.subtree()))) for t in syntax.prep_objects(last, "of")
        ]
        return " ".join([*told, office.title, *(f"of {body}" for body in bodies[:1])])

    def _is_over(self, token: Token) -> bool:
        """Whether a noun says that it is no longer so: "a former member"."""
        return token.pos == "NOUN" and any(c.lower in self.former for c in token.children)

    def _is_office(self, title: str) -> bool:
        return bool(title) and title.rsplit(maxsplit=1)[-1] not in self.no_office

    def _country(self, code: str | None) -> str | None:
        found = next(
            (a for a in self.actors.values() if a.type == "country" and a.country == code), None
        )
        return self.entities.ask(found) if found is not None and found.mentions else None

    # -- frames

    def framed(self) -> Iterator[Relation]:
        """Yield the relations that frames of the codebook tell."""
        for token in self.doc.tokens:
            forms = _POS.get(token.pos, ())
            for frame in self.frames.get(token.lemma.lower(), ()):
                if frame.form in forms and not _denied(token) and not self._is_over(token):
                    yield from self._frame(frame, token)

    def _frame(self, frame: RelationFrame, token: Token) -> Iterator[Relation]:
        subject = self._pick(self._subjects(frame, token), frame.subjects)
        if subject is None:
            return
        for head in self._objects(frame, token):
            if "place" in frame.objects:
                place = self._place(head)
                if place is not None:
                    span = _cover([subject[1], token, head])
                    yield self._dated(subject[0].id, frame.predicate, None, place, span, token)
                    return
                continue
            other = self._pick([head], frame.objects)
            if other is None or other[0] is subject[0]:
                continue
            one, two = (other, subject) if frame.inverse else (subject, other)
            span = _cover([one[1], token, two[1]])
            yield self._dated(
                one[0].id, frame.predicate, self.entities.ask(two[0]), None, span, token
            )
            return

    def _pick(self, heads: list[Token], types: frozenset[str]) -> tuple[Actor, Token] | None:
        for head in heads:
            ids = self.entities.resolve(head)
            if len(ids) == 1:
                actor = self._actor(ids[0])
                if actor.type in types:
                    return actor, head
        return None

    def _actor(self, entity_id: str) -> Actor:
        if entity_id not in self.actors:
            self.actors = {a.id: a for a in self.entities.actors()}
        return self.actors[entity_id]

    def _subjects(self, frame: RelationFrame, token: Token) -> list[Token]:
        if frame.form == "verb":
            return [self._relative(t) for t in syntax.subjects(token)]
        if frame.form == "noun":
            return _who_is(token)
        if token.dep in ("acomp", "attr", "oprd"):
            found = syntax.surface_subject(token.head)
        elif token.dep in ("amod", "acl", "appos") and token.head.pos in ("NOUN", "PROPN"):
            found = token.head
        else:
            found = token.child(*syntax.SUBJECT) or syntax.surface_subject(token)
        return [self._relative(found)] if found is not None else []

    def _relative(self, token: Token) -> Token:
        """Mend "which": where number does not agree, the nearest name before it is meant."""
        relative = token
        if token.tag not in syntax.RELATIVE:
            clause = next((c for c in token.children if c.dep == "relcl"), None)
            inner = clause.child(*syntax.SUBJECT) if clause is not None else None
            if clause is None or inner is None or inner.tag not in syntax.RELATIVE:
                return token
            singular = clause.tag == "VBZ" or any(c.tag == "VBZ" for c in clause.children)
            if not (singular and token.tag in ("NNS", "NNPS")):
                return token
            relative = inner
        for at in range(relative.i - 1, max(-1, relative.i - 8), -1):
            if self.entities.at(self.doc.tokens[at]) is not None:
                return self.doc.tokens[at]
        return token

    def _objects(self, frame: RelationFrame, token: Token) -> list[Token]:
        found: list[Token] = []
        if "object" in frame.object:
            found += [self._relative(t) for t in syntax.objects(token)]
        if "poss" in frame.object:
            found += syntax.children(token, "poss")
        for word in sorted(frame.object - {"object", "poss"}):
            for head in syntax.prep_objects(token, word):
                found += [*self._inner(head), head] if "place" in frame.objects else [head]
        return found + self._late(frame, token)

    def _late(self, frame: RelationFrame, token: Token) -> list[Token]:
        """Places told in a second "in" phrase: "in the far east, in the city of X"."""
        if "place" not in frame.objects:
            return []
        return [t for t in token.subtree() if t.i > token.i and self.places.at(t) is not None][:1]

    @staticmethod
    def _inner(head: Token) -> list[Token]:
        return [t for t in head.subtree() if t.dep in ("pobj", "appos") and t is not head]

    def _place(self, head: Token) -> str | None:
        found = self.places.at(head)
        if found is None:
            actor = self.entities.at(head)
            known = self._actor(actor) if actor is not None else None
            return known.name if known is not None and known.type == "country" else None
        return next(p.name for p in self.places.records if p.id == found)

    # -- possessors

    def possessed(self) -> Iterator[Relation]:
        """Yield whom a force is told to be of: "X's rebel army", "his party"."""
        for token in self.doc.tokens:
            if token.dep != "poss":
                continue
            body_id, owner_id = self.entities.at(token.head), self.entities.at(token)
            if body_id is None or owner_id is None:
                continue
            body, owner = self._actor(body_id), self._actor(owner_id)
            if owner.type != "person" or not body.named or body.type != "organization":
                continue
            if set(body.sectors) & _LED_SECTORS & _with_kin(owner.sectors):
                span = _cover([token, token.head])
                yield self._made(owner.id, "leads", body.id, None, span, confidence=_LIKELY)

    # -- records

    def _dated(
        self,
        subject: str,
        predicate: Predicate,
        target: str | None,
        literal: str | None,
        span: Span,
        token: Token,
    ) -> Relation:
        start, end = self._dates(token)
        return self._made(subject, predicate, target, literal, span, start=start, end=end)

    def _dates(self, token: Token) -> tuple[str | None, str | None]:
        """Return the days that "since" and "until" give."""
        start = end = None
        for child in token.children:
            inner = child.child("pobj") if child.lower in ("since", "until", "till") else None
            if inner is None:
                continue
            time = next((t for t in self.times if t.span[0] <= inner.start < t.span[1]), None)
            if time is not None and child.lower == "since":
                start = time.start
            elif time is not None:
                end = time.end
        return start, end

    def _made(
        self,
        subject: str,
        predicate: Predicate,
        target: str | None,
        literal: str | None,
        span: Span,
        *,
        start: str | None = None,
        end: str | None = None,
        confidence: float = _SURE,
    ) -> Relation:
        for known in (subject, target):
            if known is not None:
                self.entities.ask(self._actor(known))
        key = repr((subject, predicate, target, literal))
        return Relation(
            id="r" + hashlib.sha256(key.encode()).hexdigest()[:10],
            subject=subject,
            predicate=predicate,
            object=target,
            literal=literal,
            start=start,
            end=end,
            evidence=(span,),
            confidence=confidence,
        )


def _with_kin(sectors: Iterable[str]) -> frozenset[str]:
    """Sectors of bodies that one of these sectors may lead."""
    found = set(sectors)
    if found & {"MIL", "REB", "UAF", "PRM"}:
        found |= {"MIL", "REB", "UAF", "PRM"}
    if found & {"OPP", "PTY", "GOV"}:
        found |= {"PTY", "OPP"}
    return frozenset(found)


def _cover(tokens: list[Token]) -> Span:
    return (min(t.start for t in tokens), max(t.end for t in tokens))


def _denied(token: Token) -> bool:
    above = token if syntax.is_verb(token) else token.head
    return any(c.dep == "neg" for t in (token, above) for c in t.children)


def _who_is(noun: Token) -> list[Token]:
    """Return whom a noun describes: the subject of "is", the name in apposition."""
    if noun.dep == "attr" and noun.head.lemma in ("be", "become", "remain"):
        found = syntax.surface_subject(noun.head)
        return [found] if found is not None else []
    if noun.dep == "appos":
        return [noun.head]
    return [*syntax.children(noun, "appos"), *([noun.head] if noun.dep == "compound" else [])]
