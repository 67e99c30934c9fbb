"""Boarding: what the boards that approved a course ask of its certificates, and which of it a certificate breaks.

Rules come from the packs alone; this room knows which packs a certificate must satisfy, and when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cequiz.domain.bank.course import Approval, Course
from cequiz.domain.credential.boards import GENERIC, BoardPack, Breach, accepts_title, breaches_of_text, told
from cequiz.domain.credential.facts import Facts
from cequiz.errors import BoardRefuses, NotAllowed
from cequiz.language import tr
from cequiz.services.ports import Ports


@dataclass(frozen=True)
class _Case:
    """A pack, and what its board approved of the course: several approvals where they followed one another."""

    pack: BoardPack
    approvals: tuple[Approval, ...]


def check_boards(ports: Ports, facts: Facts, course: Course) -> tuple[Breach, ...]:
    """Return every rule of every board concerned that a certificate would break; empty when it may be issued.

    The pack `generic` is always concerned, and the pack of each approval of the course. Of several approvals by one
    board the one that fits best counts. Where several boards approved the course, a board that asks for a licence of
    its own state is not concerned with somebody who has licences of other states only.

    Args:
        ports: the outside world.
        facts: the certificate, frozen or about to be.
        course: the version of the course that was earned.
    """
    return check_printed(ports, {one.name: one.text for one in facts.printed_fields()}, facts, course)


def check_printed(ports: Ports, printed: Mapping[str, str], facts: Facts, course: Course) -> tuple[Breach, ...]:
    """Return the same of a page as it was read back.

    Args:
        ports: the outside world.
        printed: field name to text, as read from the page.
        facts: the certificate, for the day of completion and the licences.
        course: the version of the course that was earned.
    """
    found: list[Breach] = []
    for case in _concerned(_cases(ports, course), _states(facts)):
        tries: list[tuple[Breach, ...]] = [
            breaches_of_text(case.pack, printed, approval, completed_on=facts.completed_on)
            for approval in case.approvals or (None,)
        ]
        best = min(tries, key=len)
        found += best
    return tuple(dict.fromkeys(found))


def refuse_breaches(found: tuple[Breach, ...]) -> None:
    """Refuse a certificate that a board would reject.

    Raises:
        BoardRefuses: names every rule, one a line, with each board's source and date.
    """
    if found:
        raise BoardRefuses(
            tr("A board would reject this certificate."),
            why=told(found),
            hint=tr("This one was not issued. `cequiz certificate boards` shows the rules; they can be edited."),
        )


def title_for(ports: Ports, course: Course) -> str:
    """Return the document title that every board concerned accepts; the template's own where none names one.

    Raises:
        NotAllowed: the boards' titles exclude each other.
    """
    delivery = str(course.delivery)
    packs = [case.pack for case in _cases(ports, course)]
    naming = [pack for pack in packs if delivery in pack.titles]
    if not naming:
        return ports.press.title(delivery)
    for title in (title for pack in naming for title in pack.titles[delivery]):
        if all(accepts_title(pack, delivery, title) for pack in naming):
            return title
    asked = "; ".join(f"{pack.name}: {', '.join(pack.titles[delivery])}" for pack in naming)
    raise NotAllowed(
        tr("No document title satisfies all boards that approved {course}: {asked}.", course=course.id, asked=asked),
        hint=tr("Load the course once for each board, or edit the rules; `cequiz certificate boards` shows them."),
    )


def boards_run(ports: Ports, facts: Facts, course: Course) -> tuple[str, ...]:
    """Return the ids of the packs a certificate of the course must satisfy."""
    return tuple(case.pack.id for case in _concerned(_cases(ports, course), _states(facts)))


def licences_wanted(ports: Ports, course: Course, states: Collection[str]) -> tuple[str, ...]:
    """Return a sentence for each licence that a certificate of the course would be refused without.

    Args:
        ports: the outside world.
        course: as the student takes it.
        states: of the student's licences, in capitals.
    """
    return tuple(dict.fromkeys(_wanted(_concerned(_cases(ports, course), states), states)))


def _wanted(cases: list[_Case], states: Collection[str]) -> Iterator[str]:
    for pack in (case.pack for case in cases):
        for state in pack.licence_states:
            if state.upper() not in states:
                yield tr(
                    "{board}: the certificate needs a licence number of {state}, and none is on record. "
                    "Have it added before the exam.",
                    board=pack.name,
                    state=state,
                )
        if "licences" in pack.required and not pack.licence_states and not states:
            yield tr(
                "{board}: the certificate needs a licence number, and none is on record. "
                "Have it added before the exam.",
                board=pack.name,
            )


def _states(facts: Facts) -> frozenset[str]:
    return frozenset(one.state.upper() for one in facts.licences)


def _cases(ports: Ports, course: Course) -> list[_Case]:
    approvals: dict[str, list[Approval]] = {}
    packs: dict[str, BoardPack] = {}
    for approval in course.approvals:
        pack = ports.boards.pack(approval.board)
        # Boards without a pack share that of `generic`, and each approval still counts by itself.
        key = f"{pack.id} {approval.board.casefold()}"
        packs[key] = pack
        approvals.setdefault(key, []).append(approval)
    return [
        *(_Case(pack, tuple(approvals[key])) for key, pack in packs.items()),
        _Case(ports.boards.pack(GENERIC), ()),
    ]


def _concerned(cases: list[_Case], states: Collection[str]) -> list[_Case]:
    boards = sum(bool(case.approvals) for case in cases)

    def elsewhere(case: _Case) -> bool:
        asked = {state.upper() for state in case.pack.licence_states}
        return bool(asked and states and boards > 1 and not asked.intersection(states))

    return [case for case in cases if not elsewhere(case)]
