"""Courses as the office looks at them: what their exams need, and what the banks in use have; nothing is changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.people.advisory import Advisory
from cequiz.errors import NotFound
from cequiz.language import tr
from cequiz.services.freezing import instructors
from cequiz.services.in_use import COURSE, bank_in_use, course_in_use, course_versions_in_use
from cequiz.services.ports import Ports, Unit


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What an exam needs of one objective, and what its banks have."""

    exam_id: str
    objective: str
    needed: int
    approved: int
    others: int
    """Questions that stand in the banks and may not be drawn: drafts, in review, retired."""


@dataclass(frozen=True, kw_only=True)
class CoursePage:
    """One version of a course with what it stands on."""

    course: Course
    loaded_at: datetime
    retired: bool
    in_use: bool
    versions: tuple[str, ...]
    supplies: tuple[Supply, ...]
    """In the order of the exams and of their blueprints."""
    instructors: tuple[Signatory, ...]
    """Who a certificate would name: the provider's instructor in place of the course's own; empty for nobody."""
    advisories: tuple[Advisory, ...]
    """What states say about hours of this delivery, by the states' names."""

    @property
    def name(self) -> str:
        """`ID@VERSION`."""
        return f"{self.course.id}@{self.course.version}"


def course_page(ports: Ports, name: str) -> CoursePage:
    """Return a version of a course with what its exams need and have.

    Args:
        ports: the outside world.
        name: `ID@VERSION`, or `ID` for the version in use, or where none is, the newest.

    Raises:
        NotFound: there is none.
        EnvironmentFailed: a file of a board's rules cannot be read.
    """
    with ports.store.read() as unit:
        course = find_course(unit, name)
        versions = [one for one in unit.courses.versions() if one.id == course.id]
        used = course_versions_in_use(unit, course.id)
        retired = (course.id, course.version) in unit.retirements.retired(COURSE)
        needed = _supplies(unit, course)
        provider = unit.providers.get()
    found = (pack.advisory for pack in ports.boards.packs())
    limits = [one for one in found if one is not None and str(course.delivery) in one.deliveries]
    return CoursePage(
        course=course,
        loaded_at=next(one.loaded_at for one in versions if one.version == course.version),
        retired=retired,
        in_use=course.version in used[-1:],
        versions=tuple(one.version for one in versions),
        supplies=needed,
        instructors=_instructors(course, provider),
        advisories=tuple(sorted(limits, key=lambda one: one.name)),
    )


def supplies(ports: Ports, course: Course) -> tuple[Supply, ...]:
    """Return what the exams of a course need of each objective, and what the banks in use have."""
    with ports.store.read() as unit:
        return _supplies(unit, course)


def find_course(unit: Unit, name: str) -> Course:
    """Return a course by `ID@VERSION`, or by `ID`: the version in use, or where none is, the newest.

    Raises:
        NotFound: there is none.
    """
    course_id, _, version = name.partition("@")
    found = (
        unit.courses.get(course_id, version)
        if version
        else course_in_use(unit, course_id) or unit.courses.latest(course_id)
    )
    if found is None:
        hint = tr("`cequiz course list` shows what is loaded.")
        raise NotFound(tr("There is no course {name}.", name=name), hint=hint)
    return found


def _instructors(course: Course, provider: Provider | None) -> tuple[Signatory, ...]:
    if provider is None:
        return tuple(Signatory(one.name, one.credentials or "") for one in course.instructors)
    return instructors(course, provider)


def _supplies(unit: Unit, course: Course) -> tuple[Supply, ...]:
    wanted = {bank_id for exam in course.exams for bank_id in exam.banks}
    banks = {bank_id: bank for bank_id in wanted if (bank := bank_in_use(unit, bank_id)) is not None}
    found: list[Supply] = []
    for exam in course.exams:
        pool = [question for bank_id in exam.banks if bank_id in banks for question in banks[bank_id].items]
        approved = Counter(one.objective for one in pool if one.is_scored)
        everything = Counter(one.objective for one in pool)
        found += [
            Supply(
                exam_id=exam.id,
                objective=objective,
                needed=needed,
                approved=approved[objective],
                others=everything[objective] - approved[objective],
            )
            for objective, needed in exam.blueprint.items()
        ]
    return tuple(found)
