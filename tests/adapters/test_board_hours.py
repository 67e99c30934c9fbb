"""The rules of hours in the packs that ship with cequiz."""

from __future__ import annotations

from cequiz.adapters.board_files import BoardFiles
from cequiz.domain.credential.hours import HoursRule
from tests.papers import CERTIFICATES


def test_what_makes_an_hour_for_a_board_comes_from_its_pack() -> None:
    """A provider could not correct the rule when the board changes it."""
    pack = BoardFiles(CERTIFICATES / "boards").pack("NCBTMB")
    assert pack.hours_rule == HoursRule(words=12_000, media_minutes=60, live_minutes=50)
    assert (pack.source != "", pack.checked_on.year) == (True, 2026)
