"""The page of a reading: nothing that a report says steers the terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.records import Entity, Event, Mention, Pipeline, Reading, Report
from dragoman.terminal import Harmless, show

HOSTILE = "\x1b]0;x\x07\x1b[2J\x9b5n\u202e\u2066\x7f\b"


def test_a_report_does_not_steer_the_terminal() -> None:
    text = f"The council {HOSTILE} met the union."
    end = len(text)
    reading = Reading(
        report=Report(id="1", text=text, title=f"T{HOSTILE}", source=HOSTILE, url=HOSTILE),
        pipeline=Pipeline(dragoman="0", model="m", codebook="c"),
        entities=(
            Entity(
                id="e1",
                name=f"council {HOSTILE}",
                type="organization",
                mentions=(Mention(span=(0, 11), text="The council", kind="nominal"),),
            ),
        ),
        events=(
            Event(
                id="v1",
                type="CONSULT",
                actor=("e1",),
                trigger=(4, 11),
                evidence=((0, end),),
                rule="CONSULT/meet",
            ),
        ),
    )
    out = StringIO()
    show(reading, Console(file=out, highlight=False, width=200))
    shown = out.getvalue()
    assert "The council" in shown
    assert all(c.isprintable() for c in shown.replace("\n", ""))


def test_a_table_does_not_steer_the_terminal() -> None:
    table = Table(box=None)
    table.add_column("name")
    table.add_row(Text(f"council {HOSTILE} of Kenya"))
    out = StringIO()
    Console(file=out, highlight=False, width=80).print(Harmless(table))
    assert "of Kenya" in out.getvalue()
    assert all(c.isprintable() for c in out.getvalue().replace("\n", ""))
