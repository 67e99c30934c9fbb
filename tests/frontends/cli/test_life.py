"""What the commands of a certificate's life print and how they leave, on a house of fakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cequiz.domain.credential.boards import BoardPack
from cequiz.services import loading
from cequiz.services.ports import Ports
from tests.builders import bank, course
from tests.fakes import FakeBoards
from tests.frontends.cli.test_commands import PROVIDER, ZONE, document, passed
from tests.frontends.desks import command, fake_ports, universal_time
from tests.services.test_providing import PNG

FIRST = "CQ-2026-000001"


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        loading.load(made, banks=[bank()], courses=[course()], actor="test")
        yield made


@pytest.fixture
def student(ports: Ports) -> str:
    """Return somebody who has a certificate."""
    made = command(ports, "student", "add", "--name", "Zoë O'Neil", "--email", "zoe@example.org").out.strip()
    passed(ports, made)
    assert command(ports, "provider", "set", *PROVIDER, *ZONE).code == 0
    assert command(ports, "evaluate", "course", "--student", made, "--decline").code == 0
    return made


def test_a_correction_prints_its_number_and_the_list_tells_both(ports: Ports, student: str) -> None:
    again = command(ports, "certificate", "correct", FIRST)
    assert again.code == 3
    assert "says already" in again.err
    assert command(ports, "student", "correct", student, "--name", "Zoë O. Neil").code == 0
    ran = command(ports, "certificate", "correct", FIRST, "--reason", "marriage")
    assert (ran.code, ran.out) == (0, f"{FIRST}-R1\n")
    lines = document(command(ports, "certificate", "list", "--json"))
    assert [(one["number"], one["status"], one["supersedes"], one["signed"]) for one in lines] == [
        (FIRST, "superseded", "", True),
        (f"{FIRST}-R1", "issued", FIRST, True),
    ]
    shown = document(command(ports, "certificate", "show", f"{FIRST}-R1", "--json"))
    assert shown["proof"]["index"] == 1
    assert [(one["number"], one["status"], one["reason"]) for one in shown["life"]] == [
        (FIRST, "issued", ""),
        (FIRST, "superseded", "marriage"),
        (f"{FIRST}-R1", "issued", ""),
    ]
    assert "marriage" in command(ports, "certificate", "show", FIRST).out


def test_a_life_is_told_in_words_and_ends_with_a_revocation(ports: Ports, student: str) -> None:
    for verb, words in (
        ("suspend", "is suspended"),
        ("reinstate", "is in force"),
        ("expire", "is expired"),
        ("revoke", "is revoked"),
    ):
        ran = command(ports, "certificate", verb, FIRST, "--reason", f"because of {verb}")
        assert (ran.code, ran.out) == (0, "")
        assert f"{FIRST} {words} from now on." in ran.err
        assert "cequiz trust export" in ran.err
    refused = command(ports, "certificate", "reinstate", FIRST, "--reason", "no")
    assert refused.code == 3
    assert "is revoked" in refused.err
    shown = command(ports, "certificate", "show", FIRST).out
    for verb in ("suspend", "reinstate", "expire", "revoke"):
        assert f"because of {verb}" in shown


@pytest.mark.parametrize("verb", ["suspend", "reinstate", "revoke", "expire"])
def test_a_state_needs_a_reason(ports: Ports, student: str, verb: str) -> None:
    assert command(ports, "certificate", verb, FIRST).code == 2
    assert command(ports, "certificate", verb, FIRST, "--reason", " ").code != 0
    assert document(command(ports, "certificate", "list", "--json"))[0]["status"] == "issued"


def test_a_renewal_prints_the_cycle(ports: Ports, student: str) -> None:
    assert command(ports, "student", "renew", "zoe@example.org", "course").out == "2\n"
    refused = command(ports, "student", "renew", student, "course")
    assert refused.code == 3
    assert "nothing to renew" in refused.err
    enrolled = document(command(ports, "student", "enrol", student, "course", "--json"))
    assert enrolled["cycle"] == 2


def test_a_logo_that_is_not_there_sets_nothing_and_says_so_last(ports: Ports, tmp_path: Path) -> None:
    refused = command(ports, "provider", "set", *PROVIDER, *ZONE, "--logo", str(tmp_path / "missing.png"))
    assert refused.code == 3
    assert "Nothing was set." in refused.err.splitlines()[-1]
    assert "No provider is set" in command(ports, "provider", "show").err


def test_the_look_of_a_provider_stays_where_it_is_not_named(ports: Ports, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(PNG)
    everything = ("--verify-at", "https://school.example/V", "--template", "modern", "--paper", "A4")
    pictures = ("--logo", str(picture), "--administrator-signature", str(picture))
    assert command(ports, "provider", "set", *PROVIDER, *ZONE, *everything, *pictures).code == 0
    assert command(ports, "provider", "set", *PROVIDER, *ZONE).code == 0
    shown = command(ports, "provider", "show").out
    for words in ("https://school.example/V", "modern", "a4", "logo, signature of the administrator"):
        assert words in shown
    none = ("--verify-at", "", "--template", "", "--paper", "", "--logo", "", "--administrator-signature", "")
    away = command(ports, "provider", "set", *PROVIDER, *ZONE, *none)
    assert away.code == 0
    assert away.err.splitlines()[:2] == ["Taken away: logo.", "Taken away: signature of the administrator."]
    told = document(command(ports, "provider", "show", "--json"))
    assert (told["verify_at"], told["look"]) == (
        "",
        {"template": "classic", "paper": "letter", "logo": "", "signatures": {}},
    )


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--paper", "a5", "no paper a5"),
        ("--template", "baroque", "no template baroque"),
        ("--logo", "nowhere.png", "no file nowhere.png"),
        ("--verify-at", "https://school.example/verify", "not in capitals"),
    ],
)
def test_a_choice_that_there_is_not_is_told(ports: Ports, option: str, value: str, words: str) -> None:
    ran = command(ports, "provider", "set", *PROVIDER, *ZONE, option, value)
    assert ran.code in {2, 3}
    assert words in ran.err
    assert command(ports, "provider", "show").code == 3


def test_an_empty_file_takes_no_picture_away(ports: Ports, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(PNG)
    assert command(ports, "provider", "set", *PROVIDER, *ZONE, "--logo", str(picture)).code == 0
    picture.write_bytes(b"")
    ran = command(ports, "provider", "set", *PROVIDER, *ZONE, "--logo", str(picture))
    assert (ran.code, ran.err.splitlines()[0]) == (3, "The picture is empty.")
    assert "logo" in command(ports, "provider", "show").out


def test_a_file_that_is_no_picture_is_told(ports: Ports, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir")
    ran = command(ports, "provider", "set", *PROVIDER, *ZONE, "--instructor-signature", str(letter))
    assert ran.code == 3
    assert "PNG" in ran.err


def test_states_are_words_to_people_and_stay_as_they_are_in_json(ports: Ports, student: str) -> None:
    command(ports, "certificate", "suspend", FIRST, "--reason", "complaint")
    command(ports, "certificate", "reinstate", FIRST, "--reason", "settled")
    listed = command(ports, "certificate", "list").out
    shown = command(ports, "certificate", "show", FIRST).out
    assert "  in force  " in listed.splitlines()[1]
    state = next(line for line in shown.splitlines() if line.startswith("State:"))
    assert state.split(maxsplit=1)[1] == "in force"
    assert "issued" not in listed + shown
    assert document(command(ports, "certificate", "list", "--json"))[0]["status"] == "issued"
    assert document(command(ports, "certificate", "show", FIRST, "--json"))["status"] == "issued"


def test_a_revocation_says_that_it_is_final(ports: Ports, student: str, capsys: pytest.CaptureFixture[str]) -> None:
    ran = command(ports, "certificate", "revoke", FIRST, "--reason", "sat by somebody else")
    assert "That is final: what was earned gets no other certificate." in ran.err
    assert command(ports, "certificate", "revoke", "--help").code == 0
    helped = capsys.readouterr().out
    assert "suspend" in helped
    assert "correct" in helped


def test_a_refused_certificate_is_told_one_rule_a_line_beside_those_that_were_issued(
    ports: Ports, student: str
) -> None:
    rule = BoardPack(
        id="generic",
        name="Any board",
        required=frozenset({"licences", "approvals"}),
        source="a handbook",
        checked_on=date(2026, 11, 22),
    )
    other = command(ports, "student", "add", "--name", "Ann", "--email", "ann@example.org").out.strip()
    strict = replace(ports, boards=FakeBoards(rule))
    passed(strict, other)
    told = command(strict, "evaluate", "course", "--student", other, "--decline").out.splitlines()
    ran = command(strict, "certificate", "issue")
    assert (ran.code, ran.out) == (3, "")
    first, *rest = ran.err.splitlines()
    assert first == "Ann, course: A board would reject this certificate."
    assert told[-4:] == rest
    assert rest == [
        "Any board (a handbook, checked on 2026-11-22):",
        "- The certificate has no text for Approvals. (rule required.approvals)",
        "- The certificate has no text for Licenses. (rule required.licences)",
        "This one was not issued. `cequiz certificate boards` shows the rules; they can be edited.",
    ]
