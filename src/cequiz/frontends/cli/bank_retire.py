"""`cequiz bank retire` and `reinstate`, and the same for courses: taking versions out of use, and back into it."""

from __future__ import annotations

from typing import Annotated

import typer

from cequiz.frontends.cli.desk import desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr

Name = Annotated[str, typer.Argument(metavar="ID", help="ID@VERSION, or ID for every version.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept.")]


def add_to_banks(app: typer.Typer) -> None:
    """Declare the commands for banks."""
    shown = example('cequiz bank retire neck-anatomy@2026.1 --reason "two keys were wrong"')
    app.command("retire", epilog=shown)(retire_bank)
    shown = example('cequiz bank reinstate neck-anatomy@2026.1 --reason "checked again"')
    app.command("reinstate", epilog=shown)(reinstate_bank)


def add_to_courses(app: typer.Typer) -> None:
    """Declare the commands for courses."""
    shown = example('cequiz course retire essential-assessments --reason "the approval has ended"')
    app.command("retire", epilog=shown)(retire_course)
    shown = example('cequiz course reinstate essential-assessments --reason "approved again"')
    app.command("reinstate", epilog=shown)(reinstate_course)


def retire_bank(ctx: typer.Context, name: Name, reason: Reason) -> int:
    """Take a version out of use: no new attempt is drawn from it, and the newest one that is in use counts."""
    return _change(ctx, "bank", name, reason, retired=True)


def reinstate_bank(ctx: typer.Context, name: Name, reason: Reason) -> int:
    """Take a retired version back into use."""
    return _change(ctx, "bank", name, reason, retired=False)


def retire_course(ctx: typer.Context, name: Name, reason: Reason) -> int:
    """Take a course out of use: it takes no new student; whoever is enrolled goes on."""
    return _change(ctx, "course", name, reason, retired=True)


def reinstate_course(ctx: typer.Context, name: Name, reason: Reason) -> int:
    """Take a retired course back into use."""
    return _change(ctx, "course", name, reason, retired=False)


def _change(ctx: typer.Context, kind: str, name: str, reason: str, *, retired: bool) -> int:
    from cequiz.services import retiring

    desk = desk_of(ctx)
    deed = retiring.retire if retired else retiring.reinstate
    for one in deed(desk.ports(), kind=retiring.Kind(kind), name=name, reason=reason, actor=desk.actor):
        what = f"{one.id}@{one.version}"
        desk.print(what)
        desk.say(tr("{what} is retired.", what=what) if retired else tr("{what} is in use.", what=what))
    return 0
