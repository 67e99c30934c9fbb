"""`cequiz admin`: the office's screens, and who works there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of, iso
from cequiz.frontends.cli.noun import example
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.people.staff import Staff

app = typer.Typer(
    name="admin",
    help="The office's screens; with a verb: who works there.",
    epilog=example("cequiz admin"),
    rich_markup_mode=None,
    invoke_without_command=True,
)

RoleName = Literal["administrator", "proctor", "auditor"]
Who = Annotated[str, typer.Argument(metavar="WHO", help="The name, or the id, of somebody in the office.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it is kept in the audit record.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept in the audit record.")]


@app.callback()
def screens(ctx: typer.Context) -> int:
    """Open the office's screens, unless a verb follows."""
    if ctx.invoked_subcommand is not None:
        return 0
    from cequiz.frontends.cli.lines import need_terminal

    desk = desk_of(ctx)
    need_terminal(desk, hint=tr("Every deed of the office is a command too: `cequiz --help` lists them."))
    from cequiz.frontends.tui.office.app import run

    return run(desk.house)


@app.command(epilog=example("cequiz admin create Ana --role proctor"))
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.")],
    role: Annotated[RoleName, typer.Option(help="What they may do.")] = "administrator",
    reason: Why = "",
    as_json: JsonOption = False,
) -> int:
    """Take somebody into the office; the passphrase is asked for, or read from a line of the input."""
    from cequiz.domain.people.staff import Role
    from cequiz.frontends.cli.passphrases import new_passphrase
    from cequiz.services import admitting

    desk = desk_of(ctx)
    passphrase = new_passphrase(desk)
    staff = admitting.create(
        desk.ports(), name=name, role=Role(role), passphrase=passphrase, actor=desk.actor, reason=reason
    )
    if as_json:
        desk.document(_record(staff))
    else:
        desk.print(staff.id)
        desk.say(tr("{name} works in the office now: {role}.", name=staff.name, role=tr(str(staff.role))))
    return 0


@app.command("list", epilog=example("cequiz admin list --json"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List who works in the office, by name."""
    from cequiz.services import admitting

    desk = desk_of(ctx)
    seats = admitting.seats(desk.ports())
    if as_json:
        desk.document([_record(one.staff) | {"locked_until": one.locked_until} for one in seats])
        return 0
    rows = [(one.staff.id, one.staff.name, tr(str(one.staff.role)), _state(one)) for one in seats]
    desk.table((tr("ID"), tr("NAME"), tr("ROLE"), tr("STATE")), rows, none=tr("Nobody works in the office yet."))
    return 0


@app.command(epilog=example('cequiz admin role Ana auditor --reason "She audits from now on."'))
def role(
    ctx: typer.Context,
    who: Who,
    role: Annotated[RoleName, typer.Argument(metavar="ROLE", help="administrator, proctor or auditor.")],
    reason: Reason,
) -> int:
    """Give somebody another role."""
    from cequiz.domain.people.staff import Role
    from cequiz.services import admitting

    desk = desk_of(ctx)
    found = admitting.find(desk.ports(), who)
    staff = admitting.change_role(desk.ports(), staff_id=found.id, role=Role(role), reason=reason, actor=desk.actor)
    desk.say(tr("{name} works in the office now: {role}.", name=staff.name, role=tr(str(staff.role))))
    return 0


@app.command("reset-passphrase", epilog=example("cequiz admin reset-passphrase Ana"))
def reset_passphrase(ctx: typer.Context, who: Who, reason: Why = "") -> int:
    """Set a new passphrase for somebody, who may try again at once."""
    from cequiz.frontends.cli.passphrases import new_passphrase
    from cequiz.services import admitting

    desk = desk_of(ctx)
    found = admitting.find(desk.ports(), who)
    passphrase = new_passphrase(desk)
    admitting.set_passphrase(desk.ports(), staff_id=found.id, passphrase=passphrase, actor=desk.actor, reason=reason)
    desk.say(tr("{name} has a new passphrase.", name=found.name))
    return 0


@app.command(epilog=example("cequiz admin unlock Ana"))
def unlock(ctx: typer.Context, who: Who, reason: Why = "") -> int:
    """Let somebody who was locked out try again at once."""
    from cequiz.services import admitting

    desk = desk_of(ctx)
    found = admitting.find(desk.ports(), who)
    admitting.unlock(desk.ports(), staff_id=found.id, actor=desk.actor, reason=reason)
    desk.say(tr("{name} may try again.", name=found.name))
    return 0


@app.command(epilog=example('cequiz admin dismiss Ana --reason "She has left."'))
def dismiss(ctx: typer.Context, who: Who, reason: Reason) -> int:
    """Let somebody out of the office: they cannot sign in any more, and records go on naming them."""
    return _set_active(desk_of(ctx), who, active=False, reason=reason)


@app.command(epilog=example('cequiz admin reinstate Ana --reason "She is back."'))
def reinstate(ctx: typer.Context, who: Who, reason: Reason) -> int:
    """Let somebody back into the office."""
    return _set_active(desk_of(ctx), who, active=True, reason=reason)


def _set_active(desk: Desk, who: str, *, active: bool, reason: str) -> int:
    from cequiz.services import admitting

    found = admitting.find(desk.ports(), who)
    admitting.set_active(desk.ports(), staff_id=found.id, active=active, reason=reason, actor=desk.actor)
    if active:
        desk.say(tr("{name} is back in the office.", name=found.name))
    else:
        desk.say(tr("{name} does not work in the office any more.", name=found.name))
    return 0


def _state(seat: object) -> str:
    from cequiz.services.admitting import Seat

    assert isinstance(seat, Seat)  # noqa: S101 - only `list_` calls, checked for the type checker
    if not seat.staff.active:
        return tr("dismissed")
    if seat.locked_until is not None:
        return tr("locked out until {when}", when=iso(seat.locked_until))
    return tr("works here")


def _record(staff: Staff) -> dict[str, object]:
    return {"id": staff.id, "name": staff.name, "role": str(staff.role), "active": staff.active}
