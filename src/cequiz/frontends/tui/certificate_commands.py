"""Everything a key can do on the office's screens about certificates; a part of the one list in `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_LIST, _FILE, _DUE = Scope.CERTIFICATES, Scope.CERTIFICATE_FILE, Scope.CERTIFICATE_DUE
_SEARCH = mark("Go to the search; Enter or the down key goes back.")
_STATES = mark("Show those that are due, in force, superseded, suspended, revoked, expired, or all.")

CERTIFICATE_COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", mark("open it"), mark("Open what is highlighted."), _LIST, "Enter"),
    Command("search", "/", mark("search"), _SEARCH, _LIST, "/"),
    Command("filter", "1,2,3,4,5,6,7", "", _STATES, _LIST, "1-7", each=True),
    Command("issue", "i", mark("issue"), mark("Issue the highlighted certificate."), _LIST, "i"),
    Command("issue_all", "a", mark("issue all"), mark("Issue everything that is due."), _LIST, "a"),
    Command("batch", "b", mark("batch"), mark("Write or print all certificates of a course."), _LIST, "b"),
    Command("reload", "f5", "", mark("Look again: bring the list up to date."), _LIST, "F5"),
    Command("preview", "v", mark("page"), mark("Show the page, or the fields again."), _FILE, "v"),
    Command("print", "p", mark("print"), mark("Print it; always the same bytes."), _FILE, "p"),
    Command("export", "w", mark("write"), mark("Write the PDF into a folder."), _FILE, "w"),
    Command("correct", "c", mark("correct"), mark("Issue it anew with today's name and licences."), _FILE, "c"),
    Command("suspend", "s", mark("suspend"), mark("Suspend it until it is reinstated or revoked."), _FILE, "s"),
    Command("reinstate", "r", mark("reinstate"), mark("Put a suspended certificate in force again."), _FILE, "r"),
    Command("expire", "e", mark("expire"), mark("Say that it is no longer good for what it was for."), _FILE, "e"),
    Command("revoke", "k", mark("revoke"), mark("Revoke it for good."), _FILE, "k"),
    Command("student", "t", mark("student"), mark("Open the student's file."), _FILE, "t"),
    Command("open_file", "o", mark("viewer"), mark("Open the PDF in this computer's viewer."), _FILE, "o"),
    Command("issue", "i", mark("issue"), mark("Issue it."), _DUE, "i"),
    Command("preview", "v", mark("page"), mark("Show the page, or what stands in the way."), _DUE, "v"),
    Command("student", "t", mark("student"), mark("Open the student's file."), _DUE, "t"),
)  # fmt: skip
