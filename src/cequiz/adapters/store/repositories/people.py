"""Students, their enrolments and evaluations, and the provider: the people of the store."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from cequiz.adapters.store import mapping
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.speech import one_of
from cequiz.adapters.store.rows import EnrolmentRow, EvaluationRow, ProviderRow, StudentRow, table_of
from cequiz.domain.credential.provider import Provider
from cequiz.domain.exam.events import microseconds
from cequiz.domain.people.student import Student
from cequiz.services.ports import Enrolment, Evaluation

_STUDENT = table_of(StudentRow)
_ENROLMENT = table_of(EnrolmentRow)
_EVALUATION = table_of(EvaluationRow)
_PROVIDER = table_of(ProviderRow)


class StudentRepository(Repository):
    """People who sit exams."""

    def add(self, student: Student, *, passphrase_hash: str | None, at: datetime) -> None:
        """Keep a new student."""
        columns = mapping.student_columns(student)
        self._add(StudentRow, **columns, passphrase_hash=passphrase_hash, added_us=microseconds(at))

    def add_all(self, students: Sequence[Student], *, at: datetime) -> None:
        """Keep many new students, who have no passphrase yet."""
        more = {"passphrase_hash": None, "added_us": microseconds(at)}
        self._add_all(StudentRow, [{**mapping.student_columns(one), **more} for one in students])

    def replace(self, student: Student) -> None:
        """Put corrected facts in the place of what is kept under the student's id."""
        self._run(update(_STUDENT).where(_STUDENT.c.id == student.id).values(mapping.student_columns(student)))

    def get(self, student_id: str) -> Student | None:
        """Return a student by id."""
        return self._one(select(_STUDENT).where(_STUDENT.c.id == student_id), mapping.student)

    def by_email(self, email: str) -> Student | None:
        """Return a student by e-mail address, case-insensitively; the one added first, if there are several.

        Somebody who was merged into another comes last: an address may have gone over to the one who stays.
        """
        wanted = select(_STUDENT).where(_STUDENT.c.email_folded == email.casefold())
        order = (_STUDENT.c.merged_into.is_not(None), _STUDENT.c.added_us, _STUDENT.c.id)
        return self._one(wanted.order_by(*order).limit(1), mapping.student)

    def known(self, emails: Collection[str]) -> frozenset[str]:
        """Return which of these e-mail addresses (folded) somebody has."""
        wanted = select(_STUDENT.c.email_folded).where(one_of(_STUDENT.c.email_folded, sorted(emails)))
        return frozenset(self._many(wanted, lambda row: str(row["email_folded"])))

    def holders(self, licences: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """Return who has each of these licences (`FL:MA1`, folded), by id and name, where somebody has it."""
        # Everybody is gone through as they come out of the table: among a hundred thousand this takes less than a
        # search for each licence of a few dozen, and nobody is held in memory.
        wanted = select(_STUDENT.c.id, _STUDENT.c.name, _STUDENT.c.licences).where(_STUDENT.c.merged_into.is_(None))
        found: dict[str, tuple[str, str]] = {}
        with self._translated:
            for who, name, text in self._connection.execute(wanted.where(_STUDENT.c.licences != "[]")):
                for state, number in json.loads(text):
                    licence = f"{state}:{number}".casefold()
                    if licence in licences:
                        found[licence] = max(found.get(licence, ("", "")), (who, name))
        return found

    def all(self) -> Sequence[Student]:
        """Return every student, by name, without those who were merged into another."""
        wanted = select(_STUDENT).where(_STUDENT.c.merged_into.is_(None))
        return sorted(self._many(wanted, mapping.student), key=lambda student: (student.name.casefold(), student.id))

    def passphrase_hash(self, student_id: str) -> str | None:
        """Return the stored hash; None when no passphrase was set."""
        wanted = select(_STUDENT.c.passphrase_hash).where(_STUDENT.c.id == student_id)
        return self._one(wanted, lambda row: row["passphrase_hash"])

    def set_passphrase(self, student_id: str, passphrase_hash: str, *, until: datetime | None = None) -> None:
        """Replace the stored hash; with an end it is that of a one-time code."""
        values = {"passphrase_hash": passphrase_hash, "once_until_us": None if until is None else microseconds(until)}
        self._run(update(_STUDENT).where(_STUDENT.c.id == student_id).values(values))

    def once_until(self, student_id: str) -> datetime | None:
        """Return until when the stored hash, that of a one-time code, may be used; None for a passphrase."""
        wanted = select(_STUDENT.c.once_until_us).where(_STUDENT.c.id == student_id)
        return self._one(wanted, lambda row: mapping.moment(row["once_until_us"]))


class EnrolmentRepository(Repository):
    """Who is in which course version."""

    def add(self, enrolment: Enrolment) -> None:
        """Keep an enrolment; one per student and course."""
        self._add(EnrolmentRow, **mapping.enrolment_columns(enrolment))

    def add_all(self, enrolments: Sequence[Enrolment]) -> None:
        """Keep many enrolments; one per student and course."""
        self._add_all(EnrolmentRow, [mapping.enrolment_columns(one) for one in enrolments])

    def renew(self, enrolment: Enrolment) -> None:
        """Put an enrolment's next cycle in the place of the one before."""
        change = update(_ENROLMENT).where(_ENROLMENT.c.id == enrolment.id)
        self._run(change.values(mapping.enrolment_columns(enrolment)))

    def get(self, student_id: str, course_id: str) -> Enrolment | None:
        """Return a student's enrolment in a course."""
        wanted = select(_ENROLMENT).where(_ENROLMENT.c.student_id == student_id, _ENROLMENT.c.course_id == course_id)
        return self._one(wanted, mapping.enrolment)

    def of(self, student_id: str) -> Sequence[Enrolment]:
        """Return a student's enrolments, oldest first."""
        wanted = select(_ENROLMENT).where(_ENROLMENT.c.student_id == student_id)
        return self._many(wanted.order_by(_ENROLMENT.c.enrolled_us, _ENROLMENT.c.position), mapping.enrolment)

    def anybody(self, course_id: str, course_version: str) -> bool:
        """Whether somebody is enrolled in a version of a course."""
        there = (_ENROLMENT.c.course_id == course_id, _ENROLMENT.c.course_version == course_version)
        return self._one(select(_ENROLMENT.c.id).where(*there).limit(1), dict) is not None


class EvaluationRepository(Repository):
    """Course evaluations."""

    def add(self, evaluation: Evaluation) -> None:
        """Keep an evaluation; one per student, course and cycle."""
        self._add(
            EvaluationRow,
            student_id=evaluation.student_id,
            course_id=evaluation.course_id,
            course_version=evaluation.course_version,
            answers=None if evaluation.answers is None else mapping.text(evaluation.answers),
            given_us=microseconds(evaluation.given_at),
            cycle=evaluation.cycle,
        )

    def get(self, student_id: str, course_id: str, *, cycle: int = 1) -> Evaluation | None:
        """Return that of a cycle, given or declined."""
        place = (_EVALUATION.c.student_id == student_id, _EVALUATION.c.course_id == course_id)
        return self._one(select(_EVALUATION).where(*place, _EVALUATION.c.cycle == cycle), mapping.evaluation)


class ProviderRepository(Repository):
    """Who issues certificates."""

    def get(self) -> Provider | None:
        """Return the provider; None until one is set."""
        return self._one(select(_PROVIDER.c.body), lambda row: Provider.from_json(json.loads(row["body"])))

    def set(self, provider: Provider, *, at: datetime) -> None:
        """Keep the provider in place of the one before."""
        self._put(ProviderRow, {"id": 1, "body": mapping.text(provider.to_json()), "set_us": microseconds(at)})
