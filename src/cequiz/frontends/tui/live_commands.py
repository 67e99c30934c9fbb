"""Everything a key can do on the office's screens about exams in progress; a part of the one list in `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_GIVE = mark("Give time, or take some away; it asks how much and why.")
_HOLD = mark("Suspend the exam: its clock stands still and nothing can be answered.")
_RELEASE = mark("Let a suspended exam go on at once.")
_MESSAGE = mark("Write to the student, who sees it at once.")
_VOID = mark("Declare the attempt void, once and for all; it asks why.")

LIVE_COMMANDS: tuple[Command, ...] = (
    Command("open", "enter", mark("open it"), mark("Show the highlighted exam from near."), Scope.LIVE, "Enter"),
    Command("give_time", "t", mark("time"), _GIVE, Scope.LIVE, "t"),
    Command("hold", "s", mark("suspend"), _HOLD, Scope.LIVE, "s"),
    Command("release", "r", mark("go on"), _RELEASE, Scope.LIVE, "r"),
    Command("message", "m", mark("message"), _MESSAGE, Scope.LIVE, "m"),
    Command("message_all", "a", mark("to all"), mark("Write to everybody who sits an exam now."), Scope.LIVE, "a"),
    Command("hold_all", "f", "", mark("Suspend every exam that runs, as for a fire alarm."), Scope.LIVE, "f"),
    Command("release_all", "g", "", mark("Let every suspended exam go on."), Scope.LIVE, "g"),
    Command("void", "v", mark("void"), _VOID, Scope.LIVE, "v"),
    Command("outages", "o", mark("outages"), mark("Decide on time that outages took."), Scope.LIVE, "o"),
    Command("sort", "n", "", mark("Sort by name, or by the time that is left."), Scope.LIVE, "n"),
    Command("give_time", "t", mark("time"), _GIVE, Scope.LIVE_ATTEMPT, "t"),
    Command("hold", "s", mark("suspend"), _HOLD, Scope.LIVE_ATTEMPT, "s"),
    Command("release", "r", mark("go on"), _RELEASE, Scope.LIVE_ATTEMPT, "r"),
    Command("message", "m", mark("message"), _MESSAGE, Scope.LIVE_ATTEMPT, "m"),
    Command("void", "v", mark("void"), _VOID, Scope.LIVE_ATTEMPT, "v"),
    Command("void", "v", mark("void"), _VOID, Scope.ATTEMPT_FILE, "v"),
    Command("approve", "a,enter", mark("give back"), mark("Give the time back; it asks why."), Scope.OUTAGES, "a"),
    Command("decline", "d", mark("decline"), mark("Give no time; it asks why."), Scope.OUTAGES, "d"),
    Command("accept", "k", mark("accept"), mark("Accept it and give no time, as after the end."), Scope.OUTAGES, "k"),
    Command("exam", "x", mark("the exam"), mark("Show the exam from near."), Scope.OUTAGES, "x"),
)  # fmt: skip
