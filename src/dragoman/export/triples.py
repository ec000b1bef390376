"""RDF terms and their writing, a triple at a time: Turtle 1.1 and N-Quads 1.1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TextIO
from urllib.parse import quote

Triple = tuple[str, str, str]
PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "dragoman": "urn:dragoman:term:",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def term(name: str) -> str:
    """Return a prefixed name ("sem:Event") as an IRI term."""
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{quote(local, safe='')}>"


def urn(kind: str, *parts: str) -> str:
    """Return the IRI term of something of Dragoman's: an event, a report, an actor."""
    return f"<urn:dragoman:{kind}:{'-'.join(quote(part, safe='') for part in parts)}>"


def link(address: str | None) -> str | None:
    """Return a web address as an IRI term; None where it is none."""
    if not address or not address.startswith(("http://", "https://")):
        return None
    return None if _NOT_IN_IRI.search(address) else f"<{address}>"


def literal(value: str | float | bool, kind: str | None = None) -> str:
    """Return a literal term, escaped; `kind` is an XML Schema type ("date")."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    escaped = "".join(map(_escaped, text))
    return f'"{escaped}"^^<{PREFIXES["xsd"]}{kind}>' if kind else f'"{escaped}"'


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # half a character: no text holds it
        return "\\uFFFD"
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{code:04X}" if code < 0x20 or code == 0x7F else character


@dataclass(frozen=True, slots=True)
class Turtle:
    """Writes triples as Turtle with prefixes."""

    file: TextIO

    def begin(self) -> None:
        """Write the prefixes."""
        self.file.writelines(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())

    def write(self, triples: Iterable[Triple], graph: str) -> None:
        """Write triples, those of one subject that follow each other together."""
        for subject, group in groupby(triples, key=lambda triple: triple[0]):
            told = " ;\n  ".join(f"{_short(verb)} {_short(thing)}" for _, verb, thing in group)
            self.file.write(f"\n{subject} {told} .\n")


@dataclass(frozen=True, slots=True)
class NQuads:
    """Writes triples as N-Quads, each in its report's graph."""

    file: TextIO

    def begin(self) -> None:
        """Write nothing: N-Quads have no head."""

    def write(self, triples: Iterable[Triple], graph: str) -> None:
        """Write triples into a graph."""
        self.file.writelines(f"{s} {p} {o} {graph} .\n" for s, p, o in triples)


def _short(written: str) -> str:
    """Return a term with a prefix where it can have one."""
    if written.startswith('"'):
        text, mark, kind = written.rpartition("^^<")
        return f"{text}^^{_short('<' + kind)}" if mark and not kind.endswith('"') else written
    for name, iri in PREFIXES.items():
        local = written[1 + len(iri) : -1]
        if written.startswith(f"<{iri}") and _LOCAL.fullmatch(local):
            return f"{name}:{local}"
    return written
