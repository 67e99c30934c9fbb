"""The period of a report: whole days in the provider's time zone, both ends included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cequiz.domain.bank.course import Course
from cequiz.errors import NotFound, WrongUsage
from cequiz.language import tr
from cequiz.services.ports import Ports, Unit
from cequiz.services.ports.reports import Stretch


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included; None where it has no end on that side."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.first is not None and self.last is not None and self.last < self.first:
            raise WrongUsage(
                tr("The period ends before it begins: {first} to {last}.", first=self.first, last=self.last),
                hint=tr("Both days belong to it."),
            )

    def stretch(self, zone: tzinfo) -> Stretch:
        """Return the period as instants: it ends with the first instant of the day after its last one."""
        return Stretch(_midnight(self.first, zone), _midnight(_after(self.last), zone))

    def words(self) -> str:
        """Return the period as people read it."""
        if self.first is None and self.last is None:
            return tr("The whole time")
        if self.first is None:
            return tr("Until {last}", last=self.last)
        if self.last is None:
            return tr("From {first} on", first=self.first)
        return tr("{first} to {last}", first=self.first, last=self.last)


ALWAYS = Period()
"""Without a beginning or an end."""


@dataclass(frozen=True)
class House:
    """What a report says of its making: the zone of its days, and when it was made."""

    zone: tzinfo
    now: datetime

    def day(self, at: datetime) -> date:
        """Return the day of an instant, in the provider's time zone."""
        return at.astimezone(self.zone).date()

    @property
    def today(self) -> date:
        """The day it is for the provider."""
        return self.day(self.now)


def house(ports: Ports, unit: Unit) -> House:
    """Return the provider's zone, UTC while there is no provider, and the clock's time."""
    provider = unit.providers.get()
    return House(provider.zone() if provider else UTC, ports.clock.read().wall)


def newest_course(unit: Unit, course_id: str) -> Course:
    """Return the version of a course that was loaded last.

    Raises:
        NotFound: there is no such course.
    """
    course = unit.courses.latest(course_id)
    if course is None:
        raise NotFound(
            tr("There is no course {name}.", name=course_id), hint=tr("`cequiz course list` shows what is loaded.")
        )
    return course


def about(period: Period, course: Course | None = None) -> str:
    """Return what a report covers: its period, and the course where it is about one."""
    if course is None:
        return period.words()
    return tr("{title} ({id}). {period}", title=course.title, id=course.id, period=period.words())


def _after(day: date | None) -> date | None:
    return None if day is None or day == date.max else day + timedelta(days=1)


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time(), UTC)
