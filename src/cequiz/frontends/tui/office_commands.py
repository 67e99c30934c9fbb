"""Everything a key can do in the office; a part of the one list in `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.bank_commands import BANK_COMMANDS
from cequiz.frontends.tui.certificate_commands import CERTIFICATE_COMMANDS
from cequiz.frontends.tui.command import Command, Scope
from cequiz.frontends.tui.keeping_commands import KEEPING_COMMANDS
from cequiz.frontends.tui.key_commands import KEY_COMMANDS
from cequiz.frontends.tui.live_commands import LIVE_COMMANDS
from cequiz.frontends.tui.people_commands import PEOPLE_COMMANDS
from cequiz.frontends.tui.provider_commands import PROVIDER_COMMANDS
from cequiz.frontends.tui.report_commands import REPORT_COMMANDS
from cequiz.language import mark

_DOORS = "bhksnlcrptavfw"
"""The letters of the sections, as in `office.sections`; a test holds both against each other."""

_SEARCH = mark("Go to the search: a deed, an id, a name; 2026-11-22, 2026-11 or 2026-11-01..2026-11-15 for a period.")

OFFICE_COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", mark("open it"), mark("Open what is highlighted."), Scope.OFFICE, "Enter"),
    Command(
        "go", ",".join(_DOORS), "", mark("Open the section with this letter."), Scope.OFFICE, "a-w", each=True,
    ),
    Command("reload", "f5", "", mark("Look again: bring the numbers up to date."), Scope.OFFICE, "F5"),
    Command("sign_out", "o", mark("sign out"), mark("Sign out, so that somebody else can sign in."), Scope.OFFICE, "o"),
    Command("search", "/", mark("search"), _SEARCH, Scope.AUDIT_LOG, "/"),
    Command("open", "enter", mark("open it"), mark("Show the whole record."), Scope.AUDIT_LOG, "Enter"),
    Command("verify", "v", mark("verify"), mark("Recompute every chain of the records."), Scope.AUDIT_LOG, "v"),
    Command("open", "enter", mark("do it"), mark("Do what is highlighted."), Scope.CARE, "Enter"),
    Command("back_up", "b", mark("back up"), mark("Write a backup, while exams run."), Scope.CARE, "b"),
    Command("restore", "r", mark("restore"), mark("Put a backup in the place of the records."), Scope.CARE, "r"),
    Command("check", "c", mark("check"), mark("Look the database through and recompute every chain."), Scope.CARE, "c"),
    Command("doctor", "d", mark("doctor"), mark("Tell what is installed and what is wrong."), Scope.CARE, "d"),
    Command("settings", "s", mark("settings"), mark("Tell what config.toml says."), Scope.CARE, "s"),
    *PEOPLE_COMMANDS,
    *BANK_COMMANDS,
    *KEY_COMMANDS,
    *CERTIFICATE_COMMANDS,
    *LIVE_COMMANDS,
    *KEEPING_COMMANDS,
    *PROVIDER_COMMANDS,
    *REPORT_COMMANDS,
)  # fmt: skip
