"""Advising: what boards say about the hours of a course and the licences it needs, before anything is begun.

The answer is never that a board accepts a course; whoever enrols reads it and decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

from cequiz.domain.bank.course import Course
from cequiz.domain.people.roll import Newcomer
from cequiz.domain.people.student import Licence
from cequiz.errors import EnvironmentFailed, NotFound
from cequiz.language import trn
from cequiz.services.boarding import licences_wanted
from cequiz.services.coding import lookup
from cequiz.services.enrolling import find_course, find_student
from cequiz.services.ports import Ports


def advice(ports: Ports, *, licences: Iterable[Licence], course: Course) -> tuple[str, ...]:
    """Return what somebody with these licences should know of a course.

    First a sentence for each licence that the certificate would be refused without, then one for each state that
    limits the hours of such a course, in the order of the states' names.

    Args:
        ports: the outside world.
        licences: those of a student.
        course: as the student takes it.
    """
    held = tuple(licences)
    try:
        wanted = licences_wanted(ports, course, {one.state.upper() for one in held})
        found = [pack.advisory for pack in ports.boards.packs() if pack.advisory is not None] if held else []
    except EnvironmentFailed:
        return ()  # A slip in a board's file must keep nobody from an exam; issuing names it.
    mine = [one for one in found if one.concerns(held, str(course.delivery))]
    return (*wanted, *(one.words(course.ce_hours) for one in sorted(mine, key=lambda one: one.name)))


def advice_for_roll(ports: Ports, newcomers: Iterable[Newcomer]) -> tuple[str, ...]:
    """Return what boards say to the people of a roll about their courses, a sentence with how many it concerns.

    Args:
        ports: the outside world.
        newcomers: the people; whoever is enrolled in no course, or in one that there is not, is left out.
    """
    alike: dict[tuple[str, frozenset[str]], list[Newcomer]] = {}
    for one in newcomers:
        if one.course:
            states = frozenset(licence.state.casefold() for licence in one.licences)
            alike.setdefault((one.course, states), []).append(one)
    counts: Counter[tuple[str, str]] = Counter()
    for (course_id, _), people in alike.items():  # what boards say depends on the states alone
        with suppress(NotFound):  # which the check of the roll tells with its line
            with ports.store.read() as unit:
                course = find_course(unit, course_id)
            for words in advice(ports, licences=people[0].licences, course=course):
                counts[course.title, words] += len(people)
    return tuple(
        trn("{course}, {count} student: {words}", "{course}, {count} students: {words}", n, course=title, words=words)
        for (title, words), n in sorted(counts.items())
    )


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
