"""Everything a key can do, in one list.

Bindings, the key line at the foot of each screen, the help screen and `docs/keys.md` are made from it, so none of
them can say something else than the others. It knows no screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from textual.binding import Binding, BindingType

LETTERS = "abcdefghijk"
"""The letters that options go by, as in line mode."""


class Scope(StrEnum):
    """Where a command works; the value is the heading in the help."""

    EVERYWHERE = "Everywhere"
    HOME = "Home"
    FORM = "Forms"
    CONFIRM = "Your certificate's name"
    BRIEFING = "Before an exam"
    EXAM = "During an exam"
    QUESTIONS = "List of questions"
    CHECK = "Before handing in"
    RESULT = "Result"
    REVIEW = "Your answers"
    EVALUATION = "Course evaluation"
    CERTIFICATE = "Certificate"
    DIALOG = "Questions that wait for a yes or a no"
    NOTE = "Notes"


@dataclass(frozen=True)
class Command:
    """One thing a person can ask for."""

    id: str
    """Unique in its scope; the screen's method is `action_<id>`."""
    key: str
    """Textual's names of the keys, separated by commas."""
    label: str
    """One or two words for the key line; empty where it is left out there."""
    help: str
    """One sentence."""
    scope: Scope
    shown: str
    """The key as a person reads it."""
    each: bool = False
    """Whether the action is told which of the keys was pressed."""
    anywhere: bool = False
    """Whether it works inside a text field too."""


COMMANDS: tuple[Command, ...] = (
    Command("help", "?,f1", "help", "Show what the keys do here.", Scope.EVERYWHERE, "?"),
    Command("back", "escape", "back", "Go back without doing anything.", Scope.EVERYWHERE, "Esc"),
    Command(
        "theme", "f2", "", "Change the colours: dark, light, high contrast.", Scope.EVERYWHERE, "F2", anywhere=True
    ),
    Command(
        "leave_program",
        "ctrl+q,ctrl+c",
        "quit",
        "Leave cequiz. A running exam goes on, and its saved answers stay.",
        Scope.EVERYWHERE,
        "Ctrl-Q",
        anywhere=True,
    ),
    Command("open", "enter", "open", "Open what is highlighted.", Scope.HOME, "Enter"),
    Command("reload", "r", "", "Look again: bring the list up to date.", Scope.HOME, "r"),
    Command("sign_out", "o", "sign out", "Sign out, so that somebody else can sign in.", Scope.HOME, "o"),
    Command("send", "ctrl+s", "send", "Send the form.", Scope.FORM, "Ctrl-S", anywhere=True),
    Command("agree", "y,enter", "it is right", "The name and the licences are right.", Scope.CONFIRM, "y"),
    Command("change", "n", "change it", "Change something first.", Scope.CONFIRM, "n"),
    Command("accept", "a,space", "accept", "Accept the statement, or take it back.", Scope.BRIEFING, "a"),
    Command("start", "s", "start", "Start the exam, or continue it.", Scope.BRIEFING, "s"),
    Command(
        "answer", ",".join(LETTERS), "answer", "Choose the option with this letter.", Scope.EXAM, "a-k", each=True
    ),
    Command("next", "n,right", "next", "Go to the next question.", Scope.EXAM, "n"),
    Command("previous", "p,left", "previous", "Go to the previous question.", Scope.EXAM, "p"),
    Command(
        "go_to", "1,2,3,4,5,6,7,8,9", "go to", "Type a number to go to that question.", Scope.EXAM, "1-9", each=True
    ),
    Command("flag", "*", "flag", "Flag the question for another look, or take the flag away.", Scope.EXAM, "*"),
    Command("clear", "-", "clear", "Take your answer back.", Scope.EXAM, "-"),
    Command("list", "l", "list", "List every question with its state.", Scope.EXAM, "l"),
    Command("time", "t", "time", "Show the time left, and why the deadline is where it is.", Scope.EXAM, "t"),
    Command("submit", "s", "hand in", "Look over what is open, then hand in.", Scope.EXAM, "s"),
    Command("leave", "x", "leave", "Leave the exam; it says until when it goes on.", Scope.EXAM, "x"),
    Command(
        "take_over", "r", "take over", "Take the exam over again when it is open elsewhere.", Scope.EXAM, "r"
    ),
    Command(
        "scroll_question", "pagedown,pageup", "", "Scroll a question that is longer than its place.", Scope.EXAM,
        "PgDn PgUp", each=True,
    ),
    Command("open", "enter", "go there", "Go to the highlighted question.", Scope.QUESTIONS, "Enter"),
    Command("open", "enter", "go there", "Go to the highlighted question.", Scope.CHECK, "Enter"),
    Command("hand_in", "s", "hand in", "Hand the exam in.", Scope.CHECK, "s"),
    Command("review", "v", "your answers", "Look at your answers, as far as the course allows it.", Scope.RESULT, "v"),
    Command("evaluate", "e", "evaluation", "Evaluate the course.", Scope.RESULT, "e"),
    Command("certificate", "c", "certificate", "Show the certificate.", Scope.RESULT, "c"),
    Command("again", "a", "again", "Go to the briefing of another attempt.", Scope.RESULT, "a"),
    Command("home", "h,enter", "home", "Go home.", Scope.RESULT, "h"),
    Command("home", "h", "home", "Go back to the result.", Scope.REVIEW, "h"),
    Command("send", "ctrl+s", "send", "Send the evaluation.", Scope.EVALUATION, "Ctrl-S", anywhere=True),
    Command(
        "decline", "ctrl+n", "decline", "Decline to evaluate the course, once and for all.", Scope.EVALUATION,
        "Ctrl-N", anywhere=True,
    ),
    Command("open_file", "o", "open", "Open the PDF in this computer's viewer.", Scope.CERTIFICATE, "o"),
    Command("print", "p", "print", "Print the certificate.", Scope.CERTIFICATE, "p"),
    Command("preview", "v", "preview", "Show the page, or its fields.", Scope.CERTIFICATE, "v"),
    Command("yes", "y", "yes", "Do it.", Scope.DIALOG, "y"),
    Command("no", "n", "no", "Do not do it.", Scope.DIALOG, "n"),
    Command("close", "enter,space", "close", "Close the note.", Scope.NOTE, "Enter"),
)  # fmt: skip


def of(scope: Scope) -> Iterator[Command]:
    """Yield the commands of a scope in their order."""
    return (command for command in COMMANDS if command.scope is scope)


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
        "# Keys of the student's terminal UI",
        "",
        "Made from the list of commands in `src/cequiz/frontends/tui/commands.py`; do not edit.",
        "Lists move with the arrow keys, forms with Tab and Shift-Tab; everything can be clicked as well.",
    ]
    for scope, commands in groupby(COMMANDS, key=lambda command: command.scope):
        lines += ["", f"## {scope}", "", "| key | what it does |", "|---|---|"]
        lines += [f"| `{command.shown}` | {command.help} |" for command in commands]
    return "\n".join(lines) + "\n"
