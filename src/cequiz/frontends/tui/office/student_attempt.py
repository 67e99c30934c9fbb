"""One attempt as the office looks at it afterwards: the score with its parts, the time with its reasons, the items.

What was answered is not shown: a proctor may look here too. `attempt show` and the audit pack have it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from cequiz.domain.chain import receipt
from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.ledger import Explanation, ReasonKind
from cequiz.domain.exam.marking import Score
from cequiz.domain.people.staff import Right
from cequiz.frontends.dates import instant_text, points
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.office.desk import OfficeDesk
from cequiz.frontends.tui.office.live_deeds import LiveDeeds, Target
from cequiz.frontends.tui.score_words import objective_bar, score_line
from cequiz.frontends.tui.student.time_note import time_lines
from cequiz.frontends.tui.widgets.bars import Bars
from cequiz.language import mark, tr, trn
from cequiz.services import grading
from cequiz.services.ports import Ports

_STATES = {
    Status.OPEN: mark("▶ running"),
    Status.SUBMITTED: mark("● handed in"),
    Status.EXPIRED: mark("◷ the time ran out"),
    Status.VOIDED: mark("✗ voided: it does not count"),
}

_PERSONAL = frozenset({ReasonKind.FACTOR, ReasonKind.UNTIMED})
"""Reasons that tell of an accommodation: a proctor does not read them."""


@dataclass(frozen=True)
class _Found:
    attempt: Attempt
    score: Score | None
    time: Explanation
    student: str
    """The student's name."""


class AttemptFileScreen(LiveDeeds):
    """How an attempt went; an attempt that has ended can still be voided."""

    SCOPE = Scope.ATTEMPT_FILE
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Attempt")

    def __init__(self, desk: OfficeDesk, attempt_id: str) -> None:
        super().__init__(desk)
        self._attempt_id = attempt_id
        self._found: _Found | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out one page to scroll."""
        with VerticalScroll(classes="body form", id="attempt"):
            yield Static(tr("Opening …"), markup=False)

    def on_mount(self) -> None:
        """Read the attempt."""
        self.query_one("#attempt").focus()
        self.look()

    def look(self) -> None:
        """Read the attempt."""
        self.attend(self._load, group="load")

    def target(self) -> Target | None:
        """Return this attempt, unless it is void already."""
        found = self._found
        if found is None or found.attempt.status is Status.VOIDED:
            return None
        ended = found.attempt.status is not Status.OPEN
        return Target(self._attempt_id, found.student, held=False, ended=ended)

    async def _load(self) -> None:
        found = self._found = await self.desk.look(self._read)
        self.top.where = tr(
            "{exam}, attempt {number}", exam=found.attempt.terms.exam_title, number=found.attempt.number
        )
        area = self.query_one("#attempt")
        await area.remove_children()
        await area.mount_all(self._parts(found))
        self.show_keys()

    def _read(self, ports: Ports) -> _Found:
        attempt, score, _ = grading.attempt(ports, self._attempt_id)
        _, time, _ = grading.explain_time(ports, self._attempt_id)
        if not self.desk.may(Right.OVERSEE):
            time = replace(time, reasons=tuple(one for one in time.reasons if one.kind not in _PERSONAL))
        with ports.store.read() as unit:
            student = unit.students.get(attempt.student_id)
        return _Found(attempt, score, time, student.name if student else attempt.student_id)

    def _parts(self, found: _Found) -> list[Widget]:
        attempt, score, zone = found.attempt, found.score, self.desk.zone
        parts: list[Widget] = [Static(Content(tr(_STATES[attempt.status])).stylize("bold"), markup=False)]
        if score is not None:
            verdict = tr("✓ passed") if score.passed else tr("✗ not passed")
            parts.append(Static(Content.assemble((verdict, "bold"), "  ", score_line(score)), markup=False))
            if score.revision > 1:
                parts.append(Static(tr("Marked again: revision {number}.", number=score.revision), markup=False))
            parts.append(Bars(tuple(objective_bar(part) for part in score.objectives)))
        facts = [
            tr("Attempt {id} of student {student}", id=attempt.id, student=attempt.student_id),
            tr("Course version {version}", version=attempt.course_version),
            tr("Started: {when}", when=instant_text(attempt.ledger.started_at, zone)),
            *([tr("Finished: {when}", when=instant_text(attempt.finished_at, zone))] if attempt.finished_at else []),
            trn(
                "{done} of {count} question answered",
                "{done} of {count} questions answered",
                len(attempt.form.items),
                done=len(attempt.responses),
            ),
            tr("Receipt {receipt}", receipt=receipt(attempt.head)),
        ]
        parts += [
            Static("\n".join(facts), markup=False),
            Static(tr("Time"), classes="heading", markup=False),
            Static("\n".join(time_lines(found.time, zone)), markup=False),
            Static(tr("Questions"), classes="heading", markup=False),
            Static("\n".join(_items(attempt, score)), markup=False),
        ]
        return parts


def _items(attempt: Attempt, score: Score | None) -> list[str]:
    """Return a line for each question: whether it was answered, what it earned, whether it is flagged."""
    marks = {one.item: one for one in score.marks} if score else {}
    lines = []
    for number, item in enumerate(attempt.form.items, start=1):
        sign, words = ("○", tr("open")) if item.key not in attempt.responses else ("●", tr("answered"))
        if item.key in marks:
            one = marks[item.key]
            sign = "✓" if one.right else "✗"
            earned = tr("{earned} of {possible}", earned=points(one.earned), possible=points(one.possible))
            words = f"{words}, {earned}"
        flag = f", {tr('flagged')}" if item.key in attempt.flags else ""
        lines.append(f"{sign} {number}. {item.key}: {words}{flag}")
    return lines
