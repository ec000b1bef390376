"""Reviews in the reader: forms that do what they say, and are taken from these pages alone."""

from __future__ import annotations

import random
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from dragoman.archive.ingest import Ingest
from dragoman.archive.reviews import journal_path, read_journal
from dragoman.archive.schema import report_key
from dragoman.archive.store import Store
from dragoman.resolve.review_changes import ReviewError
from dragoman.web.app import create_app
from dragoman.web.review import Reviewer
from tests.web.conftest import HOSTILE, PLAIN, made_engine

KEY = report_key(PLAIN)
OWN = {"origin": "http://localhost", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    with store.lock():
        Ingest(store, made_engine, "c").run(iter([PLAIN, HOSTILE]))
    return store


def serve(store: Store, name: str = "amara", *, blind: bool = False) -> TestClient:
    app = create_app(store.folder, reviewer=Reviewer.named(name, blind=blind))
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False,
                      follow_redirects=False)  # fmt: skip


@pytest.fixture
def caller(store: Store) -> TestClient:
    return serve(store)


def card(caller: TestClient, record: str, key: str = KEY) -> str:
    """Return a record's part of the reader."""
    page = caller.get(f"/reports/{key}").text
    start = page.index(f'id="r-{record}"')
    return page[start : page.index("</li>", start)]


def fields(caller: TestClient, record: str, key: str = KEY) -> dict[str, list[str]]:
    """Return a form's values as a browser would send them."""
    form = card(caller, record, key)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r"<option([^>]*)>([^<]*)", inner)
        values = [
            re.search(r'value="([^"]*)"', mark).group(1) if "value=" in mark else text  # type: ignore[union-attr]
            for mark, text in chosen
            if "selected" in mark
        ]
        first = re.search(r'value="([^"]*)"', chosen[0][0]) if chosen else None
        several = f'name="{name}" multiple' in form
        found[name] = values or ([] if several else [first.group(1) if first else chosen[0][1]])
    return found


def send(
    caller: TestClient, record: str, verdict: str, key: str = KEY, **changed: object
) -> object:
    values = {**fields(caller, record, key), "verdict": verdict, **changed}
    return caller.post(f"/reports/{key}", content=urlencode(values, doseq=True), headers=OWN)


def test_a_rejected_event_is_struck_out_and_gone_from_search(store, caller: TestClient):
    answer = send(caller, "ev1", "reject", note="no <b>such</b> arrest")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reports/{KEY}#r-ev1")
    told = card(caller, "ev1")
    assert "Rejected</strong> by <bdi>amara</bdi>" in told
    assert "no &lt;b&gt;such&lt;/b&gt; arrest" in told
    assert caller.get("/api/events?type=COERCE").json()["total"] == 0
    assert caller.get("/api/events?reviewed=yes").json()["total"] == 0
    (line,) = read_journal(store).lines
    assert (line.who, line.verdict, line.note) == ("amara", "reject", "no <b>such</b> arrest")
    assert send(caller, "ev1", "undo").status_code == 303
    assert caller.get("/api/events?type=COERCE").json()["total"] == 1
    assert "Rejected</strong>" not in card(caller, "ev1")


def test_a_form_sent_as_it_was_corrects_nothing(caller: TestClient):
    for record in ("ev1", "s1", "e1"):
        answer = send(caller, record, "correct")
        assert answer.status_code == 400
        assert "changes nothing" in answer.text


def test_corrections_are_those_of_the_form(store, caller: TestClient):
    send(caller, "ev1", "correct", type="ASSAULT", mode="", actor=["e1", "e3"], recipient=[],
         date="2026-03-01", place="", historical="true")  # fmt: skip
    (row,) = caller.get("/api/events?reviewed=corrected").json()["rows"]
    assert (row["type"], row["mode"], row["day"]) == ("ASSAULT", None, "2026-03-01")
    assert (row["actor_name"], row["recipient_name"]) == (["Kenyan police", "Kenya"], [])
    assert (row["place_name"], row["historical"]) == (None, True)
    told = card(caller, "ev1")
    assert "ASSAULT" in told
    assert "as coded: actor <bdi>Kenyan police</bdi>, date <bdi>2026-03-02</bdi>" in told
    send(caller, "s1", "correct", source="e1")
    send(caller, "e2", "correct", country="uga", sectors="lab cvl")
    lines = read_journal(store).lines
    assert set(lines[0].changes) == {
        "type", "mode", "score", "cameo", "actor", "recipient", "date", "place", "historical",
    }  # fmt: skip
    assert lines[1].changes == {"source": "e1"}
    assert lines[2].changes == {"country": "UGA", "sectors": ["LAB", "CVL"]}


def test_a_type_alone_takes_its_mode_along(store, caller: TestClient):
    assert send(caller, "ev1", "correct", type="AID").status_code == 303
    assert read_journal(store).lines[0].changes["mode"] is None


def test_mistakes_are_said(store, caller: TestClient):
    for changed, told in (
        ({"date": "yesterday"}, "is no date"),
        ({"mode": "visit"}, "has no mode"),
        ({"actor": "e9"}, "none is called"),
        ({"verdict": "reject", "note": "x" * 2_001}, "more than 2,000"),
    ):
        answer = send(caller, "ev1", **{"verdict": "correct", **changed})
        assert answer.status_code == 400
        assert told in answer.text.replace("&#39;", "'")
    assert send(caller, "ev1", "undo").status_code == 400
    assert read_journal(store).lines == ()


def test_reviewers_who_disagree_are_shown_and_the_latest_counts(store, caller: TestClient):
    send(caller, "ev1", "reject")
    other = serve(store, "wim")
    assert "Rejected</strong> by <bdi>amara" in card(other, "ev1")
    send(other, "ev1", "confirm")
    told = card(other, "ev1")
    assert "Confirmed</strong> by <bdi>wim" in told
    assert "reviewers disagree: <bdi>amara</bdi> reject, <bdi>wim</bdi> confirm" in told
    assert other.get("/api/events?reviewed=confirmed").json()["total"] == 1


def test_blind_reviewers_see_their_own_alone(store, caller: TestClient):
    send(caller, "ev1", "correct", mode="seize")
    blind = serve(store, "wim", blind=True)
    assert "amara" not in blind.get(f"/reports/{KEY}").text
    assert fields(blind, "ev1")["mode"] == ["arrest"]
    send(blind, "ev1", "confirm")
    assert read_journal(store).lines[1].changes == {}


def test_without_a_reviewer_there_is_no_form_and_nothing_is_taken(store, caller: TestClient):
    token = fields(caller, "ev1")
    send(caller, "ev1", "confirm")
    reading = TestClient(create_app(store.folder), base_url="http://localhost")
    page = reading.get(f"/reports/{KEY}").text
    assert "<form method" not in page
    assert "Confirmed</strong> by <bdi>amara" in page
    body = urlencode({**token, "verdict": "reject"}, doseq=True)
    for path in (f"/reports/{KEY}", "/", "/api/events"):
        assert reading.post(path, content=body, headers=OWN).status_code == 405
    assert reading.get("/").headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://localhost.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:81"}, 403),
        ({"origin": "localhost"}, 403),
        ({"origin": ""}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json"}, 415),
        ({"host": "evil.example", "origin": "http://evil.example"}, 421),
        ({"content-length": "99999"}, 413),
        ({"content-length": "-1"}, 411),
        ({"content-length": "²"}, 411),
    ],
)
def test_forms_of_others_are_refused(store, caller: TestClient, headers: dict, status: int):
    body = urlencode({**fields(caller, "ev1"), "verdict": "reject"}, doseq=True)
    sent = {name: value.encode() for name, value in {**OWN, **headers}.items()}
    answer = caller.post(f"/reports/{KEY}", content=body, headers=sent)
    assert answer.status_code == status
    assert not journal_path(store).exists()


def test_tokens_are_of_one_record_of_one_process(store, caller: TestClient):
    other = fields(caller, "e1")["token"]
    theirs = fields(serve(store), "ev1")["token"]
    hostile = fields(caller, "ev1", report_key(HOSTILE))["token"]
    for token in (other, theirs, hostile, "", "x", "é", ["a", "b"]):
        assert send(caller, "ev1", "reject", token=token).status_code in (400, 403)
    assert not journal_path(store).exists()


def test_a_larger_body_than_told_is_refused(store, caller: TestClient):
    values = {**fields(caller, "ev1"), "verdict": "reject", "note": "x" * 20_000}
    headers = {**OWN, "content-length": "10"}
    body = iter([urlencode(values, doseq=True).encode()])
    answer = caller.post(f"/reports/{KEY}", content=body, headers=headers)
    assert answer.status_code == 413
    assert not journal_path(store).exists()


def test_answers_keep_their_headers(caller: TestClient):
    answer = send(caller, "ev1", "confirm")
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "script-src 'none'" in policy
    assert answer.headers["referrer-policy"] == "same-origin"


def test_a_hostile_report_can_be_reviewed(caller: TestClient):
    key = report_key(HOSTILE)
    assert send(caller, "ev1", "confirm", key).status_code == 303
    assert "<script>" not in caller.get(f"/reports/{key}").text


def test_a_reviewer_has_a_name_that_can_be_printed():
    for name in ("", "a\x1b[1m", "x" * 200):
        with pytest.raises(ReviewError):
            Reviewer.named(name)


@pytest.mark.slow
def test_hostile_forms_never_fail(store, caller: TestClient):
    rng = random.Random(11)
    bad = ["'", "\x00", "ev1", "e1", "%ff", "\ud800", "none", "2026-03-01", "..", "x" * 300, "é",
           "correct", "confirm", "undo", "-1", "<b>", "KEN", "\u202e"]  # fmt: skip
    names = [*fields(caller, "ev1"), "verdict", "note", "has", "country", "\x00"]
    for _ in range(60):
        values: dict[str, object] = {**fields(caller, "ev1"), "verdict": rng.choice(bad)}
        for _ in range(rng.randint(0, 4)):
            values[rng.choice(names)] = rng.choices(bad, k=rng.randint(1, 2))
        body = urlencode(values, doseq=True, errors="replace").replace("25", rng.choice(["", "25"]))
        answer = caller.post(f"/reports/{KEY}", content=body, headers=OWN)
        assert answer.status_code in (303, 400, 403, 404), values
        assert "Traceback" not in answer.text
    assert caller.get(f"/reports/{KEY}").status_code == 200
    assert read_journal(store).torn == ()
