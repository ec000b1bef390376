"""Annotate: the language model behind one small interface.

`Document` is what every extractor reads: tokens with tags, lemmas, dependency heads and entity
labels, sentences, quotations and paragraphs, all by character offsets of the report's text.
"""

from dragoman.language.document import Document, Quote, Sentence, Token
from dragoman.language.model import Annotator, load_annotator

__all__ = ["Annotator", "Document", "Quote", "Sentence", "Token", "load_annotator"]
