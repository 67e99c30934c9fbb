"""Everything a key can do on the office's screens about banks, courses and challenges; a part of `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_SEARCH = mark("Go to the search; Enter or the down key goes back.")
_RELOAD = mark("Look again: bring the list up to date.")

BANK_COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", mark("open it"), mark("Open the bank or the course."), Scope.BANKS, "Enter"),
    Command("search", "/", mark("search"), _SEARCH, Scope.BANKS, "/"),
    Command("check", "c", mark("check, load"), mark("Check files, watch them, load them."), Scope.BANKS, "c"),
    Command("retire", "x", mark("retire"), mark("Take the version out of use; asks why."), Scope.BANKS, "x"),
    Command("reinstate", "i", mark("reinstate"), mark("Take the version into use again; asks why."), Scope.BANKS, "i"),
    Command("reload", "f5", "", _RELOAD, Scope.BANKS, "F5"),
    Command("open", "enter", mark("open it"), mark("Open the question."), Scope.BANK, "Enter"),
    Command("search", "/", mark("search"), _SEARCH, Scope.BANK, "/"),
    Command("state", "v", mark("review"), mark("Show only questions in the next state of review."), Scope.BANK, "v"),
    Command("objective", "o", mark("objective"), mark("Show only questions of the next objective."), Scope.BANK, "o"),
    Command("compare", "d", mark("compare"), mark("Tell what is different from an earlier version."), Scope.BANK, "d"),
    Command("reload", "f5", "", _RELOAD, Scope.BANK, "F5"),
    Command("next", "n,right", mark("next"), mark("Go to the next question of the list."), Scope.ITEM, "n"),
    Command("previous", "p,left", mark("previous"), mark("Go to the previous question."), Scope.ITEM, "p"),
    Command("figure", "f", mark("figure"), mark("Show the figure over the whole screen."), Scope.ITEM, "f"),
    Command("challenge", "h", mark("challenges"), mark("Open what waits about the question."), Scope.ITEM, "h"),
    Command("key", "k", mark("change key"), mark("Change the key, or drop the question."), Scope.ITEM, "k"),
    Command("earlier", "p,left", mark("earlier"), mark("Compare with an earlier version."), Scope.BANK_VERSIONS, "p"),
    Command("later", "n,right", mark("later"), mark("Compare with a later version."), Scope.BANK_VERSIONS, "n"),
    Command("banks", "b", mark("bank"), mark("Open the bank that its exams draw on."), Scope.COURSE, "b"),
    Command("check", "c", mark("check"), mark("Check the files again."), Scope.BANK_FILES, "c"),
    Command("path", "/", mark("file"), mark("Go to the line with the file or folder."), Scope.BANK_FILES, "/"),
    Command("profile", "p", mark("profile"), mark("Check by the rules of a board too, or not."), Scope.BANK_FILES, "p"),
    Command("watch", "w", mark("watch"), mark("Check again whenever a file is saved."), Scope.BANK_FILES, "w"),
    Command("compare", "d", mark("compare"), mark("Compare with what is loaded."), Scope.BANK_FILES, "d"),
    Command("load", "l", mark("load"), mark("Load what was checked, all of it or nothing."), Scope.BANK_FILES, "l"),
    Command("open", "enter", mark("open it"), mark("Open the entry."), Scope.QUEUE, "Enter"),
    Command("kind", "v", mark("kind"), mark("Show only entries of the next kind."), Scope.QUEUE, "v"),
    Command("decided", "d", mark("decided"), mark("Show those that were decided too, or not."), Scope.QUEUE, "d"),
    Command("search", "/", mark("search"), _SEARCH, Scope.QUEUE, "/"),
    Command("reload", "f5", "", _RELOAD, Scope.QUEUE, "F5"),
    Command("accept", "a", mark("accept"), mark("Accept it; it asks for a note."), Scope.QUEUE_ENTRY, "a"),
    Command("decline", "d", mark("decline"), mark("Decline it; it asks for a note."), Scope.QUEUE_ENTRY, "d"),
    Command("give", "g", mark("give time"), mark("Give the time of an outage back; asks why."), Scope.QUEUE_ENTRY, "g"),
    Command("key", "k", mark("change key"), mark("Change the key of the question."), Scope.QUEUE_ENTRY, "k"),
    Command("item", "i", mark("question"), mark("Open the question as it is now."), Scope.QUEUE_ENTRY, "i"),
)  # fmt: skip
