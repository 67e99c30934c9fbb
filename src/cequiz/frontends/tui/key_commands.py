"""Everything a key can do on the office's screens about changes of keys; a part of `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_SEARCH = mark("Go to the search; Enter or the down key goes back.")
_APPLY = mark("Change the key as it is shown, or approve the proposal as a second person; asks why.")
_RENEW = mark("Propose what is shown now, where it has changed meanwhile; another person approves it then.")

KEY_COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", mark("open it"), mark("Show everything about the line."), Scope.KEY_PREVIEW, "Enter"),
    Command("apply", "a", mark("apply"), _APPLY, Scope.KEY_PREVIEW, "a"),
    Command("renew", "p", mark("propose anew"), _RENEW, Scope.KEY_PREVIEW, "p"),
    Command("decline", "d", mark("decline"), mark("Turn the proposal down; asks why."), Scope.KEY_PREVIEW, "d"),
    Command("open", "enter", mark("open it"), mark("Show what the proposal would do now."), Scope.PROPOSALS, "Enter"),
    Command("decided", "d", mark("decided"), mark("Show those that were decided too, or not."), Scope.PROPOSALS, "d"),
    Command("search", "/", mark("search"), _SEARCH, Scope.PROPOSALS, "/"),
    Command("reload", "f5", "", mark("Look again: bring the list up to date."), Scope.PROPOSALS, "F5"),
)  # fmt: skip
