"""Words for time that nobody sat: outages and suspensions among the reasons for a deadline, and what a student is told.

Both faces say the same. What is given back the services decide; here it is only worded.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from cequiz.domain.exam.attempt import OfficeMessage
from cequiz.domain.exam.ledger import Hold, Reason, ReasonKind
from cequiz.frontends.dates import deadline_words, duration_words, zone_name
from cequiz.language import tr
from cequiz.services.instants import in_zone
from cequiz.services.outages import Absence


def outage_line(reason: Reason, zone: tzinfo | None) -> str:
    """Return the line of an outage among the reasons for a deadline, such as `Outage 10:02:11 CET to ...`.

    Args:
        reason: of the kind `outage`.
        zone: the zone to show times in; None for the machine's own.
    """
    assert reason.kind is ReasonKind.OUTAGE  # noqa: S101 - the callers look; for the reader
    assert reason.at is not None and reason.allowed is not None and reason.amount is not None  # noqa: S101 - as above
    since, allowed = moment(reason.at, zone), duration_words(reason.allowed)
    if reason.until is None:
        return tr("Outage since {since}, at most {allowed} can be given back", since=since, allowed=allowed)
    return tr(
        "Outage {since} to {until}, {given} given back (the course still allowed {allowed})",
        since=since,
        until=moment(reason.until, zone),
        given=duration_words(reason.amount),
        allowed=allowed,
    )


def held_line(reason: Reason, zone: tzinfo | None, *, by: str = "") -> str:
    """Return the line of an exam that the office suspended, among the reasons for a deadline.

    Args:
        reason: of the kind `held`.
        zone: the zone to show times in; None for the machine's own.
        by: who did it, for the office; a student reads that it was the provider.
    """
    hold = reason.hold
    assert hold is not None  # noqa: S101 - the callers look; for the reader
    who, why, since = by or tr("the provider"), hold.reason, moment(hold.since, zone)
    if hold.until is None:
        return tr("Suspended by {who} since {since}: {reason}", who=who, since=since, reason=why)
    return tr(
        "Suspended by {who} for {length}, {since} to {until}: {reason}",
        who=who,
        length=duration_words(hold.until - hold.since),
        since=since,
        until=moment(hold.until, zone),
        reason=why,
    )


def held_lines(hold: Hold, zone: tzinfo | None) -> list[str]:
    """Return what a student is told whose exam the office has suspended."""
    since = moment(hold.since, zone)
    return [
        tr("The provider has suspended this exam: {reason}", reason=hold.reason),
        tr("The clock has stood still since {since}. What you answered before that is kept.", since=since),
        tr("The exam goes on as soon as the provider lets it."),
    ]


def message_line(message: OfficeMessage, zone: tzinfo | None) -> str:
    """Return what the office wrote to a student, with its time of day."""
    return tr("Message from the provider, {at}: {text}", at=moment(message.at, zone), text=message.text)


def absence_lines(absence: Absence, zone: tzinfo | None) -> list[str]:
    """Return what a student is told who comes back: how long it was, and what is given back of it."""
    length = duration_words(absence.length)
    if not absence.outage:
        since = deadline_words(absence.since, zone)
        return [tr("You left on {since}. The clock has stood still for {length}.", since=since, length=length)]
    since, until = moment(absence.since, zone), moment(absence.until, zone)
    lines = [tr("The exam was interrupted from {since} to {until}: {length}.", since=since, until=until, length=length)]
    if absence.given:
        given = duration_words(absence.given)
        lines.append(tr("Of your time, {given} is given back.", given=given))
    if absence.asked:
        asked = duration_words(absence.asked)
        more = tr("The provider is asked about the other {asked}.", asked=asked)
        lines.append(more if absence.given else tr("The provider is asked about this time."))
    return lines


def take_over_line() -> str:
    """Return what a student is told who has taken an exam up while another window showed it."""
    return tr("This exam is open in another window; that one can only read from now on.")


def cut_off_lines(away: Absence, zone: tzinfo | None) -> list[str]:
    """Return what a student is told whose exam ran out before anybody went on with it after an interruption."""
    since, until = deadline_words(away.since, zone), deadline_words(away.until, zone)
    lines = [
        tr("The exam was interrupted on {since}.", since=since),
        tr("Its time ended on {until}, before you went on with it.", until=until),
    ]
    if away.given:
        lines.append(tr("Of your time, {given} was given back.", given=duration_words(away.given)))
    asked = duration_words(away.asked)
    lines.append(tr("The provider is asked about the {asked} that you still had.", asked=asked))
    return lines


def moment(at: datetime, zone: tzinfo | None) -> str:
    """Return a time of day to the second with its zone, such as `10:02:11 CET`."""
    local = in_zone(at, zone)
    return f"{local:%H:%M:%S} {zone_name(local)}"
