"""Reading on in a refused course, so that its author sees everything in one run.

What the schema refuses is put out of the way, for the eyes of the checks only, and the rest is validated again: checks
that compare fields, exams or banks run only on what could be read. The refusals stand, and the mended course goes
nowhere else.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from pydantic import ValidationError

from cequiz.adapters.bank_files.document import Document, Node, step
from cequiz.adapters.bank_files.explain import Refusal, refusals
from cequiz.adapters.bank_files.problems import shown
from cequiz.domain.bank.course import Course
from cequiz.domain.bank.lint.finding import Finding, Loc

_ROUNDS = 4
"""Fields, then what fits inside of an exam, then the exams together, and one to see that nothing is left."""

_EACH = "*"
"""Stands for every key of a mapping whose keys the author chooses."""

_EXAM: Node = {
    "id": "unnamed",
    "title": "Unnamed",
    "banks": ["unnamed"],
    "blueprint": {_EACH: "1"},
    "section_floors": {_EACH: "1"},
    "time_limit": "none",
    "pass_mark": "100",
    "cut_score_basis": "Unnamed",
    "attempts": {"limit": "1", "wait": "0s", "prefer_unseen": "true"},
    "navigation": "free",
    "review": {"after_pass": "full", "after_fail": "full"},
    "resume": {"clock": "runs", "outage_credit": "0s"},
    "open_book": "true",
    "required": "true",
}

_COURSE: Node = {
    "title": "Unnamed",
    "version": "0",
    "ce_hours": "1",
    "hour_minutes": "50",
    "delivery": "live",
    "instructors": [{"name": "Unnamed"}],
    "approvals": [{"board": "unnamed", "title": "Unnamed", "hours": "1", "from": "2000-01-01", "to": "9999-12-31"}],
    "attestation": "Unnamed",
    "evaluation": {"required": "false", "questions": [{"id": "unnamed", "text": "Unnamed", "scale": "5"}]},
    "exams": [_EXAM],
    "practice": {"enabled": "false"},
}
"""A value for every field that a course needs; what is not here is optional, and left out."""

_JUDGED = frozenset({"banks", "blueprint", "attempts", "pass_mark"})
"""What the checks of an exam against its banks look at."""


def read_on(document: Document, refused: Sequence[Refusal]) -> tuple[Course | None, Sequence[Refusal]]:
    """Return the course as far as it can be read, and what else is refused once the first refusals are out of the way.

    Args:
        document: the file.
        refused: what the schema refused at first.
    """
    data, new, more = copy.deepcopy(document.data), refused, list[Refusal]()
    mended = set[Loc]()
    for _ in range(_ROUNDS):
        for refusal in new:
            _mend(data, refusal.loc)
            mended.add(refusal.loc)
        try:
            return _under_its_names(Course.model_validate(data), document), more
        except ValidationError as error:
            new = list(refusals(error, document, Course))
        more += [refusal for refusal in new if not _lies_in(refusal.loc, mended)]
    return None, more


def without_shadows(findings: Iterable[Finding], refused: Iterable[Loc]) -> Iterator[Finding]:
    """Leave out findings about exams whose banks or numbers could not be read; a pass mark stands for itself."""
    wrong = {loc[:3] for loc in refused}
    unread = {loc[:2] for loc in wrong if loc[:1] == ("exams",) and len(loc) == 3 and loc[2] in _JUDGED}
    for finding in findings:
        alone = finding.loc[-1:] == ("pass_mark",)
        if not (_lies_in(finding.loc, wrong) if alone else _lies_in(finding.loc[:2], wrong | unread)):
            yield finding


def _under_its_names(course: Course, document: Document) -> Course:
    """Let messages name the exams as the author did, an id that stands twice included."""
    ids = [document.value(("exams", index, "id")) for index in range(len(course.exams))]
    exams = tuple(
        exam.model_copy(update={"id": shown(named)}) if isinstance(named, str) else exam
        for exam, named in zip(course.exams, ids, strict=True)
    )
    return course.model_copy(update={"exams": exams})


def _lies_in(loc: Loc, places: AbstractSet[Loc]) -> bool:
    return any(loc[:length] in places for length in range(len(loc) + 1))


def _mend(data: Node | None, loc: Loc) -> None:
    """Put a stand-in at a place; what the course can do without is taken away."""
    is_key = loc[-1:] == ("[key]",)
    path = loc[:-1] if is_key else loc
    node, stand_in = data, _COURSE
    for segment in path[:-1]:
        below = _below(stand_in, segment)
        if below is None:
            break
        node, stand_in = step(node, segment), below
    else:
        segment = path[-1]
    value = None if is_key else _below(stand_in, segment)
    if segment == "id":
        value = "-".join(["unnamed", *(str(number) for number in path if isinstance(number, int))])
    if isinstance(node, list) and isinstance(segment, int) and value is not None:
        node[segment] = copy.deepcopy(value)
    elif isinstance(node, dict):
        node.pop(str(segment), None)
        if segment == "blueprint":
            node.pop("section_floors", None)  # its names could not be looked up
        if value is not None:
            node[str(segment)] = copy.deepcopy(value)


def _below(stand_in: Node, segment: str | int) -> Node | None:
    if isinstance(stand_in, dict):
        return stand_in.get(str(segment), stand_in.get(_EACH))
    return stand_in[0] if isinstance(stand_in, list) else None
