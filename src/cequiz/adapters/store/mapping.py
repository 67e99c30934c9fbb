"""Rows to domain values and back, for whoever reads rows: the store, the glance, the verifier.

This room knows the domain and the names of columns; it imports no database library, so that the glance can use it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol, cast

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json, canonical
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.credential.proof import Proof
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind, instant, microseconds
from cequiz.domain.exam.marking import Mark, ObjectiveScore, Score
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.student import Licence, Student
from cequiz.domain.text import folded
from cequiz.errors import StorageDamaged
from cequiz.language import tr
from cequiz.services.ports import (
    AttemptHeader,
    AuditRecord,
    BankVersion,
    CertificateRecord,
    CertificateStatus,
    CourseVersion,
    Enrolment,
    Evaluation,
    Standing,
)


class Values(Protocol):
    """A row that answers to the names of its columns."""

    def __getitem__(self, name: str, /) -> Any:
        """Return the value of a column."""
        ...


def text(value: Json) -> str:
    """Return a structure as the canonical text that is stored."""
    return canonical(value).decode("utf-8")


def moment(value: int | None) -> datetime | None:
    """Return an instant, or None where there is none."""
    return None if value is None else instant(value)


def micros(value: datetime | None) -> int | None:
    """Return an instant's microseconds, or None where there is none."""
    return None if value is None else microseconds(value)


_BUILT = 16
"""Banks and courses that are kept built, by their whole text: making one of hundreds of questions takes a tenth of a
second, every start of an exam needs several, and a loaded version never changes."""


def content_hash(body: object) -> str:
    """Return the hash of a stored body, which is the canonical JSON that a bank's and a course's hash are taken of."""
    return hashlib.sha256(body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogateescape")).hexdigest()


def _content(row: Values, name: str) -> str:
    """Return the text of stored JSON that is still what was loaded.

    Raises:
        StorageDamaged: it was changed since.
    """
    if content_hash(row["body"]) != row["content_hash"]:
        raise StorageDamaged(
            tr("The stored {name} was changed after it was loaded.", name=name),
            hint=tr("`cequiz audit verify` shows what was changed; `cequiz db restore FILE` brings back a backup."),
        )
    return str(row["body"])


def bank(row: Values) -> Bank:
    """Return a bank from its stored JSON.

    Raises:
        StorageDamaged: it is not what was loaded.
    """
    return _bank(_content(row, f"bank {row['bank_id']} {row['version']}"))


@lru_cache(maxsize=_BUILT)
def _bank(text: str) -> Bank:
    return Bank.from_json(json.loads(text))


def bank_version(row: Values) -> BankVersion:
    """Return a bank's line."""
    return BankVersion(
        id=row["bank_id"],
        version=row["version"],
        title=row["title"],
        language=row["language"],
        content_hash=row["content_hash"],
        questions=row["questions"],
        loaded_at=instant(row["loaded_us"]),
    )


def course(row: Values) -> Course:
    """Return a course from its stored JSON.

    Raises:
        StorageDamaged: it is not what was loaded.
    """
    return _course(_content(row, f"course {row['course_id']} {row['version']}"))


@lru_cache(maxsize=_BUILT)
def _course(text: str) -> Course:
    return Course.from_json(json.loads(text))


def course_version(row: Values) -> CourseVersion:
    """Return a course's line."""
    return CourseVersion(
        id=row["course_id"],
        version=row["version"],
        title=row["title"],
        ce_hours=row["ce_hours"],
        content_hash=row["content_hash"],
        loaded_at=instant(row["loaded_us"]),
    )


def student(row: Values) -> Student:
    """Return a student."""
    return Student(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        licences=tuple(Licence(state, number) for state, number in json.loads(row["licences"])),
        factor=Fraction(row["factor"]),
        merged_into=row["merged_into"] or "",
    )


def student_columns(value: Student) -> dict[str, Any]:
    """Return the columns of a student."""
    return {
        "id": value.id,
        "name": value.name,
        "email": value.email,
        "email_folded": value.email.casefold(),
        "licences": text([[licence.state, licence.number] for licence in value.licences]),
        "factor": str(value.factor),
        "sort_name": folded(value.name),
        "sought": folded(" ".join((value.name, value.email, *(one.number for one in value.licences), value.id))),
    }


def enrolment(row: Values) -> Enrolment:
    """Return an enrolment."""
    return Enrolment(
        id=row["id"],
        student_id=row["student_id"],
        course_id=row["course_id"],
        course_version=row["course_version"],
        enrolled_at=instant(row["enrolled_us"]),
        cycle=row["cycle"],
        earlier=json.loads(row["earlier"]),
        delivery=row["delivery"],
    )


def enrolment_columns(value: Enrolment) -> dict[str, Any]:
    """Return the columns of an enrolment."""
    return {
        "id": value.id,
        "student_id": value.student_id,
        "course_id": value.course_id,
        "course_version": value.course_version,
        "enrolled_us": microseconds(value.enrolled_at),
        "cycle": value.cycle,
        "earlier": text(dict(value.earlier)),
        "delivery": value.delivery,
    }


def evaluation(row: Values) -> Evaluation:
    """Return an evaluation."""
    return Evaluation(
        student_id=row["student_id"],
        course_id=row["course_id"],
        course_version=row["course_version"],
        answers=None if row["answers"] is None else json.loads(row["answers"]),
        given_at=instant(row["given_us"]),
        cycle=row["cycle"],
    )


def header(row: Values) -> AttemptHeader:
    """Return an attempt's line."""
    return AttemptHeader(
        id=row["id"],
        student_id=row["student_id"],
        course_id=row["course_id"],
        course_version=row["course_version"],
        exam_id=row["exam_id"],
        number=row["number"],
        started_at=instant(row["started_us"]),
        standing=Standing(Status(row["status"]), moment(row["deadline_us"]), moment(row["finished_us"])),
        seq=row["head_seq"],
        head=bytes(row["head_hash"]),
    )


def event(row: Values) -> AttemptEvent:
    """Return an event, field for field as it was drafted."""
    return AttemptEvent(
        attempt_id=row["attempt_id"],
        seq=row["seq"],
        key=row["idem_key"],
        kind=EventKind(row["kind"]),
        at=instant(row["at_us"]),
        stamp=Stamp(instant(row["wall_us"]), row["boot_us"], row["boot_id"]),
        session=row["session"],
        actor=row["actor"],
        payload=json.loads(row["payload"]),
        previous=bytes(row["prev_hash"]),
        hash=bytes(row["hash"]),
    )


def event_columns(draft: EventDraft, *, seq: int, previous: bytes, digest: bytes) -> dict[str, Any]:
    """Return the columns of an event; the payload is the text that its hash covers."""
    return {
        "attempt_id": draft.attempt_id,
        "seq": seq,
        "idem_key": draft.key,
        "kind": str(draft.kind),
        "at_us": microseconds(draft.at),
        "wall_us": microseconds(draft.stamp.wall),
        "boot_us": draft.stamp.boot_us,
        "boot_id": draft.stamp.boot_id,
        "session": draft.session,
        "actor": draft.actor,
        "payload": text(draft.payload),
        "prev_hash": previous,
        "hash": digest,
    }


_fraction = lru_cache(maxsize=4096)(Fraction)
"""A score has hundreds of fractions, and few that differ; reading one takes as long as reading the rest of its line."""


def score(row: Values) -> Score:
    """Return a score."""
    body = json.loads(row["body"])
    return Score(
        attempt_id=row["attempt_id"],
        revision=row["revision"],
        earned=Fraction(row["earned"]),
        possible=Fraction(row["possible"]),
        pass_mark=Fraction(row["pass_mark"]),
        objectives=tuple(
            ObjectiveScore(
                name, title, _fraction(earned), _fraction(possible), None if floor is None else _fraction(floor)
            )
            for name, title, earned, possible, floor in body["objectives"]
        ),
        marks=tuple(
            Mark(item, objective, _fraction(earned), _fraction(possible), answered)
            for item, objective, earned, possible, answered in body["marks"]
        ),
        cause=Status(row["cause"]),
        finished_at=instant(row["finished_us"]),
    )


def score_columns(value: Score) -> dict[str, Any]:
    """Return the columns of a score."""
    return {
        "attempt_id": value.attempt_id,
        "revision": value.revision,
        "earned": str(value.earned),
        "possible": str(value.possible),
        "pass_mark": str(value.pass_mark),
        "passed": int(value.passed),
        "cause": str(value.cause),
        "finished_us": microseconds(value.finished_at),
        "body": _score_body(value),
    }


def _score_body(value: Score) -> str:
    # Canonical as it stands, names in order and no numbers: thousands of scores are written while the store is held.
    body = {
        "marks": [
            [mark.item, mark.objective, str(mark.earned), str(mark.possible), mark.answered] for mark in value.marks
        ],
        "objectives": [
            [
                part.objective,
                part.title,
                str(part.earned),
                str(part.possible),
                None if part.floor is None else str(part.floor),
            ]
            for part in value.objectives
        ],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def award(row: Values) -> Award:
    """Return an award."""
    return Award(
        id=row["id"],
        student_id=row["student_id"],
        course_id=row["course_id"],
        course_version=row["course_version"],
        completed_at=instant(row["completed_us"]),
        percent=Fraction(row["percent"]),
        pass_mark=Fraction(row["pass_mark"]),
        awarded_at=instant(row["awarded_us"]),
        cycle=row["cycle"],
    )


def award_columns(value: Award) -> dict[str, Any]:
    """Return the columns of an award."""
    return {
        "id": value.id,
        "student_id": value.student_id,
        "course_id": value.course_id,
        "course_version": value.course_version,
        "completed_us": microseconds(value.completed_at),
        "percent": str(value.percent),
        "pass_mark": str(value.pass_mark),
        "awarded_us": microseconds(value.awarded_at),
        "cycle": value.cycle,
    }


def certificate(row: Values) -> CertificateRecord:
    """Return a certificate as it was issued, from a row that has the columns of its proof, or nothing in them."""
    return CertificateRecord(
        number=row["number"],
        award_id=row["award_id"],
        facts=Facts.from_json(json.loads(row["facts"])),
        pdf=bytes(row["pdf"]),
        sha256=row["sha256"],
        issued_at=instant(row["issued_us"]),
        proof=None
        if row["key_id"] is None
        else Proof(key_id=row["key_id"], index=row["status_index"], code=row["code"], credential=row["credential"]),
    )


def standing_columns(value: CertificateRecord) -> dict[str, Any]:
    """Return what lists show and search of a certificate that is issued now."""
    name = value.facts.student_name
    return {
        "number": value.number,
        "status": "issued",
        "holder": name,
        "sought": folded(f"{value.number} {name}"),
        "course": value.facts.course_title,
        "issued_us": microseconds(value.issued_at),
    }


def proof_columns(number: str, proof: Proof) -> dict[str, Any]:
    """Return the columns of a certificate's proof."""
    return {
        "number": number,
        "key_id": proof.key_id,
        "status_index": proof.index,
        "code": proof.code,
        "credential": proof.credential,
    }


def certificate_columns(record: CertificateRecord, *, actor: str) -> dict[str, Any]:
    """Return the columns of a certificate; year and sequence come from its number."""
    number = parse_number(record.number)
    return {
        "number": record.number,
        "award_id": record.award_id,
        "year": number.year,
        "sequence": number.sequence,
        "facts": text(record.facts.to_json()),
        "pdf": record.pdf,
        "sha256": record.sha256,
        "issued_us": microseconds(record.issued_at),
        "actor": actor,
    }


def certificate_status(row: Values) -> CertificateStatus:
    """Return one entry of a certificate's life."""
    return CertificateStatus(
        number=row["number"], status=row["status"], reason=row["reason"], actor=row["actor"], at=instant(row["at_us"])
    )


def audit_record(row: Values) -> AuditRecord:
    """Return an audit record."""
    return AuditRecord(
        at=instant(row["at_us"]),
        actor=row["actor"],
        deed=row["deed"],
        subject=row["subject"],
        details=cast("Mapping[str, Json]", json.loads(row["details"])),
    )
