"""Words for what a provider has, which the command line and the office share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.language import mark, tr

if TYPE_CHECKING:
    from cequiz.domain.credential.look import Look

PICTURES = {
    "logo": mark("logo"),
    "administrator": mark("signature of the administrator"),
    "instructor": mark("signature of the instructor"),
}
"""The pictures on a certificate, by what they are called in the look of a provider."""


def picture_words(which: str) -> str:
    """Return how a picture is called."""
    return tr(PICTURES[which])


def pictures_of(look: Look) -> dict[str, bytes]:
    """Return every picture that a look can have, in their order; empty for those that it has not."""
    return {which: look.logo if which == "logo" else look.signatures.get(which, b"") for which in PICTURES}


def taken_away(before: Look | None, after: Look) -> list[str]:
    """Return the words for the pictures that a look had, and has no longer."""
    had = pictures_of(before) if before is not None else {}
    has = pictures_of(after)
    return [picture_words(which) for which, picture in had.items() if picture and not has[which]]
