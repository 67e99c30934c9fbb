"""Advising: what the boards of a student's states say about the hours of a course, before anything is begun.

The answer is never that a board accepts a course; whoever enrols reads it and decides.
"""

from __future__ import annotations

from collections.abc import Iterable

from cequiz.domain.bank.course import Course
from cequiz.domain.people.student import Licence
from cequiz.errors import EnvironmentFailed
from cequiz.services.coding import lookup
from cequiz.services.enrolling import find_course, find_student
from cequiz.services.ports import Ports


def advice(ports: Ports, *, licences: Iterable[Licence], course: Course) -> tuple[str, ...]:
    """Return a sentence for each state that limits the hours of such a course, in the order of the states' names.

    Args:
        ports: the outside world.
        licences: those of a student; who has none is told nothing.
        course: as the student takes it.
    """
    held = tuple(licences)
    if not held:
        return ()
    try:
        found = [pack.advisory for pack in ports.boards.packs() if pack.advisory is not None]
    except EnvironmentFailed:
        return ()  # A slip in a board's file must keep nobody from an exam; issuing names it.
    mine = [one for one in found if one.concerns(held, str(course.delivery))]
    return tuple(one.words(course.ce_hours) for one in sorted(mine, key=lambda one: one.name))


def advice_for(ports: Ports, *, student_id: str, course_id: str) -> tuple[str, ...]:
    """Return what a student should know of a course, as they take it or would take it.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        course_id: which course.

    Raises:
        NotFound: there is no such student or course.
    """
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        course = find_course(unit, course_id, student_id=student.id)
    return advice(ports, licences=student.licences, course=course)


def advice_for_code(ports: Ports, *, student_id: str, typed: str) -> tuple[str, ...]:
    """Return what a student should know of the course of an enrolment code, in the code's way of taking it.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        typed: the code.

    Raises:
        NotFound: there is no such student, or no such code.
        NotAllowed: the code enrols nobody any more, or it is too early for another try.
    """
    line = lookup(ports, student_id=student_id, typed=typed)
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        course = find_course(unit, line.code.course_id).taken(line.code.delivery)
    return advice(ports, licences=student.licences, course=course)
