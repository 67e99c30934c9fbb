"""Who works in the office, and what config.toml says, by commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cequiz.services import admitting
from cequiz.services.ports import Ports
from tests.frontends.desks import command, fake_ports


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    return fake_ports(tmp_path)


def test_somebody_is_taken_in_with_a_passphrase_from_the_input(ports: Ports) -> None:
    done = command(ports, "admin", "create", "Ada", "--role", "proctor", typed="correct horse eats\n")
    [seat] = admitting.seats(ports)
    assert (done.code, done.out) == (0, f"{seat.staff.id}\n")
    assert admitting.sign_in(ports, name="ada", passphrase="correct horse eats") == seat.staff
    shown = json.loads(command(ports, "admin", "list", "--json").out)
    assert shown == [{"id": seat.staff.id, "name": "Ada", "role": "proctor", "active": True, "locked_until": None}]


def test_the_office_is_a_screen_and_says_so_where_there_is_no_terminal(ports: Ports) -> None:
    done = command(ports, "admin")
    assert done.code == 2
    assert "need a terminal" in done.err
    assert "is a command too" in done.err


def test_a_role_is_changed_and_the_last_administrator_stays(ports: Ports) -> None:
    command(ports, "admin", "create", "Ada", typed="correct horse eats\n")
    command(ports, "admin", "create", "Bob", "--role", "auditor", typed="correct horse eats\n")
    assert command(ports, "admin", "role", "Bob", "administrator", "--reason", "Ada leaves").code == 0
    assert command(ports, "admin", "dismiss", "Ada", "--reason", "left").code == 0
    assert "Ada leaves" in command(ports, "audit", "list", "--deed", "staff.role_changed").out
    refused = command(ports, "admin", "role", "Bob", "auditor", "--reason", "tired")
    assert (refused.code, "Nobody could administer" in refused.err) == (3, True)
    assert "dismissed" in command(ports, "admin", "list").out
    assert command(ports, "admin", "reinstate", "Ada", "--reason", "back").code == 0
    assert [one.staff.active for one in admitting.seats(ports)] == [True, True]


def test_who_is_locked_out_is_told_and_can_be_let_in(ports: Ports) -> None:
    command(ports, "admin", "create", "Ada", typed="correct horse eats\n")
    for _ in range(3):
        command(ports, "admin", "reset-passphrase", "Ada", typed="another horse eats\n")
    assert admitting.sign_in(ports, name="Ada", passphrase="another horse eats").name == "Ada"
    assert command(ports, "admin", "unlock", "Ada").code == 0
    assert command(ports, "admin", "unlock", "Eve").code == 3


def test_a_reason_that_is_given_is_kept_and_none_has_to_be(ports: Ports) -> None:
    """If this fails, the audit record of a new passphrase says who and when, and never why."""
    typed = "correct horse eats\n"
    command(ports, "student", "add", "--name", "Ana", "--email", "ana@example.org")
    for deed in (
        ("admin", "create", "Ada"),
        ("admin", "reset-passphrase", "Ada"),
        ("admin", "unlock", "Ada"),
        ("student", "reset-passphrase", "ana@example.org"),
        ("student", "reset-passphrase", "ana@example.org", "--code"),
    ):
        assert command(ports, *deed, "--reason", "she telephoned", typed=typed).code == 0
        last = json.loads(command(ports, "audit", "list", "--json").out)[-1]
        assert last["details"]["reason"] == "she telephoned", deed
    assert command(ports, "admin", "unlock", "Ada").code == 0
    last = json.loads(command(ports, "audit", "list", "--json").out)[-1]
    assert (last["deed"], last["details"]) == ("staff.unlocked", {})
    refused = command(ports, "admin", "unlock", "Ada", "--reason", "she \u202e called")
    assert refused.code == 3


def test_the_settings_are_shown_with_where_they_come_from(ports: Ports, tmp_path: Path) -> None:
    shown = json.loads(command(ports, "config", "show", "--json").out)
    assert shown["values"]["office.retention_years"] == 7
    assert shown["given"] == []
    text = command(ports, "config", "example").out
    assert "# second_approver = false" in text


def test_the_log_tells_why_and_is_searched_by_who_deed_subject_and_day(ports: Ports) -> None:
    command(ports, "admin", "create", "Ada", typed="correct horse eats\n")
    command(ports, "admin", "create", "Bob", typed="correct horse eats\n")
    command(ports, "admin", "dismiss", "Bob", "--reason", "moved away")
    assert "moved away" in command(ports, "audit", "list").out
    [newest] = json.loads(command(ports, "audit", "list", "--limit", "1", "--json").out)
    assert (newest["deed"], sorted(newest)) == ("staff.dismissed", ["actor", "at", "deed", "details", "subject"])
    made = json.loads(command(ports, "audit", "list", "--deed", "staff.created", "--json").out)
    assert len(made) == 2
    bob = admitting.find(ports, "Bob").id
    assert len(json.loads(command(ports, "audit", "list", "--subject", bob, "--json").out)) == 2
    day = newest["at"][:10]
    assert len(json.loads(command(ports, "audit", "list", "--from", day, "--to", day, "--json").out)) == 3
    assert json.loads(command(ports, "audit", "list", "--from", "2099-01-01", "--json").out) == []
    assert json.loads(command(ports, "audit", "list", "--who", "Ada", "--json").out) == []
    assert "Nothing like that" in command(ports, "audit", "list", "--who", "Ada").err
