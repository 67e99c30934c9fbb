"""What somebody would lose, or has lost, with an attempt that is voided: in words, for every face.

Where another attempt was passed too, what was earned rests on that one from then on, with its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cequiz.frontends.dates import date_text
from cequiz.language import tr
from cequiz.services.consequences import Outcome
from cequiz.services.timing import Stake


def stake_words(stakes: Sequence[Stake]) -> Iterator[str]:
    """Yield what would be lost, a sentence each."""
    for one in stakes:
        match one.outcome:
            case Outcome.REVOKED:
                yield tr("The certificate {number} rests on this attempt and is revoked with it.", number=one.number)
            case Outcome.LOST:
                yield tr("The course {course} was earned by this attempt; that ends with it.", course=one.course_id)
            case _:
                yield tr(
                    "Another attempt has passed too: the course {course} is earned by that one then, on {day}.",
                    course=one.course_id,
                    day=_day(one),
                )
        if one.outcome is Outcome.SUPERSEDED:
            yield tr(
                "The certificate {number} rests on this attempt, and has to be corrected: `cequiz certificate issue`.",
                number=one.number,
            )
        yield from one.boards


def lost_words(stakes: Sequence[Stake]) -> Iterator[str]:
    """Yield what was lost, a sentence each."""
    for one in stakes:
        match one.outcome:
            case Outcome.REVOKED:
                yield tr("The certificate {number} was revoked.", number=one.number)
            case Outcome.LOST:
                yield tr("The course {course} is not earned any more.", course=one.course_id)
            case _:
                yield tr(
                    "The course {course} is earned by another attempt now, on {day}.",
                    course=one.course_id,
                    day=_day(one),
                )
        if one.outcome is Outcome.SUPERSEDED:
            yield tr(
                "The certificate {number} is in force and not true any more: `cequiz certificate issue` corrects it.",
                number=one.number,
            )
        yield from one.boards


def _day(one: Stake) -> str:
    return date_text(one.day) if one.day else ""
