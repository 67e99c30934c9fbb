"""What somebody would lose, or has lost, with an attempt that is voided: in words, for every face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cequiz.language import tr
from cequiz.services.timing import Stake


def stake_words(stakes: Sequence[Stake]) -> Iterator[str]:
    """Yield what would be lost, a sentence each."""
    for one in stakes:
        if one.number:
            yield tr("The certificate {number} rests on this attempt and is revoked with it.", number=one.number)
        else:
            yield tr("The course {course} was earned by this attempt; that ends with it.", course=one.course_id)
        yield from one.boards


def lost_words(stakes: Sequence[Stake]) -> Iterator[str]:
    """Yield what was lost, a sentence each."""
    for one in stakes:
        if one.number:
            yield tr("The certificate {number} was revoked.", number=one.number)
        else:
            yield tr("The course {course} is not earned any more.", course=one.course_id)
        yield from one.boards
