"""The codebook: knowledge as data, loaded and checked once, with the line of every mistake."""

from dragoman.codebook.book import Codebook
from dragoman.codebook.source import CodebookError, Node, find_codebook, load_yaml, version

__all__ = ["Codebook", "CodebookError", "Node", "find_codebook", "load_yaml", "version"]
