"""What goes with each export: a Frictionless data package and a data card."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa

from dragoman.archive.archive import Archive
from dragoman.export.selection import TSV, ExportError, Format, Selection
from dragoman.resolve.reviews import Judged

_LICENCE = (
    "The coded records carry the licence you give them; the reports' words in them stay"
    " their publishers' and may be quoted only as far as the law allows."
)
_BIASES = (
    "An archive holds what its publishers chose to report: capitals, violence and the countries"
    " they cover are over-represented; a rise in events may be a rise in reports.",
    "Events are read by machine and some are wrong; `confidence` says how sure each is, and"
    " docs/quality.md how often each kind is right.",
    "The same happening told by several reports is several events (see stories).",
    "An event that gives no date of its own has the day of its report.",
)


def describe(chosen: Selection, form: Format, path: Path) -> None:
    """Write `datapackage.json` and `DATACARD.md` beside an exported file."""
    facts = _facts(chosen)
    package = json.dumps(_package(chosen, form, path, facts), ensure_ascii=False, indent=2)
    (path.parent / "datapackage.json").write_text(package + "\n", encoding="utf-8")
    (path.parent / "DATACARD.md").write_text(_card(chosen, form, path, facts), encoding="utf-8")


def check_place(path: Path) -> None:
    """Make sure that nobody else's package is written over.

    Raises:
        ExportError: the folder has a data package that no export made.
    """
    beside = path.parent / "datapackage.json"
    if not beside.exists():
        return
    try:
        ours = str(json.loads(beside.read_text(encoding="utf-8"))["name"]).startswith("dragoman-")
    except (ValueError, KeyError, TypeError):
        ours = False
    if not ours:
        raise ExportError(f"{beside} is of another data set; export to another folder")


def _facts(chosen: Selection) -> dict[str, Any]:
    """Return what the card tells: counts, publishers, days, versions."""
    archive = chosen.archive
    found = chosen.facts
    versions = archive.sql(
        "select distinct dragoman, model, codebook from reports order by all"
    ).to_pylist()
    reports = archive.sql(
        "select coalesce(source, 'unknown') as publisher, count(*) as reports"
        " from reports group by all order by all"
    ).to_pylist()
    return {
        "reports": sum(row["reports"] for row in reports),
        "reports_with_events": found["reports"],
        "events": found["events"],
        "first_day": found["first_day"],
        "last_day": found["last_day"],
        "publishers": reports,
        "versions": versions,
        "archive_version": archive.version,
        "filters": {k: v for k, v in asdict(chosen.filters).items() if v is not None},
        "reviews": _reviews(chosen.archive),
    }


def _reviews(archive: Archive) -> dict[str, Any]:
    """Return what was reviewed by hand: records by verdict, reviewers, days, whether it counts."""
    standing = [one for several in archive.reviewed.standing.values() for one in several]
    there = [one for one in standing if one.state == "applied"]
    made = [review for one in there for review in one.latest]
    days = sorted(review.at[:10] for review in made)
    verdicts = Counter(one.review.judged for one in there)
    return {
        "applied": archive.reviews,
        "records": {verdict: verdicts[verdict] for verdict in get_args(Judged)},
        "no_longer_fitting": len(standing) - len(there),
        "in_conflict": sum(one.conflict for one in there),
        "reviewers": len({review.who for review in made}),
        "first_day": days[0] if days else None,
        "last_day": days[-1] if days else None,
    }


def _package(chosen: Selection, form: Format, path: Path, facts: dict[str, Any]) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": form.name,
        "path": path.name,
        "title": form.about,
        "format": path.suffix.lstrip(".") or form.name,
        "mediatype": "application/n-quads" if path.suffix == ".nq" else form.mediatype,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_digest(path)}",
    }
    if form.mediatype == TSV:
        resource["dialect"] = {"delimiter": "\t", "quoteChar": "\0", "header": form.header}
    if form.columns != ():
        resource |= {"profile": "tabular-data-resource", "schema": _schema(chosen, form)}
    return {
        "profile": "data-package",
        "name": f"dragoman-{form.name}",
        "title": "Political events read by Dragoman",
        "licenses": [{"name": "other", "title": _LICENCE, "path": "DATACARD.md"}],
        "sources": [{"title": row["publisher"]} for row in facts["publishers"]],
        "resources": [resource],
        "dragoman": {key: value for key, value in facts.items() if key != "publishers"},
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _schema(chosen: Selection, form: Format) -> dict[str, Any]:
    if form.columns is not None:
        return {"fields": [{"name": name, "type": "string"} for name in form.columns]}
    listed = "string" if form.name == "csv" else "array"
    return {
        "fields": [
            {"name": f.name, "type": "date" if f.name in _DAYS else _kind(f.type, listed)}
            for f in chosen.schema
        ]
    }


_DAYS = ("published", "day", "date_start", "date_end")


def _kind(kind: pa.DataType, listed: str) -> str:
    if pa.types.is_list(kind):
        return listed
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_floating(kind):
        return "number"
    return "integer" if pa.types.is_integer(kind) else "string"


def _card(chosen: Selection, form: Format, path: Path, facts: dict[str, Any]) -> str:
    factuality = chosen.filters.factuality
    kept = f"Only {factuality} events." if factuality else "Negated and hypothetical events."
    lines = [
        f"# Data card: {_safe(path.name)}", "",
        f"{form.name}: {form.about}.", "",
        f"- Events: {facts['events']}, of {facts['reports_with_events']} reports"
        f" ({facts['reports']} in the archive)",
        f"- Days: {facts['first_day'] or 'none'} to {facts['last_day'] or 'none'}",
        f"- Archive version: {facts['archive_version']}",
        f"- Filters: {_filters(facts['filters'])}",
        "", "## Reviewed by hand", "", *(f"- {line}" for line in _told(facts["reviews"])),
        "", "## Made by", "",
        *(f"- program {_safe(v['dragoman'])}, model {_safe(v['model'])},"
          f" codebook {_safe(v['codebook'])}" for v in facts["versions"]),
        "", "## Publishers of the archive", "",
        *(f"- {_safe(row['publisher'])}: {row['reports']} reports" for row in facts["publishers"]),
        "", "## Left out", "",
        *([f"- {kept}"] if factuality != "any" else []),
        f"- This format has no place for {form.left_out}.",
        "", "## Known biases", "", *(f"- {line}" for line in _BIASES),
        "", "## Licence", "", _LICENCE, "",
    ]  # fmt: skip
    return "\n".join(lines)


def _told(reviews: dict[str, Any]) -> list[str]:
    """Return the lines of a card on reviews."""
    lines = []
    if reviews["reviewers"]:
        of = reviews["records"]
        how = "stand in these rows" if reviews["applied"] else "are left out of these rows"
        lines += [
            f"Records of the archive: {of['confirm']} confirmed, {of['correct']} corrected,"
            f" {of['reject']} rejected, {of['add']} added, by {_reviewers(reviews['reviewers'])},"
            f" {reviews['first_day']} to {reviews['last_day']}; these verdicts {how}",
            f"Reviewers disagree on {reviews['in_conflict']} records, where the latest verdict"
            " counts",
        ]
    if reviews["no_longer_fitting"]:
        count = reviews["no_longer_fitting"]
        lines.append(f"Reviews that fit no record any more, and do not count: {count}")
    return lines or ["No record was reviewed."]


def _reviewers(count: int) -> str:
    return "1 reviewer" if count == 1 else f"{count} reviewers"


def _filters(given: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_safe(value)}" for name, value in given.items()) or "none"


def _safe(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    flat = " ".join(str(text).split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in flat)
