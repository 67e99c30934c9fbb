"""What a guest reads of a refusal: somebody who is served over a line, and to whom this machine does not belong.

A path of this machine, the name of its database, or a command for its shell tells a guest nothing and others too much.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cequiz.errors import CequizError, EnvironmentFailed
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.settings import Settings

_HOUSE = re.compile(r"`cequiz |CEQUIZ_")
"""What only those can use who run the program."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def guest_words(error: CequizError, settings: Settings) -> tuple[str, str]:
    """Return the sentence and the hint of a refusal as a guest may read them; the hint may be empty.

    Args:
        error: the refusal.
        settings: they name the places that stay unsaid.
    """
    places = _places(settings)
    if isinstance(error, EnvironmentFailed):
        hint = tr("Wait a moment, then try again; your provider can help.")
    else:
        kept = [one for one in _SENTENCE_END.split(error.hint) if one and not _is_ours(one, places)]
        hint = " ".join(kept) if kept or not error.hint else tr("Your provider can help.")
    if _is_ours(error.sentence, places):
        return tr("The server that keeps the exams cannot do this now."), hint or tr("Your provider can help.")
    return error.sentence, hint


def _places(settings: Settings) -> tuple[str, ...]:
    """Return the names of this machine's places."""
    host = urlsplit(settings.database_url).hostname if settings.database_url else None
    return (str(settings.home), host) if host else (str(settings.home),)


def _is_ours(text: str, places: tuple[str, ...]) -> bool:
    """Whether a text is for those who run the program."""
    return any(place in text for place in places) or _HOUSE.search(text) is not None
