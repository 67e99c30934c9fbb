"""What moves when two records of a student become one, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.services.merging import MergePlan

_KINDS = {
    "enrolments": mark("enrolments"),
    "attempts": mark("attempts"),
    "awards": mark("awards"),
    "certificates": mark("certificates"),
    "evaluations": mark("evaluations"),
    "practice": mark("practice answers"),
}


def moved_words(plan: MergePlan) -> list[tuple[str, str]]:
    """Return each kind of record with how many of it move."""
    return [(tr(_KINDS[kind]), str(count)) for kind, count in plan.moves.items()]
