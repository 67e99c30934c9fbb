"""Advisories: what a state's board says about how many hours of a delivery may count, before anybody spends time.

They are data with a source and a date (`certificates/boards/*.yaml`) and never promise anything: a board decides, and
no sentence here says that it accepts a course.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.people.student import Licence
from cequiz.language import tr


@dataclass(frozen=True, kw_only=True)
class Advisory:
    """How many hours of a period a state lets be earned in some deliveries."""

    state: str
    """As licences have it, such as `NY`."""
    name: str
    """The state's name, such as `New York`."""
    hours: Fraction
    of: Fraction
    """All hours that a period asks for."""
    about: bool = False
    """Whether the source gives the number as an approximate one."""
    deliveries: frozenset[str]
    """The deliveries that are limited, such as `home-study`."""
    source: str
    checked_on: date

    def concerns(self, licences: Iterable[Licence], delivery: str) -> bool:
        """Whether it matters to somebody with these licences who takes a course in this way."""
        return delivery in self.deliveries and any(one.state.casefold() == self.state.casefold() for one in licences)

    def words(self, hours: Fraction) -> str:
        """Return the advisory for a course of so many hours, such as `New York: at most 12 of these 16 hours ...`."""
        most = decimal_text(self.hours)
        if hours <= self.hours:
            return self._within(most)
        values = {"state": self.name, "most": most, "hours": decimal_text(hours)}
        if self.about:
            return tr(
                "{state}: at most about {most} of these {hours} hours may count; check with your board.", **values
            )
        return tr("{state}: at most {most} of these {hours} hours may count; check with your board.", **values)

    def grounds(self) -> str:
        """Return where it comes from, such as for the office or a reader who asks why."""
        checked = self.checked_on.isoformat()
        if self.source.startswith(self.name):
            return tr("{source}, checked on {date}.", source=self.source, date=checked)
        return tr("{name}: {source}, checked on {date}.", name=self.name, source=self.source, date=checked)

    def _within(self, most: str) -> str:
        values = {"state": self.name, "most": most, "of": decimal_text(self.of)}
        if self.about:
            return tr(
                "{state}: of the {of} hours of a period, at most about {most} of this kind may count; "
                "check with your board.",
                **values,
            )
        return tr(
            "{state}: of the {of} hours of a period, at most {most} of this kind may count; check with your board.",
            **values,
        )
