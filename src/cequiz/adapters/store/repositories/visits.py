"""Visits, one-time links, failed tries, and where students came in before; what is over is deleted."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from cequiz.adapters.store import mapping_visits
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.rows import table_of
from cequiz.adapters.store.rows_visits import DownloadRow, KnownAddressRow, SignInTriesRow, VisitRow
from cequiz.domain.exam.events import microseconds
from cequiz.services.ports.visits import Download, Tries, Visit

_VISIT = table_of(VisitRow)
_DOWNLOAD = table_of(DownloadRow)
_TRIES = table_of(SignInTriesRow)
_KNOWN = table_of(KnownAddressRow)

_PURPOSE = b"cequiz: tags of addresses, 1"
"""What the tags' own key is made for: the chains' key itself marks nothing but chains."""


class VisitRepository(Repository):
    """Stays over a line, and the links that were offered in them."""

    def add(self, visit: Visit) -> None:
        """Keep a new visit."""
        self._add(VisitRow, **mapping_visits.visit_columns(visit))

    def get(self, token_hash: str) -> Visit | None:
        """Return a visit."""
        return self._one(select(_VISIT).where(_VISIT.c.token_hash == token_hash), mapping_visits.visit)

    def move(self, token_hash: str, *, address: str) -> None:
        """Keep another address of a visit."""
        self._run(update(_VISIT).where(_VISIT.c.token_hash == token_hash).values(address=address))

    def see(self, token_hash: str, *, at: datetime) -> None:
        """Keep that the line of a visit was there."""
        self._run(update(_VISIT).where(_VISIT.c.token_hash == token_hash).values(seen_us=microseconds(at)))

    def end(self, token_hash: str) -> None:
        """Forget a visit."""
        self._run(delete(_VISIT).where(_VISIT.c.token_hash == token_hash))

    def end_all(self, student_id: str) -> None:
        """Forget every visit and every link of a student."""
        for table in (_VISIT, _DOWNLOAD):
            self._run(delete(table).where(table.c.student_id == student_id))

    def offer(self, download: Download) -> None:
        """Keep a link."""
        self._add(DownloadRow, **mapping_visits.download_columns(download))

    def offered(self, token_hash: str, *, at: datetime) -> Download | None:
        """Return a link that works, without using it."""
        return self._one(select(_DOWNLOAD).where(*_free(token_hash, at)), mapping_visits.download)

    def take(self, token_hash: str, *, at: datetime) -> Download | None:
        """Use a link up and return it; None when it is unknown, used or over."""
        free = update(_DOWNLOAD).where(*_free(token_hash, at)).values(used_us=microseconds(at))
        with self._translated:
            taken = self._connection.execute(free).rowcount
        mine = _DOWNLOAD.c.token_hash == token_hash
        return self._one(select(_DOWNLOAD).where(mine), mapping_visits.download) if taken == 1 else None

    def sweep(self, *, before: datetime) -> None:
        """Forget the visits and links that ended before an instant."""
        for table in (_VISIT, _DOWNLOAD):
            self._run(delete(table).where(table.c.ends_us < microseconds(before)))


def _free(token_hash: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a link that works."""
    return (
        _DOWNLOAD.c.token_hash == token_hash,
        _DOWNLOAD.c.used_us.is_(None),
        _DOWNLOAD.c.ends_us > microseconds(at),
    )


class DoorRepository(Repository):
    """Failed tries, and where students came in before."""

    def tag(self, text: str) -> str:
        """Return 16 hexadecimal digits that stand for a text; they tell nothing without the store's key."""
        key = hmac.digest(self._key, _PURPOSE, "sha256")
        return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]

    def tries(self, subject: str) -> Tries | None:
        """Return the failed tries under a subject."""
        return self._one(select(_TRIES).where(_TRIES.c.subject == subject), mapping_visits.tries)

    def count(self, tries: Tries) -> None:
        """Keep the tries of a subject, in the place of those before."""
        self._put(SignInTriesRow, mapping_visits.tries_columns(tries))

    def forgive(self, subject: str) -> None:
        """Forget the tries under a subject."""
        self._run(delete(_TRIES).where(_TRIES.c.subject == subject))

    def know(self, student_id: str, address: str, *, at: datetime) -> None:
        """Keep that a student came in from the address with this tag."""
        self._put(KnownAddressRow, {"student_id": student_id, "address": address, "last_us": microseconds(at)})

    def knows(self, student_id: str, address: str) -> bool:
        """Whether a student came in from there before."""
        there = (_KNOWN.c.student_id == student_id, _KNOWN.c.address == address)
        return self._one(select(_KNOWN).where(*there), bool) is not None

    def forget(self, student_id: str) -> None:
        """Forget from where a student came in."""
        self._run(delete(_KNOWN).where(_KNOWN.c.student_id == student_id))

    def sweep(self, *, tries_before: datetime, known_before: datetime) -> None:
        """Forget tries and addresses that are older."""
        self._run(delete(_TRIES).where(_TRIES.c.last_us < microseconds(tries_before)))
        self._run(delete(_KNOWN).where(_KNOWN.c.last_us < microseconds(known_before)))
