"""The forms of the provider: what certificates say of it, and the pictures on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Input, Static

from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.people.staff import Right
from cequiz.frontends.provider_words import PICTURES, picture_words, pictures_of
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.frontends.tui.widgets.path_input import PathInput, expanded
from cequiz.language import mark, tr
from cequiz.services import providing
from cequiz.services.ports import Ports


class ProviderForm(OfficeForm):
    """Says who issues certificates from now on."""

    HEADING = mark("The provider")
    INTRODUCTION = mark("It stands on certificates exactly as you write it here. Issued ones stay as they are.")
    SEND = mark("Set")
    AUTO_FOCUS = ""  # the first field gets it without being scrolled to, which would hide its label

    def __init__(self, desk: OfficeDesk, before: Provider | None) -> None:
        super().__init__(desk)
        self._before = before

    def compose_fields(self) -> ComposeResult:
        """Lay out the fields."""
        look = self._before.look if self._before else Look()
        yield from self.field("name", tr("Name"))
        yield from self.field("contact", tr("E-mail address, telephone or web address"))
        yield from self.field("address", tr("Address"))
        yield from self.field("time_zone", tr("Time zone of every date"), hint="America/New_York")
        yield from self.field("administrator", tr("Who signs for the provider"))
        yield from self.field("administrator_role", tr("Under that signature"))
        yield from self.field("instructor", tr("Who signs as instructor; empty for the course's own"))
        yield from self.field("instructor_role", tr("Credentials of the instructor"), hint="LMT")
        yield from self.field("verify_at", tr("Verification page; empty for none"), hint="https://example.org/V")
        templates: Sequence[tuple[str, str]] = [(look.template, look.template)]
        yield from self.pick("template", tr("Template"), templates, chosen=look.template)
        papers = [(one, one.value) for one in Paper]
        yield from self.pick("paper", tr("Paper"), papers, chosen=look.paper)
        yield from self.reason_field()

    def on_mount(self) -> None:
        """Show what holds today, and which templates there are."""
        for name, text in _texts(self._before).items():
            self.query_one(f"#{name}", Input).value = text
        self.set_focus(self.query_one("#name"), scroll_visible=False)
        self.attend(self._offer_templates, group="load")

    async def _offer_templates(self) -> None:
        names = await self.desk.look(lambda ports: ports.press.looks())
        picker = self.picker("template")
        picker.fill([(one, one) for one in names], chosen=picker.value)

    async def send(self) -> None:
        """Set the provider."""
        self.refuse("")
        wanted, why = self._wanted(), self.reason()
        if why is None:
            return

        def changed(before: Provider | None) -> Provider:
            look = before.look if before else Look()  # pictures are none of this form's fields
            return replace(wanted, look=replace(look, template=wanted.look.template, paper=wanted.look.paper))

        await self.desk.do(
            Right.ADMINISTER, lambda ports, actor: providing.change_provider(ports, changed, actor=actor, reason=why)
        )
        self.app.pop_screen()
        self.tell(tr("{name} issues certificates from now on.", name=wanted.name))

    def _wanted(self) -> Provider:
        value = {name: self.value(name).strip() for name in _texts(None)}
        template, paper = self.picker("template").value, self.picker("paper").value
        assert isinstance(template, str)  # noqa: S101 - the lines offer nothing else; for the type checker
        assert isinstance(paper, Paper)  # noqa: S101 - as above
        instructor = Signatory(value["instructor"], value["instructor_role"]) if value["instructor"] else None
        return Provider(
            name=value["name"],
            contact=value["contact"],
            address=value["address"],
            time_zone=value["time_zone"],
            administrator=Signatory(value["administrator"], value["administrator_role"]),
            instructor=instructor,
            verify_at=value["verify_at"],
            look=Look(template=template, paper=paper),
        )


class PictureForm(OfficeForm):
    """Takes a picture from a file, or takes it away."""

    HEADING = mark("Logo and signatures")
    INTRODUCTION = mark("A PNG picture of at most 200 kilobytes. A signature that is no picture is drawn as a name.")
    SEND = mark("Set")

    def __init__(self, desk: OfficeDesk, provider: Provider) -> None:
        super().__init__(desk)
        self._provider = provider

    def compose_fields(self) -> ComposeResult:
        """Lay out which picture, what becomes of it, and the file."""
        has = pictures_of(self._provider.look)
        there = {which: tr("there is one") if content else tr("there is none") for which, content in has.items()}
        choices = [(which, f"{picture_words(which)}: {there[which]}") for which in PICTURES]
        yield from self.pick("which", tr("Which"), choices)
        deeds = [("take", tr("take it from a file")), ("remove", tr("take it away"))]
        yield from self.pick("deed", tr("What to do"), deeds)
        yield Static(tr("The file; Tab takes what is offered"), classes="label", markup=False)
        yield PathInput(id="file")
        yield from self.reason_field()

    def on_mount(self) -> None:
        """Start on which one."""
        self.picker("which").focus()

    async def send(self) -> None:
        """Set the picture, or take it away."""
        self.refuse("")
        which, remove = str(self.picker("which").value), self.picker("deed").value == "remove"
        typed = self.value("file").strip()
        if remove and typed:
            self.refuse(tr("To take the picture away, leave the file empty."), self.query_one("#file"))
            return
        if not remove and not typed:
            self.refuse(tr("Type something first."), self.query_one("#file"))
            return
        why = self.reason()
        if why is None:
            return

        def deed(ports: Ports, actor: str) -> None:
            content = b"" if remove else providing.picture_file(Path(expanded(typed)))
            providing.set_picture(ports, which, content, actor=actor, reason=why)

        await self.desk.do(Right.ADMINISTER, deed)
        self.app.pop_screen()
        what = picture_words(which)
        self.tell(tr("Taken away: {what}.", what=what) if remove else tr("Set: {what}.", what=what))


def _texts(provider: Provider | None) -> dict[str, str]:
    """Return what the fields of the form hold for a provider; for none, what most would write."""
    if provider is None:
        empty = ("name", "contact", "address", "time_zone", "administrator", "instructor", "instructor_role")
        return dict.fromkeys((*empty, "verify_at"), "") | {"administrator_role": "Provider Administrator"}
    return {
        "name": provider.name,
        "contact": provider.contact,
        "address": provider.address,
        "time_zone": provider.time_zone,
        "administrator": provider.administrator.name,
        "administrator_role": provider.administrator.role,
        "instructor": provider.instructor.name if provider.instructor else "",
        "instructor_role": provider.instructor.role if provider.instructor else "",
        "verify_at": provider.verify_at,
    }
