"""What a provider decides for the whole house, in `config.toml`.

The model documents itself: each rule carries its own sentence and its bounds, from which the page in docs, the example
file and the refusals of wrong values are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from cequiz.language import mark


def _rule(default: Any, about: str, *, least: int = 0, most: int = 0) -> Any:
    return field(default=default, metadata={"about": about, "least": least, "most": most})


@dataclass(frozen=True, kw_only=True)
class HouseRules:
    """The rules, each with what holds where nothing is said."""

    second_approver: bool = _rule(False, mark("Whether a change of keys waits until a second person has approved it."))
    sign_in_failures: int = _rule(
        5, mark("Failures to sign in, in a row, after which a name is locked out for a while."), least=1, most=100
    )
    sign_in_lock_minutes: int = _rule(15, mark("How long a name is locked out, in minutes."), least=1, most=1440)
    sign_in_address_failures: int = _rule(
        30,
        mark(
            "Failures of students to sign in over a line from one address within a quarter of an hour, "
            "after which that address is refused for a while."
        ),
        least=3,
        most=10_000,
    )
    sign_in_account_failures: int = _rule(
        50,
        mark(
            "Tries at one student's account within an hour, after which it opens only from where the student "
            "came in before, or with a one-time code."
        ),
        least=5,
        most=10_000,
    )
    visit_hours: int = _rule(
        12, mark("How long a student who signed in over a line stays signed in, in hours."), least=1, most=168
    )
    retention_years: int = _rule(
        7,
        mark(
            "How many years records are kept, counted from the end of the year of completion. "
            "NCBTMB asks for 6, Texas for 5, Florida for 4."
        ),
        least=4,
        most=100,
    )
    ce_broker_profession: str = _rule(
        "MA", mark("The profession that the CE Broker roster names in its column H, after `Profession=`.")
    )
    backup_folder: str = _rule(
        "", mark("The folder in which the office offers to write backups; empty for `backups` in the home.")
    )
    registration_over_a_line: bool = _rule(
        True,
        mark(
            "Whether students who come over SSH or the web may register themselves; if not, the office adds them "
            "and gives each a one-time code."
        ),
    )
    newcomers_per_hour: int = _rule(
        60,
        mark("How many may register over a line from one address within an hour; a class often has one address."),
        least=1,
        most=10_000,
    )


@dataclass(frozen=True)
class Rule:
    """One rule as people meet it."""

    name: str
    default: bool | int | str
    about: str
    """A sentence, to be translated where it is shown."""
    least: int
    most: int
    """Bounds of a whole number, both included."""

    def accepts(self, value: object) -> bool:
        """Whether a value has the rule's type and keeps its bounds."""
        if type(value) is not type(self.default):
            return False
        return not isinstance(value, int) or isinstance(value, bool) or self.least <= value <= self.most


def rules() -> Iterator[Rule]:
    """Yield every rule in its order."""
    for one in fields(HouseRules):
        default = one.default
        assert isinstance(default, bool | int | str)  # noqa: S101 - checked for the type checker
        yield Rule(one.name, default, one.metadata["about"], one.metadata["least"], one.metadata["most"])
