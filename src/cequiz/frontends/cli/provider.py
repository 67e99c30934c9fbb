"""`cequiz provider`: who issues certificates, and how they look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.provider_words import picture_words, pictures_of, taken_away
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.credential.look import Look, Paper
    from cequiz.domain.credential.provider import Provider

app = noun(
    "provider", about="Who issues certificates; without it every PDF is a SPECIMEN.", shows="cequiz provider show"
)

_SET = example(
    'cequiz provider set --name "Sample School" --contact office@example.org --address "Tampa, Florida" '
    '--time-zone America/New_York --administrator "Sample Person" --administrator-role "Provider Administrator" '
    '--instructor "Sample Instructor" --instructor-role LMT'
)


_Instructor = Annotated[str | None, typer.Option(help="Who signs as instructor; the course's instructors else.")]
_Page = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Address of the verification page, its path in capitals: https://school.org/V"),
]
_Picture = Annotated[str | None, typer.Option(metavar="FILE", help="A PNG.")]


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
    instructor: _Instructor = None,
    instructor_role: Annotated[str, typer.Option(help="Credentials of the instructor, such as LMT.")] = "",
    verify_at: _Page = None,
    template: Annotated[str | None, typer.Option(help="How certificates look: classic, modern or plain.")] = None,
    paper: Annotated[str | None, typer.Option(help="letter or a4.")] = None,
    logo: _Picture = None,
    administrator_signature: _Picture = None,
    instructor_signature: _Picture = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept in the audit record.")] = "",
) -> int:
    """Set who issues certificates.

    Page, template, paper, logo and signatures stay as they are where they are not named; an empty text ("") takes them
    away, which is said.
    """
    from cequiz.domain.credential.provider import Provider, Signatory
    from cequiz.services import providing

    desk = desk_of(ctx)
    before = providing.provider(desk.ports())
    pictures = {"administrator": administrator_signature, "instructor": instructor_signature}
    chosen = Provider(
        name=name,
        contact=contact,
        address=address,
        time_zone=time_zone,
        administrator=Signatory(administrator, administrator_role),
        instructor=Signatory(instructor, instructor_role) if instructor else None,
        verify_at=verify_at if verify_at is not None else (before.verify_at if before else ""),
        look=_look(before, template=template, paper=paper, logo=logo, signatures=pictures),
    )
    providing.set_provider(desk.ports(), chosen, actor=desk.actor, reason=reason)
    for what in taken_away(before.look if before else None, chosen.look):
        desk.say(tr("Taken away: {what}.", what=what))
    _say_set(desk, chosen)
    return 0


def _say_set(desk: Desk, chosen: Provider) -> None:
    """Say what happens from now on, and what still stands in the way of it."""
    issues = tr(
        "{name} issues certificates from now on. `cequiz certificate issue` issues those that are due.",
        name=chosen.name,
    )
    desk.say(issues)
    nameless = [] if chosen.instructor else _without_instructor(desk)
    if nameless:
        desk.say(tr("Nobody is named as instructor, so nothing can be issued for: {names}.", names="; ".join(nameless)))
        desk.say(tr("Set the provider again with --instructor and --instructor-role."))


def _look(
    provider: Provider | None,
    *,
    template: str | None,
    paper: str | None,
    logo: str | None,
    signatures: dict[str, str | None],
) -> Look:
    """Return the look with what was named; None leaves a part as it is, an empty text takes it away."""
    from dataclasses import replace

    from cequiz.domain.credential.look import Look

    before = provider.look if provider else Look()
    pictures = dict(before.signatures)
    pictures |= {role: _picture(file) for role, file in signatures.items() if file is not None}
    return replace(
        before,
        template=before.template if template is None else template or Look().template,
        paper=before.paper if paper is None else _paper(paper),
        logo=before.logo if logo is None else _picture(logo),
        signatures={role: picture for role, picture in pictures.items() if picture},
    )


def _paper(name: str) -> Paper:
    from cequiz.domain.credential.look import Look, Paper
    from cequiz.errors import WrongUsage

    try:
        return Paper(name.lower()) if name else Look().paper
    except ValueError:
        raise WrongUsage(
            tr("There is no paper {name}.", name=name),
            hint=tr("There are: {names}.", names=", ".join(one.value for one in Paper)),
        ) from None


def _picture(file: str) -> bytes:
    """Return the picture in a file; none for an empty name."""
    from cequiz.services.providing import picture_file

    return picture_file(Path(file)) if file else b""


def _without_instructor(desk: Desk) -> list[str]:
    """Return the loaded courses that name no instructor of their own."""
    with desk.ports().store.read() as unit:
        courses = [unit.courses.get(version.id, version.version) for version in unit.courses.versions()]
    return [f"{one.title} ({one.id} {one.version})" for one in courses if one is not None and not one.instructors]


@app.command(epilog=example("cequiz provider show --json"))
def show(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Show who issues certificates."""
    from cequiz.errors import NotFound
    from cequiz.services import providing

    desk = desk_of(ctx)
    found = providing.provider(desk.ports())
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
    look = provider.look
    pictures = [picture_words(which) for which, picture in pictures_of(look).items() if picture]
    signatories = [provider.administrator, *([provider.instructor] if provider.instructor else [])]
    return [
        (tr("Name"), provider.name),
        (tr("Contact"), provider.contact),
        (tr("Address"), provider.address),
        (tr("Time zone"), provider.time_zone),
        (tr("Signatories"), "; ".join(f"{one.name}, {one.role}" for one in signatories)),
        (tr("Verification page"), provider.verify_at or tr("none: codes are read with `cequiz certificate verify`")),
        (tr("Template"), look.template),
        (tr("Paper"), look.paper.value),
        (tr("Pictures"), ", ".join(pictures) or tr("none")),
    ]
