"""The hash chains: what each hash covers, how a chain grows, and how all of them are recomputed.

Every attempt has a chain of its own; `score`, `certificate`, `certificate_status` and `audit_record` have one each,
whose head stands in `chain_head`. Verifying reads plain SQL through the driver, so that a backup or a copy can be
verified the way the store itself is.

Found without anchors: a changed field, a missing or a swapped record, a last record taken away (unless the head was
mended too), a chain recomputed without the key, a bank or course that is not what the audit record says was loaded.
Where a lawful purge took records, a tombstone keeps the chain together; where it took words out of an audit record,
one says what the record reads since. Tombstones are a chain themselves, and the audit record says how many there are.
Found with anchors only: a tail or an attempt taken away together with its head, and a chain recomputed by whoever
holds the key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from cequiz.adapters.store import graves, mapping
from cequiz.adapters.store.driver import generation_of
from cequiz.adapters.store.following import Pace
from cequiz.adapters.store.graves import Blot, Grave, Graves
from cequiz.adapters.store.merged import Merged
from cequiz.domain.canonical import canonical
from cequiz.domain.chain import START, link
from cequiz.domain.exam.attempt import replay
from cequiz.domain.exam.events import AttemptEvent, EventKind, message, microseconds
from cequiz.language import tr
from cequiz.services.ports import ChainFinding, ChainReport, Head

TOMBSTONE = "tombstone"
"""The chain of the tombstones."""

COVERED: Mapping[str, tuple[str, ...]] = {
    "score": (
        "attempt_id",
        "revision",
        "earned",
        "possible",
        "pass_mark",
        "passed",
        "cause",
        "finished_us",
        "body",
        "actor",
        "at_us",
    ),
    "certificate": ("number", "award_id", "year", "sequence", "facts", "sha256", "issued_us", "actor"),
    "certificate_status": ("number", "status", "reason", "actor", "at_us"),
    "audit_record": ("at_us", "actor", "deed", "subject", "details"),
    TOMBSTONE: ("chain", "first", "last", "before", "after", "leaf", "kept", "reason", "actor", "at_us"),
}
"""The columns that the hash of a table's record covers, in their order in the hashed text."""

_LOADED = {"bank": ("bank_version", "bank_id"), "course": ("course_version", "course_id")}
"""What is loaded once and never changes: its table and the column of its id. Each has an audit record `KIND.loaded`."""

_AT_ONCE = 500
"""Records that are read together; a certificate's holds its whole file."""

_FIGURES_SINCE = 2
"""The generation from which on a store keeps figures."""

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError)
"""What records raise that were changed into something no cequiz would have written."""


def record_message(chain: str, seq: int, values: mapping.Values) -> bytes:
    """Return the canonical bytes that a record's hash covers: format version, chain, place, every covered column."""
    covered = (values[name] for name in COVERED[chain])
    return canonical([1, chain, seq, *(one.hex() if isinstance(one, bytes) else one for one in covered)])


def verify(
    driver: Any,
    *,
    key: bytes,
    anchors: Sequence[Head] = (),
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> ChainReport:
    """Recompute every chain of a database and compare it with its head and with anchors.

    Args:
        driver: a connection of the database's own driver; it reads in one transaction.
        key: the store's key.
        anchors: heads that were kept outside.
        progress: told how many records are done, of about how many.
        stop: asked after every chain of an attempt and every few hundred records of a table.

    Raises:
        Stopped: it was stopped.
    """
    driver.text_factory = _text
    driver.execute("BEGIN")
    try:
        buried = Graves(_whole(driver, TOMBSTONE, key) if generation_of(driver) >= graves.SINCE else ())
        records = int(driver.execute("SELECT count(*) FROM attempt_event").fetchone()[0])
        pace = Pace(records + sum(one.seq for one in _table_heads(driver)), progress, stop)
        attempts = _Attempts(driver, key, buried, pace)
        findings = list(attempts.findings())
        tables = [chain for chain in COVERED if chain != TOMBSTONE or buried.count or _has_rows(driver)]
        for chain in tables:
            count, found = _table(driver, chain, key=key, buried=buried, pace=pace)
            records += count
            findings += found
        findings += _purges(driver)
        findings += _contents(driver)
        findings += _figures(driver)
        findings += _anchored(driver, anchors, buried)
        return ChainReport(attempts.chains + len(tables), records, tuple(findings))
    finally:
        driver.execute("ROLLBACK")


def heads(driver: Any) -> tuple[Head, ...]:
    """Return the head of every chain that has records: those of the attempts, then those of the tables."""
    attempts = driver.execute("SELECT id, head_seq, head_hash FROM attempt ORDER BY started_us, id").fetchall()
    return (*(Head(chain, seq, _blob(head).hex()) for chain, seq, head in attempts), *_table_heads(driver))


def _table_heads(driver: Any) -> tuple[Head, ...]:
    found = driver.execute("SELECT chain, seq, hash FROM chain_head ORDER BY chain").fetchall()
    return tuple(Head(chain, seq, _blob(head).hex()) for chain, seq, head in found)


def named_rows(
    driver: Any, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query as mappings, whatever the connection's own row factory is."""
    cursor = driver.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _in_order(driver: Any, chain: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a chain's table, some at a time: a driver may fetch all that a statement finds."""
    last: int | None = None
    while True:
        after = "" if last is None else " WHERE seq > :last"
        sql = f"SELECT * FROM {chain}{after} ORDER BY seq LIMIT {_AT_ONCE}"  # noqa: S608 - names of ours
        rows = list(named_rows(driver, sql, {"last": last}))
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1]["seq"]


def _text(stored: bytes) -> str:
    """Return a text column, also one that somebody made unreadable; its record then fails, and not the verifier."""
    return stored.decode("utf-8", "surrogateescape")


def _blob(stored: object) -> bytes:
    """Return a binary column; nothing for what is none, in the tables that are not strict."""
    return stored if isinstance(stored, bytes) else b""


class _Attempts:
    """The chains of all attempts, one after the other."""

    def __init__(self, driver: Any, key: bytes, buried: Graves, pace: Pace) -> None:
        self._driver = driver
        self._key = key
        self._buried = buried
        self._pace = pace
        self._merged = Merged(driver)
        self.chains = 0

    def findings(self) -> Iterator[ChainFinding]:
        """Yield the first difference of each attempt that has one."""
        for header in list(named_rows(self._driver, "SELECT * FROM attempt ORDER BY started_us, id")):
            self.chains += 1
            try:
                words = self._back_again(header) or self._attempt(header)
            except _UNREADABLE as error:
                words = (0, tr("the events cannot be read: {reason}", reason=error))
            if words is not None:
                yield ChainFinding(f"attempt {header['id']}", *words)
            self._pace.step(header["head_seq"])
        orphans = (
            "SELECT DISTINCT attempt_id FROM attempt_event"
            " WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.id = attempt_event.attempt_id) ORDER BY attempt_id"
        )
        for (attempt,) in self._driver.execute(orphans).fetchall():
            self.chains += 1
            yield ChainFinding(
                f"attempt {attempt}", 0, tr("there are events of an attempt that is not in the list of attempts")
            )

    def _back_again(self, header: Mapping[str, Any]) -> tuple[int, str] | None:
        if self._buried.begins(header["id"], 1) is None:
            return None
        return 1, tr("the attempt was purged, and is there again")

    def _attempt(self, header: Mapping[str, Any]) -> tuple[int, str] | None:
        events: list[AttemptEvent] = []
        previous = START
        sql = "SELECT * FROM attempt_event WHERE attempt_id = ? ORDER BY seq"
        for place, row in enumerate(named_rows(self._driver, sql, (header["id"],)), start=1):
            if row["seq"] != place:
                return place, tr("event {place} is missing", place=place)
            event = mapping.event(row)
            if event.previous != previous:
                return place, tr("the hash before it is not that of the event before it")
            if link(key=self._key, previous=previous, message=message(event, seq=place)) != event.hash:
                return place, tr("the event is not the one that was recorded")
            if canonical(event.payload).decode() != row["payload"]:
                return place, tr("the payload's text is not the one that was recorded")
            previous = event.hash
            events.append(event)
        if (header["head_seq"], _blob(header["head_hash"])) != (len(events), previous):
            return len(events), tr(
                "the chain ends at {end}, its head says {head}", end=len(events), head=header["head_seq"]
            )
        return self._projections(header, events)

    def _projections(self, header: Mapping[str, Any], events: Sequence[AttemptEvent]) -> tuple[int, str] | None:
        """Compare what is kept for speed with what the events say."""
        rebuilt: dict[str, tuple[int, str]] = {}
        for event in events:
            if event.kind is EventKind.ANSWERED:
                rebuilt[str(event.payload["item"])] = (event.seq, canonical(event.payload["response"]).decode())
            elif event.kind is EventKind.CLEARED:
                rebuilt.pop(str(event.payload["item"]), None)
        sql = "SELECT item, event_seq, response FROM answer WHERE attempt_id = ?"
        kept = {item: (seq, response) for item, seq, response in self._driver.execute(sql, (header["id"],)).fetchall()}
        if kept != rebuilt:
            item = min(key for key in kept.keys() | rebuilt.keys() if kept.get(key) != rebuilt.get(key))
            return rebuilt.get(item, (0, ""))[0], tr("the kept answer to {item} is not what the events say", item=item)
        state = replay(events)
        told = (header["course_id"], header["course_version"], header["exam_id"])
        whose = self._merged.place(str(header["id"]), student=state.student_id, number=state.number)
        if (*told, header["student_id"], header["number"]) != (
            state.course_id,
            state.course_version,
            state.exam_id,
            *whose,
        ):
            return 1, tr("the list of attempts names another student or exam than the first event")
        deadline = state.ledger.deadline
        kept_standing = (header["status"], header["deadline_us"], header["finished_us"])
        if kept_standing != (
            str(state.status),
            None if deadline is None else microseconds(deadline),
            None if state.finished_at is None else microseconds(state.finished_at),
        ):
            return len(events), tr("the kept status, deadline or end is not what the events say")
        return None


def _table(driver: Any, chain: str, *, key: bytes, buried: Graves, pace: Pace) -> tuple[int, list[ChainFinding]]:
    """Recompute the chain of one table; its count of records and its first difference."""
    walk = _Walk(chain, buried)
    count = 0
    for row in _in_order(driver, chain):
        count += 1
        if count % _AT_ONCE == 0:
            pace.step(_AT_ONCE)
        if walk.finding is not None:
            continue  # whatever follows a difference differs too
        walk.over_graves()
        try:
            blot = buried.blot(chain, row["seq"])
            words = (
                _record(chain, walk.place + 1, row, previous=walk.previous, key=key)
                if blot is None
                else _blotted(blot, walk.place + 1, row, previous=walk.previous)
            )
        except _UNREADABLE as error:
            words = tr("the record cannot be read: {reason}", reason=error)
        if words is not None and buried.covering(chain, row["seq"]):
            words = tr("the record was purged, and is there again")
        walk.step(bytes(row["hash"]), words)
    pace.step(count % _AT_ONCE)
    walk.over_graves()
    head = driver.execute("SELECT seq, hash FROM chain_head WHERE chain = ?", (chain,)).fetchone() or (0, START)
    if walk.finding is None and (head[0], _blob(head[1])) != (walk.place, walk.previous):
        words = tr("the chain ends at {end}, its head says {head}", end=walk.place, head=head[0])
        return count, [ChainFinding(chain, walk.place, words)]
    return count, [walk.finding] if walk.finding is not None else []


class _Walk:
    """Somebody's way along the chain of a table: where they stand, and what the last hash was."""

    def __init__(self, chain: str, buried: Graves) -> None:
        self._chain = chain
        self._buried = buried
        self.place = 0
        self.previous = START
        self.finding: ChainFinding | None = None

    def over_graves(self) -> None:
        """Go past the records that a purge took, as far as tombstones join the chain where they stand."""
        while self.finding is None:
            grave = self._buried.begins(self._chain, self.place + 1)
            if grave is None:
                return
            if grave.before != self.previous:
                words = tr("the tombstone that stands here is not of this chain")
                self.finding = ChainFinding(self._chain, grave.first, words)
            self.place, self.previous = grave.last, grave.after

    def step(self, digest: bytes, words: str | None) -> None:
        """Take the next record."""
        self.place += 1
        self.previous = digest
        if words is not None and self.finding is None:
            self.finding = ChainFinding(self._chain, self.place, words)


def _whole(driver: Any, chain: str, key: bytes) -> Iterator[dict[str, Any]]:
    """Yield the records of a table up to the first difference."""
    previous = START
    for place, row in enumerate(_in_order(driver, chain), start=1):
        try:
            if _record(chain, place, row, previous=previous, key=key) is not None:
                return
        except _UNREADABLE:
            return
        previous = bytes(row["hash"])
        yield row


def _record(chain: str, place: int, row: Mapping[str, Any], *, previous: bytes, key: bytes) -> str | None:
    if row["seq"] != place:
        return tr("record {place} is missing", place=place)
    if bytes(row["prev_hash"]) != previous:
        return tr("the hash before it is not that of the record before it")
    if link(key=key, previous=previous, message=record_message(chain, place, row)) != bytes(row["hash"]):
        return tr("the record is not the one that was kept")
    if chain == "certificate" and hashlib.sha256(row["pdf"]).hexdigest() != row["sha256"]:
        return tr("the PDF of {number} is not the one that was issued", number=row["number"])
    return None


def _blotted(blot: Blot, place: int, row: Mapping[str, Any], *, previous: bytes) -> str | None:
    """Judge a record out of which a purge took words: its tombstone, which is chained itself, says what it reads."""
    if row["seq"] != place:
        return tr("record {place} is missing", place=place)
    if not blot.agrees(row, previous=previous):
        return tr("the record is not the one that a purge left")
    return None


def _has_rows(driver: Any) -> bool:
    """Whether there are tombstones at all, or a head of their chain."""
    if generation_of(driver) < graves.SINCE:
        return False
    sql = "SELECT EXISTS (SELECT 1 FROM tombstone) OR EXISTS (SELECT 1 FROM chain_head WHERE chain = 'tombstone')"
    return bool(driver.execute(sql).fetchone()[0])


def _purges(driver: Any) -> Iterator[ChainFinding]:
    """Yield that there are fewer tombstones, or more, than the audit record speaks of."""
    if generation_of(driver) < graves.SINCE:
        return
    there = int(driver.execute("SELECT count(*) FROM tombstone").fetchone()[0])
    try:
        told = graves.recorded(
            driver.execute("SELECT deed, details FROM audit_record WHERE deed = ? ORDER BY seq", (graves.DEED,))
        )
    except _UNREADABLE:
        return  # its chain says so
    if there != told:
        words = tr("the audit record speaks of {told} tombstones, there are {there}", told=told, there=there)
        yield ChainFinding(TOMBSTONE, there, words)


def _contents(driver: Any) -> Iterator[ChainFinding]:
    """Yield every bank and course version that is not, or not any more, what the audit record says was loaded."""
    recorded = _recorded(driver)
    for kind, (table, identity) in _LOADED.items():
        sql = f"SELECT {identity}, version, content_hash, body FROM {table} ORDER BY position"  # noqa: S608 - names of ours
        for name, version, told, body in driver.execute(sql):
            loaded = recorded.pop((kind, name, version), None)
            if loaded is None:
                words = tr("the audit record knows nothing of its loading")
            elif not mapping.content_hash(body) == told == loaded:
                words = tr("the content is not the one that was loaded")
            else:
                continue
            yield ChainFinding(f"{kind} {name} {version}", 0, words)
    for kind, name, version in recorded:
        yield ChainFinding(f"{kind} {name} {version}", 0, tr("it was loaded, and is not there any more"))


def _figures(driver: Any) -> Iterator[ChainFinding]:
    """Yield every figure whose bytes are not those that its bank, and its own name, speak of."""
    if generation_of(driver) < _FIGURES_SINCE:
        return
    for (name,) in driver.execute("SELECT sha256 FROM figure ORDER BY sha256").fetchall():
        (content,) = driver.execute("SELECT content FROM figure WHERE sha256 = ?", (name,)).fetchone()
        if hashlib.sha256(_blob(content)).hexdigest() != name:
            yield ChainFinding(f"figure {name}", 0, tr("the picture is not the one that was loaded"))


def _recorded(driver: Any) -> dict[tuple[str, str, str], str]:
    """Return the content hash of everything that was loaded, by kind, id and version; the first loading counts."""
    found: dict[tuple[str, str, str], str] = {}
    for kind in _LOADED:
        sql = "SELECT subject, details FROM audit_record WHERE deed = ? ORDER BY seq"
        for name, details in driver.execute(sql, (f"{kind}.loaded",)):
            with suppress(*_UNREADABLE):  # its chain says so
                told = json.loads(details)
                found.setdefault((kind, name, str(told["version"])), str(told["content_hash"]))
    return found


def _anchored(driver: Any, anchors: Sequence[Head], buried: Graves) -> Iterator[ChainFinding]:
    """Yield every anchor that its chain no longer passes through; a tombstone answers for what it covers."""
    for anchor in anchors:
        if anchor.chain in COVERED:
            sql = f"SELECT hash FROM {anchor.chain} WHERE seq = ?"  # noqa: S608 - a name of ours
            row, name = driver.execute(sql, (anchor.seq,)).fetchone(), anchor.chain
        else:
            sql = "SELECT hash FROM attempt_event WHERE attempt_id = ? AND seq = ?"
            row, name = driver.execute(sql, (anchor.chain, anchor.seq)).fetchone(), f"attempt {anchor.chain}"
        grave = buried.covering(anchor.chain, anchor.seq)
        if row is None and grave is None:
            yield ChainFinding("anchor", anchor.seq, tr("{chain} had this record, and has it no more", chain=name))
        elif _hash_at(row, grave, anchor.seq) not in {anchor.hash, None}:
            yield ChainFinding("anchor", anchor.seq, tr("{chain} had another record here", chain=name))


def _hash_at(row: Sequence[object] | None, grave: Grave | None, place: int) -> str | None:
    """Return the hash of a place in hexadecimal; None where the record is gone and only its neighbours are known."""
    if row is not None:
        return _blob(row[0]).hex()
    return grave.after.hex() if grave is not None and place == grave.last else None
