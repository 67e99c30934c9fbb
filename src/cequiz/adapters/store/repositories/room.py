"""What an exam needs beside its events: signs of life, accommodations, figures."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from cequiz.adapters.store import mapping_room
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.speech import upsert
from cequiz.adapters.store.rows import AccommodationRow, FigureRow, HeartbeatRow, table_of
from cequiz.services.ports import AccommodationRecord, FigureFile, Heartbeat

_HEARTBEAT = table_of(HeartbeatRow)
_ACCOMMODATION = table_of(AccommodationRow)
_FIGURE = table_of(FigureRow)


class HeartbeatRepository(Repository):
    """Signs of life, one an attempt."""

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep the newest sign of life of an attempt."""
        self._put(HeartbeatRow, mapping_room.heartbeat_columns(heartbeat))

    def last(self, attempt_id: str) -> Heartbeat | None:
        """Return it, None where no session has ever given one."""
        return self._one(select(_HEARTBEAT).where(_HEARTBEAT.c.attempt_id == attempt_id), mapping_room.heartbeat)


class AccommodationRepository(Repository):
    """Accommodation profiles; append-only versions."""

    def add(self, record: AccommodationRecord) -> None:
        """Keep a new version; (student, version) is unique."""
        self._add(AccommodationRow, **mapping_room.accommodation_columns(record))

    def latest(self, student_id: str) -> AccommodationRecord | None:
        """Return the version in force; None where there never was one."""
        mine = select(_ACCOMMODATION).where(_ACCOMMODATION.c.student_id == student_id)
        return self._one(mine.order_by(_ACCOMMODATION.c.version.desc()).limit(1), mapping_room.accommodation)

    def all(self, student_id: str) -> Sequence[AccommodationRecord]:
        """Return every version, oldest first."""
        mine = select(_ACCOMMODATION).where(_ACCOMMODATION.c.student_id == student_id)
        return self._many(mine.order_by(_ACCOMMODATION.c.version), mapping_room.accommodation)


class FigureRepository(Repository):
    """The bytes of figures."""

    def add(self, figure: FigureFile) -> None:
        """Keep a figure; one that is there already stays as it is."""
        values = {"sha256": figure.sha256, "media_type": figure.media_type, "content": figure.content}
        self._run(upsert(self._connection, _FIGURE).values(values).on_conflict_do_nothing())

    def get(self, sha256: str) -> FigureFile | None:
        """Return a figure."""
        return self._one(select(_FIGURE).where(_FIGURE.c.sha256 == sha256), mapping_room.figure)
