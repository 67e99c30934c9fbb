"""`cequiz provider`: who issues certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.credential.provider import Provider

app = noun(
    "provider", about="Who issues certificates; without it every PDF is a SPECIMEN.", shows="cequiz provider show"
)

_SET = example(
    'cequiz provider set --name "Sample School" --contact office@example.org --address "Tampa, Florida" '
    '--time-zone America/New_York --administrator "Sample Person" --administrator-role "Provider Administrator" '
    '--instructor "Sample Instructor" --instructor-role LMT'
)


@app.command("set", epilog=_SET)
def set_(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="The provider's name, as certificates print it.")],
    contact: Annotated[str, typer.Option(help="E-mail address, telephone or web address, as printed.")],
    address: Annotated[str, typer.Option(help="Where the provider is, as printed.")],
    time_zone: Annotated[str, typer.Option(help="IANA name; dates on certificates are in it.")],
    administrator: Annotated[str, typer.Option(help="Who signs for the provider.")],
    administrator_role: Annotated[str, typer.Option(help="Under that signature.")] = "Provider Administrator",
    instructor: Annotated[
        str | None, typer.Option(help="Who signs as instructor; the course's instructors else.")
    ] = None,
    instructor_role: Annotated[str, typer.Option(help="Credentials of the instructor, such as LMT.")] = "",
) -> int:
    """Set who issues certificates."""
    from cequiz.domain.credential.provider import Provider, Signatory
    from cequiz.services import issuing

    desk = desk_of(ctx)
    chosen = Provider(
        name=name,
        contact=contact,
        address=address,
        time_zone=time_zone,
        administrator=Signatory(administrator, administrator_role),
        instructor=Signatory(instructor, instructor_role) if instructor else None,
    )
    issuing.set_provider(desk.ports(), chosen, actor=desk.actor)
    desk.say(
        tr("{name} issues certificates from now on. `cequiz certificate issue` issues those that are due.", name=name)
    )
    nameless = [] if chosen.instructor else _without_instructor(desk)
    if nameless:
        desk.say(tr("Nobody is named as instructor, so nothing can be issued for: {names}.", names="; ".join(nameless)))
        desk.say(tr("Set the provider again with --instructor and --instructor-role."))
    return 0


def _without_instructor(desk: Desk) -> list[str]:
    """Return the loaded courses that name no instructor of their own."""
    with desk.ports().store.read() as unit:
        courses = [unit.courses.get(version.id, version.version) for version in unit.courses.versions()]
    return [f"{one.title} ({one.id} {one.version})" for one in courses if one is not None and not one.instructors]


@app.command(epilog=example("cequiz provider show --json"))
def show(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Show who issues certificates."""
    from cequiz.errors import NotFound
    from cequiz.services import issuing

    desk = desk_of(ctx)
    found = issuing.provider(desk.ports())
    if found is None:
        raise NotFound(
            tr("No provider is set: every certificate is a SPECIMEN."), hint=tr("`cequiz provider set` sets one.")
        )
    if as_json:
        desk.document(found.to_json())
    else:
        desk.fields(_facts(found))
    return 0


def _facts(provider: Provider) -> list[tuple[str, str]]:
    signatories = [provider.administrator, *([provider.instructor] if provider.instructor else [])]
    return [
        (tr("Name"), provider.name),
        (tr("Contact"), provider.contact),
        (tr("Address"), provider.address),
        (tr("Time zone"), provider.time_zone),
        (tr("Signatories"), "; ".join(f"{one.name}, {one.role}" for one in signatories)),
    ]
