"""What the office types about keeping records: nothing goes before its time, and a list says exactly what would go."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cequiz.adapters.house_files import FolderFiles
from cequiz.frontends.cli.bar import bar
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import bank, course
from tests.fakes import FakeClock
from tests.frontends.desks import command, fake_ports
from tests.services.earned import deeds, earn, issue, join, set_school

WHY = ("--reason", "the years are over")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ports(tmp_path: Path, clock: FakeClock) -> Ports:
    made = fake_ports(tmp_path, clock=clock)
    load(made, banks=[bank()], courses=[course()], actor="test")
    set_school(made)
    return made


def graduate(ports: Ports) -> str:
    who = join(ports)
    earn(ports, who)
    issue(ports, who)
    return who


def later(clock: FakeClock) -> None:
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)


def test_the_list_says_until_when_records_are_kept(ports: Ports) -> None:
    who = graduate(ports)
    told = command(ports, "retention", "list")
    assert told.out.splitlines()[1].split() == [who, "Sample", "Student", "2026-11-22", "7", "2034-01-01", "kept"]
    (record,) = json.loads(command(ports, "retention", "list", "--json").out)
    assert record == {
        "student": who,
        "name": "Sample Student",
        "complete_on": "2026-11-22",
        "years": 7,
        "free_on": "2034-01-01",
        "due": False,
        "held": False,
        "running": [],
        "may_go": False,
    }
    due = command(ports, "retention", "list", "--due")
    assert (due.out, due.err) == ("", "Nobody's records are over their time.\n")


def test_a_purge_before_its_time_is_refused_even_with_yes(ports: Ports) -> None:
    who = graduate(ports)
    refused = command(ports, "retention", "purge", "--student", who, *WHY, "--yes")
    assert (refused.code, refused.out) == (3, "")
    assert refused.err.startswith(f"The records of {who} are kept until 2033-12-31.")


def test_without_yes_it_lists_exactly_what_would_go_and_changes_nothing(ports: Ports, clock: FakeClock) -> None:
    who = graduate(ports)
    later(clock)
    dry = command(ports, "retention", "purge", "--due", *WHY)
    assert dry.code == 0
    lines = [line.removeprefix(f"{who}  ") for line in dry.out.splitlines()]
    assert "goes  certificate CQ-2026-000001" in lines
    assert "goes  certificates: 1" in lines
    assert "goes  name, address, licences and passphrase" in lines
    assert "goes  what reasons, notes and corrections say of the person" in lines
    assert lines[-2:] == [
        "stays  what was printed, sent, or written to other folders",
        "stays  the id, the audit record, and a tombstone in every chain",
    ]
    assert "Nothing was changed. Add --yes" in dry.err
    assert "retention.purged" not in deeds(ports)
    assert json.loads(command(ports, "retention", "purge", "--due", *WHY, "--json").out)["purged"] is False


def test_with_yes_it_is_done_and_told(ports: Ports, clock: FakeClock) -> None:
    who = graduate(ports)
    later(clock)
    done = command(ports, "retention", "purge", "--due", *WHY, "--yes")
    assert (done.code, done.err) == (0, "The records of 1 student were purged.\n")
    assert deeds(ports)[-1] == "retention.purged"
    again = command(ports, "retention", "purge", "--student", who, *WHY, "--yes")
    assert (again.code, again.err.splitlines()[0]) == (3, f"The records of {who} were purged already.")
    assert command(ports, "certificate", "list").out == ""


def test_a_hold_stops_it_until_it_is_lifted(ports: Ports, clock: FakeClock) -> None:
    who = graduate(ports)
    assert command(ports, "retention", "hold", "s@example.org", "--reason", "case 12").code == 0
    later(clock)
    barred = command(ports, "retention", "purge", "--due", *WHY, "--yes")
    assert (barred.code, barred.out) == (0, "")
    assert barred.err == f"{who} stays: held.\nThe records of 0 students were purged.\n"
    refused = command(ports, "retention", "purge", "--student", who, *WHY, "--yes")
    assert (refused.code, "legal hold" in refused.err) == (3, True)
    (hold,) = json.loads(command(ports, "retention", "holds", "--json").out)
    assert (hold["student"], hold["reason"], hold["actor"]) == (who, "case 12", "os:tester")
    assert command(ports, "retention", "lift", who, "--reason", "closed").code == 0
    assert command(ports, "retention", "holds").err == "There is no legal hold.\n"


@pytest.mark.parametrize("arguments", [(), ("--due", "--student", "s@example.org")])
def test_it_asks_for_one_student_or_all_that_is_due(ports: Ports, arguments: tuple[str, ...]) -> None:
    refused = command(ports, "retention", "purge", *WHY, *arguments)
    assert (refused.code, refused.out) == (2, "")


def test_a_terminal_is_told_how_far_the_work_is_and_a_file_is_not() -> None:
    """Ctrl-C included: whatever follows begins on a line of its own."""
    terminal, file = _Terminal(), io.StringIO()
    with pytest.raises(KeyboardInterrupt), bar(terminal, "Packing") as tell:
        for done in (0, 1, 1):
            tell(done, 2)
        raise KeyboardInterrupt
    with bar(file, "Packing") as tell:
        tell(1, 2)
    steps = terminal.getvalue().split("\r")
    assert steps[1:] == [f"Packing [{'.' * 30}] 0/2", f"Packing [{'#' * 15}{'.' * 15}] 1/2\n"]
    assert file.getvalue() == ""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_an_audit_pack_is_written_and_its_path_printed(ports: Ports, tmp_path: Path) -> None:
    graduate(ports)
    out = tmp_path / "pack.zip"
    done = command(ports, "report", "audit-pack", "--out", str(out), "--from", "2026-11-01", "--to", "2026-11-30")
    assert (done.code, done.out) == (0, f"{out}\n")
    assert "Students: 1, attempts: 1, certificates: 1." in done.err
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("manifest.json"))["scope"]["from"] == "2026-11-01"
    again = command(ports, "report", "audit-pack", "--out", str(out))
    assert (again.code, again.out) == (3, "")
    assert command(ports, "report", "audit-pack", "--out", str(out), "--from", "soon").code == 2


def test_files_that_name_the_person_are_listed_with_what_becomes_of_them(
    ports: Ports, clock: FakeClock, tmp_path: Path
) -> None:
    who = graduate(ports)
    (tmp_path / "reports").mkdir()
    for name in ("reports/list.csv", "letter.txt"):
        (tmp_path / name).write_text("Sample Student", encoding="utf-8")
    (tmp_path / "old.cequiz-backup").write_bytes(b"")
    looking = replace(ports, files=FolderFiles(tmp_path, backups=tmp_path))
    later(clock)
    dry = command(looking, "retention", "purge", "--student", who, *WHY)
    lines = [line.removeprefix(f"{who}  ") for line in dry.out.splitlines()]
    assert f"goes  file {tmp_path / 'reports/list.csv'}" in lines
    assert f"stays  {tmp_path / 'letter.txt'}: a file that names the person" in lines
    assert f"stays  {tmp_path / 'old.cequiz-backup'}: a backup that may name the person" in lines
    found = json.loads(command(looking, "retention", "purge", "--student", who, *WHY, "--yes", "--json").out)
    assert [(Path(one["file"]).name, one["kind"], one["names"]) for one in found["left"]] == [
        ("letter.txt", "other", True),
        ("old.cequiz-backup", "backup", False),
    ]
    assert not (tmp_path / "reports/list.csv").exists()
    assert (tmp_path / "letter.txt").exists()


def test_who_stays_because_the_reason_names_them_is_told_so(ports: Ports, clock: FakeClock) -> None:
    who = graduate(ports)
    later(clock)
    done = command(ports, "retention", "purge", "--due", "--reason", "Sample Student asked", "--yes")
    assert done.err.splitlines()[0] == f"{who} stays: The reason names the person whose records go."
    assert "retention.purged" not in deeds(ports)
