import json
import shutil

import pytest
from frictionless import Package

from dragoman.archive.archive import Archive
from dragoman.archive.readings import readings
from dragoman.archive.reviews import Subject, judge
from dragoman.archive.store import Store
from dragoman.export.registry import export
from dragoman.resolve.reviews import Prints


@pytest.mark.parametrize("name", ["csv", "gdelt", "icews", "polecat"])
def test_frictionless_finds_every_column_and_type(archive, tmp_path, name):
    folder = export(archive, name, tmp_path).parent
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "message"])
    [resource] = package.resources
    rows = resource.read_rows()
    assert len(rows) == 8
    names = {str(row[column]) for row in rows for column in row if "ame" in column}
    assert "'=cmd|'/C calc'!A0" in names


def test_frictionless_sees_a_cell_of_the_wrong_type(archive, tmp_path):
    path = export(archive, "csv", tmp_path)
    text = path.read_text("utf-8")
    path.write_text(text.replace("0.3,32.5", "north,32.5", 1), "utf-8")
    found = Package(str(path.parent / "datapackage.json")).validate()
    assert "type-error" in {one[0] for one in found.flatten(["type"])}


def test_the_card_names_the_reviews(archive, tmp_path):
    folder = tmp_path / "archive"
    shutil.copytree(archive.store.folder, folder)
    before = _card(export(Archive(folder), "csv", tmp_path / "before"))
    assert "No record was reviewed" in before[1]
    keys = Archive(folder).sql("select key from reports order by key").column("key").to_pylist()
    store = Store(folder)
    for key, who, verdict in (
        (keys[0], "amara", "confirm"),
        (keys[0], "wim", "reject"),
        (keys[1], "wim", "reject"),
    ):
        [coded] = readings(Archive(folder), [key])
        judge(store, Subject(key, Prints(coded), "ev1"), verdict, who)
    package, card = _card(export(Archive(folder), "csv", tmp_path / "after"))
    told = package["dragoman"]["reviews"]
    assert told["records"] == {"add": 0, "confirm": 0, "correct": 0, "reject": 2}
    assert (told["reviewers"], told["in_conflict"], told["applied"]) == (2, 1, True)
    assert "2 rejected, 0 added, by 2 reviewers" in card
    assert package["dragoman"]["events"] == before[0]["dragoman"]["events"] - 2
    package, card = _card(export(Archive(folder, reviews=False), "csv", tmp_path / "coded"))
    assert package["dragoman"]["events"] == before[0]["dragoman"]["events"]
    assert "are left out of these rows" in card


def test_the_card_names_reviews_that_fit_no_record_any_more(archive, tmp_path):
    folder = tmp_path / "archive"
    shutil.copytree(archive.store.folder, folder)
    key = Archive(folder).sql("select min(key) k from reports").to_pylist()[0]["k"]
    [coded] = readings(Archive(folder), [key])
    judge(Store(folder), Subject("f" * 24, Prints(coded), "ev1"), "confirm", "amara")
    package, card = _card(export(Archive(folder), "csv", tmp_path / "after"))
    assert package["dragoman"]["reviews"]["no_longer_fitting"] == 1
    assert "do not count: 1" in card
    assert "No record was reviewed" not in card


def _card(path):
    package = json.loads((path.parent / "datapackage.json").read_text("utf-8"))
    return package, (path.parent / "DATACARD.md").read_text("utf-8")
