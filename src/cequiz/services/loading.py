"""Loading banks and courses: all or nothing, and a version never changes once it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.fields import decimal_text
from cequiz.errors import NotAllowed, NotFound
from cequiz.language import tr
from cequiz.services.contradicting import check_keys_in_force
from cequiz.services.in_use import check_drawable
from cequiz.services.ports import AuditRecord, FigureFile, Ports, Unit
from cequiz.services.providing import check_prints


@dataclass(frozen=True)
class Loaded:
    """What became of one bank or course."""

    kind: str
    id: str
    version: str
    content_hash: str
    new: bool
    """False when exactly this content was there already."""


def load(
    ports: Ports,
    *,
    banks: Sequence[Bank] = (),
    courses: Sequence[Course] = (),
    figures: Sequence[FigureFile] = (),
    actor: str,
) -> tuple[Loaded, ...]:
    """Load banks with the figures they show, then courses, in one transaction.

    The figures of a version that is there already are kept too: a bank may have been loaded before the store kept any.

    Raises:
        NotAllowed: a version is in the store with other content, an exam of a loaded course could not be drawn, or an
            approval is for another title or other hours.
        NotFound: a course names a bank that is neither loaded nor in the store.
        KeysContradicted: a bank says another key than a change of keys in force, or approves an item that was dropped.
        Refused: a certificate could not carry the course's texts.
    """
    for course in courses:
        _check_approvals(course)
        check_prints(ports, course=course)
    with ports.store.write() as unit:
        check_keys_in_force(unit, banks)
        return load_in(ports, unit, banks=banks, courses=courses, figures=figures, actor=actor)


def load_in(
    ports: Ports,
    unit: Unit,
    *,
    banks: Sequence[Bank] = (),
    courses: Sequence[Course] = (),
    figures: Sequence[FigureFile] = (),
    actor: str,
) -> tuple[Loaded, ...]:
    """Load banks, figures and courses inside a unit; refusals as of `load`, but for keys and courses' own texts."""
    done = [_load_bank(ports, unit, bank) for bank in banks]
    for figure in figures:
        unit.figures.add(figure)
    done += [_load_course(ports, unit, course) for course in courses]
    if any(one.new for one in done):
        hint = tr("Nothing was loaded (rule E08): the banks need more approved items, or the exam fewer.")
        check_drawable(unit, nothing_done=hint)
    for one in done:
        if one.new:
            details = {"version": one.version, "content_hash": one.content_hash}
            deed = f"{one.kind}.loaded"
            unit.audit.add(
                AuditRecord(at=ports.clock.read().wall, actor=actor, deed=deed, subject=one.id, details=details)
            )
    return tuple(done)


def _load_bank(ports: Ports, unit: Unit, bank: Bank) -> Loaded:
    known, now = unit.banks.content_hash(bank.id, bank.version), bank.content_hash()
    if known is None:
        unit.banks.add(bank, at=ports.clock.read().wall)
    elif known != now:
        raise _changed("bank", bank.id, bank.version)
    return Loaded("bank", bank.id, bank.version, now, known is None)


def _load_course(ports: Ports, unit: Unit, course: Course) -> Loaded:
    for bank_id in dict.fromkeys((*(bank for exam in course.exams for bank in exam.banks), *course.practice_banks)):
        if unit.banks.latest(bank_id) is None:
            raise NotFound(
                tr(
                    "The course {course} needs the bank {bank}, which is not in the store.",
                    course=course.id,
                    bank=bank_id,
                ),
                hint=tr("Load the bank first, or give its file along with the course's."),
            )
    known, now = unit.courses.content_hash(course.id, course.version), course.content_hash()
    if known is None:
        unit.courses.add(course, at=ports.clock.read().wall)
    elif known != now:
        raise _changed("course", course.id, course.version)
    return Loaded("course", course.id, course.version, now, known is None)


def _check_approvals(course: Course) -> None:
    """Refuse a course that prints another title or other hours than a board has approved: it would be rejected.

    Source: certificates show title and hours exactly as approved (NCBTMB and state boards).
    """
    for approval in course.approvals:
        if (approval.title, approval.hours) != (course.title, course.ce_hours):
            raise NotAllowed(
                tr(
                    "The approval by {board} is for {approved!r}, {approved_hours} hours; "
                    "the course {course} is {title!r}, {hours} hours.",
                    board=approval.board,
                    approved=approval.title,
                    approved_hours=decimal_text(approval.hours),
                    course=course.id,
                    title=course.title,
                    hours=decimal_text(course.ce_hours),
                ),
                hint=tr("A certificate shows title and hours exactly as approved: make them the same."),
            )


def _changed(kind: str, identity: str, version: str) -> NotAllowed:
    if kind == "bank":
        sentence = tr("The bank {id} {version} is in the store with other content.", id=identity, version=version)
    else:
        sentence = tr("The course {id} {version} is in the store with other content.", id=identity, version=version)
    hint = tr("A loaded version never changes. Give the changed file a new `version` and load it again.")
    return NotAllowed(sentence, hint=hint)
