"""What a student has earned, said in plain lines: the certificate, a SPECIMEN, or what is still to do.

Whether anything is due, the services say. An exam whose result its course keeps is named nowhere.
"""

from __future__ import annotations

import contextlib

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.policies import Shown
from cequiz.errors import CequizError, Refused
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.evaluation import ask_evaluation
from cequiz.frontends.plain.ways import AtAShell, Ways
from cequiz.frontends.states import state_words
from cequiz.language import tr
from cequiz.services import earning, issuing, papers
from cequiz.services.earning import EvaluationState, Progress
from cequiz.services.ports import CertificateRecord, Ports


def say_progress(
    console: Console,
    ports: Ports,
    *,
    course: Course,
    student_id: str,
    actor: str,
    asks: bool = True,
    ways: Ways | None = None,
) -> None:
    """Settle what was earned, ask for a missing evaluation, and say what came of it or what is still missing.

    Args:
        console: where to.
        ports: the outside world.
        course: which course.
        student_id: whose.
        actor: who does it.
        asks: whether a missing evaluation is asked for; else it is said how to give it.
        ways: how the student comes to what is left to do, and to the paper; None for a student at a shell.

    Raises:
        EnvironmentFailed: the certificate or its file could not be written.
    """
    ways = ways or AtAShell(student_id)
    certificate, refusal = _settled(ports, course, student_id, actor, files=ways.files)
    progress = earning.course_progress(ports, student_id=student_id, course_id=course.id)
    waits = progress.award is None and all(exam.passed for exam in progress.required)
    if asks and waits and progress.evaluation is EvaluationState.MISSING:
        if not ask_evaluation(console, ports, course=progress.course, student_id=student_id, actor=actor, ways=ways):
            return
        certificate, refusal = _settled(ports, course, student_id, actor, files=ways.files)
        progress = earning.course_progress(ports, student_id=student_id, course_id=course.id)
    if progress.award is None:
        _say_missing(console, progress, ways)
        return
    console.say()
    console.say(tr("You have completed {course}.", course=progress.course.title))
    if certificate is not None:
        for line in ways.paper_lines(ports, certificate):
            console.say(line)
        _, status = papers.certificate(ports, certificate.number)
        if status is not None and status.status != "issued":
            console.say(tr("This certificate is {state}. Ask your provider why.", state=state_words(status.status)))
        return
    drawn = papers.specimen(ports, student_id=student_id, course_id=course.id)
    for line in ways.paper_lines(ports, drawn):
        console.say(line)
    if refusal is None:
        console.say(tr("The certificate itself is issued as soon as the provider is set."))
    else:
        console.say(tr("The certificate itself is not issued yet; the provider has to act first:"))
        console.say(console.told(refusal))


def say_kept(
    console: Console, ports: Ports, *, course: Course, student_id: str, actor: str, ways: Ways | None = None
) -> None:
    """After an exam whose result is not shown: the same words whether it was passed or not; what is earned is settled.

    A refusal, or a file that cannot be written, would tell that there is something to issue, so it is not said here.
    """
    ways = ways or AtAShell(student_id)
    with contextlib.suppress(CequizError):
        issuing.settle(ports, student_id=student_id, course_id=course.id, actor=actor, files=ways.files)
    console.say(tr("The provider tells you the result, and what is still to do for your certificate."))
    progress = earning.course_progress(ports, student_id=student_id, course_id=course.id)
    if progress.evaluation is EvaluationState.MISSING:
        command = ways.line("evaluate", course.id)
        console.say(tr("The course asks for your evaluation too. Give it with: {command}", command=command))


def _settled(
    ports: Ports, course: Course, student_id: str, actor: str, *, files: bool
) -> tuple[CertificateRecord | None, Refused | None]:
    """Return the certificate, or why there can be none; what was earned is earned either way."""
    try:
        found = issuing.settle(ports, student_id=student_id, course_id=course.id, actor=actor, files=files)
    except Refused as error:
        return None, error
    return found.certificate, None


def _say_missing(console: Console, progress: Progress, ways: Ways) -> None:
    kept = [exam.title for exam in progress.course.exams if _keeps(exam.review.after_pass, exam.review.after_fail)]
    told = [sentence for sentence in progress.missing if not any(title in sentence for title in kept)]
    if told:
        console.say(tr("Still to do for your certificate: {todo}", todo=" ".join(told)))
    if len(told) < len(progress.missing) or not told:
        console.say(tr("The provider tells you what else is to do."))
    if progress.evaluation is EvaluationState.MISSING and all(exam.passed for exam in progress.required):
        command = ways.line("evaluate", progress.course.id)
        console.say(tr("Give your evaluation with: {command}", command=command))


def _keeps(after_pass: Shown, after_fail: Shown) -> bool:
    return Shown.NONE in {after_pass, after_fail}
