"""The courses as choices of a form: those that somebody can be enrolled in, and those that there may be papers of."""

from __future__ import annotations

from cequiz.language import tr
from cequiz.services.in_use import COURSE
from cequiz.services.ports import CourseVersion, Ports


def courses_in_use(ports: Ports) -> list[CourseVersion]:
    """Return the newest version in use of every course, by title; retired versions take in nobody."""
    with ports.store.read() as unit:
        retired = unit.retirements.retired(COURSE)
        newest = {one.id: one for one in unit.courses.versions() if (one.id, one.version) not in retired}
    return sorted(newest.values(), key=lambda one: (one.title.casefold(), one.id))


def courses_with_people(ports: Ports) -> list[tuple[str, str]]:
    """Return the id of every course that certificates may be due or issued for, each with its words, by title.

    A retired course is one of them, and is called so, as long as somebody is enrolled in it: it takes in nobody new,
    and certificates of it are issued and printed all the same.
    """
    used = {one.id: one.title for one in courses_in_use(ports)}
    with ports.store.read() as unit:
        others = [one for one in unit.courses.versions() if one.id not in used]
        retired = {one.id: one.title for one in others if unit.enrolments.anybody(one.id, one.version)}
    words = used | {name: tr("{course} (retired)", course=title) for name, title in retired.items()}
    return sorted(words.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
