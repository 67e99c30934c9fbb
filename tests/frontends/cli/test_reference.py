"""The page of commands says what the commands say."""

from __future__ import annotations

from pathlib import Path

from cequiz.frontends.cli.reference import reference

PAGE = Path(__file__).resolve().parents[3] / "docs" / "commands.md"


def test_the_page_of_commands_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "write it anew: python -c 'from cequiz.frontends.cli.reference import reference; print(reference(), end=\"\")' "
        "> docs/commands.md"
    )
