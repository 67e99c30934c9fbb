"""The states of a certificate in words: every face says them with these, so that one thing has one name.

JSON and records keep the states themselves (`issued`, `superseded`); this room must not know where words are shown.
"""

from __future__ import annotations

from cequiz.domain.credential.lifecycle import LIFE_WORDS
from cequiz.language import tr


def state_words(status: str) -> str:
    """Return a state in words: one that this version does not know as it is, and of none that it is not known."""
    if not status:
        return tr("not known")
    return tr(LIFE_WORDS[status]) if status in LIFE_WORDS else status
