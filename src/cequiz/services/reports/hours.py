"""`report hours`: how the hours of a course were reached, with every sum shown.

The rules disagree by hours, so the course's own claim stands beside each of them; none is called right.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course, HoursBasis
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.canonical import Json
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.hours import (
    MERGENER_DIFFICULTIES,
    MERGENER_SOURCE,
    NASBA_PASS_MARK,
    NASBA_QUESTIONS,
    HoursRule,
    mergener_minutes,
)
from cequiz.domain.exam.marking import points_text
from cequiz.domain.report import Align, Column, Report
from cequiz.errors import NotFound
from cequiz.language import tr
from cequiz.services.in_use import bank_in_use, course_in_use, is_retired
from cequiz.services.ports import Ports, Unit
from cequiz.services.reports.periods import house, newest_course
from cequiz.services.reports.roster import body_of

_Rows = Iterator[dict[str, Json]]
_NOTHING = HoursBasis(rule="none")
_TWO = 2  # choices: what the rule means by true/false, whatever the two say


def hours(ports: Ports, *, course_id: str, version: str = "") -> Report:
    """Return the hours dossier of a course.

    Args:
        ports: the outside world.
        course_id: which course.
        version: which version; empty for the newest in use, or the newest of all where every one is retired.

    Raises:
        NotFound: there is no such course, or no such version of it.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = _course(unit, course_id, version)
        retired = is_retired(unit, course)
        ids = dict.fromkeys(bank for exam in course.exams for bank in exam.banks)
        banks = [bank for one in ids if (bank := bank_in_use(unit, one)) is not None]
    packs = [pack for pack in ports.boards.packs() if pack.hours_rule is not None]
    basis = course.hours_basis or _NOTHING
    rows = [
        *_claims(ports, course),
        *(row for pack in packs for row in _of_board(pack, course, basis)),
        *_mergener(course, basis),
        *_nasba(course, banks),
    ]
    return Report(
        id="hours",
        title=tr("Hours dossier"),
        made_at=here.now,
        covers=tr("{title} ({id}, version {version})", title=course.title, id=course.id, version=course.version),
        columns=_columns(),
        rows=rows,
        notes=(*([tr("This version is retired.")] if retired else []), *_notes(course, packs)),
        summary={"claimed": decimal_text(course.ce_hours), "rule": basis.rule if course.hours_basis else None},
    )


def _course(unit: Unit, course_id: str, version: str) -> Course:
    newest = newest_course(unit, course_id)
    if not version:
        return course_in_use(unit, course_id) or newest
    found = unit.courses.get(course_id, version)
    if found is None:
        raise NotFound(
            tr("There is no version {version} of the course {name}.", version=version, name=course_id),
            hint=tr("`cequiz course list` shows what is loaded."),
        )
    return found


def _claims(ports: Ports, course: Course) -> _Rows:
    yield _row(
        tr("The course"), tr("claims"), tr("one hour is {count} minutes", count=course.hour_minutes), course.ce_hours
    )
    for one in course.approvals:
        yield _row(tr("The course"), tr("approved by {board}", board=body_of(ports, one)), one.title, one.hours)


def _of_board(pack: BoardPack, course: Course, basis: HoursBasis) -> _Rows:
    rule, parts = pack.hours_rule or HoursRule(), list[Fraction]()
    for what, amount, one_hour in (
        (tr("words of text"), basis.words, rule.words),
        (tr("minutes of audio and video"), basis.media_minutes, rule.media_minutes),
        (tr("minutes live"), basis.live_minutes, rule.live_minutes),
    ):
        if amount and one_hour:
            parts.append(Fraction(amount, one_hour))
            yield _row(pack.name, what, f"{amount} / {one_hour}", parts[-1])
    if parts:
        yield _row(pack.name, tr("together"), " + ".join(map(points_text, parts)), sum(parts, Fraction()))
        yield _difference(pack.name, course, sum(parts, Fraction()))


def _mergener(course: Course, basis: HoursBasis) -> _Rows:
    """Yield the formula for every difficulty, since a course names none, and the media on top."""
    if not basis.words:
        return
    questions = _questions(course, basis)
    media = (basis.media_minutes or 0) + (basis.live_minutes or 0)
    for difficulty, meaning in MERGENER_DIFFICULTIES.items():
        name = tr("Mergener {level} of 5", level=difficulty)
        minutes = mergener_minutes(basis.words, questions, difficulty)
        sum_shown = f"0.9 x (-22.3 + 0.00209 x {basis.words} + 2.78 x {questions} + 15.5 x {difficulty})"
        yield _row(name, tr("minutes of text ({meaning})", meaning=tr(meaning)), sum_shown, minutes)
        together = Fraction(minutes + media) / course.hour_minutes
        shown = f"({points_text(minutes)} + {media}) / {course.hour_minutes}"
        yield _row(name, tr("hours with audio, video and live"), shown, together)


def _nasba(course: Course, banks: list[Bank]) -> _Rows:
    """Yield what this rule asks of the exams; it counts questions, not hours."""
    lengths = [exam.length for exam in course.exams if exam.required]
    needed = course.ce_hours * NASBA_QUESTIONS
    asked = sum(lengths)
    claimed = decimal_text(course.ce_hours)
    yield _row("NASBA", tr("questions needed"), f"{claimed} x {NASBA_QUESTIONS}", needed)
    yield _row("NASBA", tr("questions asked"), " + ".join(map(str, lengths)), Fraction(asked))
    yield _row(
        "NASBA", tr("hours that the questions carry"), f"{asked} / {NASBA_QUESTIONS}", Fraction(asked, NASBA_QUESTIONS)
    )
    marks = [exam.pass_mark for exam in course.exams if exam.required]
    low = f"{', '.join(map(decimal_text, marks))} >= {decimal_text(NASBA_PASS_MARK)}"
    yield _said("NASBA", tr("pass marks in percent"), low, holds=min(marks, default=Fraction()) >= NASBA_PASS_MARK)
    count = sum(len(one.choices()) == _TWO for bank in banks for one in bank.items)
    yield _said("NASBA", tr("true/false questions in the banks"), f"{count} = 0", holds=not count)


def _questions(course: Course, basis: HoursBasis) -> int:
    return (
        basis.questions if basis.questions is not None else sum(exam.length for exam in course.exams if exam.required)
    )


def _difference(rule: str, course: Course, reached: Fraction) -> dict[str, Json]:
    claimed = course.ce_hours
    if reached < claimed:
        shown = f"{decimal_text(claimed)} - {points_text(reached)}"
        return _row(rule, tr("less than claimed"), shown, claimed - reached)
    return _row(rule, tr("more than claimed"), f"{points_text(reached)} - {decimal_text(claimed)}", reached - claimed)


def _row(rule: str, step: str, sum_shown: str, result: Fraction) -> dict[str, Json]:
    shown = points_text(result) if result >= 0 else f"-{points_text(-result)}"
    return {"rule": rule, "step": step, "result": shown, "arithmetic": sum_shown}


def _said(rule: str, step: str, sum_shown: str, *, holds: bool) -> dict[str, Json]:
    return {"rule": rule, "step": step, "result": tr("yes") if holds else tr("no"), "arithmetic": sum_shown}


def _notes(course: Course, packs: list[BoardPack]) -> Iterator[str]:
    if course.hours_basis is None:
        yield tr("The course says nothing of words and minutes (`hours_basis`), so only its questions can be counted.")
    else:
        yield tr("The course reckons by the rule {rule}.", rule=course.hours_basis.rule)
    for pack in packs:
        yield tr("{board}: {source}, checked on {date}.", board=pack.name, source=pack.source, date=pack.checked_on)
    yield tr(
        "Mergener: {source}. The course names no difficulty, so all five levels are shown.", source=MERGENER_SOURCE
    )
    yield tr("NASBA: at least five questions for each credit, no true/false, at least 70 % to pass. Figures are cut.")


def _columns() -> tuple[Column, ...]:
    return (
        Column("rule", tr("Rule")),
        Column("step", tr("What")),
        Column("result", tr("Result"), Align.RIGHT),
        Column("arithmetic", tr("Sum")),
    )
