"""Entering an enrolment code: what it is for is told, with what boards say of the hours, before anybody is enrolled."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.student.form import FormScreen
from cequiz.language import mark, tr
from cequiz.services import advising, coding
from cequiz.services.enrolling import find_course
from cequiz.services.ports import Ports


class CodeScreen(FormScreen):
    """Asks for a code."""

    HEADING = mark("Enter an enrolment code")
    INTRODUCTION = mark("Your provider gave it to you. Hyphens and capitals do not count.")
    SEND = mark("Go on")

    def compose_fields(self) -> ComposeResult:
        """Lay out the one field."""
        yield from self.field("code", tr("Enrolment code"), hint="ABCDE-FGHJK")

    async def send(self) -> None:
        """Look the code up, tell what it is for, and enrol after a yes."""
        self.refuse("")
        assert self.desk.student is not None  # noqa: S101 - home opens this for nobody else; for the type checker
        student_id, typed, actor = self.desk.student.id, self.value("code"), self.desk.actor
        address = self.desk.address
        words = await self.desk.write(lambda ports: _told(ports, student_id=student_id, typed=typed, address=address))
        question = Dialog(tr("Take this course?"), words, yes=tr("Take it"), no=mark("Not now"))
        if not await self.app.push_screen_wait(question):
            return
        await self.desk.write(
            lambda ports: coding.redeem(ports, student_id=student_id, typed=typed, actor=actor, address=address)
        )
        self.app.pop_screen()


def _told(ports: Ports, *, student_id: str, typed: str, address: str) -> Content:
    """Return what a code is for, line by line."""
    line = coding.lookup(ports, student_id=student_id, typed=typed, address=address)
    advice = advising.advice_for_code(ports, student_id=student_id, typed=typed)
    with ports.store.read() as unit:
        course = find_course(unit, line.code.course_id).taken(line.code.delivery)
    lines = [course.title, tr(course.delivery.words()), *advice]
    return Content("\n".join(lines))
