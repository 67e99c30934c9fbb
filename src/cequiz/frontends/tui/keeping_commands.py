"""Everything a key can do where records are kept, purged and packed; a part of the one list in `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_SEARCH = mark("Go to the search; Enter or the down key goes back.")

KEEPING_COMMANDS: tuple[Command, ...] = (
    Command("send", "ctrl+s", mark("pack"), mark("Make the pack."), Scope.AUDIT_PACK, "Ctrl-S", anywhere=True),
    Command("open", "enter", mark("what goes"), mark("Show what a purge would remove."), Scope.RETENTION, "Enter"),
    Command("search", "/", mark("search"), _SEARCH, Scope.RETENTION, "/"),
    Command("due", "d", mark("due only"), mark("Show those whose time is over, or everybody."), Scope.RETENTION, "d"),
    Command("hold", "h", mark("hold"), mark("Place a legal hold; it asks why."), Scope.RETENTION, "h"),
    Command("lift", "l", mark("lift"), mark("Lift a legal hold; it asks why."), Scope.RETENTION, "l"),
    Command("purge", "p", mark("purge"), mark("Purge one student's records; it asks twice."), Scope.RETENTION, "p"),
    Command("purge_due", "P", mark("purge due"), mark("Purge all that is due; it asks twice."), Scope.RETENTION, "P"),
    Command("reload", "f5", "", mark("Look again: bring the list up to date."), Scope.RETENTION, "F5"),
)  # fmt: skip
