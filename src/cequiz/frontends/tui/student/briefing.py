"""Before an exam: the rules, the time with its reasons, what is attested; nothing starts without the accept."""

from __future__ import annotations

from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.exam.eligibility import Bar
from cequiz.domain.exam.marking import percent_text
from cequiz.domain.exam.terms import Disclosure
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.exam import ExamScreen, resume_here
from cequiz.frontends.tui.student.settling import settle_if_due
from cequiz.frontends.tui.student.time_note import time_lines
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.words import instant_text, plural, span_text
from cequiz.services.briefing import Briefing, brief
from cequiz.services.sitting import start

_LABEL = 13
_REFUSALS = {
    Bar.PASSED: "You have passed this exam.",
    Bar.USED_UP: "Every attempt at this exam is used up.",
    Bar.WAITING: "The waiting time after your last attempt ends on {until}.",
    Bar.NOT_YET: "This exam opens on {until}.",
    Bar.CLOSED: "This exam closed on {until}.",
}
_HANDED_IN = "This exam is handed in, and it cannot be taken again."
"""For both endings of an exam whose result the course keeps."""
_SHOWN = {
    Disclosure.NONE: "nothing",
    Disclosure.SCORE: "your score",
    Disclosure.OBJECTIVES: "your score by objective",
    Disclosure.RESPONSES: "your score and your answers",
    Disclosure.FULL: "your score, your answers and the right ones with reasons",
}


class BriefingScreen(HouseScreen[None]):
    """Everything a student is told before the clock starts."""

    SCOPE = Scope.BRIEFING
    BINDINGS = bindings(SCOPE)
    HEADING = "Before the exam"

    def __init__(self, desk: Desk, exam_ref: str) -> None:
        super().__init__(desk)
        self._ref = exam_ref
        self._briefing: Briefing | None = None
        self._accepted = False

    def compose_body(self) -> ComposeResult:
        """Lay out the rules above the statement."""
        with VerticalScroll(classes="body", id="rules"):
            yield Static("Opening …", markup=False)
        with VerticalScroll(classes="body", id="attest", can_focus=False):
            yield Static("", id="statement", markup=False)

    def on_mount(self) -> None:
        """Read the briefing."""
        self.query_one("#rules").focus()
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        assert self.desk.student is not None  # noqa: S101 - only somebody who sits here gets in; for the type checker
        student_id = self.desk.student.id
        found = await self.desk.read(lambda ports: brief(ports, student_id=student_id, exam_ref=self._ref))
        self._briefing = found
        self.top.where = found.exam.title
        rules = self.query_one("#rules")
        await rules.remove_children()
        await rules.mount_all(
            [
                Static(Hanging(Content(label.ljust(_LABEL)).stylize("$quiet"), text))
                for label, text in self._facts(found)
            ]
        )
        if found.eligibility.bar not in (None, Bar.RUNNING):
            self.desk.exit_code = 3
        self._show_statement()
        if found.eligibility.bar is Bar.PASSED:
            course_id, actor = found.course.id, self.desk.actor
            await self.desk.write(
                lambda ports: settle_if_due(ports, student_id=student_id, course_id=course_id, actor=actor)
            )

    def _show_statement(self) -> None:
        found = self._briefing
        if found is None:
            return
        line = self.query_one("#statement", Static)
        bar = found.eligibility.bar
        if bar is Bar.RUNNING:
            line.update(Content("▶ This exam is running. Continue with s.").stylize("bold $warning"))
        elif bar is not None:
            until = found.eligibility.until
            kept = found.terms.after_pass is found.terms.after_fail is Disclosure.NONE
            refusal = _HANDED_IN if kept and bar in (Bar.PASSED, Bar.USED_UP) else _REFUSALS[bar]
            words = refusal.format(until=instant_text(until, self.desk.zone) if until else "")
            line.update(Content(f"✗ {words}").stylize("bold $error"))
        else:
            sign, tone = ("■", "bold $success") if self._accepted else ("□", "bold $warning")
            word = "Accepted. Start with s." if self._accepted else "Accept with a, then start with s."
            statement = Content.assemble(found.attestation, "\n", (word, tone))
            line.update(Hanging(Content.assemble((f"{sign} ", tone)), statement))
        self.show_keys()

    def allows(self, command: str) -> bool:
        """Start only what may start, and only once the statement is accepted."""
        bar = self._briefing.eligibility.bar if self._briefing else Bar.CLOSED
        match command:
            case "accept":
                return bar is None
            case "start":
                return bar is Bar.RUNNING or (bar is None and self._accepted)
            case _:
                return True

    def action_accept(self) -> None:
        """Accept the statement, or take it back."""
        self._accepted = not self._accepted
        self._show_statement()

    def action_start(self) -> None:
        """Start the exam, once."""
        if not self.busy("start"):
            self.attend(self._start, group="start")

    async def _start(self) -> None:
        found, desk = self._briefing, self.desk
        assert found is not None  # noqa: S101 - `allows` has seen it; for the type checker
        if found.running is not None:
            await resume_here(self, found.running.id)
            return
        sitting = await desk.write(
            lambda ports: start(
                ports, student_id=found.student.id, exam_ref=found.ref, attested=self._accepted, actor=desk.actor
            )
        )
        self.app.switch_screen(ExamScreen(desk, sitting))

    def _facts(self, found: Briefing) -> list[tuple[str, Content]]:
        terms = found.terms
        left = found.eligibility
        floors = [
            f"{percent_text(floor)} % in {terms.objectives.get(objective, objective)}"
            for objective, floor in terms.floors.items()
        ]
        moves = (
            "One direction: earlier questions cannot be changed." if terms.forward_only else "Go back and forth freely."
        )
        facts = [
            ("Course", found.course.title),
            ("Questions", f"{plural(found.items, 'question')}. {moves}"),
            ("To pass", f"{percent_text(terms.pass_mark)} %" + (f", and {', '.join(floors)}" if floors else "")),
            ("Attempts", f"{left.attempts_used} used, {left.attempts_left} left{_waiting(found)}"),
            ("Material", "Open book: you may use the course material." if terms.open_book else "Closed book."),
            (
                "Leaving",
                "Stops the clock until you come back." if terms.pauses else "The clock goes on while you are away.",
            ),
            ("At the end", "Everything that was saved counts; an unanswered question scores 0."),
            ("Result", f"At once. After passing you see {_SHOWN[terms.after_pass]}; else {_SHOWN[terms.after_fail]}."),
        ]
        return [
            *((label, Content(text)) for label, text in facts[:2]),
            ("Time", _time(found, self.desk.zone)),
            *((label, Content(text)) for label, text in facts[2:]),
        ]


def _waiting(found: Briefing) -> str:
    wait = found.exam.attempts.wait
    return f"; {span_text(wait)} between two" if wait else ""


def _time(found: Briefing, zone: tzinfo | None) -> Content:
    lead = "" if found.running else "If you start now, "
    return Content("\n".join(time_lines(found.time, zone, lead=lead)))
