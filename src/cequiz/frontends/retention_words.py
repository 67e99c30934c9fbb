"""Words for how records stand with their time, and for what a purge takes; the faces of the office share them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cequiz.language import mark, tr, trn

if TYPE_CHECKING:
    from cequiz.services.ports import HouseFile
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


_FILES = {
    "report": mark("a report"),
    "pack": mark("an archive"),
    "backup": mark("a backup"),
    "before": mark("a copy from before"),
    "other": mark("a file"),
}

_SHOWN = 8
"""So many files are named on a screen."""


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


def left_words(file: HouseFile) -> str:
    """Return what a file is that a purge does not touch, and whether it names the person or only may."""
    what = tr(_FILES[file.kind])
    if file.read:
        return tr("{file}: {what} that names the person", file=file.path, what=what)
    return tr("{file}: {what} that may name the person", file=file.path, what=what)


def left_lines(files: Iterable[HouseFile]) -> list[str]:
    """Return what a purge does not reach, as lines of a screen: files of the house, and what is nowhere in it."""
    found = list(dict.fromkeys(left_words(one) for one in files))
    lines = found[:_SHOWN]
    if len(found) > _SHOWN:
        lines.append(trn("… and {count} more file", "… and {count} more files", len(found) - _SHOWN))
    return [*lines, printed_words()]


def printed_words() -> str:
    """Return what no purge can reach, because it is not in the house."""
    return tr("what was printed, sent, or written to other folders")
