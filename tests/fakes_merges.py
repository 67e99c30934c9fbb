"""Merging students in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from cequiz.domain.credential.award import Award
from cequiz.domain.people.student import Student
from cequiz.errors import WrongState
from cequiz.services.ports import AttemptHeader, Enrolment, Evaluation, Merge, PracticeAnswer, PracticeCard
from tests.fakes_office import OfficeRecords

K = TypeVar("K")
V = TypeVar("V")


class Records(Protocol):
    """What goes over."""

    students: dict[str, Student]
    enrolments: dict[tuple[str, str], Enrolment]
    evaluations: dict[tuple[str, str, int], Evaluation]
    headers: dict[str, AttemptHeader]
    awards: dict[tuple[str, str, str, int], Award]
    practice_answers: dict[int, PracticeAnswer]
    practice_cards: dict[tuple[str, str, str, str], PracticeCard]
    office: OfficeRecords


class FakeMerges:
    """Students who were added twice."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def merge(self, merge: Merge, *, numbers: Mapping[str, int]) -> None:
        """Move everything of one student to another, who stays."""
        self._attempts(merge.from_id, merge.into_id, numbers)
        self._rest(merge.from_id, merge.into_id)
        records = self._records
        records.students[merge.from_id] = replace(records.students[merge.from_id], merged_into=merge.into_id)
        records.office.merges[len(records.office.merges)] = merge

    def _attempts(self, old: str, new: str, numbers: Mapping[str, int]) -> None:
        records = self._records
        for name, header in records.headers.items():
            if header.student_id in {old, new}:
                number = numbers.get(name, header.number)
                records.headers[name] = replace(header, student_id=new, number=number)
        places = [(one.student_id, one.course_id, one.exam_id, one.number) for one in records.headers.values()]
        if len(set(places)) < len(places):
            raise WrongState("The store already holds such a record.")

    def _rest(self, old: str, new: str) -> None:
        records = self._records
        for enrolment in _leaving(records.enrolments, old, new):
            records.enrolments[new, enrolment.course_id] = replace(enrolment, student_id=new)
        for given in _leaving(records.evaluations, old, new):
            records.evaluations[new, given.course_id, given.cycle] = replace(given, student_id=new)
        for award in _leaving(records.awards, old, new):
            place = (new, award.course_id, award.course_version, award.cycle)
            records.awards[place] = replace(award, student_id=new)
        for card in _leaving(records.practice_cards, old, new):
            records.practice_cards[new, card.course_id, card.bank, card.question] = replace(card, student_id=new)
        for key, answer in records.practice_answers.items():
            if answer.student_id == old:
                records.practice_answers[key] = replace(answer, student_id=new)
        for code, users in records.office.uses.items():
            stay = new in users
            records.office.uses[code] = tuple(new if one == old and not stay else one for one in users)

    def all(self) -> Sequence[Merge]:
        """Return every merge, oldest first."""
        return tuple(self._records.office.merges.values())


def _leaving(table: dict[K, V], old: str, new: str) -> list[V]:
    """Take out what goes over: everything of the old id whose place under the new one is free."""
    found = []
    for key in list(table):
        assert isinstance(key, tuple)
        if key[0] == old and (new, *key[1:]) not in table:
            found.append(table.pop(key))
    return found
