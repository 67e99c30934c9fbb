"""The command line put together: every noun's commands, and the one place where refusals become exit codes.

Heavy imports stay inside the commands, so that what a command does not need is never loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextvars import copy_context
from typing import Annotated

import typer

from cequiz import __version__
from cequiz.errors import CequizError, WrongUsage
from cequiz.frontends.cli import (
    admin,
    attempt,
    audit,
    bank,
    certificate,
    code,
    config,
    course,
    db,
    demo,
    doctor,
    evaluate,
    fonts,
    keys,
    log,
    practice,
    proposal,
    provider,
    queue,
    report,
    retention,
    serve,
    sit,
    student,
    trust,
)
from cequiz.frontends.cli.desk import Desk, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.cli.refusals import say_error
from cequiz.frontends.cli.spoken_help import parser_words, put_into_words
from cequiz.language import mark, tr

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended."""

_HELP = mark(
    "Exams and certificates for continuing education, in the terminal. Without a command: the student's screens."
)

_NOUNS = (
    admin,
    bank,
    course,
    student,
    code,
    attempt,
    queue,
    proposal,
    certificate,
    report,
    provider,
    fonts,
    keys,
    trust,
    log,
    db,
    audit,
    retention,
    config,
    serve,
)
_VERBS = (sit, practice, evaluate, demo, doctor)


def build() -> typer.Typer:
    """Return the whole command line."""
    app = typer.Typer(
        name="cequiz",
        help=_HELP,
        epilog=example("cequiz demo --out certificates"),
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_open_screens)
    for verb in _VERBS:
        verb.add_to(app)
    for noun in _NOUNS:
        app.add_typer(noun.app)
    return app


def run(arguments: Sequence[str], desk: Desk) -> int:
    """Run one command line and return its exit code; nothing a command raises on purpose leaves this function.

    Args:
        arguments: what follows the program's name.
        desk: house and streams.
    """
    # A command that a program reads speaks English; whoever called this goes on in their own language.
    return copy_context().run(_run, arguments, desk)


def _run(arguments: Sequence[str], desk: Desk) -> int:
    command = typer.main.get_command(build())
    put_into_words(command)
    try:
        # Not `command.main`: it would turn interrupts and closed pipes into exits of its own.
        with command.make_context("cequiz", list(arguments), obj=desk) as context:
            code = command.invoke(context)
    except CequizError as error:
        return refuse(desk, error)
    except typer.Exit as end:
        return end.exit_code
    except typer.TyperException as error:
        # The parser's own refusals: unknown commands and options, values that do not fit.
        return refuse(desk, WrongUsage(_sentence(error), hint=_see_help(error, command, arguments)))
    except (KeyboardInterrupt, typer.Abort):
        desk.say(tr("Stopped. Everything that was reported as saved is saved."))
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def refuse(desk: Desk, error: CequizError) -> int:
    """Tell a person why something was not done, and return the exit code."""
    say_error(desk, error)
    return error.exit_code


def _sentence(error: typer.TyperException) -> str:
    words = parser_words(error.format_message().strip()) or tr("The command is not complete.")
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _see_help(error: typer.TyperException, command: object, arguments: Sequence[str]) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else " ".join(["cequiz", *_named(command, arguments)])
    return tr("`{path} --help` shows how it is used.", path=path)


def _named(command: object, arguments: Sequence[str]) -> Iterator[str]:
    """Yield the words that lead to a command; where an option lacks its value, the parser does not say whose it is."""
    for word in arguments:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            return
        yield word


def _open_screens(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> int:
    desk = desk_of(ctx)
    if version:
        desk.print(f"cequiz {__version__}")
        raise typer.Exit(0)
    if ctx.invoked_subcommand is not None:
        return 0
    if not desk.interactive or desk.settings.accessible:
        raise WrongUsage(
            tr("The screens of cequiz need a terminal that can draw them."),
            hint=tr(
                "`cequiz demo` walks the whole way without a keyboard; "
                "`cequiz sit EXAM --student ID --plain` asks in plain lines."
            ),
        )
    from cequiz.frontends.tui.app import run as open_tui

    return open_tui(desk.house)
