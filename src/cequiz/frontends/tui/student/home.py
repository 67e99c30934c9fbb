"""Home: what there is to do. An exam that is running comes first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from cequiz.errors import CequizError, NotAllowed, Refused
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import Dialog, HouseScreen
from cequiz.frontends.tui.widgets.listing import Listing
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.services.ports import Ports
    from cequiz.services.practised import PracticeStatus
    from cequiz.services.reporting import Home


class HomeScreen(HouseScreen[None]):
    """Courses and exams of the student, or the way in for somebody who is not signed in."""

    SCOPE = Scope.HOME
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Continuing education exams")

    def __init__(
        self,
        desk: Desk,
        *,
        student_id: str | None = None,
        exam_ref: str | None = None,
        practice: tuple[str, bool] | None = None,
        resume: bool = False,
    ) -> None:
        super().__init__(desk)
        self._student_id = student_id
        self._exam_ref = exam_ref
        self._practice_ref = practice
        """A course whose practice opens at once, and whether it is the five of today."""
        self._resumes = resume
        """Whether an exam that runs is taken up at once: the student was there a moment ago."""
        """Whether a question comes before that where another window seems to have the exam."""
        self._practice: dict[str, PracticeStatus] = {}
        """Where the student stands with practice, by course; empty until the store is open."""
        self._doors: dict[str, Callable[[], None]] = {}
        self._opened = False

    def compose_body(self) -> ComposeResult:
        """Lay out the greeting and the list."""
        yield Static(tr("Opening …"), id="greeting", markup=False)
        yield Listing(id="doors")

    def on_mount(self) -> None:
        """Paint first, then look into the store."""
        self.call_after_refresh(self.reload)

    def on_screen_resume(self) -> None:
        """Show what has changed meanwhile."""
        if self._opened:
            self.reload()

    def reload(self) -> None:
        """Read the home screen anew."""
        self.freshen(self._load)

    def action_reload(self) -> None:
        """Look again."""
        self.reload()

    def complain(self, error: CequizError) -> None:
        """Show a refusal; while there is nothing else to show it stays, with the way to try again."""
        if self._doors:
            super().complain(error)
        else:
            words = f"✗ {self.desk.told(error)}"
            again = tr("Try again with r.")
            self.query_one("#greeting", Static).update(Content(f"{words}\n{again}").stylize("bold $error"))

    async def _load(self) -> None:
        first, self._opened = not self._opened, True
        if self._student_id is not None:
            await self._seat(self._student_id)
        home = await self.desk.home()
        self.show(home)
        if first or any(card.course.practice.enabled for card in home.courses):
            # Opening the store takes a moment once; whoever reads the list does not notice it.
            self.freshen(partial(self._open_store, home), group="open")
        if self._exam_ref is not None:
            ref, self._exam_ref = self._exam_ref, None
            self.open_exam(ref)
        if self._practice_ref is not None:
            (course_id, five), self._practice_ref = self._practice_ref, None
            self.open_practice(course_id, five=five)
        if self._resumes:
            self._resumes = False
            await self._resume_running(home)

    async def _resume_running(self, home: Home) -> None:
        """Go straight back to the exam that runs; which of several, only the student knows."""
        running = [card.running.id for card in home.running if card.running is not None]
        if len(running) == 1:
            await self._resume(running[0])

    async def _seat(self, student_id: str) -> None:
        from cequiz.services.enrolling import student  # noqa: PLC0415 - after the first paint

        self._student_id = None
        self.desk.seat(await self.desk.read(lambda ports: student(ports, student_id)))

    async def _open_store(self, home: Home) -> None:
        found = await self.desk.read(partial(self._standing, home))
        if found != self._practice:
            self._practice = found
            self.show(home)

    def _standing(self, home: Home, ports: Ports) -> dict[str, PracticeStatus]:
        """Return where the student stands with the practice of each course that has any for them."""
        from cequiz.services.practising import status  # noqa: PLC0415 - after the first paint

        found: dict[str, PracticeStatus] = {}
        if home.student is None:
            return found
        for course_id in (card.course.id for card in home.courses if card.course.practice.enabled):
            # Who may not enrol has no practice there.
            with suppress(Refused):
                found[course_id] = status(ports, student_id=home.student.id, course_id=course_id, zone=self.desk.zone)
        return found

    def show(self, home: Home) -> None:
        """Draw the home screen."""
        from cequiz.frontends.tui.student.home_rows import greeting, rows  # noqa: PLC0415 - after the first paint

        self.query_one("#greeting", Static).update(greeting(home))
        self._doors = {}
        options = []
        now, zone = self.desk.house.clock.read().wall, self.desk.zone
        for key, prompt, door in rows(home, self, self._practice, zone=zone, now=now):
            options.append(Option(prompt, id=key, disabled=door is None))
            if door is not None:
                self._doors[key] = door
        listing = self.query_one(Listing)
        listing.fill(options)
        listing.focus()
        self.top.right = self.desk.student.name if self.desk.student else ""
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Only somebody who sits here can enter a code, and sign out."""
        return command not in ("enter_code", "sign_out") or self.desk.student is not None

    @on(Listing.OptionSelected)
    def opened(self, event: Listing.OptionSelected) -> None:
        """Go through the door that was chosen."""
        door = self._doors.get(event.option_id or "")
        if door is not None:
            door()

    def action_enter_code(self) -> None:
        """Ask for an enrolment code."""
        self.open_code()

    def action_sign_out(self) -> None:
        """Free the desk."""
        self.desk.sign_out()
        self._practice = {}
        self.reload()

    # The doors ------------------------------------------------------------------------------------------------

    def open_sign_in(self) -> None:
        """Ask who is there."""
        from cequiz.frontends.tui.student.sign_in import SignInScreen  # noqa: PLC0415 - screens load when opened

        self.app.push_screen(SignInScreen(self.desk))

    def open_register(self) -> None:
        """Take somebody new in, unless the house adds its students itself."""
        from cequiz.frontends.tui.student.register import RegisterScreen  # noqa: PLC0415 - screens load when opened
        from cequiz.services.enrolling import refuse_registering  # noqa: PLC0415 - after the first paint

        try:
            refuse_registering(self.desk.house.settings.rules, address=self.desk.address)
        except NotAllowed as refusal:
            self.complain(refusal)
            return
        self.app.push_screen(RegisterScreen(self.desk))

    def open_code(self) -> None:
        """Ask for an enrolment code."""
        from cequiz.frontends.tui.student.code import CodeScreen  # noqa: PLC0415 - screens load when opened

        self.app.push_screen(CodeScreen(self.desk))

    def open_exam(self, ref: str) -> None:
        """Brief on an exam."""
        from cequiz.frontends.tui.student.briefing import BriefingScreen  # noqa: PLC0415 - screens load when opened

        self.app.push_screen(BriefingScreen(self.desk, ref))

    def open_result(self, attempt_id: str) -> None:
        """Show how an attempt ended."""
        from cequiz.frontends.tui.student.result import ResultScreen  # noqa: PLC0415 - screens load when opened

        self.app.push_screen(ResultScreen(self.desk, attempt_id))

    def open_practice(self, course_id: str, *, five: bool) -> None:
        """Practise the questions of a course."""
        from cequiz.frontends.tui.student.practice import PracticeScreen  # noqa: PLC0415 - screens load when opened

        self.app.push_screen(PracticeScreen(self.desk, course_id, five=five))

    def open_evaluation(self, course_id: str) -> None:
        """Ask about the course."""
        from cequiz.frontends.tui.student.evaluation import EvaluationScreen  # noqa: PLC0415 - screens load when opened

        self.app.push_screen(EvaluationScreen(self.desk, course_id))

    def open_certificate(self, course_id: str) -> None:
        """Show the certificate."""
        from cequiz.frontends.tui.student.certificate import CertificateScreen  # noqa: PLC0415 - as above

        self.app.push_screen(CertificateScreen(self.desk, course_id))

    def continue_exam(self, attempt_id: str) -> None:
        """Take a running exam up, after one question."""
        words = tr(
            "If it is open in another window, that one becomes read-only: only this one can answer from then on."
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self.attend(partial(self._resume, attempt_id))

        title = tr("Continue the exam here?")
        self.app.push_screen(Dialog(title, Content(words), yes=tr("Continue"), no=tr("Not now")), answered)

    async def _resume(self, attempt_id: str) -> None:
        from cequiz.frontends.tui.student.exam import resume_here  # noqa: PLC0415 - screens load when opened

        await resume_here(self, attempt_id)
