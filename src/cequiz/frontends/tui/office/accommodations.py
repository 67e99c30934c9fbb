"""Granting an accommodation: the whole profile from now on, why, and what was granted before.

An auditor reads it and grants nothing, a proctor does not see it; scores, certificates and exports never show it.
"""

from __future__ import annotations

from fractions import Fraction

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.people.accommodation import FACTORS, Accommodation
from cequiz.domain.people.staff import Right
from cequiz.domain.people.student import Student
from cequiz.frontends.dates import instant_text
from cequiz.frontends.profile_words import profile_words
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.forms import OfficeForm
from cequiz.language import mark, tr
from cequiz.services import accommodating, admitting
from cequiz.services.ports import AccommodationRecord, Ports

_SWITCHES = ("breaks", "spacious", "plain")


class AccommodationScreen(OfficeForm):
    """What is granted to one person."""

    HEADING = mark("Accommodation")
    INTRODUCTION = mark("It counts for exams that start from now on, and no score or certificate shows it.")
    SEND = mark("Grant")
    RIGHTS = {"send": Right.ADMINISTER}  # noqa: RUF012 - declared in the base

    def __init__(self, desk: OfficeDesk, student: Student) -> None:
        super().__init__(desk)
        self._student = student
        self._read = False
        """Whether the form shows what is in force: who sends it earlier would take away what was granted."""

    def compose_fields(self) -> ComposeResult:
        """Lay out the profile, the reason and the history."""
        limits: list[tuple[Fraction | None, str]] = [(one, _factor_words(one)) for one in FACTORS]
        yield from self.pick("limit", tr("Time limits"), [*limits, (None, tr("no time limit"))])
        labels = {
            "breaks": tr("Stop-clock breaks: the clock stands still while the exam is left"),
            "spacious": tr("Large spacing"),
            "plain": tr("Line mode, as screen readers like it"),
        }
        for name in _SWITCHES:
            yield from self.pick(name, labels[name], [(False, tr("no")), (True, tr("yes"))])
        yield from self.field("reason", tr("Reason, for those who keep the records"))
        with VerticalScroll(id="before", can_focus=False):
            yield Static("", id="history", classes="quiet", markup=False)

    def on_mount(self) -> None:
        """Read what is in force."""
        self.top.where = tr("Accommodation: {name}", name=self._student.name)
        self.picker("limit").focus()
        self.query_one("#send").disabled = not self.allows("send")
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        student_id = self._student.id

        def work(ports: Ports) -> tuple[Accommodation, list[AccommodationRecord], dict[str, str]]:
            profile = accommodating.profile_of(ports, student_id)
            return profile, list(accommodating.versions(ports, student_id)), admitting.names(ports)

        profile, versions, names = await self.desk.look(work, right=Right.OVERSEE)
        self.picker("limit").choose(None if profile.untimed else profile.factor)
        for name in _SWITCHES:
            self.picker(name).choose(getattr(profile, name))
        self._read = True
        lines = [
            tr(
                "{when}: {what}. {who}: {reason}",
                when=instant_text(one.at, self.desk.zone),
                what=profile_words(one.profile),
                who=names.get(one.actor, one.actor),
                reason=one.reason,
            )
            for one in reversed(versions)
        ]
        before = "\n".join(lines) or tr("Nothing was granted before.")
        self.query_one("#history", Static).update(Content(before))

    async def send(self) -> None:
        """Grant it."""
        self.refuse("")
        if not self._read:
            return
        limit = self.picker("limit").value
        profile = Accommodation(
            factor=limit if isinstance(limit, Fraction) else Fraction(1),
            untimed=limit is None,
            **{name: self.picker(name).value is True for name in _SWITCHES},
        )
        student_id, reason = self._student.id, self.value("reason")
        await self.desk.do(
            Right.ADMINISTER,
            lambda ports, actor: accommodating.grant(
                ports, student_id=student_id, profile=profile, reason=reason, actor=actor
            ),
        )
        self.app.pop_screen()
        self.tell(tr("Granted to {name}: {what}.", name=self._student.name, what=profile_words(profile)))


def _factor_words(factor: Fraction) -> str:
    if factor == 1:
        return tr("as they are")
    return tr("{factor} times as long", factor=f"{float(factor):g}")
