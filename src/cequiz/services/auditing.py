"""Proving the records: recomputing chains, comparing them with what was kept outside, and noting their backups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from cequiz.domain.canonical import Json
from cequiz.domain.people.code import read_code, spelled
from cequiz.errors import NotAllowed, Refused
from cequiz.language import tr
from cequiz.services import trusting
from cequiz.services.ports import AuditQuery, AuditRecord, ChainReport, Head, Page, Ports, Window
from cequiz.services.reports.periods import ALWAYS, Period, house

_FORMAT = "cequiz-seal/1"
_LEAF = 2_000
"""So many records are read at once."""


def verify(ports: Ports, *, anchors: Sequence[Head] = ()) -> ChainReport:
    """Recompute every chain and report the first difference of each."""
    return ports.store.verify_chains(anchors=anchors)


def seal(ports: Ports) -> dict[str, Json]:
    """Return the heads of all chains as a document to be kept outside the store.

    Where the provider's key is at hand the signed head of the certificate log is in it too (`log`).
    """
    stamp = ports.clock.read()
    heads: list[Json] = [{"chain": one.chain, "seq": one.seq, "hash": one.hash} for one in ports.store.heads()]
    document: dict[str, Json] = {
        "format": _FORMAT,
        "sealed_at": stamp.wall.isoformat().replace("+00:00", "Z"),
        "heads": heads,
    }
    with suppress(NotAllowed):  # a locked key does not keep anybody from sealing the chains
        document["log"] = trusting.head(ports)
    return document


def read_seal(document: Mapping[str, Json]) -> tuple[Head, ...]:
    """Return the heads of a sealed document.

    Raises:
        Refused: it is not one.
    """
    heads = document.get("heads")
    if document.get("format") != _FORMAT or not isinstance(heads, list):
        raise Refused(tr("This file is not a seal of cequiz."), hint=tr("`cequiz audit seal FILE` writes one."))
    return tuple(
        Head(str(one["chain"]), int(str(one["seq"])), str(one["hash"])) for one in heads if isinstance(one, Mapping)
    )


def records(
    ports: Ports, query: AuditQuery | None = None, *, period: Period = ALWAYS, limit: int | None = None
) -> tuple[AuditRecord, ...]:
    """Return what answers to a query, oldest first.

    Args:
        ports: the outside world.
        query: which records; an actor may be the name of somebody of the office. None for all.
        period: the days, in the provider's time zone.
        limit: the newest so many; None for all.
    """
    wanted = query or AuditQuery()
    found: list[AuditRecord] = []
    with ports.store.read() as unit:
        somebody = unit.staff.by_name(wanted.actor) if wanted.actor else None
        stretch = period.stretch(house(ports, unit).zone)
        wanted = replace(wanted, since=stretch.since, until=stretch.until)
        if somebody is not None:
            wanted = replace(wanted, actor=somebody.actor)
        if wanted.subject and not unit.listings.audit(AuditQuery(subject=wanted.subject), Window(limit=1)).rows:
            # An enrolment code is found however it is typed.
            wanted = replace(wanted, subject=spelled(read_code(wanted.subject)))
        while limit is None or len(found) < limit:
            size = _LEAF if limit is None else min(_LEAF, limit - len(found))
            leaf = unit.listings.audit(wanted, Window(len(found), size)).rows
            found += leaf
            if len(leaf) < size:
                break
    return tuple(reversed(found))


def why(record: AuditRecord) -> str:
    """Return the reason or the note that stands with a deed; empty where none was asked for."""
    given = (record.details.get(key) for key in ("reason", "note"))
    return next((one for one in given if isinstance(one, str) and one), "")


def page(ports: Ports, *, words: str = "", window: Window) -> Page[AuditRecord]:
    """Return some records, the newest first.

    Args:
        ports: the outside world.
        words: a whole subject or actor, such as a student's id, or else the beginning of a deed; empty for all.
        window: which of them.
    """
    sought = words.strip()
    with ports.store.read() as unit:
        queries = (
            AuditQuery(subject=sought),
            AuditQuery(subject=spelled(read_code(sought))),
            AuditQuery(actor=sought),
            AuditQuery(deed=sought.casefold()),
        )
        for query in queries if sought else (AuditQuery(),):
            found = unit.listings.audit(query, window)
            if found.total:
                break
        return found


def note_backup(ports: Ports, *, records: int, actor: str) -> None:
    """Put on record that a backup was written, and how many records of all chains it holds; it is not in it itself."""
    with ports.store.write() as unit:
        at = ports.clock.read().wall
        unit.audit.add(
            AuditRecord(at=at, actor=actor, deed="store.backed_up", subject="store", details={"records": records})
        )


def note_move(ports: Ports, *, source: str, records: int, actor: str) -> None:
    """Put on record, in the store that took them over, where the records came from, and how many of all chains."""
    details: dict[str, Json] = {"source": source, "records": records}
    with ports.store.write() as unit:
        at = ports.clock.read().wall
        unit.audit.add(AuditRecord(at=at, actor=actor, deed="store.moved", subject="store", details=details))


def note_restore(ports: Ports, *, made_at: datetime, actor: str) -> None:
    """Put on record, in the store that was restored, that it was, and from when the backup is."""
    details = {"made_at": made_at.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    with ports.store.write() as unit:
        at = ports.clock.read().wall
        unit.audit.add(AuditRecord(at=at, actor=actor, deed="store.restored", subject="store", details=details))
