"""The briefing in line mode: what counts in this exam, and the statement that is accepted before it starts."""

from __future__ import annotations

from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.exam.ledger import ReasonKind
from cequiz.domain.exam.terms import Disclosure, Terms
from cequiz.frontends.dates import deadline_words, duration_words, percent
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.words import agreed
from cequiz.frontends.tongues import foreign_words
from cequiz.language import mark, tr
from cequiz.services.briefing import Briefing

_SHOWN = {
    Disclosure.NONE: mark("that the exam is handed in"),
    Disclosure.SCORE: mark("your score"),
    Disclosure.OBJECTIVES: mark("your score by objective"),
    Disclosure.RESPONSES: mark("your answers and which of them are right"),
    Disclosure.FULL: mark("your answers and the right ones with reasons"),
}


def say_briefing(console: Console, briefing: Briefing) -> None:
    """Say the rules of an exam."""
    for line in _rules(briefing):
        console.say(line)
    console.say()
    console.say(briefing.attestation)


def accepted(console: Console) -> bool:
    """Ask whether the statement is accepted; only a clear yes is."""
    return agreed(console.ask(tr("Type yes to accept and start: ")))


def _rules(briefing: Briefing) -> list[str]:
    terms, found = briefing.terms, briefing.eligibility
    total = found.attempts_used + found.attempts_left
    lines = [
        tr("Exam: {title}", title=briefing.exam.title),
        tr(
            "Course: {title}, {hours} CE hours",
            title=briefing.course.title,
            hours=decimal_text(briefing.course.ce_hours),
        ),
        *briefing.advice,
        tr("Student: {name}", name=briefing.student.name),
        tr("Questions: {count}", count=briefing.items),
        *_time(briefing),
        tr("Pass mark: {percent}", percent=percent(terms.pass_mark)),
    ]
    for objective, floor in terms.floors.items():
        title = terms.objectives.get(objective, objective)
        lines.append(tr("Also needed: {percent} in {objective}", percent=percent(floor), objective=title))
    lines.append(tr("Attempt {number} of {total}", number=found.attempts_used + 1, total=total))
    open_book, closed = tr("Open book: you may use your course material."), tr("Closed book: no material.")
    lines.append(open_book if terms.open_book else closed)
    if terms.forward_only:
        lines.append(tr("The exam moves forward only: a question that you have left behind cannot be opened again."))
    lines.append(tr("Every answer is saved at once. A question without an answer scores 0."))
    foreign = foreign_words(briefing.languages)
    lines += _leaving(terms) + ([foreign] if foreign else [])
    passed, failed = tr(_SHOWN[terms.after_pass]), tr(_SHOWN[terms.after_fail])
    lines.append(tr("Afterwards you see {passed} if you pass, {failed} if you do not.", passed=passed, failed=failed))
    return lines


def _leaving(terms: Terms) -> list[str]:
    if not terms.timed and terms.closes_at is None:
        return []
    stops, runs = tr("If you leave, the clock stands still."), tr("If you leave, the clock goes on running.")
    return [tr("When the time ends, everything that is saved counts."), stops if terms.stops else runs]


def _time(briefing: Briefing) -> list[str]:
    terms = briefing.terms
    lines = [tr("Time limit: none")]
    if terms.time_limit is not None and terms.timed:
        lines = [tr("Time limit: {span}", span=duration_words(terms.time_limit))]
    if briefing.time.deadline is not None:
        until = deadline_words(briefing.time.deadline)
        lines.append(tr("If you start now, the time ends on {until}.", until=until))
    known = {ReasonKind.STARTED, ReasonKind.LIMIT}
    for reason in briefing.time.reasons:
        if reason.kind in known or (reason.kind is ReasonKind.UNTIMED and not terms.untimed):
            continue
        amount = f": {duration_words(reason.amount)}" if reason.amount is not None else ""
        at = f", {deadline_words(reason.at)}" if reason.at is not None else ""
        lines.append(f"{reason.words}{amount}{at}")
    return lines
