"""Bank and course versions: content that never changes once it is in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from cequiz.adapters.store import mapping
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.rows import BankVersionRow, CourseVersionRow, table_of
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.exam.events import microseconds
from cequiz.services.ports import BankVersion, CourseVersion

_BANK = table_of(BankVersionRow)
_COURSE = table_of(CourseVersionRow)
_BANK_CONTENT = select(_BANK.c.bank_id, _BANK.c.version, _BANK.c.content_hash, _BANK.c.body)
_COURSE_CONTENT = select(_COURSE.c.course_id, _COURSE.c.version, _COURSE.c.content_hash, _COURSE.c.body)


class BankRepository(Repository):
    """Bank versions."""

    def add(self, bank: Bank, *, at: datetime) -> None:
        """Keep a new version."""
        self._add(
            BankVersionRow,
            bank_id=bank.id,
            version=bank.version,
            title=bank.title,
            language=bank.language,
            content_hash=bank.content_hash(),
            questions=len(bank.items),
            body=mapping.text(bank.to_json()),
            loaded_us=microseconds(at),
        )

    def get(self, bank_id: str, version: str) -> Bank | None:
        """Return one version."""
        wanted = _BANK_CONTENT.where(_BANK.c.bank_id == bank_id, _BANK.c.version == version)
        return self._one(wanted, mapping.bank)

    def latest(self, bank_id: str) -> Bank | None:
        """Return the version that was loaded last."""
        newest = _BANK_CONTENT.where(_BANK.c.bank_id == bank_id).order_by(_BANK.c.position.desc()).limit(1)
        return self._one(newest, mapping.bank)

    def content_hash(self, bank_id: str, version: str) -> str | None:
        """Return a version's content hash without building the bank."""
        wanted = select(_BANK.c.content_hash).where(_BANK.c.bank_id == bank_id, _BANK.c.version == version)
        return self._one(wanted, lambda row: str(row["content_hash"]))

    def versions(self) -> Sequence[BankVersion]:
        """Return every version, by id and then the order of loading."""
        columns = [column for column in _BANK.c if column.name != "body"]
        return self._many(select(*columns).order_by(_BANK.c.bank_id, _BANK.c.position), mapping.bank_version)


class CourseRepository(Repository):
    """Course versions."""

    def add(self, course: Course, *, at: datetime) -> None:
        """Keep a new version."""
        body = course.to_json()
        self._add(
            CourseVersionRow,
            course_id=course.id,
            version=course.version,
            title=course.title,
            ce_hours=str(body["ce_hours"]),
            content_hash=course.content_hash(),
            body=mapping.text(body),
            loaded_us=microseconds(at),
        )

    def get(self, course_id: str, version: str) -> Course | None:
        """Return one version."""
        wanted = _COURSE_CONTENT.where(_COURSE.c.course_id == course_id, _COURSE.c.version == version)
        return self._one(wanted, mapping.course)

    def latest(self, course_id: str) -> Course | None:
        """Return the version that was loaded last."""
        newest = _COURSE_CONTENT.where(_COURSE.c.course_id == course_id).order_by(_COURSE.c.position.desc()).limit(1)
        return self._one(newest, mapping.course)

    def content_hash(self, course_id: str, version: str) -> str | None:
        """Return a version's content hash without building the course."""
        wanted = select(_COURSE.c.content_hash).where(_COURSE.c.course_id == course_id, _COURSE.c.version == version)
        return self._one(wanted, lambda row: str(row["content_hash"]))

    def versions(self) -> Sequence[CourseVersion]:
        """Return every version, by id and then the order of loading."""
        columns = [column for column in _COURSE.c if column.name != "body"]
        return self._many(select(*columns).order_by(_COURSE.c.course_id, _COURSE.c.position), mapping.course_version)
