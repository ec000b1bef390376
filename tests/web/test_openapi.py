"""The API answers as its description says: rows, errors, headers, addresses, parameters."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import duckdb
import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from dragoman.archive.derive import derive
from dragoman.archive.described import list_columns
from dragoman.archive.ingest import Ingest
from dragoman.archive.review_add import add
from dragoman.archive.schema import DERIVED, DETAILS, schema
from dragoman.archive.store import Store
from dragoman.codebook import Codebook
from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Reading
from dragoman.resolve.reviews import Prints
from dragoman.sources import Failure, make_report
from dragoman.web.app import Pages, create_app
from dragoman.web.asked import KINDS, PARAMETERS, AskedError, Parameter, fitting, read_value
from dragoman.web.desk import Desk, LimitedArchive
from dragoman.web.openapi import ERRORS, describe

CORPUS = Path(__file__).resolve().parents[2] / "examples" / "corpus" / "reports.jsonl"
DOCUMENT = describe()


@pytest.fixture(scope="module")
def real(
    annotator: Annotator, codebook: Codebook, tmp_path_factory: pytest.TempPathFactory
) -> TestClient:
    """A caller of an archive of example reports as the program reads them, one of them reviewed."""
    lines = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()[:12]]
    reader, made = Reader(annotator=annotator, codebook=codebook.folder), {}

    def engine(units: Any) -> Iterator[list[Reading | Failure]]:
        for unit in units:
            found = [reader.read(report) for report in unit]
            made.update({one.report.id: one for one in found})
            yield [*found]

    store = Store(tmp_path_factory.mktemp("real"))
    with store.lock():
        Ingest(store, engine, "r").run(make_report(**line) for line in lines)
        derive(store)
    found = next(iter(made.values()))
    key = Desk(store.folder).run("select key from reports where id = ?", [found.report.id])
    word, (one, other) = found.report.text.split()[0], [e.id for e in found.entities[:2]]
    event = {"type": ["AID"], "trigger": [word], "nth": ["1"]}
    relation = {"subject": [one], "predicate": ["allied_with"], "object": [other],
                "evidence": [word], "nth": ["1"]}  # fmt: skip
    for table, given in (("events", event), ("relations", relation)):
        add(store, key[0]["key"], Prints(found), table, given, "amara")  # type: ignore[arg-type]
    return TestClient(create_app(store.folder), base_url="http://localhost",
                      raise_server_exceptions=False, follow_redirects=False)  # fmt: skip


def valid(value: Any, described: dict[str, Any]) -> None:
    """Check a value against a schema of the document."""
    whole = {**described, "components": DOCUMENT["components"]}
    errors = list(Draft202012Validator(whole).iter_errors(value))
    assert not errors, [(list(e.path), e.message[:200]) for e in errors[:3]]


def of_status(path: str, status: int) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][path]["get"]["responses"][str(status)]
    return DOCUMENT["components"]["responses"][str(status)] if "$ref" in found else found


def check(answer: Any, path: str, status: int = 200) -> None:
    """Check an answer's status, media type, body and headers against the document."""
    told = of_status(path, status)
    assert answer.status_code == status, answer.text[:300]
    (media,) = told["content"]
    assert answer.headers["content-type"].partition(";")[0] == media
    assert set(told["headers"]) <= set(answer.headers)
    if media == "application/json":
        valid(answer.json(), told["content"][media]["schema"])


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_a_real_archive_are_as_described(real: TestClient, kind: str):
    answer = real.get(f"/api/{kind}?per=200")
    check(answer, f"/api/{kind}")
    rows = answer.json()["rows"]
    assert rows
    table = real.get(f"/api/{kind}.csv")
    check(table, f"/api/{kind}.csv")
    head, *lines = csv.reader(io.StringIO(table.text))
    assert head == [column.name for column in list_columns(kind)] == list(rows[0])
    assert len(lines) == answer.json()["total"]
    # each row spoilt is none: the description does not let everything pass
    row = DOCUMENT["components"]["schemas"][f"{kind.capitalize()}Row"]
    for spoilt in ({**rows[0], "more": 1}, {**rows[0], "id" if "id" in rows[0] else "source": 7},
                   {k: v for k, v in rows[0].items() if k != head[-1]}):  # fmt: skip
        with pytest.raises(AssertionError):
            valid(spoilt, row)


def test_an_added_event_is_among_the_rows(real: TestClient):
    (row,) = real.get("/api/events?reviewed=added").json()["rows"]
    assert (row["rule"], row["confidence"]) == ("review", 1.0)


def test_whole_reports_are_as_described(real: TestClient):
    for row in real.get("/api/reports").json()["rows"]:
        check(real.get(f"/api/reports/{row['report_key']}"), "/api/reports/{key}")


def test_the_other_tables_are_as_described(real: TestClient):
    actor = real.get("/api/actors").json()["rows"][0]["id"]
    check(real.get(f"/api/actors/{actor}.csv"), "/api/actors/{id}.csv")
    check(real.get("/api/dyads/KEN-UGA.csv"), "/api/dyads/{dyad}.csv")
    check(real.get("/api/map.csv?type=CONSULT"), "/api/map.csv")
    check(real.get("/api/network.csv?since=2026-01"), "/api/network.csv")
    check(real.get("/api/openapi.json"), "/api/openapi.json")


def test_the_document_names_every_address(caller: TestClient):
    routes = {path for path, _ in Pages(None).routes() if path.startswith("/api/")}  # type: ignore[arg-type]
    lists = {"/api/{kind}", "/api/{kind}.csv"}
    named = {path for path in DOCUMENT["paths"] if path.removesuffix(".csv")[5:] not in KINDS}
    assert named == routes - lists
    assert lists <= routes
    for kind in KINDS:
        assert {f"/api/{kind}", f"/api/{kind}.csv"} <= set(DOCUMENT["paths"])
    assert caller.get("/api/openapi.json").json() == json.loads(json.dumps(DOCUMENT))


def test_every_schema_is_one():
    for one in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(one)
    for path in DOCUMENT["paths"].values():
        for parameter in path["get"]["parameters"]:
            Draft202012Validator.check_schema(parameter["schema"])


def test_columns_say_what_the_records_say():
    known = {kind: {c.name: c.record for c in list_columns(kind)} for kind in KINDS}
    assert known["events"]["report_id"] is str  # of the report
    assert known["events"]["title"] == str | None
    assert known["events"]["hedge"] == str | None  # of an attribution that may be none
    assert known["events"]["day"] is None  # of several fields
    assert known["events"]["actor_name"] is None  # of no record
    assert known["reports"]["report_key"] is str
    for kind in ("stories", "actors"):
        assert list(known[kind]) == DERIVED[kind].names
    assert all(set(schema(t).names) >= {"report", "batch"} for t in DETAILS)


def written(parameter: Parameter) -> str:
    """Return a value of a parameter as an address has it."""
    if "date" in parameter.form:
        return "2026-01"
    return str(parameter.sample).lower() if parameter.sample is True else str(parameter.sample)


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_are_taken_as_described(caller: TestClient, kind: str):
    for parameter in fitting(kind):
        sample = written(parameter)
        for good in [sample, *parameter.schema.get("enum", ())]:
            check(caller.get(f"/api/{kind}", params={parameter.name: good}), f"/api/{kind}")
        for bad in ("", "\x00", "x\ny", "x" * 201):
            answer = caller.get(f"/api/{kind}", params={parameter.name: bad})
            check(answer, f"/api/{kind}", 400)
        twice = caller.get(f"/api/{kind}", params=[(parameter.name, sample)] * 2)
        check(twice, f"/api/{kind}", 400)
        assert "given twice" in twice.json()["error"]["message"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("confidence", ["0", "1", "0.5", ".5", "1e-3", "5e-324", "-0.0", "1E0"],
         ["1.1", "-1", "1e3", "nan", "inf", "0x1", " 1", "1_0", "٠", "1.", "--1", "1e9999"]),
        ("min_sources", ["1", "001", "100000"], ["0", "1.0", "1e1", "100001", "-1", "²"]),
        ("dyad", ["A-B", "*-B", "A-*", "A--", "A-B-C"], ["AB", "-B", "A-", "-", "*"]),
        ("since", ["2026-01", "2026-01-31", "0000-00"], ["2026", "2026-1", "२०२६-०१", "2026-01-"]),
        ("historical", ["true", "false"], ["True", "1", "yes"]),
    ],
)  # fmt: skip
def test_values_fit_their_schema_or_are_refused(name: str, good: list[str], bad: list[str]):
    parameter = next(p for p in PARAMETERS if p.name == name)
    for value in good:
        Draft202012Validator(parameter.schema).validate(read_value(parameter, value))
    for value in bad:
        with pytest.raises(AskedError):
            read_value(parameter, value)


def test_maps_and_networks_have_no_pages(caller: TestClient):
    for path in ("/api/map.csv", "/map", "/api/network.csv", "/network"):
        assert caller.get(path, params={"type": "COERCE"}).status_code == 200
        for name in ("page", "per"):
            assert caller.get(path, params={name: "1"}).status_code == 400


def test_pages_take_what_forms_send(caller: TestClient):
    assert caller.get("/search?kind=events&type=&actor=%20Kenya%20&page=").status_code == 200


@pytest.mark.parametrize("path", sorted(DOCUMENT["paths"]))
def test_errors_are_as_described(folder: Path, caller: TestClient, path: str):
    written = path.format(key="0" * 24, dyad="KEN-TZA", id="nobody")
    check(caller.get(f"{written}?nothing=1"), path, 400)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        check(caller.request(method, written), path, 405)
    check(caller.get(f"{written}?x={'y' * 2_000}"), path, 414)
    check(caller.get(written, headers={"host": "elsewhere.example"}), path, 421)
    if "404" in DOCUMENT["paths"][path]["get"]["responses"]:
        missing = path.format(key="1" * 24, dyad="KEN-T", id="nobody")
        check(caller.get(missing), path, 404)
    locked = TestClient(create_app(folder, token="t"), base_url="http://localhost")
    answer = locked.get(written)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_token")
    assert "401" not in DOCUMENT["paths"][path]["get"]["responses"]
    assert "401" in describe(token=True)["paths"][path]["get"]["responses"]


class Waiting:
    """A connection whose query never ends by itself."""

    def __init__(self) -> None:
        self.stopped = Event()

    def interrupt(self) -> None:
        self.stopped.set()

    def sql(self, *_: Any, **__: Any) -> None:
        assert self.stopped.wait(5)
        raise duckdb.InterruptException("interrupted")


def test_failures_are_as_described(folder: Path, monkeypatch: pytest.MonkeyPatch):
    busy = create_app(folder, seconds=0.01)
    monkeypatch.setattr(LimitedArchive, "_connection", lambda *_: Waiting())
    answer = TestClient(busy, base_url="http://localhost").get("/api/events")
    check(answer, "/api/events", 503)
    assert answer.json()["error"]["code"] == "too_slow"
    assert {code for codes, _ in ERRORS.values() for code in codes} >= {"too_slow", "busy"}
    monkeypatch.undo()
    broken = TestClient(create_app(folder), base_url="http://localhost",
                        raise_server_exceptions=False)  # fmt: skip
    monkeypatch.setattr(Desk, "rows", lambda *_: 1 / 0)
    check(broken.get("/api/events"), "/api/events", 500)
