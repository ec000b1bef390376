import pytest
from frictionless import Package

from dragoman.export.registry import export


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
