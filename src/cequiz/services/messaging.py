"""What the office writes to students who sit an exam: words that a face shows within two seconds, kept on record.

A message changes no clock and no answer. It is an event of the attempt, so that nobody can say later that it was never
sent; that it was read nobody can know.
"""

from __future__ import annotations

from cequiz.domain.exam.attempt import Attempt
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.student import clean_words
from cequiz.errors import AttemptClosed
from cequiz.language import mark
from cequiz.services.grading import load_attempt
from cequiz.services.ports import Ports, Unit
from cequiz.services.timing import office_draft, present, write


def message(ports: Ports, *, attempt_id: str, text: str, actor: str) -> Attempt:
    """Write to the student of an open attempt and return its state.

    Raises:
        NotFound: there is no such attempt.
        InvalidText: the text is empty, or holds a character that could deceive.
        AttemptClosed: the attempt has ended, or its time is over.
    """
    words = clean_words(text, what=mark("message"))
    with ports.store.write() as unit:
        return _message(ports, unit, load_attempt(unit, attempt_id), words=words, actor=actor)


def message_all(ports: Ports, *, text: str, actor: str) -> tuple[str, ...]:
    """Write to everybody who sits an exam, in one transaction; return the ids of the attempts that were told.

    Raises:
        InvalidText: as in `message`; nobody was told.
    """
    words, told = clean_words(text, what=mark("message")), []
    with ports.store.write() as unit:
        for found in unit.live.attempts():
            try:
                _message(ports, unit, found.state, words=words, actor=actor)
            except AttemptClosed:
                continue  # its time is over; a sweep closes it
            told.append(found.header.id)
    return tuple(told)


def _message(ports: Ports, unit: Unit, attempt: Attempt, *, words: str, actor: str) -> Attempt:
    stamp = ports.clock.read()
    _, now = present(unit, attempt, stamp)
    draft = office_draft(
        ports, attempt, kind=EventKind.MESSAGED, payload={"text": words}, now=now, stamp=stamp, actor=actor
    )
    return write(unit, attempt, draft, deed="attempt.messaged")
