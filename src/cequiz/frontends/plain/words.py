"""Words of the line mode that a screen reader speaks well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from unicodedata import combining, normalize

from cequiz.frontends.dates import duration_words, listed
from cequiz.language import tr

__all__ = ["WARNINGS", "agreed", "duration_words", "place_words"]

WARNINGS = (timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=1))
"""The time left at which it is announced."""


def place_words(places: Sequence[int]) -> str:
    """Return places for a sentence: `3, 5 and 12`."""
    return listed([str(place) for place in places])


def agreed(reply: object) -> bool:
    """Return whether a line means yes: in English, as scripts write it, or in the language that is spoken."""
    spoken = tr("yes").casefold()
    # An accent is easily left out, and some keyboards have none.
    bare = "".join(one for one in normalize("NFD", spoken) if not combining(one))
    return isinstance(reply, str) and reply.casefold() in {"yes", spoken, bare}
