"""Sitting an exam in line mode, from the briefing to the certificate."""

from __future__ import annotations

from enum import IntEnum

from cequiz.domain.bank.course import Course
from cequiz.domain.exam.attempt import Attempt
from cequiz.errors import CequizError, DeadlinePassed, EnvironmentFailed, NotAllowed
from cequiz.frontends.plain.briefing import accepted, say_briefing
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.evaluation import ask_evaluation
from cequiz.frontends.plain.exam import Ending, Exam
from cequiz.frontends.plain.outcome import say_result
from cequiz.services import briefing as briefings
from cequiz.services import figures, grading, issuing, sitting
from cequiz.services.briefing import Briefing
from cequiz.services.issuing import EvaluationState
from cequiz.services.ports import Ports


class Exit(IntEnum):
    """What `sit` tells a script."""

    DONE = 0
    """Passed; or left, and the exam goes on; or ended with a result that is not shown."""
    NOT_PASSED = 1
    REFUSED = 3
    ENVIRONMENT = 4


def sit(console: Console, ports: Ports, *, student_id: str, exam_ref: str, actor: str) -> Exit:
    """Start or continue an exam and talk until it ends or is left.

    Raises:
        CequizError: it cannot be started; nothing was written.
    """
    briefing = briefings.brief(ports, student_id=student_id, exam_ref=exam_ref)
    running = briefing.running
    try:
        hold = _start(console, ports, briefing, actor=actor) if running is None else _resume(ports, running, actor)
    except DeadlinePassed as error:
        assert running is not None  # noqa: S101 - only an attempt that was running can run out
        console.say(f"{error.sentence} {error.hint}")
        return _finished(console, ports, briefing, attempt_id=running.id, actor=actor)
    back = f"cequiz sit {briefing.ref} --student {briefing.student.id} --plain"
    alternatives = figures.alternatives(ports, hold.attempt, hold.questions)
    match Exam(console, hold, figures=alternatives, back=back).run(resumed=running is not None):
        case Ending.LEFT:
            return Exit.DONE
        case Ending.ELSEWHERE:
            return Exit.REFUSED
        case Ending.UNSAVED:
            return Exit.ENVIRONMENT
        case Ending.ENDED:
            return _finished(console, ports, briefing, attempt_id=hold.attempt.id, actor=actor)


def _start(console: Console, ports: Ports, briefing: Briefing, *, actor: str) -> sitting.Sitting:
    sitting.check_startable(briefing)
    say_briefing(console, briefing)
    attested = accepted(console)
    if not attested:
        raise NotAllowed("The exam starts only when the statement is accepted.", hint="Nothing was started.")
    return sitting.start(ports, student_id=briefing.student.id, exam_ref=briefing.ref, attested=attested, actor=actor)


def _resume(ports: Ports, running: Attempt, actor: str) -> sitting.Sitting:
    return sitting.resume(ports, attempt_id=running.id, actor=actor)


def _finished(console: Console, ports: Ports, briefing: Briefing, *, attempt_id: str, actor: str) -> Exit:
    result = grading.result(ports, attempt_id)
    say_result(console, result)
    score = result.review.score
    # A result that the policy keeps must not leak through the exit code either.
    exit_code = Exit.DONE if score is None or score.passed else Exit.NOT_PASSED
    try:
        say_progress(console, ports, course=briefing.course, student_id=briefing.student.id, actor=actor)
    except CequizError as error:
        # The exam is over and kept whatever happens to the papers.
        console.say(f"{error.sentence} {error.hint}".strip())
        if isinstance(error, EnvironmentFailed):
            return Exit.ENVIRONMENT
    return exit_code


def say_progress(console: Console, ports: Ports, *, course: Course, student_id: str, actor: str) -> None:
    """Ask for a missing evaluation, settle the certificate, and say what came of it or what is still missing."""
    settlement = issuing.settle(ports, student_id=student_id, course_id=course.id, actor=actor)
    progress = settlement.progress
    passed_all = all(exam.passed for exam in progress.required)
    if passed_all and progress.evaluation is EvaluationState.MISSING:
        if not ask_evaluation(console, ports, course=progress.course, student_id=student_id, actor=actor):
            return
        settlement = issuing.settle(ports, student_id=student_id, course_id=course.id, actor=actor)
    if settlement.award is None:
        console.say(f"Still to do for your certificate: {' '.join(settlement.progress.missing)}")
        return
    console.say()
    console.say(f"You have completed {progress.course.title}.")
    if settlement.certificate is not None:
        path = issuing.write_file(ports, settlement.certificate)
        console.say(f"Certificate {settlement.certificate.number}: {path}")
        return
    drawn = issuing.specimen(ports, student_id=student_id, course_id=course.id)
    console.say(f"SPECIMEN certificate: {issuing.write_file(ports, drawn)}")
    console.say("The certificate itself is issued as soon as the provider is set.")
