"""What the pages and lists show."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from dragoman.archive.archive import Archive
from dragoman.archive.query import FilterError, Filters, select
from dragoman.web.asked import KINDS, PARAMETERS, fitting
from dragoman.web.lists import as_csv
from dragoman.web.marks import cut
from dragoman.web.templating import when
from tests.web.conftest import HOSTILE, PLAIN, hostile_reading, plain_reading


@pytest.mark.parametrize("reading", [plain_reading(), hostile_reading()])
def test_pieces_join_to_the_text(reading):
    assert "".join(piece.text for piece in cut(reading)) == reading.report.text


def test_the_right_words_are_marked():
    found = {}
    for piece in cut(plain_reading()):
        for kind in piece.kinds:
            found[kind] = found.get(kind, "") + piece.text
    assert found == {
        "trigger": "arrested",
        "evidence": PLAIN.text.split("\n")[0],
        "content": "Kenyan police arrested 5 miners in Kisumu on Monday",
        "cue": "said",
        # the mention of e3, "Kenya", lies within the one of e1
        "entity": "Kenyan police" + "5 miners",
        "place": "Kisumu",
        "time": "Monday",
    }


def test_each_record_has_its_words_once():
    anchors = [name for piece in cut(plain_reading()) for name in piece.anchors]
    assert sorted(anchors) == ["e1", "e2", "e3", "ev1", "p1", "s1", "t0"]


def test_reader_goes_from_words_to_record_and_back(caller: TestClient, plain: str):
    html = caller.get(f"/reports/{plain}").text
    assert '<a class="m content evidence trigger" href="#r-ev1">arrested</a>' in html
    for record in ("e1", "e2", "e3", "ev1", "p1", "s1", "t0"):
        assert html.count(f'id="r-{record}"') == 1
        assert html.count(f'id="w-{record}"') == 1
    assert 'href="/codebook/COERCE#arrest"' in html


def test_codebook_page_has_the_entry(caller: TestClient):
    html = caller.get("/codebook/COERCE").text
    assert 'id="arrest"' in html
    assert "type: COERCE" in html


def test_overview_counts(caller: TestClient):
    html = caller.get("/").text
    assert "<strong>2</strong> reports" in html
    assert "2026-03" in html


@pytest.mark.parametrize("kind", KINDS)
def test_page_and_api_and_csv_hold_the_same(caller: TestClient, kind: str):
    found = caller.get(f"/api/{kind}").json()
    rows = list(csv.DictReader(io.StringIO(caller.get(f"/api/{kind}.csv").text)))
    assert found["total"] == len(found["rows"]) == len(rows)
    assert f"<strong>{found['total']}</strong> {kind}" in caller.get(f"/search?kind={kind}").text


def test_filters_narrow(caller: TestClient):
    found = caller.get("/api/events?type=coerce&country=TZA&since=2026-03-01").json()
    assert [row["words"][:13] for row in found["rows"]] == ["Kenyan police"]
    assert caller.get("/api/events?country=FRA").json()["total"] == 0


def test_pages_are_cut(caller: TestClient):
    first, second = (caller.get(f"/api/events?per=1&page={n}").json() for n in (1, 2))
    assert first["pages"] == 2
    assert first["rows"] != second["rows"]
    assert 'rel="next"' in caller.get("/search?per=1").text


def test_dyad_has_conflict(caller: TestClient):
    (row,) = csv.DictReader(io.StringIO(caller.get("/api/dyads/KEN-TZA.csv").text))
    assert (row["month"], row["events"], row["conflict"]) == ("2026-03", "1", "-7.0")
    assert caller.get("/dyads/tza-ken").text.count('class="conf"') == 1


def test_map_has_a_circle_where_the_place_is(caller: TestClient):
    html = caller.get("/map").text
    assert html.count("<circle") == 1
    assert 'cx="430.0" cy="180.0"' in html
    (row,) = csv.DictReader(io.StringIO(caller.get("/api/map.csv").text))
    assert (row["place"], row["events"], row["mean_score"]) == ("Kisumu", "1", "-7.0")
    assert caller.get("/map?country=FRA").text.count("<circle") == 0


def test_base_map_has_land_and_borders(caller: TestClient):
    found = caller.get("/static/base.svg")
    assert found.headers["content-type"] == "image/svg+xml"
    land, borders = ElementTree.fromstring(found.text)
    assert land.get("d", "").count("z") > 100  # islands and continents
    assert borders.get("fill") == "none"


def test_story_page(caller: TestClient):
    rows = caller.get("/api/stories").json()["rows"]
    assert rows
    for row in rows:
        assert "Who told it" in caller.get(f"/stories/{row['id']}").text


@pytest.mark.parametrize("kind", KINDS)
def test_declared_filters_are_those_of_queries(kind):
    for parameter in PARAMETERS:
        filters = Filters(**{parameter.name: parameter.sample})
        if parameter in fitting(kind):
            select(kind, filters)
        else:
            with pytest.raises(FilterError):
                select(kind, filters)


def test_openapi_names_every_list_and_filter(caller: TestClient):
    paths = caller.get("/api/openapi.json").json()["paths"]
    for kind in KINDS:
        named = {p["name"] for p in paths[f"/api/{kind}"]["get"]["parameters"]}
        assert named == {p.name for p in fitting(kind)} | {"page", "per"}


def test_cells_that_a_spreadsheet_would_run():
    text = as_csv("abcde", [{"a": "=1+1", "b": "@x", "c": -3.5, "d": "plain", "e": ["-x", None]}])
    assert text.splitlines()[1] == "'=1+1,'@x,-3.5,plain,'-x; ?"


def test_hostile_text_is_shown_not_run(caller: TestClient, hostile: str):
    for path in (f"/reports/{hostile}", "/search", "/", "/search?kind=reports",
                 "/search?kind=entities", "/search?kind=stories"):  # fmt: skip
        html = caller.get(path).text
        for bad in ("<script", "<img", "<b>Evil", "\u202e", 'href="javascript:', "49}"):
            assert bad not in html, (path, bad)
    shown = caller.get(f"/reports/{hostile}").text
    assert "&lt;script&gt;" in shown
    assert "⟦U+202E⟧" in shown
    assert "{{7*7}}" in shown
    assert caller.get(f"/api/reports/{hostile}").json()["report"]["text"] == HOSTILE.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_without_rows_has_its_columns(caller: TestClient, kind: str):
    none = {"reports": "text", "events": "text", "statements": "text", "relations": "text"}
    query = f"{none.get(kind, 'country')}=ZZZ" if kind != "places" else "place=zzz"
    some = caller.get(f"/api/{kind}.csv").text.splitlines()[0].split(",")
    for address in (f"/api/{kind}.csv?{query}", f"/api/{kind}.csv?{query}&page=1"):
        answer = caller.get(address)
        assert answer.text.splitlines() == [",".join(some)]
    rows = caller.get(f"/api/{kind}").json()["rows"]
    assert all(list(row) == some for row in rows)


def test_tables_without_rows_have_their_columns(caller: TestClient, folder):
    id_ = Archive(folder).sql("select id from actors limit 1").to_pylist()[0]["id"]
    for address, none in (
        ("map.csv", "?text=zzz"), ("network.csv", "?text=zzz"), ("dyads/KEN-TZA.csv", None),
        ("network/actors.csv", "?text=zzz"), (f"actors/{id_}.csv", None),
    ):  # fmt: skip
        head = caller.get(f"/api/{address}").text.splitlines()[0]
        empty = caller.get(f"/api/{address if none else 'dyads/AAA-BBB.csv'}{none or ''}").text
        assert empty.count("\n") == 1
        if none or "dyads" in address:
            assert empty.strip() == head
        assert len(head.split(",")) >= 4


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("1995-01-01", "1995-12-31", "1995"),
        ("2024-02-01", "2024-02-29", "2024-02"),
        ("2023-02-01", "2023-02-28", "2023-02"),
        ("2024-02-01", "2024-02-28", "2024-02-01 to 2024-02-28"),
        ("2026-03-02", "2026-03-02", "2026-03-02"),
        ("2026-03-01", "2026-04-30", "2026-03-01 to 2026-04-30"),
        ("2026-03-02", None, "from 2026-03-02"),
        (None, "2026-03-02", "until 2026-03-02"),
        (None, None, ""),
    ],
)
def test_days_are_told_as_exactly_as_they_are_known(start, end, told: str):
    assert when(start, end) == told


def test_the_overview_counts_what_the_lists_have(caller: TestClient):
    page = caller.get("/").text
    for kind in KINDS:
        total = caller.get(f"/api/{kind}").json()["total"]
        assert f'href="/search?kind={kind}"><strong>{total}</strong>' in page
    assert caller.get("/api/months.csv").text.startswith("month,events,cooperation,conflict")
