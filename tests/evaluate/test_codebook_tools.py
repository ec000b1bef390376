"""The tools for who writes the codebook: check, test, explain, diff."""

import shutil
from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.evaluate.codebook_tools import check, check_examples, diff, explain, run_examples
from dragoman.language import Annotator


@pytest.fixture
def folder(codebook: Codebook, tmp_path: Path) -> Path:
    copy = tmp_path / "codebook"
    shutil.copytree(codebook.folder, copy, ignore=shutil.ignore_patterns("examples"))
    (copy / "examples").mkdir()
    return copy


def write(folder: Path, text: str) -> None:
    (folder / "examples" / "made.yaml").write_text(text, encoding="utf-8")


def test_check_names_file_and_line_of_every_mistake(folder: Path) -> None:
    for name in ("AID", "ACCUSE"):
        path = folder / "plover" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("verbs:", "verben:", 1), encoding="utf-8")
    found = [p for p in check(folder) if "verben" in p.message]
    assert sorted(Path(p.file).name for p in found) == ["ACCUSE.yaml", "AID.yaml"]
    assert all(p.line and str(p).startswith(f"{p.file}:{p.line}: ") for p in found)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("{type: AIDS, trigger: sent, actor: [Cuba]}", "no type 'AIDS'"),
        ("{type: AID, trigger: gave, actor: [Cuba]}", "'gave' does not stand in the text"),
        ("{type: AID, trigger: sent, actor: [Peru]}", "'Peru' does not stand in the text"),
        ("{type: AID, mode: visit, trigger: sent, actor: [Cuba]}", "no mode 'visit'"),
        ("{type: AID, trigger: sent, factuality: sure}", "no factuality 'sure'"),
    ],
)
def test_check_reads_the_examples(folder: Path, event: str, message: str) -> None:
    write(folder, f'- text: "Cuba sent doctors to Haiti."\n  events:\n    - {event}\n')
    (problem,) = check_examples(folder)
    assert message in problem.message
    assert problem.line == 1


def test_run_counts_found_missed_and_spurious(folder: Path, annotator: Annotator) -> None:
    write(
        folder,
        '- text: "Cuba sent doctors to Haiti."\n'
        "  events:\n"
        "    - {type: AID, trigger: sent, actor: [Cuba], recipient: [Haiti]}\n"
        '- text: "Chad did not attack Sudan."\n'
        "  events:\n"
        "    - {type: ASSAULT, trigger: attack, actor: [Chad], recipient: [Sudan],"
        " factuality: negated}\n"
        '- text: "Oman sang to Qatar."\n'
        "  events:\n"
        "    - {type: AID, trigger: sang, actor: [Oman], recipient: [Qatar]}\n"
        '- text: "Kenya praised Uganda."\n  events: []\n  why: test\n',
    )
    result = run_examples(Codebook(folder), annotator)
    tally = result.tallies["all"]
    assert (tally.right, tally.missed, tally.spurious) == (2, 1, 1)
    assert result.figures["factuality_accuracy"] == 1
    assert result.figures["recipient_accuracy"] == 1
    assert result.figures["no_event_precision"] == 0


def test_explain_says_what_fired_and_what_stopped(codebook: Codebook, annotator: Annotator) -> None:
    found = explain("Chad agreed to withdraw its troops from Sudan.", codebook, annotator)
    assert any(line.startswith("AGREE/agree-to-do (AGREE.yaml:") for line in found.fired)
    assert any("RETREAT/withdraw" in line and "swallowed" in line for line in found.lost)
    assert any("stopped by" in line for line in found.stopped)


def test_diff_lists_what_came_and_went(
    codebook: Codebook, folder: Path, annotator: Annotator
) -> None:
    path = folder / "plover" / "SUPPORT.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("verbs: [praise, ", "verbs: [sing, ", 1), encoding="utf-8")
    texts = ["Kenya praised Uganda.", "Uganda arrested a monk."]
    changes = diff(codebook, Codebook(folder), texts, annotator)
    assert [(c.kind, c.words) for c in changes] == [("went", "praised")]
    assert diff(codebook, codebook, texts, annotator) == []
