"""Before an exam: the rules, the time with its reasons, what is attested; nothing starts without the accept."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.exam.eligibility import Bar
from cequiz.domain.exam.terms import Disclosure, Terms
from cequiz.frontends.dates import instant_text, percent, span_text
from cequiz.frontends.standstill import cut_off_lines
from cequiz.frontends.tongues import foreign_words
from cequiz.frontends.tui.commands import Command, Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.student.exam import ExamScreen, resume_here
from cequiz.frontends.tui.student.settling import settle_if_due
from cequiz.frontends.tui.student.time_note import time_lines
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.language import mark, tr, trn
from cequiz.services.briefing import Briefing, brief
from cequiz.services.starting import start

_LABEL = 13
_REFUSALS = {
    Bar.PASSED: mark("You have passed this exam."),
    Bar.USED_UP: mark("Every attempt at this exam is used up."),
    Bar.WAITING: mark("The waiting time after your last attempt ends on {until}."),
    Bar.NOT_YET: mark("This exam opens on {until}."),
    Bar.CLOSED: mark("This exam closed on {until}."),
}
_HANDED_IN = mark("This exam is handed in, and it cannot be taken again.")
"""For both endings of an exam whose result the course keeps."""
_SHOWN = {
    Disclosure.NONE: mark("nothing"),
    Disclosure.SCORE: mark("your score"),
    Disclosure.OBJECTIVES: mark("your score by objective"),
    Disclosure.RESPONSES: mark("your score and your answers"),
    Disclosure.FULL: mark("your score, your answers and the right ones with reasons"),
}


class BriefingScreen(HouseScreen[None]):
    """Everything a student is told before the clock starts."""

    SCOPE = Scope.BRIEFING
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Before the exam")

    def __init__(self, desk: Desk, exam_ref: str) -> None:
        super().__init__(desk)
        self._ref = exam_ref
        self._briefing: Briefing | None = None
        self._accepted = False

    def compose_body(self) -> ComposeResult:
        """Lay out the rules above the statement."""
        with VerticalScroll(classes="body", id="rules"):
            yield Static(tr("Opening …"), markup=False)
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
            course_id, actor, here = found.course.id, self.desk.actor, self.desk.outside.here
            await self.desk.write(
                lambda ports: settle_if_due(ports, student_id=student_id, course_id=course_id, actor=actor, here=here)
            )

    def _show_statement(self) -> None:
        found = self._briefing
        if found is None:
            return
        line = self.query_one("#statement", Static)
        bar = found.eligibility.bar
        if bar is Bar.RUNNING:
            words = tr("This exam is running. Continue with s.")
            if found.elsewhere:
                more = tr("It is open in another window; once you continue here, that one can only read.")
                words = f"{words} {more}"
            line.update(Content(f"▶ {words}").stylize("bold $warning"))
        elif bar is not None:
            until = found.eligibility.until
            kept = found.terms.after_pass is found.terms.after_fail is Disclosure.NONE
            refusal = _HANDED_IN if kept and bar in (Bar.PASSED, Bar.USED_UP) else _REFUSALS[bar]
            words = tr(refusal, until=instant_text(until, self.desk.zone) if until else "")
            line.update(Content(f"✗ {words}").stylize("bold $error"))
        else:
            sign, tone = ("■", "bold $success") if self._accepted else ("□", "bold $warning")
            word = tr("Accepted. Start with s.") if self._accepted else tr("Accept with a, then start with s.")
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

    def as_shown(self, command: Command) -> Command:
        """Name what the key does to an exam that runs."""
        running = self._briefing is not None and self._briefing.eligibility.bar is Bar.RUNNING
        return replace(command, label=mark("continue")) if running and command.id == "start" else command

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
        facts = [
            (tr("Course"), found.course.title),
            (tr("Questions"), f"{trn('{count} question.', '{count} questions.', found.items)} {_moves(found.terms)}"),
            (tr("Time"), "\n".join(time_lines(found.time, self.desk.zone, planned=found.running is None))),
            (tr("To pass"), _to_pass(found.terms)),
            (tr("Attempts"), _attempts(found)),
            (tr("Material"), _material(found.terms)),
            (tr("Leaving"), _leaving(found.terms)),
            (tr("At the end"), tr("Everything that was saved counts; an unanswered question scores 0.")),
            (tr("Result"), _result(found.terms)),
        ]
        foreign = foreign_words(found.languages)
        if foreign:
            facts.insert(2, (tr("Language"), foreign))
        if found.advice:
            facts.insert(1, (tr("Your board"), "\n".join(found.advice)))
        if found.away is not None:
            facts.append((tr("Last time"), "\n".join(cut_off_lines(found.away, self.desk.zone))))
        if found.accommodation.plain:
            facts.append((tr("Line mode"), _line_mode(found)))
        return [(label, Content(text)) for label, text in facts]


def _moves(terms: Terms) -> str:
    if terms.forward_only:
        return tr("One direction: earlier questions cannot be changed.")
    return tr("Go back and forth freely.")


def _to_pass(terms: Terms) -> str:
    parts = [
        tr("{percent} in {objective}", percent=percent(floor), objective=terms.objectives.get(objective, objective))
        for objective, floor in terms.floors.items()
    ]
    whole = percent(terms.pass_mark)
    return tr("{percent}, and {floors}", percent=whole, floors=", ".join(parts)) if parts else whole


def _attempts(found: Briefing) -> str:
    used, left, wait = found.eligibility.attempts_used, found.eligibility.attempts_left, found.exam.attempts.wait
    if wait:
        return tr("{used} used, {left} left; {wait} between two", used=used, left=left, wait=span_text(wait))
    return tr("{used} used, {left} left", used=used, left=left)


def _material(terms: Terms) -> str:
    return tr("Open book: you may use the course material.") if terms.open_book else tr("Closed book.")


def _leaving(terms: Terms) -> str:
    if terms.stops:
        return tr("Stops the clock until you come back.")
    return tr("The clock goes on while you are away.")


def _result(terms: Terms) -> str:
    passed, failed = tr(_SHOWN[terms.after_pass]), tr(_SHOWN[terms.after_fail])
    return tr("At once. After passing you see {passed}; else {failed}.", passed=passed, failed=failed)


def _line_mode(found: Briefing) -> str:
    command = f"cequiz sit {found.ref} --student {found.student.id} --plain"
    return tr("You prefer line mode. Leave here, then type: {command}", command=command)
