"""Proving the records: recomputing chains, comparing them with what was kept outside, and noting their backups."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

from cequiz.domain.canonical import Json
from cequiz.domain.people.code import read_code, spelled
from cequiz.domain.text import folded
from cequiz.errors import NotAllowed, Refused
from cequiz.language import tr
from cequiz.services import trusting
from cequiz.services.ports import AuditQuery, AuditRecord, ChainReport, Head, Page, Ports, Unit, Window
from cequiz.services.reasons import given_reason
from cequiz.services.reports.periods import ALWAYS, Period, house

_FORMAT = "cequiz-seal/1"
_LEAF = 2_000
"""So many records are read at once."""

_STRETCH = re.compile(r"(?P<first>\d{4}-\d\d(?:-\d\d)?)?(?P<dots>\.\.)?(?P<last>(?<=\.\.)\d{4}-\d\d(?:-\d\d)?)?")
"""Days or months, one or two with dots between, as a search has them."""

_WHOLE_DAY = len("2026-11-22")


def verify(
    ports: Ports,
    *,
    anchors: Sequence[Head] = (),
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> ChainReport:
    """Recompute every chain and report the first difference of each.

    Args:
        ports: the outside world.
        anchors: heads that were kept outside.
        progress: told how many records are done, of about how many.
        stop: asked now and then whether to stop.

    Raises:
        Stopped: it was stopped.
    """
    return ports.store.verify_chains(anchors=anchors, progress=progress, stop=stop)


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
        words: a whole subject or actor, such as a student's id, or the name of somebody of the office, or else the
            beginning of a deed; days (`2026-11-22`), months (`2026-11`) and stretches (`2026-11-01..2026-11-15`, open
            on either side too) are a period, in the provider's time zone. Empty for all.
        window: which of them.

    Raises:
        WrongUsage: a period ends before it begins.
    """
    period, sought = _period_in(words)
    with ports.store.read() as unit:
        stretch = period.stretch(house(ports, unit).zone)
        for query in _readings(unit, sought):
            found = unit.listings.audit(replace(query, since=stretch.since, until=stretch.until), window)
            if found.total:
                break
        return found


def _readings(unit: Unit, sought: str) -> Sequence[AuditQuery]:
    """Return what somebody may have meant by a word, the likeliest first."""
    if not sought:
        return (AuditQuery(),)
    called = [one for one in unit.staff.all() if folded(sought) in folded(one.name)]
    exact = [one for one in called if folded(one.name) == folded(sought)]
    people = exact or (called if len(called) == 1 else [])
    return (
        AuditQuery(subject=sought),
        AuditQuery(subject=spelled(read_code(sought))),
        AuditQuery(actor=sought),
        *(AuditQuery(actor=one.actor) for one in people),
        AuditQuery(deed=sought.casefold()),
    )


def _period_in(words: str) -> tuple[Period, str]:
    """Return the period that is named in a search, and the rest of its words; the last one counts where two are."""
    period, rest = ALWAYS, []
    for word in words.split():
        match = _STRETCH.fullmatch(word)
        try:
            found = _period(match) if match else None
        except ValueError:  # there is no such day
            found = None
        if found is None:
            rest.append(word)
        else:
            period = found
    return period, " ".join(rest)


def _period(match: re.Match[str]) -> Period | None:
    """Return a period as it was typed; None for two dots alone.

    Raises:
        ValueError: there is no such day.
    """
    first, dots, last = match["first"] or "", match["dots"], match["last"] or ""
    if not dots:
        last = first
    return Period(_first_day(first), _last_day(last)) if first or last else None


def _first_day(text: str) -> date | None:
    if not text:
        return None
    return date.fromisoformat(text if len(text) == _WHOLE_DAY else f"{text}-01")


def _last_day(text: str) -> date | None:
    if not text or len(text) == _WHOLE_DAY:
        return _first_day(text)
    first = date.fromisoformat(f"{text}-01")
    return first.replace(day=monthrange(first.year, first.month)[1])


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


def note_restore(ports: Ports, *, made_at: datetime, actor: str, reason: str = "") -> None:
    """Put on record, in the store that was restored, that it was, from when the backup is, and why.

    Args:
        ports: the outside world.
        made_at: when the backup was made.
        actor: who restored it.
        reason: why; may be empty, and is checked before anything is restored.
    """
    when = made_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    details: dict[str, Json] = {"made_at": when, **given_reason(reason)}
    with ports.store.write() as unit:
        at = ports.clock.read().wall
        unit.audit.add(AuditRecord(at=at, actor=actor, deed="store.restored", subject="store", details=details))
