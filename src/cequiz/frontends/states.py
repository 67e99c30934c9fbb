"""The states of a certificate in words: every face says them with these, so that one thing has one name.

JSON and records keep the states themselves (`issued`, `superseded`); this room must not know where words are shown.
"""

from __future__ import annotations

from cequiz.domain.credential.lifecycle import Life
from cequiz.language import mark, tr

_WORDS = {
    Life.ISSUED.value: mark("in force"),
    Life.SUPERSEDED.value: mark("superseded"),
    Life.SUSPENDED.value: mark("suspended"),
    Life.REVOKED.value: mark("revoked"),
    Life.EXPIRED.value: mark("expired"),
}


def state_words(status: str) -> str:
    """Return a state in words: one that this version does not know as it is, and of none that it is not known."""
    if not status:
        return tr("not known")
    return tr(_WORDS[status]) if status in _WORDS else status
