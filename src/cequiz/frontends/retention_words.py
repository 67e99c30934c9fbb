"""Words for how records stand with their time, and for what a purge takes; the faces of the office share them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.services.retaining import Kept

_KINDS = {
    "attempts": mark("attempts"),
    "events": mark("events of attempts"),
    "answers": mark("answers"),
    "scores": mark("scores"),
    "near_misses": mark("near misses"),
    "signs_of_life": mark("signs of life"),
    "evaluations": mark("evaluations"),
    "awards": mark("awards"),
    "certificates": mark("certificates"),
    "statuses": mark("entries in the lives of certificates"),
    "reported": mark("lines of reports to boards"),
    "accommodations": mark("accommodations"),
    "practice": mark("answers and cards of practice"),
    "enrolments": mark("enrolments"),
}


def kind_words(kind: str) -> str:
    """Return the words for a kind of records, as `Holdings.counts` names them."""
    return tr(_KINDS.get(kind, kind))


def standing_words(kept: Kept) -> str:
    """Return in a word or two whether records may be purged, and what stands in the way else."""
    if kept.held:
        return tr("held")
    if kept.running:
        return tr("an attempt is open")
    return tr("may go") if kept.due else tr("kept")
