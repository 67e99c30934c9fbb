"""Everything a key can do on the office's screens about people; a part of the one list in `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_SEARCH = mark("Go to the search; Enter or the down key goes back.")

PEOPLE_COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", mark("open it"), mark("Open the student's file."), Scope.STUDENTS, "Enter"),
    Command("search", "/", mark("search"), _SEARCH, Scope.STUDENTS, "/"),
    Command("add", "a", mark("add"), mark("Add a student."), Scope.STUDENTS, "a"),
    Command("take_in", "i", mark("import"), mark("Take in many students from a CSV file."), Scope.STUDENTS, "i"),
    Command("open", "enter", mark("open it"), mark("Show more of what is highlighted."), Scope.STUDENT, "Enter"),
    Command("correct", "c", mark("correct"), mark("Correct name, address or licences."), Scope.STUDENT, "c"),
    Command("enrol", "e", mark("enrol"), mark("Enrol the student in a course, or by a code."), Scope.STUDENT, "e"),
    Command("renew", "w", mark("renew"), mark("Open the next cycle of the highlighted course."), Scope.STUDENT, "w"),
    Command("accommodate", "a", mark("accommodate"), mark("Grant an accommodation."), Scope.STUDENT, "a"),
    Command("transcript", "t", mark("transcript"), mark("Write or print a transcript."), Scope.STUDENT, "t"),
    Command("merge", "m", mark("merge"), mark("Merge a student who was added twice."), Scope.STUDENT, "m"),
    Command("passphrase", "p", mark("passphrase"), mark("Help with a forgotten passphrase."), Scope.STUDENT, "p"),
    Command("load", "l", mark("load"), mark("Take everybody in."), Scope.ROLL, "l"),
    Command("again", "r", mark("read again"), mark("Read the file again."), Scope.ROLL, "r"),
    Command("open", "enter", mark("choose"), mark("Enrol in the highlighted course."), Scope.ENROLLING, "Enter"),
    Command("code", "k", mark("code"), mark("Enrol by a code."), Scope.ENROLLING, "k"),
    Command("reissue", "i", mark("issue anew"), mark("Issue the certificates anew."), Scope.TOUCHED, "i"),
    Command("open", "enter", mark("who came"), mark("Show who came in with the code."), Scope.CODES, "Enter"),
    Command("make", "n", mark("new code"), mark("Make a code."), Scope.CODES, "n"),
    Command("withdraw", "w", mark("withdraw"), mark("Let the code enrol nobody any more."), Scope.CODES, "w"),
    Command("search", "/", mark("search"), _SEARCH, Scope.CODES, "/"),
    Command("reload", "f5", "", mark("Look again: bring the list up to date."), Scope.CODES, "F5"),
    Command("open", "enter", mark("choose"), mark("Show what a merge would do."), Scope.TWINS, "Enter"),
    Command("search", "/", mark("search"), _SEARCH, Scope.TWINS, "/"),
    Command("merge", "m", mark("merge"), mark("Merge the two; it asks why."), Scope.MERGE, "m"),
    Command("swap", "s", mark("swap"), mark("Keep the other one of the two."), Scope.MERGE, "s"),
    Command("write_pdf", "p", mark("PDF"), mark("Write the transcript as a PDF."), Scope.TRANSCRIPT, "p"),
    Command("write_csv", "c", mark("CSV"), mark("Write the transcript as CSV."), Scope.TRANSCRIPT, "c"),
    Command("print", "d", mark("print"), mark("Print the transcript on paper."), Scope.TRANSCRIPT, "d"),
    Command("add", "a", mark("add"), mark("Take somebody into the office."), Scope.STAFF, "a"),
    Command("role", "r,enter", mark("role"), mark("Give the highlighted person another role."), Scope.STAFF, "r"),
    Command("passphrase", "p", mark("passphrase"), mark("Set a new passphrase."), Scope.STAFF, "p"),
    Command("unlock", "u", mark("unlock"), mark("Let somebody who is locked out try again."), Scope.STAFF, "u"),
    Command("active", "l", mark("let out"), mark("Let somebody out of the office, or back in."), Scope.STAFF, "l"),
    Command("search", "/", mark("search"), _SEARCH, Scope.STAFF, "/"),
    Command("reload", "f5", "", mark("Look again: bring the list up to date."), Scope.STAFF, "F5"),
)  # fmt: skip
