"""Everything a key can do, in one list.

Bindings, the key line at the foot of each screen, the help screen and `docs/keys.md` are made from it, so none of
them can say something else than the others. It knows no screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from cequiz.frontends.tui.command import Command, Needs, Scope
from cequiz.frontends.tui.office_commands import OFFICE_COMMANDS
from cequiz.language import mark

if TYPE_CHECKING:
    from cequiz.frontends.tui.outside import Outside

__all__ = ["COMMANDS", "LETTERS", "Command", "Needs", "Scope", "bindings", "keys_page", "of", "offered", "with_letters"]

LETTERS = "abcdefghijk"
"""The letters that options go by, as in line mode."""


COMMANDS: tuple[Command, ...] = (
    Command("help", "?,f1", mark("help"), mark("Show what the keys do here."), Scope.EVERYWHERE, "?"),
    Command("back", "escape", mark("back"), mark("Go back without doing anything."), Scope.EVERYWHERE, "Esc"),
    Command(
        "theme", "f2", "", mark("Change the colours: dark, light, high contrast."), Scope.EVERYWHERE, "F2",
        anywhere=True,
    ),
    Command(
        "leave_program", "ctrl+q,ctrl+c", mark("quit"),
        mark("Leave cequiz. A running exam goes on, and its saved answers stay."), Scope.EVERYWHERE, "Ctrl-Q",
        anywhere=True,
    ),
    Command("open", "enter", mark("open it"), mark("Open what is highlighted."), Scope.HOME, "Enter"),
    Command("reload", "r", "", mark("Look again: bring the list up to date."), Scope.HOME, "r"),
    Command("enter_code", "c", mark("code"), mark("Enter an enrolment code."), Scope.HOME, "c"),
    Command("sign_out", "o", mark("sign out"), mark("Sign out, so that somebody else can sign in."), Scope.HOME, "o"),
    Command("send", "ctrl+s", mark("send"), mark("Send the form."), Scope.FORM, "Ctrl-S", anywhere=True),
    Command("agree", "y,enter", mark("it is right"), mark("The name and the licences are right."), Scope.CONFIRM, "y"),
    Command("change", "n", mark("change it"), mark("Change something first."), Scope.CONFIRM, "n"),
    Command("accept", "a,space", mark("accept"), mark("Accept the statement, or take it back."), Scope.BRIEFING, "a"),
    Command("start", "s", mark("start"), mark("Start the exam, or continue it."), Scope.BRIEFING, "s"),
    Command(
        "answer", ",".join(LETTERS), mark("answer"),
        mark("Choose what has this letter; the same letter again takes it back."), Scope.EXAM, "a-k", each=True,
    ),
    Command(
        "type", "=", mark("type"), mark("Type an answer; Enter or Esc ends it, and it is saved by itself."),
        Scope.EXAM, "=",
    ),
    Command("move_up", "[,shift+up", mark("up"), mark("Move the highlighted part of an order up."), Scope.EXAM, "["),
    Command(
        "move_down", "],shift+down", mark("down"), mark("Move the highlighted part of an order down."), Scope.EXAM,
        "]",
    ),
    Command("next", "n,right", mark("next"), mark("Go to the next question."), Scope.EXAM, "n"),
    Command("previous", "p,left", mark("previous"), mark("Go to the previous question."), Scope.EXAM, "p"),
    Command(
        "flag", "*", mark("flag"), mark("Flag the question for another look, or take the flag away."), Scope.EXAM, "*",
    ),
    Command(
        "clear", "-", mark("clear"), mark("Take your answer back, or the highlighted part of it."), Scope.EXAM, "-",
    ),
    Command("list", "l", mark("list"), mark("List every question with its state."), Scope.EXAM, "l"),
    Command(
        "time", "t", mark("time"), mark("Show the time left, and why the deadline is where it is."), Scope.EXAM, "t",
    ),
    Command("submit", "s", mark("hand in"), mark("Look over what is open, then hand in."), Scope.EXAM, "s"),
    Command("leave", "x", mark("leave"), mark("Leave the exam; it says until when it goes on."), Scope.EXAM, "x"),
    Command(
        "challenge", "!", mark("challenge"), mark("Say what is wrong with the question; the exam goes on."),
        Scope.EXAM, "!",
    ),
    Command("figure", "v", mark("figure"), mark("Show the figure over the whole screen."), Scope.EXAM, "v"),
    Command(
        "open_figure", "o", "", mark("Open the figure in a window outside of the terminal."), Scope.EXAM, "o",
        needs=Needs.MACHINE,
    ),
    Command(
        "go_to", "1,2,3,4,5,6,7,8,9", mark("go to"), mark("Type a number to go to that question."), Scope.EXAM, "1-9",
        each=True,
    ),
    Command(
        "take_over", "r", mark("take over"), mark("Take the exam over again when it is open elsewhere."), Scope.EXAM,
        "r",
    ),
    Command(
        "scroll_question", "pagedown,pageup", "", mark("Scroll a question that is longer than its place."), Scope.EXAM,
        "PgDn PgUp", each=True,
    ),
    Command("close", "v", mark("close"), mark("Go back to the question."), Scope.FIGURE, "v"),
    Command(
        "open_figure", "o", mark("window"), mark("Open the figure in a window outside of the terminal."), Scope.FIGURE,
        "o", needs=Needs.MACHINE,
    ),
    Command(
        "answer", ",".join(LETTERS), mark("answer"),
        mark("Choose what has this letter; the same letter again takes it back."), Scope.PRACTICE, "a-k", each=True,
    ),
    Command("type", "=", mark("type"), mark("Type an answer; Enter or Esc ends it."), Scope.PRACTICE, "="),
    Command(
        "move_up", "[,shift+up", mark("up"), mark("Move the highlighted part of an order up."), Scope.PRACTICE, "[",
    ),
    Command(
        "move_down", "],shift+down", mark("down"), mark("Move the highlighted part of an order down."),
        Scope.PRACTICE, "]",
    ),
    Command(
        "clear", "-", mark("clear"), mark("Take your answer back, or the highlighted part of it."), Scope.PRACTICE, "-",
    ),
    Command(
        "check", "s", mark("check"), mark("Check the answer; without one, show the right one."), Scope.PRACTICE, "s",
    ),
    Command("go_on", "enter", mark("next"), mark("Go on after an answer was checked."), Scope.PRACTICE, "Enter"),
    Command(
        "next", "n,right", mark("later"), mark("Go on; a question that was not checked is asked again later."),
        Scope.PRACTICE, "n",
    ),
    Command("figure", "v", mark("figure"), mark("Show the figure over the whole screen."), Scope.PRACTICE, "v"),
    Command(
        "open_figure", "o", "", mark("Open the figure in a window outside of the terminal."), Scope.PRACTICE, "o",
        needs=Needs.MACHINE,
    ),
    Command(
        "scroll_question", "pagedown,pageup", "", mark("Scroll a question that is longer than its place."),
        Scope.PRACTICE, "PgDn PgUp", each=True,
    ),
    Command("leave", "x", mark("leave"), mark("Leave practice; what was checked is kept."), Scope.PRACTICE, "x"),
    Command("open", "enter", mark("go there"), mark("Go to the highlighted question."), Scope.QUESTIONS, "Enter"),
    Command("send", "ctrl+s", mark("send"), mark("Send what you wrote."), Scope.CHALLENGE, "Ctrl-S", anywhere=True),
    Command("open", "enter", mark("go there"), mark("Go to the highlighted question."), Scope.CHECK, "Enter"),
    Command("hand_in", "s", mark("hand in"), mark("Hand the exam in."), Scope.CHECK, "s"),
    Command(
        "review", "v", mark("your answers"), mark("Look at your answers, as far as the course allows it."),
        Scope.RESULT, "v",
    ),
    Command("evaluate", "e", mark("evaluation"), mark("Evaluate the course."), Scope.RESULT, "e"),
    Command("certificate", "c", mark("certificate"), mark("Show the certificate."), Scope.RESULT, "c"),
    Command("again", "a", mark("again"), mark("Go to the briefing of another attempt."), Scope.RESULT, "a"),
    Command("practise", "p", mark("practice"), mark("Practise the questions of the course."), Scope.RESULT, "p"),
    Command(
        "scroll", "pagedown,pageup", mark("scroll"), mark("Scroll the result and the list of what to study."),
        Scope.RESULT, "PgDn PgUp", each=True, anywhere=True,
    ),
    Command("home", "h,enter", mark("home"), mark("Go home."), Scope.RESULT, "h"),
    Command("home", "h", mark("home"), mark("Go back to the result."), Scope.REVIEW, "h"),
    Command("send", "ctrl+s", mark("send"), mark("Send the evaluation."), Scope.EVALUATION, "Ctrl-S", anywhere=True),
    Command(
        "decline", "ctrl+n", mark("decline"), mark("Decline to evaluate the course, once and for all."),
        Scope.EVALUATION, "Ctrl-N", anywhere=True,
    ),
    Command(
        "open_file", "o", mark("open it"), mark("Open the PDF in this computer's viewer."), Scope.CERTIFICATE, "o",
        needs=Needs.MACHINE,
    ),
    Command(
        "print", "p", mark("print"), mark("Print the certificate."), Scope.CERTIFICATE, "p", needs=Needs.MACHINE,
    ),
    Command(
        "download", "d", mark("download"), mark("Download the PDF, where a browser shows this."), Scope.CERTIFICATE,
        "d", needs=Needs.HANDING_OVER,
    ),
    Command("preview", "v", mark("preview"), mark("Show the page, or its fields."), Scope.CERTIFICATE, "v"),
    Command("yes", "y", mark("yes"), mark("Do it."), Scope.DIALOG, "y"),
    Command("no", "n", mark("no"), mark("Do not do it."), Scope.DIALOG, "n"),
    Command("close", "enter,space", mark("close"), mark("Close the note."), Scope.NOTE, "Enter"),
    *OFFICE_COMMANDS,
)  # fmt: skip


def of(scope: Scope) -> Iterator[Command]:
    """Yield the commands of a scope in their order."""
    return (command for command in COMMANDS if command.scope is scope)


def offered(scope: Scope, outside: Outside) -> Iterator[Command]:
    """Yield the commands of a scope that work where somebody sits."""
    return (command for command in of(scope) if _has(outside, command.needs))


def _has(outside: Outside, needs: Needs) -> bool:
    match needs:
        case Needs.NOTHING:
            return True
        case Needs.MACHINE:
            return outside.here
        case Needs.HANDING_OVER:
            return outside.hands_over


def with_letters(command: Command, count: int) -> Command:
    """Return a command whose keys are letters as the key line of a question with so many of them shows it."""
    last = LETTERS[min(count, len(LETTERS)) - 1]
    return replace(command, shown=f"a-{last}" if last != "a" else "a")


def bindings(scope: Scope, *, without: str = "") -> list[BindingType]:
    """Return the key bindings of a scope; an action that wants to know its key is bound once a key.

    Args:
        scope: which commands.
        without: the id of a command to leave out.
    """
    return [binding for command in of(scope) if command.id != without for binding in _bindings(command)]


def _bindings(command: Command) -> Iterator[Binding]:
    for key in command.key.split(","):
        action = f"{command.id}('{key}')" if command.each else command.id
        yield Binding(
            key,
            action,
            command.label or command.help,
            show=False,
            priority=command.anywhere,
            id=f"{command.scope.name.lower()}.{command.id}.{key}",
        )


def keys_page() -> str:
    """Return the page `docs/keys.md`."""
    lines = [
        "# Keys of the terminal UI",
        "",
        "Made from the list of commands in `src/cequiz/frontends/tui/commands.py`; do not edit.",
        "Lists move with the arrow keys, forms with Tab and Shift-Tab; everything can be clicked as well.",
    ]
    for scope, commands in groupby(COMMANDS, key=lambda command: command.scope):
        lines += ["", f"## {scope}", "", "| key | what it does |", "|---|---|"]
        lines += [f"| `{command.shown}` | {command.help} |" for command in commands]
    return "\n".join(lines) + "\n"
