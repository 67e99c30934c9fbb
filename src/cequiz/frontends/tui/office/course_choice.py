"""The courses that somebody can be enrolled in, as choices of a form."""

from __future__ import annotations

from cequiz.services.in_use import COURSE
from cequiz.services.ports import CourseVersion, Ports


def courses_in_use(ports: Ports) -> list[CourseVersion]:
    """Return the newest version in use of every course, by title; retired versions take in nobody."""
    with ports.store.read() as unit:
        retired = unit.retirements.retired(COURSE)
        newest = {one.id: one for one in unit.courses.versions() if (one.id, one.version) not in retired}
    return sorted(newest.values(), key=lambda one: (one.title.casefold(), one.id))
