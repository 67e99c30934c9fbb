"""Enrolment codes by commands: until when one is valid is told as it was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.services.loading import load
from tests.builders import bank, course
from tests.frontends.desks import command, fake_ports


@pytest.mark.parametrize(("asked", "shown"), [("2027-12-31", "2027-12-31"), ("2027-12-31T18:00", "2027-12-31 18:00")])
def test_the_last_day_of_a_code_is_the_one_that_was_asked_for(tmp_path: Path, asked: str, shown: str) -> None:
    ports = fake_ports(tmp_path)
    load(ports, banks=[bank()], courses=[course()], actor="test")
    code = command(ports, "code", "create", "course", "--until", asked).out.strip()
    assert shown in command(ports, "code", "list").out
    assert shown in command(ports, "code", "show", code).out
    assert "2028-01-01" not in command(ports, "code", "list").out
