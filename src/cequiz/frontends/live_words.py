"""Words for an exam that runs, as the office sees it: the time left, whether somebody is there, what happened.

The command line and the live board say the same. It must not know screens, and never says what was answered.
"""

from __future__ import annotations

from datetime import timedelta

from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.events import AttemptEvent, EventKind
from cequiz.frontends.dates import clock_text, duration_words
from cequiz.language import mark, tr
from cequiz.services.invigilating import Connection, LiveAttempt

SIGNS = {Connection.CONNECTED: "●", Connection.QUIET: "◐", Connection.LEFT: "○", Connection.BROKEN_OFF: "✗"}
"""A sign for each; the words beside it say the same."""

_EVENTS = {
    EventKind.STARTED: mark("started"),
    EventKind.ANSWERED: mark("answered question {number}"),
    EventKind.CLEARED: mark("took the answer to question {number} back"),
    EventKind.FLAGGED: mark("flagged question {number}"),
    EventKind.UNFLAGGED: mark("took the flag off question {number}"),
    EventKind.MOVED: mark("moved on to question {number}"),
    EventKind.CHALLENGED: mark("challenged question {number}: {reason}"),
    EventKind.SUSPENDED: mark("left, and the clock stands still"),
    EventKind.RESUMED: mark("took the exam up"),
    EventKind.OUTAGE: mark("an outage was found"),
    EventKind.CONTINUED: mark("went on; {given} given back, {rest} not"),
    EventKind.TIME_ADJUSTED: mark("time changed by {amount}: {reason}"),
    EventKind.CLOCK_MOVED: mark("the computer's clock was moved by {amount}"),
    EventKind.HELD: mark("suspended: {reason}"),
    EventKind.RELEASED: mark("goes on: {reason}"),
    EventKind.MESSAGED: mark("message: {text}"),
    EventKind.SUBMITTED: mark("handed in"),
    EventKind.EXPIRED: mark("the time ran out"),
    EventKind.VOIDED: mark("declared void: {reason}"),
}


def left_words(line: LiveAttempt) -> str:
    """Return the time left, such as `24:31`; `no limit` where there is none."""
    if line.left is None:
        return tr("no limit")
    return clock_text(line.left) if line.left else tr("over")


def state_words(line: LiveAttempt) -> str:
    """Return whether somebody is there and whether the clock runs, such as `connected` or `suspended, left`."""
    connection = _connection_words(line)
    if line.hold is not None:
        return tr("suspended, {connection}", connection=connection)
    return tr("paused, {connection}", connection=connection) if line.stands_still else connection


def progress_words(line: LiveAttempt) -> str:
    """Return how far somebody is, such as `12 of 60 answered, 3 flagged`."""
    if not line.flagged:
        return tr("{done} of {all} answered", done=line.answered, all=line.items)
    return tr("{done} of {all} answered, {flagged} flagged", done=line.answered, all=line.items, flagged=line.flagged)


def event_words(attempt: Attempt, event: AttemptEvent) -> str:
    """Return what happened, in words; of an answer just which question it was to."""
    payload = event.payload
    places = {
        "number": _number(attempt, event),
        "reason": payload.get("reason", ""),
        "text": payload.get("text", ""),
        "amount": _span(payload.get("milliseconds")),
        "given": _span(payload.get("credited_ms")),
        "rest": _span(payload.get("uncredited_ms")),
    }
    return tr(_EVENTS[event.kind], **places)


def _connection_words(line: LiveAttempt) -> str:
    match line.connection:
        case Connection.CONNECTED:
            return tr("connected")
        case Connection.QUIET:
            return tr("quiet for {count} s", count=line.silent // timedelta(seconds=1))
        case Connection.LEFT:
            return tr("has left")
        case Connection.BROKEN_OFF:
            return tr("broken off")


def _number(attempt: Attempt, event: AttemptEvent) -> int:
    if event.kind is EventKind.MOVED:
        return int(str(event.payload["place"])) + 1
    item = event.payload.get("item")
    return 0 if item is None else attempt.form.position(str(item)) + 1


def _span(milliseconds: object) -> str:
    return "" if milliseconds is None else duration_words(timedelta(milliseconds=int(str(milliseconds))))
