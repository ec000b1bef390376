"""Objects of a bucket: a served one, as moto makes it on this machine."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.records import Report
from dragoman.sources import Failure, read_files

pa = pytest.importorskip("pyarrow")

MOTO = shutil.which("moto_server") or shutil.which(
    "moto_server", path=str(Path(sys.prefix) / "moto" / "bin")
)
pytestmark = pytest.mark.skipif(
    MOTO is None, reason="no moto_server: `make moto` installs it beside the project's packages"
)
LINES = "".join(
    json.dumps({"id": f"r{n}", "text": f"Kenya met Uganda {n}."}) + "\n" for n in (1, 2)
)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Serve a bucket `news` with two folders and yield the server's address."""
    port = _free_port()
    command = [str(MOTO), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not _answers(port) and time.monotonic() < until:
            time.sleep(0.1)
        _fill(f"127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _fill(endpoint: str) -> None:
    from pyarrow import fs, parquet

    system = fs.S3FileSystem(
        access_key="k",
        secret_key="s",
        region="us-east-1",
        endpoint_override=endpoint,
        scheme="http",
        allow_bucket_creation=True,
        allow_delayed_open=True,
    )
    system.create_dir("news")
    for name, content in (("lines/b.jsonl", LINES.encode()), ("odd/notes.bin", b"0")):
        with system.open_output_stream(f"news/{name}") as out:
            out.write(content)
    table = pa.table({"body": ["Kenya met Chad."], "date": ["2024-01-01"]})
    parquet.write_table(table, "news/tables/a.parquet", filesystem=system)


@pytest.fixture(autouse=True)
def keys(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", served)


def _texts(*paths: str) -> list[str]:
    found = list(read_files(paths))
    assert all(isinstance(one, Report) for one in found), found
    return [one.text for one in found if isinstance(one, Report)]


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("s3://news", ["Kenya met Uganda 1.", "Kenya met Uganda 2.", "Kenya met Chad."]),
        ("s3://news/lines/", ["Kenya met Uganda 1.", "Kenya met Uganda 2."]),
        ("s3://news/*/*.parquet", ["Kenya met Chad."]),
        ("s3://news/tables/a.parquet", ["Kenya met Chad."]),
    ],
)
def test_objects_are_read_as_files_are(path: str, texts: list[str]) -> None:
    assert _texts(path) == texts


def test_reports_are_those_of_the_same_file_on_disk(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(LINES, encoding="utf-8")
    assert list(read_files(["s3://news/lines"])) == list(read_files([str(tmp_path)]))


@pytest.mark.parametrize("path", ["s3://news/none.jsonl", "s3://nobody/x.jsonl", "s3://news/none/"])
def test_what_is_not_there_is_told(path: str) -> None:
    (failure,) = read_files([path])
    assert isinstance(failure, Failure)
    assert failure.where == path
    assert "no such file" in failure.reason


def test_a_folder_without_reports_is_told() -> None:
    (failure,) = read_files(["s3://news/odd/"])
    assert isinstance(failure, Failure)
    assert "holds no file that can be read" in failure.reason


def test_a_bucket_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    (failure,) = read_files(["s3://news/lines/b.jsonl"])
    assert isinstance(failure, Failure)
    assert "cannot be read" in failure.reason
