import csv
import shutil
from collections import Counter

import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.schema import arrow
from dragoman.archive.store import Store
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


# as the GDELT Event Codebook 2.0, the ICEWS data files and the POLECAT data files have them
# (docs/export.md says where each list was read)
GDELT_HEAD = """
GLOBALEVENTID SQLDATE MonthYear Year FractionDate
Actor1Code Actor1Name Actor1CountryCode Actor1KnownGroupCode Actor1EthnicCode Actor1Religion1Code
Actor1Religion2Code Actor1Type1Code Actor1Type2Code Actor1Type3Code
Actor2Code Actor2Name Actor2CountryCode Actor2KnownGroupCode Actor2EthnicCode Actor2Religion1Code
Actor2Religion2Code Actor2Type1Code Actor2Type2Code Actor2Type3Code
IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions NumSources
NumArticles AvgTone
Actor1Geo_Type Actor1Geo_Fullname Actor1Geo_CountryCode Actor1Geo_ADM1Code Actor1Geo_ADM2Code
Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID
Actor2Geo_Type Actor2Geo_Fullname Actor2Geo_CountryCode Actor2Geo_ADM1Code Actor2Geo_ADM2Code
Actor2Geo_Lat Actor2Geo_Long Actor2Geo_FeatureID
ActionGeo_Type ActionGeo_Fullname ActionGeo_CountryCode ActionGeo_ADM1Code ActionGeo_ADM2Code
ActionGeo_Lat ActionGeo_Long ActionGeo_FeatureID DATEADDED SOURCEURL
"""
ICEWS_HEAD = """
Event ID|Event Date|Source Name|Source Sectors|Source Country|Event Text|CAMEO Code|Intensity
Target Name|Target Sectors|Target Country|Story ID|Sentence Number|Publisher|City|District|Province
Country|Latitude|Longitude
"""
POLECAT_HEAD = """
Event ID|Event Date|Event Type|Event Mode|Intensity|Quad Code|Contexts|Actor Name|Actor Country
Actor COW|Primary Actor Sector|Actor Sectors|Actor Title|Actor Name Raw|Wikipedia Actor ID
Recipient Name|Recipient Country|Recipient COW|Primary Recipient Sector|Recipient Sectors
Recipient Title|Recipient Name Raw|Wikipedia Recipient ID|Placename|City|District|Province|Country
Latitude|Longitude|GeoNames ID|Raw Placename|Feature Type|Source|Publication Date|Story People
Story Organizations|Story Locations|Language|Version
"""


def test_columns_are_those_of_the_data_sets():
    assert GDELT_HEAD.split() == list(GDELT)
    assert ICEWS_HEAD.strip().replace("\n", "|").split("|") == list(ICEWS)
    assert POLECAT_HEAD.strip().replace("\n", "|").split("|") == list(POLECAT)


def test_gdelt_counts_the_reports_and_sources_of_the_story(archive, tmp_path):
    rows = archive.events().to_pylist()
    telling = [{"report": row["report_key"], "event": row["id"]} for row in rows[:3]]
    story = {"id": "s", "type": "ASSAULT", "reports": 3, "sources": 2, "events": telling}
    store = Store(tmp_path / "copy")
    shutil.copytree(archive.store.folder, store.folder)
    store.replace("stories", arrow("stories", [story]))
    found = _read(export(Archive(store.folder), "gdelt", tmp_path / "out"))
    counts = Counter(tuple(row[31:34]) for row in found)
    assert counts == {("3", "2", "3"): 3, ("1", "1", "1"): 5}
