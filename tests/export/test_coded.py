import csv

import pytest

from dragoman.export.coded import GDELT, ICEWS, POLECAT
from dragoman.export.registry import export


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_gdelt_has_its_61_columns_in_order(archive, tmp_path):
    rows = _read(export(archive, "gdelt", tmp_path))
    assert len(GDELT) == 61
    assert [len(row) for row in rows] == [61] * 8
    # places of columns by the 2.0 codebook, counted from nought
    row = rows[0]
    assert len({r[0] for r in rows}) == 8
    assert int(row[0]) > 0
    assert row[1:4] == ["20170203", "201702", "2017"]
    assert row[5] == "UGAGOV"
    assert row[17] == "KEN"
    assert row[26:31] == ["190", "190", "19", "4", "-10.0"]
    assert row[56:58] == ["0.3", "32.5"]
    assert len(row[59]) == 14


@pytest.mark.parametrize(("name", "columns"), [("icews", ICEWS), ("polecat", POLECAT)])
def test_every_row_has_the_columns_of_the_head(archive, tmp_path, name, columns):
    head, *rows = _read(export(archive, name, tmp_path))
    assert tuple(head) == columns
    assert [len(row) for row in rows] == [len(columns)] * 8
    found = dict(zip(head, rows[0], strict=True))
    assert found["Event Date"] == "2017-02-03"
    assert found["Intensity"] == "-10.0"
    assert found["Country"] == "UGA"
    assert not any(c.startswith(("=", "@", "+")) for row in rows for c in row)


def test_polecat_knows_quad_and_sectors(archive, tmp_path):
    head, first, *_ = _read(export(archive, "polecat", tmp_path))
    found = dict(zip(head, first, strict=True))
    assert found["Quad Code"] == "Q4"
    assert found["Primary Recipient Sector"] == "GOV"
    assert found["Recipient Sectors"] == "GOV;MIL"
