"""Dragoman reads news reports and writes political event data."""

from dragoman.records import Reading, Report

__version__ = "0.1.0"
__all__ = ["Reading", "Report", "__version__"]
