"""Visits, links and tries in memory."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime

from cequiz.errors import WrongState
from cequiz.services.ports.visits import Download, Tries, Visit
from tests.builders import KEY
from tests.fakes_office import OfficeRecords


class FakeVisits:
    """Stays over a line, and the links that were offered in them."""

    def __init__(self, records: OfficeRecords) -> None:
        self._visits, self._downloads = records.visits, records.downloads

    def add(self, visit: Visit) -> None:
        if visit.token_hash in self._visits:
            raise WrongState("The store already holds such a record.")
        self._visits[visit.token_hash] = visit

    def get(self, token_hash: str) -> Visit | None:
        return self._visits.get(token_hash)

    def move(self, token_hash: str, *, address: str) -> None:
        self._visits[token_hash] = replace(self._visits[token_hash], address=address)

    def see(self, token_hash: str, *, at: datetime) -> None:
        if token_hash in self._visits:
            self._visits[token_hash] = replace(self._visits[token_hash], seen_at=at)

    def end(self, token_hash: str) -> None:
        self._visits.pop(token_hash, None)

    def end_all(self, student_id: str) -> None:
        for key in [one.token_hash for one in self._visits.values() if one.student_id == student_id]:
            del self._visits[key]
        for key in [one.token_hash for one in self._downloads.values() if one.student_id == student_id]:
            del self._downloads[key]

    def offer(self, download: Download) -> None:
        self._downloads[download.token_hash] = download

    def offered(self, token_hash: str, *, at: datetime) -> Download | None:
        found = self._downloads.get(token_hash)
        return found if found is not None and at < found.ends_at else None

    def take(self, token_hash: str, *, at: datetime) -> Download | None:
        found = self._downloads.pop(token_hash, None)
        return found if found is not None and at < found.ends_at else None

    def sweep(self, *, before: datetime) -> None:
        for key in [one.token_hash for one in self._visits.values() if one.ends_at < before]:
            del self._visits[key]
        for key in [one.token_hash for one in self._downloads.values() if one.ends_at < before]:
            del self._downloads[key]


class FakeDoor:
    """Failed tries, and where students came in before."""

    def __init__(self, records: OfficeRecords) -> None:
        self._tries, self._known = records.tries, records.known

    def tag(self, text: str) -> str:
        return hmac.new(KEY, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]

    def tries(self, subject: str) -> Tries | None:
        return self._tries.get(subject)

    def count(self, tries: Tries) -> None:
        self._tries[tries.subject] = tries

    def forgive(self, subject: str) -> None:
        self._tries.pop(subject, None)

    def know(self, student_id: str, address: str, *, at: datetime) -> None:
        self._known[student_id, address] = at

    def knows(self, student_id: str, address: str) -> bool:
        return (student_id, address) in self._known

    def forget(self, student_id: str) -> None:
        for key in [one for one in self._known if one[0] == student_id]:
            del self._known[key]

    def sweep(self, *, tries_before: datetime, known_before: datetime) -> None:
        for subject in [one.subject for one in self._tries.values() if one.last_at < tries_before]:
            del self._tries[subject]
        for key in [one for one, last in self._known.items() if last < known_before]:
            del self._known[key]
