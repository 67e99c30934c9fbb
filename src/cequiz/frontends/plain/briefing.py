"""The briefing in line mode: what counts in this exam, and the statement that is accepted before it starts."""

from __future__ import annotations

from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.exam.ledger import ReasonKind
from cequiz.domain.exam.marking import percent_text
from cequiz.domain.exam.terms import Disclosure
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.words import duration_words
from cequiz.services.briefing import Briefing, deadline_words

_SHOWN = {
    Disclosure.NONE: "that the exam is handed in",
    Disclosure.SCORE: "your score",
    Disclosure.OBJECTIVES: "your score by objective",
    Disclosure.RESPONSES: "your answers and which of them are right",
    Disclosure.FULL: "your answers and the right ones with reasons",
}


def say_briefing(console: Console, briefing: Briefing) -> None:
    """Say the rules of an exam."""
    for line in _rules(briefing):
        console.say(line)
    console.say()
    console.say(briefing.attestation)


def accepted(console: Console) -> bool:
    """Ask whether the statement is accepted; only `yes` is."""
    reply = console.ask("Type yes to accept and start: ")
    return isinstance(reply, str) and reply.lower() == "yes"


def _rules(briefing: Briefing) -> list[str]:
    terms, found = briefing.terms, briefing.eligibility
    lines = [
        f"Exam: {briefing.exam.title}",
        f"Course: {briefing.course.title}, {decimal_text(briefing.course.ce_hours)} CE hours",
        f"Student: {briefing.student.name}",
        f"Questions: {briefing.items}",
        *_time(briefing),
        f"Pass mark: {percent_text(terms.pass_mark)} %",
    ]
    for objective, floor in terms.floors.items():
        lines.append(f"Also needed: {percent_text(floor)} % in {terms.objectives.get(objective, objective)}")
    total = found.attempts_used + found.attempts_left
    lines.append(f"Attempt {found.attempts_used + 1} of {total}")
    lines.append("Open book: you may use your course material." if terms.open_book else "Closed book: no material.")
    if terms.forward_only:
        lines.append("The exam moves forward only: a question that you have left behind cannot be opened again.")
    lines.append("Every answer is saved at once. A question without an answer scores 0.")
    if terms.time_limit is not None or terms.closes_at is not None:
        lines.append("When the time ends, everything that is saved counts.")
        lines.append(
            "If you leave, the clock stands still." if terms.pauses else "If you leave, the clock goes on running."
        )
    passed, failed = _SHOWN[terms.after_pass], _SHOWN[terms.after_fail]
    lines.append(f"Afterwards you see {passed} if you pass, {failed} if you do not.")
    return lines


def _time(briefing: Briefing) -> list[str]:
    limit = briefing.terms.time_limit
    lines = ["Time limit: none" if limit is None else f"Time limit: {duration_words(limit)}"]
    if briefing.time.deadline is not None:
        lines.append(f"If you start now, the time ends on {deadline_words(briefing.time.deadline)}.")
    plain = {ReasonKind.STARTED, ReasonKind.LIMIT, ReasonKind.UNTIMED}
    for reason in briefing.time.reasons:
        if reason.kind not in plain:
            amount = f": {duration_words(reason.amount)}" if reason.amount is not None else ""
            at = f", {deadline_words(reason.at)}" if reason.at is not None else ""
            lines.append(f"{reason.words}{amount}{at}")
    return lines
