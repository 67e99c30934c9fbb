"""The rows of a student's file: a sign and a word for each state, under a heading for each kind of record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.exam.attempt import Status
from cequiz.frontends.dates import date_text, instant_text, percent, short_text
from cequiz.frontends.states import state_words
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.language import mark, tr, trn

if TYPE_CHECKING:
    from cequiz.services.filing import AttemptEntry, CertificateEntry, CourseEntry, StudentFile
    from cequiz.services.ports import AuditRecord

T = TypeVar("T")

Row = tuple[str, Hanging | Content, bool]
"""Key, what is drawn, and whether it can be opened; a heading cannot."""

COURSE, ATTEMPT, CERTIFICATE, DEED = "course ", "attempt ", "certificate ", "deed "
"""How the keys of rows begin."""

_ENDED = {
    Status.SUBMITTED: mark("handed in"),
    Status.EXPIRED: mark("time ran out"),
}
_LIVES = {
    Life.ISSUED.value: ("★", "bold $success"),
    Life.SUPERSEDED.value: ("·", "$quiet"),
    Life.SUSPENDED.value: ("◷", "$warning"),
    Life.REVOKED.value: ("✗", "$error"),
    Life.EXPIRED.value: ("◷", "$quiet"),
}


def rows(file: StudentFile, *, names: Mapping[str, str], zone: tzinfo | None, now: datetime) -> Iterator[Row]:
    """Yield every row.

    Args:
        file: the student's file.
        names: how the actors of the office are called.
        zone: the zone times are shown in; None for the machine's own.
        now: the instant.
    """
    yield from _part("courses", tr("Courses"), file.courses, _course, tr("Enrolled in no course."))

    def attempt(entry: AttemptEntry) -> Row:
        return _attempt(entry, zone=zone, now=now)

    yield from _part("attempts", tr("Attempts"), file.attempts, attempt, tr("No exam was started."))

    yield from _part("certificates", tr("Certificates"), file.certificates, _certificate, tr("No certificate yet."))
    deeds = list(enumerate(file.history))

    def deed(entry: tuple[int, AuditRecord]) -> Row:
        return _deed(*entry, names=names, zone=zone)

    heading = trn("History: {count} deed", "History: {count} deeds", file.deeds)
    yield from _part("history", heading, deeds, deed, tr("Nothing is on record."))


def row(sign: str, tone: str, title: str, word: str, about: str = "") -> Hanging:
    """Return a row: a sign, what it is about, its state in a word, and more below it."""
    text = Content.assemble((title, "bold"), "  ", (word, tone.removeprefix("bold ")))
    if about:
        text = Content.assemble(text, "\n", (about, "$quiet"))
    return Hanging(Content.assemble((f"{sign}  ", tone)), text)


def _part(key: str, heading: str, entries: Iterable[T], draw: Callable[[T], Row], none: str) -> Iterator[Row]:
    """Yield a heading with the rows below it, or with the words for none."""
    drawn = [draw(entry) for entry in entries]
    gap = "" if key == "courses" else "\n"
    above = Content.assemble(gap, (heading, "bold $primary"))
    if not drawn:
        above = Content.assemble(above, "\n   ", (none, "$quiet"))
    yield key, above, False
    yield from drawn


def _course(entry: CourseEntry) -> Row:
    enrolment = entry.enrolment
    delivery = tr(entry.course.delivery.words())
    version = tr("version {version}", version=enrolment.course_version)
    about = " · ".join(
        [
            version,
            delivery,
            *([tr("cycle {number}", number=enrolment.cycle)] if enrolment.cycle > 1 else []),
            tr("{done} of {all} exams passed", done=entry.passed, all=entry.required),
        ]
    )
    sign, tone, word = ("○", "$primary", tr("under way")) if entry.missing else ("✓", "bold $success", tr("earned"))
    return f"{COURSE}{enrolment.course_id}", row(sign, tone, entry.course.title, word, about), True


def _attempt(entry: AttemptEntry, *, zone: tzinfo | None, now: datetime) -> Row:
    header, score = entry.header, entry.score
    standing = header.standing
    title = tr("{exam}, attempt {number}", exam=entry.title, number=header.number)
    if standing.status is Status.VOIDED:
        sign, tone, word = "✗", "$quiet", tr("voided")
    elif standing.status is Status.OPEN and standing.deadline is None:
        sign, tone, word = "▶", "bold $warning", tr("running, no deadline")
    elif standing.status is Status.OPEN and standing.deadline is not None:
        until = short_text(standing.deadline, zone, now=now)
        sign, tone, word = "▶", "bold $warning", tr("running, until {instant}", instant=until)
    elif score is None:
        sign, tone, word = "●", "$quiet", tr("not marked")
    elif score.passed:
        sign, tone, word = "✓", "bold $success", tr("passed with {percent}", percent=percent(score.percent))
    else:
        sign, tone, word = "✗", "$error", tr("not passed, {percent}", percent=percent(score.percent))
    ended = _ENDED.get(standing.status)
    about = instant_text(standing.finished_at or header.started_at, zone)
    if ended is not None:
        about = f"{tr(ended)} · {about}"
    return f"{ATTEMPT}{header.id}", row(sign, tone, title, word, f"{header.id} · {about}"), True


def _certificate(entry: CertificateEntry) -> Row:
    sign, tone = _LIVES.get(entry.status, ("●", "$quiet"))
    about = f"{entry.course_title} · {date_text(entry.issued_on)} · {entry.name}"
    return f"{CERTIFICATE}{entry.number}", row(sign, tone, entry.number, state_words(entry.status), about), True


def _deed(number: int, record: AuditRecord, *, names: Mapping[str, str], zone: tzinfo | None) -> Row:
    who = names.get(record.actor, record.actor)
    return f"{DEED}{number}", row("·", "$quiet", record.deed, instant_text(record.at, zone), who), True
