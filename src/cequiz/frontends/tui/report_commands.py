"""Everything a key can do on the office's screens about reports; a part of the one list in `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_LIST, _REPORT, _ROSTER = Scope.REPORTS, Scope.REPORT, Scope.BROKER
_BATCHES, _BATCH = Scope.BATCHES, Scope.BATCH
_ROW = mark("Show the whole row.")
_CSV, _JSON, _PDF = mark("Write a CSV file."), mark("Write a JSON file."), mark("Write a PDF file.")

REPORT_COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", mark("open it"), mark("Make the highlighted report."), _LIST, "Enter"),
    Command("open", "enter", mark("row"), _ROW, _REPORT, "Enter"),
    Command("csv", "c", mark("CSV"), _CSV, _REPORT, "c"),
    Command("pdf", "p", mark("PDF"), _PDF, _REPORT, "p"),
    Command("json", "j", mark("JSON"), _JSON, _REPORT, "j"),
    Command("notes", "n", mark("notes"), mark("Show what the report says of itself."), _REPORT, "n"),
    Command("write", "w", mark("write"), mark("Write the files, and keep who is in them as reported."), _ROSTER, "w"),
    Command("left_out", "l", mark("left out"), mark("Show who is left out, and why."), _ROSTER, "l"),
    Command("state", "s", mark("state"), mark("Report to another state."), _ROSTER, "s"),
    Command("batches", "b", mark("batches"), mark("Show what was reported before."), _ROSTER, "b"),
    Command("open", "enter", mark("row"), _ROW, _ROSTER, "Enter"),
    Command("open", "enter", mark("open it"), mark("Show the completions of a batch."), _BATCHES, "Enter"),
    Command("post", "m", mark("posted"), mark("Mark the highlighted batch as posted."), _BATCHES, "m"),
    Command("write", "w", mark("write"), mark("Write both files of the highlighted batch again."), _BATCHES, "w"),
    Command("csv", "c", "", _CSV, _BATCHES, "c"),
    Command("pdf", "p", "", _PDF, _BATCHES, "p"),
    Command("requeue", "r", mark("again"), mark("Report the highlighted completion again, for a reason."), _BATCH, "r"),
    Command("open", "enter", mark("row"), _ROW, _BATCH, "Enter"),
    Command("csv", "c", mark("CSV"), _CSV, _BATCH, "c"),
    Command("pdf", "p", mark("PDF"), _PDF, _BATCH, "p"),
)  # fmt: skip
