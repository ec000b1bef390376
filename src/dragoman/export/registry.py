"""The formats there are, and one call that writes any of them."""

from __future__ import annotations

from pathlib import Path

from dragoman.archive.archive import Archive
from dragoman.archive.query import Filters
from dragoman.codebook.source import CodebookError
from dragoman.export import coded, days, ftm, graphs, maps, quoted, rdf, stix, tables
from dragoman.export.package import check_place, describe
from dragoman.export.selection import ExportError, Format, Selection

_MODULES = (tables, coded, maps, graphs, days, quoted, ftm, rdf, stix)
FORMATS: dict[str, Format] = {form.name: form for module in _MODULES for form in module.FORMATS}


def export(archive: Archive, name: str, out: Path, filters: Filters | None = None) -> Path:
    """Write the events that pass the filters, with a data package and card beside them.

    Args:
        archive: an archive, opened.
        name: a format of `FORMATS`.
        out: a file; or a folder (one that exists or a name without a suffix).

    Returns:
        The file written.

    Raises:
        ExportError: there is no such format, or the file cannot be written.
        FilterError: a filter is mistaken.
    """
    form = FORMATS.get(name)
    if form is None:
        raise ExportError(f"there is no format {name!r}; there are: {', '.join(FORMATS)}")
    path = out / form.file if out.is_dir() or not out.suffix else out
    chosen = Selection(archive, filters or Filters())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        check_place(path)
        form.write(chosen, path)
        describe(chosen, form, path)
    except CodebookError as error:
        raise ExportError(f"the codebook has a mistake: {error}") from error
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror or error}") from error
    return path
