"""Read: files, pages and streams become reports."""

from dragoman.sources.base import Failure, SourceError, make_report
from dragoman.sources.files import read_files

__all__ = ["Failure", "SourceError", "make_report", "read_files"]
