"""The course evaluation in line mode: scales, free text, or declined; left for later when the input ends."""

from __future__ import annotations

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.policies import EvaluationQuestion
from cequiz.domain.canonical import Json
from cequiz.frontends.plain.console import Console, Signal
from cequiz.frontends.plain.ways import AtAShell, Ways
from cequiz.language import tr
from cequiz.services.evaluating import evaluate
from cequiz.services.ports import Ports

_LONGEST = 4_000
"""Characters of a comment; the services refuse longer ones."""


def ask_evaluation(
    console: Console, ports: Ports, *, course: Course, student_id: str, actor: str, ways: Ways | None = None
) -> bool:
    """Ask every question of the evaluation and keep the answers; False when it was left for later.

    Args:
        console: where to.
        ports: the outside world.
        course: which course.
        student_id: whose.
        actor: who does it.
        ways: how the student comes back to it; None for a student at a shell.

    Raises:
        NotAllowed: it was given already.
    """
    console.say()
    console.say(tr("Your evaluation of the course {title}.", title=course.title))
    again = (ways or AtAShell(student_id)).line("evaluate", course.id)
    if any(question.scale is not None for question in course.evaluation.questions):
        console.say(tr("Type decline instead of a number to decline it, or x to leave it for later."))
    else:
        console.say(tr("To decline it, leave it with Ctrl-C, then: {again} --decline", again=again))
    answers: dict[str, Json] = {}
    declined = False
    for question in course.evaluation.questions:
        answer = _ask(console, question)
        if isinstance(answer, Signal):
            console.say(tr("Your certificate waits for your evaluation. Give it with: {again}", again=again))
            return False
        if answer is None:
            declined = True
            break
        answers[question.id] = answer
    given = None if declined else answers
    evaluate(ports, student_id=student_id, course_id=course.id, answers=given, actor=actor)
    console.say(tr("You declined the evaluation.") if declined else tr("Thank you. Your evaluation is saved."))
    return True


def _ask(console: Console, question: EvaluationQuestion) -> int | str | Signal | None:
    """Return the answer; None declines the evaluation, a signal leaves it for later."""
    console.say(question.text)
    prompt = f"{_wanted(question)}: "
    while True:
        reply = console.ask(prompt)
        if isinstance(reply, Signal):
            return reply
        if question.scale is None:
            # A comment is a comment, whatever it says.
            if len(reply) <= _LONGEST:
                return reply
            console.say(
                tr(
                    "A comment has at most {longest} characters; this one has {size}. Shorten it, please.",
                    longest=_LONGEST,
                    size=len(reply),
                )
            )
            continue
        if reply.lower() == "x":
            return Signal.END
        if reply.lower() in {"decline", tr("decline")}:
            return None
        if reply.isascii() and reply.isdigit() and 1 <= int(reply[:9]) <= question.scale:
            return int(reply)
        console.say(tr("A whole number from 1 to {scale} is expected here.", scale=question.scale))


def _wanted(question: EvaluationQuestion) -> str:
    return tr("(empty line for none)") if question.scale is None else tr("1 to {scale}", scale=question.scale)
