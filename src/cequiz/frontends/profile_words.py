"""An accommodation in words, the same in every face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.people.accommodation import Accommodation


def profile_words(profile: Accommodation) -> str:
    """Return what an accommodation grants, in words."""
    words = [
        *([tr("{factor} times the limit", factor=f"{float(profile.factor):g}")] if profile.factor != 1 else []),
        *([tr("no time limit")] if profile.untimed else []),
        *([tr("stop-clock breaks")] if profile.breaks else []),
        *([tr("large spacing")] if profile.spacious else []),
        *([tr("line mode")] if profile.plain else []),
    ]
    return ", ".join(words) or tr("none")
