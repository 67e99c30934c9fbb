"""Sitting an exam in line mode, from the briefing to the certificate."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from enum import IntEnum

from cequiz.domain.exam.attempt import Attempt, Status
from cequiz.domain.exam.eligibility import Bar
from cequiz.errors import CequizError, DeadlinePassed, EnvironmentFailed, NotAllowed, WrongState
from cequiz.frontends.plain.briefing import accepted, say_briefing
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.exam import Exam
from cequiz.frontends.plain.figure import OpenFigures
from cequiz.frontends.plain.outcome import say_result
from cequiz.frontends.plain.progress import say_kept, say_progress
from cequiz.frontends.plain.talk import Ending
from cequiz.frontends.plain.ways import AtAShell, Ways
from cequiz.frontends.standstill import cut_off_lines
from cequiz.language import tr
from cequiz.services import accommodating, figures, grading, sitting, starting, studying
from cequiz.services import briefing as briefings
from cequiz.services.briefing import Briefing
from cequiz.services.ports import Ports


class Exit(IntEnum):
    """What `sit` tells a script."""

    DONE = 0
    """Passed; or left, and the exam goes on; or ended with a result that is not shown."""
    NOT_PASSED = 1
    REFUSED = 3
    ENVIRONMENT = 4


def sit(
    console: Console,
    ports: Ports,
    *,
    student_id: str,
    exam_ref: str,
    actor: str,
    open_figures: OpenFigures | None = None,
    ways: Ways | None = None,
    while_open: AbstractContextManager[None] | None = None,
) -> Exit:
    """Start or continue an exam and talk until it ends or is left.

    Args:
        console: both ends of the conversation.
        ports: the outside world.
        student_id: the student's id or e-mail address.
        exam_ref: `COURSE/EXAM`, or the exam's id where that is unique.
        actor: who sits here.
        open_figures: shows figures outside of the terminal; None where nothing can.
        ways: how the student comes back to this, and to a paper; None for a student at a shell.
        while_open: entered for as long as the questions are talked about.

    Raises:
        CequizError: it cannot be started; nothing was written.
    """
    briefing = briefings.brief(ports, student_id=student_id, exam_ref=exam_ref)
    ways = ways or AtAShell(briefing.student.id)
    if briefing.eligibility.bar is Bar.PASSED:
        # Whatever kept the papers back then may be out of the way now.
        _say_papers(console, ports, briefing, actor=actor, ways=ways, asks=False)
    spacious = accommodating.profile_of(ports, briefing.student.id).spacious
    begun = briefing.running or _start(console, ports, briefing, actor=actor)
    try:
        hold = starting.resume(ports, attempt_id=begun.id, actor=actor) if isinstance(begun, Attempt) else begun
    except DeadlinePassed as error:
        assert isinstance(begun, Attempt)  # noqa: S101 - only an attempt that was running can run out
        console.say(console.told(error))
        return _finished(console, ports, briefing, attempt_id=begun.id, actor=actor, ways=ways)
    shown = figures.of(ports, hold.attempt.form.items, hold.questions)
    back = ways.line("sit", briefing.ref)
    exam = Exam(console, hold, figures=shown, open_figures=open_figures, back=back, spacious=spacious)
    with while_open or nullcontext():
        ending = exam.run(resumed=hold is not begun)
    match ending:
        case Ending.LEFT:
            return Exit.DONE
        case Ending.ELSEWHERE:
            return Exit.REFUSED
        case Ending.UNSAVED:
            return Exit.ENVIRONMENT
        case Ending.ENDED:
            return _finished(console, ports, briefing, attempt_id=hold.attempt.id, actor=actor, ways=ways)


def _start(console: Console, ports: Ports, briefing: Briefing, *, actor: str) -> sitting.Sitting | Attempt:
    """Brief, ask and start; return the running attempt when another terminal started it during the briefing."""
    if briefing.away is not None:
        console.say(tr("About your last attempt:"))
        for line in cut_off_lines(briefing.away, None):
            console.say(line)
        console.say()
    starting.check_startable(briefing)
    say_briefing(console, briefing)
    attested = accepted(console)
    if not attested:
        raise NotAllowed(tr("The exam starts only when the statement is accepted."), hint=tr("Nothing was started."))
    try:
        return starting.start(ports, student_id=briefing.student.id, exam_ref=briefing.ref, attested=True, actor=actor)
    except WrongState:
        running = briefings.brief(ports, student_id=briefing.student.id, exam_ref=briefing.ref).running
        if running is None:
            raise
        return running


def _finished(console: Console, ports: Ports, briefing: Briefing, *, attempt_id: str, actor: str, ways: Ways) -> Exit:
    result = grading.result(ports, attempt_id)
    say_result(console, result, study=studying.study(ports, attempt_id), lexicon=ports.lexicon)
    score = result.review.score
    if score is None and result.attempt.status is not Status.VOIDED:
        # A result that the policy keeps must leak neither through what is said next nor through the exit code.
        say_kept(console, ports, course=briefing.course, student_id=briefing.student.id, actor=actor, ways=ways)
        return Exit.DONE
    failed = _say_papers(console, ports, briefing, actor=actor, ways=ways)
    return failed or (Exit.DONE if score is None or score.passed else Exit.NOT_PASSED)


def _say_papers(
    console: Console, ports: Ports, briefing: Briefing, *, actor: str, ways: Ways, asks: bool = True
) -> Exit | None:
    """Say what was earned; the exam is over and kept whatever happens to the papers."""
    student_id = briefing.student.id
    try:
        say_progress(console, ports, course=briefing.course, student_id=student_id, actor=actor, asks=asks, ways=ways)
    except CequizError as error:
        console.say(console.told(error))
        return Exit.ENVIRONMENT if isinstance(error, EnvironmentFailed) else None
    return None
