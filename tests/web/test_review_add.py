"""Adding in the reader: what was missed is told in words of the text, and marked as by hand."""

from __future__ import annotations

import random
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from dragoman.archive.reviews import journal_path, read_journal
from dragoman.archive.schema import report_key
from dragoman.resolve.review_add import ADDABLE
from tests.web.conftest import HOSTILE
from tests.web.test_review import KEY, OWN, card, send, serve, store

__all__ = ["store"]
EVENT = {"type": "ACCUSE", "trigger": "Kenya said", "actor": "e3", "recipient": "e1"}


@pytest.fixture
def caller(store) -> TestClient:
    return serve(store)


def form(page: str, table: str) -> str:
    """Return the part of a reader's page that is the form to add a record by."""
    start = page.index(f'id="add-{table}"')
    return page[start : page.index("</details>", start)]


def token_of(caller: TestClient, table: str, key: str = KEY) -> str:
    shown = form(caller.get(f"/reports/{key}").text, table)
    return re.search(r'name="token" value="(\w+)"', shown)[1]  # type: ignore[index]


def put(caller: TestClient, of: str, key: str = KEY, **given: object):
    values = {"table": of, "token": token_of(caller, of, key), "verdict": "add", "note": "",
              **given}  # fmt: skip
    return caller.post(f"/reports/{key}", content=urlencode(values, doseq=True), headers=OWN)


def test_an_event_is_added_shown_and_undone(store, caller: TestClient):
    answer = put(caller, "events", **EVENT, mode="", nth="", date="2026-03-01", place="p1",
                 factuality="asserted", historical="true", evidence="",
                 note="it <b>is</b>")  # fmt: skip
    (line,) = read_journal(store).lines
    assert (answer.status_code, answer.headers["location"]) == (
        303, f"/reports/{KEY}#r-{line.record}")  # fmt: skip
    assert (line.verdict, line.who, line.note) == ("add", "amara", "it <b>is</b>")
    told = card(caller, line.record)
    for words in ("Added</strong> by <bdi>amara</bdi>", "it &lt;b&gt;is&lt;/b&gt;", "ACCUSE",
                  "added by hand", "Kenya said", "Kisumu", "background",
                  "confidence 1.00"):  # fmt: skip
        assert words in told
    assert "/codebook/" not in told
    assert "as added" not in told
    page = caller.get(f"/reports/{KEY}").text
    assert f'<span id="w-{line.record}" class="at"><a class="m' in page
    (row,) = caller.get("/api/events?reviewed=added").json()["rows"]
    assert (row["id"], row["rule"], row["confidence"]) == (line.record, "review", 1.0)
    assert "added by hand" in caller.get("/search?type=ACCUSE").text
    assert [e["id"] for e in caller.get(f"/api/reports/{KEY}").json()["events"]] == [
        "ev1", line.record]  # fmt: skip
    assert caller.get("/search?kind=statements").text.count("added by hand") == 0
    assert send(caller, line.record, "undo").status_code == 303
    assert caller.get("/api/events").json()["total"] == 2
    assert f"r-{line.record}" not in caller.get(f"/reports/{KEY}").text


def test_statements_and_relations_are_added(store, caller: TestClient):
    put(caller, "statements", source="e3", cue="said", content=["Kisumu", "on  Monday"],
        kind="direct", addressee="", nth="")  # fmt: skip
    put(caller, "relations", subject="e1", predicate="part_of", object="e3", literal="",
        evidence="Kenyan police")  # fmt: skip
    first, second = read_journal(store).lines
    told = card(caller, first.record)
    assert "added by hand" in told
    assert "<bdi>Kisumu</bdi> …" in told
    assert "<bdi>on Monday</bdi>" in told
    assert "added by hand" in card(caller, second.record)
    (row,) = caller.get("/api/relations").json()["rows"]
    assert (row["subject_name"], row["predicate"], row["object_name"]) == (
        "Kenyan police", "part_of", "Kenya")  # fmt: skip
    assert "added by hand" in caller.get("/search?kind=statements").text


def test_a_party_is_named_chosen_and_found(store, caller: TestClient):
    answer = put(caller, "entities", words="More", name="Lake <b>Union</b>", nth="",
                 type="organization", country="tza", sectors="LAB  CVL")  # fmt: skip
    (line,) = read_journal(store).lines
    assert (answer.status_code, answer.headers["location"]) == (
        303, f"/reports/{KEY}#r-{line.record}")  # fmt: skip
    told = card(caller, line.record)
    for words in ("Added</strong> by <bdi>amara</bdi>", "added by hand", "TZA, LAB CVL",
                  "Lake &lt;b&gt;Union&lt;/b&gt;"):  # fmt: skip
        assert words in told
    page = caller.get(f"/reports/{KEY}").text
    assert f'id="w-{line.record}"' in page
    assert f'<option value="{line.record}">' in form(page, "events")
    put(caller, "events", **{**EVENT, "recipient": line.record})
    assert send(caller, "ev1", "correct", recipient=[line.record]).status_code == 303
    for query in ("actor=lake", "country=TZA&type=ACCUSE", "sector=LAB", "dyad=KEN-TZA"):
        rows = caller.get(f"/api/events?{query}").json()["rows"]
        assert rows
        assert all(row["recipient_name"] == ["Lake <b>Union</b>"] for row in rows)
    assert caller.get("/api/entities?reviewed=added").json()["total"] == 1
    assert "added by hand" in caller.get("/search?kind=entities&reviewed=added").text
    assert send(caller, line.record, "undo").status_code == 303
    assert caller.get("/api/events?actor=lake").json()["total"] == 0


def test_a_place_is_looked_up_and_one_of_several_chosen(store, caller: TestClient):
    given = {"words": "Monday", "name": "Tripoli", "nth": "", "country": "", "geonameid": ""}
    answer = put(caller, "places", **given)
    assert answer.status_code == 400
    shown = form(answer.text, "places")
    assert "several places bear this name; choose one" in shown
    number = re.search(r'<option value="(\d+)">[^<]*LBN', shown)[1]  # type: ignore[index]
    assert 'value="Tripoli"' in shown
    assert put(caller, "places", **{**given, "geonameid": number}).status_code == 303
    (line,) = read_journal(store).lines
    assert "LBN 34." in card(caller, line.record)
    assert f'<option value="{line.record}">Tripoli' in form(
        caller.get(f"/reports/{KEY}").text, "events")  # fmt: skip
    assert send(caller, "ev1", "correct", place=line.record).status_code == 303
    (row,) = caller.get("/api/events?place=LBN").json()["rows"]
    assert (row["place_name"], round(row["latitude"])) == ("Tripoli", 34)
    assert "Tripoli" in caller.get("/api/map.csv").text


@pytest.mark.parametrize(
    ("table", "given", "told"),
    [
        ("entities", {"words": "a union", "type": "group"}, "does not have the words 'a union'"),
        ("entities", {"words": "Monday", "type": ""}, "needs its type"),
        ("entities", {"words": "Monday", "type": "group", "sectors": "ARMY"}, "no sector 'ARMY'"),
        ("entities", {"words": "Kenya", "type": "group", "nth": "1"}, "already, as e3"),
        ("places", {"words": "Monday"}, "has no place called 'Monday'"),
        ("events", {**EVENT, "trigger": "said nothing"}, "does not have the words 'said nothing'"),
        ("events", {**EVENT, "trigger": ""}, "needs the words that tell it"),
        ("events", {**EVENT, "type": ""}, "needs its type"),
        ("events", {**EVENT, "mode": "arrest"}, "ACCUSE has no mode"),
        ("events", {**EVENT, "date": "yesterday"}, "is no date"),
        ("events", {**EVENT, "nth": "x"}, "one number, from 1"),
        ("events", {**EVENT, "actor": "e9"}, "none is called 'e9'"),
        ("events", {**EVENT, "note": "x" * 2_001}, "more than 2,000"),
        ("statements", {"content": ["", ""]}, "needs the words of what was said"),
        ("relations", {"subject": "e1", "predicate": "leads", "evidence": "said"}, "object and"),
    ],
)
def test_mistakes_are_said_in_the_form_which_keeps_what_was_given(
    store, caller: TestClient, table: str, given: dict, told: str
):
    answer = put(caller, table, **given)
    assert answer.status_code == 400
    shown = form(answer.text, table)
    assert "open><summary>" in shown
    assert '<p role="alert"' in shown
    assert told in unescape(shown)
    assert answer.text.count('role="alert"') == 1
    for name, value in given.items():
        if isinstance(value, str) and value and value not in ("e9", "arrest"):
            kept = (f'name="{name}"[^>]*value="{value}"', f">{value}</textarea>",
                    f'value="{value}" selected', f"selected>{value}<")  # fmt: skip
            assert re.search("|".join(kept), shown), name
    assert not read_journal(store).lines


def test_hidden_characters_are_given_as_the_page_writes_them(store, caller: TestClient):
    key = report_key(HOSTILE)
    answer = put(caller, "events", key, type="AID", trigger="⟦U+202E⟧Kenya⟦U+202C⟧ met")
    assert answer.status_code == 303
    assert read_journal(store).lines[0].seen["trigger"][0]["text"] == "\u202eKenya\u202c met"
    told = put(caller, "events", key, type="<b>", trigger='"><script>alert(9)</script>').text
    assert "<script>alert(9)" not in told
    assert 'value="&#34;&gt;&lt;script' in told


def test_forms_are_of_this_server_and_table(store, caller: TestClient):
    other, theirs = token_of(caller, "relations"), token_of(serve(store), "events")
    for token in (other, theirs, "", "x", "é"):
        assert put(caller, "events", **EVENT, token=token).status_code == 403
    for table in ("times", "reports", "", "x\0"):
        answer = put(caller, "events", **{**EVENT, "table": table})
        assert answer.status_code == 403
    assert put(caller, "events", **EVENT, table=["events", "events"]).status_code == 400
    assert not journal_path(store).exists()


def test_without_a_reviewer_nothing_can_be_added(store, caller: TestClient):
    from dragoman.web.app import create_app

    put(caller, "events", **EVENT)
    reader = TestClient(create_app(store.folder), base_url="http://localhost")
    page = reader.get(f"/reports/{KEY}").text
    assert "Added</strong> by <bdi>amara" in page
    assert "that was missed" not in page


def test_blind_reviewers_add_the_same_record(store, caller: TestClient):
    put(caller, "events", **EVENT)
    blind = serve(store, "wim", blind=True)
    assert not re.search("add-[0-9a-f]{12}", blind.get(f"/reports/{KEY}").text)
    assert put(blind, "events", **EVENT).status_code == 303
    first, second = read_journal(store).lines
    assert first.record == second.record
    assert caller.get("/api/events?reviewed=added").json()["total"] == 1
    assert "already, as add-" in put(caller, "events", **EVENT).text


def test_an_added_record_is_corrected_in_the_reader(store, caller: TestClient):
    put(caller, "events", **EVENT)
    record = read_journal(store).lines[0].record
    assert send(caller, record, "correct", date="2026-03-01").status_code == 303
    assert read_journal(store).lines[1].changes.keys() == {"date"}
    told = card(caller, record)
    assert "as added: date <bdi>none</bdi>" in told
    assert "2026-03-01" in told


@pytest.mark.slow
def test_hostile_forms_never_fail(store, caller: TestClient):
    rng = random.Random(7)
    bad = ["'", "\x00", "ev1", "e1", "%ff", "\ud800", "none", "2026-03-01", "..", "x" * 300, "é",
           "add", "correct", "-1", "<b>", "Kenya", "said", "[", "\\", "(?:", "⟦U+D800⟧", "AID", " ",
           "1", "99999999999", "police  arrested", "5 miners", "leads",
           "events", "\u202e"]  # fmt: skip
    tokens = {table: token_of(caller, table) for table in ADDABLE}
    for _ in range(80):
        table = rng.choice([*ADDABLE])
        values: dict[str, object] = {"table": table, "token": tokens[table], "verdict": "add",
                                     "note": ""}  # fmt: skip
        if rng.random() < 0.5:
            values |= EVENT if table == "events" else {"content": "said", "subject": "e1"}
        for _ in range(rng.randint(0, 5)):
            values[rng.choice([*ADDABLE[table], "note", "table", "record"])] = rng.choices(
                bad, k=rng.randint(1, 2))  # fmt: skip
        body = urlencode(values, doseq=True, errors="replace").replace("25", rng.choice(["", "25"]))
        answer = caller.post(f"/reports/{KEY}", content=body, headers=OWN)
        assert answer.status_code in (303, 400, 403, 404), values
        assert "Traceback" not in answer.text
    assert caller.get(f"/reports/{KEY}").status_code == 200
    assert caller.get("/api/events").status_code == 200
    assert read_journal(store).torn == ()
    assert read_journal(store).lines  # some were taken
