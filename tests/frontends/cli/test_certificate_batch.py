"""`certificate batch`, `print` and `boards` as they are typed, and a batch whose program is killed in the middle."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.people.student import Licence
from cequiz.frontends.cli.certificate_batch import _Bar
from cequiz.services import enrolling, evaluating, loading, manifest, starting
from cequiz.services.batching import Stage
from cequiz.services.ports import Ports
from cequiz.services.providing import set_provider
from tests.builders import bank, course
from tests.fakes import FakeBoards, FakeNotary, FakePrinter
from tests.frontends.desks import command, fake_ports, universal_time
from tests.papers import SCHOOL
from tests.storing import open_store

TEACHER = replace(SCHOOL, instructor=SCHOOL.administrator)


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        loading.load(made, banks=[bank()], courses=[course()], actor="test")
        yield made


def graduates(ports: Ports, *names: str) -> None:
    for name in names:
        email = f"{ports.ids.new('E')}@example.org"
        who = enrolling.register(ports, name=name, email=email, licences=[Licence("FL", "MA1")], actor="test").id
        enrolling.enrol(ports, student_id=who, course_id="course", actor="test")
        sitting = starting.start(ports, student_id=who, exam_ref="course/quiz", attested=True, actor="test")
        for item in sitting.attempt.form.items:
            sitting.answer(item.key, {"choice": "b"})
        sitting.submit()
        evaluating.evaluate(ports, student_id=who, course_id="course", answers=None, actor="test")


def test_a_batch_prints_the_path_of_its_manifest_and_says_what_it_did(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann", "Bo")
    set_provider(ports, TEACHER, actor="test")
    out = tmp_path / "batch"
    ran = command(ports, "certificate", "batch", "--course", "course", "--out", str(out), "--merged")
    assert ran.code == 0
    assert ran.out.splitlines() == [str(out / "manifest.csv"), str(out / "certificates.pdf")]
    assert "2 certificates are in the folder. 2 were issued now. 2 files were written." in ran.err
    assert "\r" not in ran.err, "no bar where nobody looks"


def test_a_batch_as_one_document(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann")
    set_provider(ports, TEACHER, actor="test")
    ran = command(ports, "certificate", "batch", "--course", "course", "--out", str(tmp_path / "b"), "--json")
    told = json.loads(ran.out)
    assert told["issued"] == ["CQ-2026-000001"]
    assert told["certificates"][0]["file"] == "CQ-2026-000001.pdf"
    assert (told["refused"], told["merged"], told["written"]) == ([], None, 1)


def test_who_cannot_get_a_certificate_is_named_and_the_exit_code_says_so(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann")
    set_provider(ports, TEACHER, actor="test")
    locked = replace(ports, notary=FakeNotary(locked=True))
    ran = command(locked, "certificate", "batch", "--course", "course", "--out", str(tmp_path / "b"))
    assert ran.code == 3
    assert "Ann, course: The provider's key is locked." in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--course", "none", "--out", "{}"), 3, "no course none"),
        (("--course", "course", "--out", "{}", "--since", "yesterday"), 2, "not a date"),
        (("--course", "course", "--out", "{}/file/batch"), 4, "cannot be written"),
        (("--course", "course"), 2, "--out"),
        (("--course", "course", "--out", "{}"), 3, "No provider"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code(
    ports: Ports, tmp_path: Path, arguments: tuple[str, ...], code: int, word: str
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    ran = command(ports, "certificate", "batch", *(one.format(tmp_path) for one in arguments))
    assert (ran.code, word in ran.err) == (code, True), ran.err


def test_certificates_are_printed_by_number_and_by_folder(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann", "Bo")
    set_provider(ports, TEACHER, actor="test")
    command(ports, "certificate", "batch", "--course", "course", "--out", str(tmp_path / "b"))
    ran = command(ports, "certificate", "print", "CQ-2026-000002")
    assert (ran.code, ran.err) == (0, "CQ-2026-000002.pdf went to the fake printer.\n")
    ran = command(ports, "certificate", "print", "--batch", str(tmp_path / "b"))
    assert (ran.code, ran.out) == (0, "")
    assert "print-CQ-2026-000001-CQ-2026-000002.pdf went to" in ran.err


def test_without_a_printer_the_exit_code_is_4_and_the_file_is_named(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann")
    set_provider(ports, TEACHER, actor="test")
    command(ports, "certificate", "batch", "--course", "course", "--out", str(tmp_path / "b"))
    ran = command(replace(ports, printer=FakePrinter(broken=True)), "certificate", "print", "CQ-2026-000001")
    assert ran.code == 4
    assert str(ports.folder / "CQ-2026-000001.pdf") in ran.err


def test_a_revoked_certificate_that_is_printed_by_number_is_said_to_be_one(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann", "Bo")
    set_provider(ports, TEACHER, actor="test")
    command(ports, "certificate", "batch", "--course", "course", "--out", str(tmp_path / "b"))
    assert command(ports, "certificate", "revoke", "CQ-2026-000001", "--reason", "an error").code == 0
    assert "was printed, but it is revoked" in command(ports, "certificate", "print", "CQ-2026-000001").err
    ran = command(ports, "certificate", "print", "--batch", str(tmp_path / "b"))
    assert "CQ-2026-000001 is revoked and was not printed." in ran.err


@pytest.mark.parametrize(
    "arguments", [(), ("CQ-2026-000001", "--batch", "somewhere"), ("CQ-2026-000001", "--printer", "-oraw")]
)
def test_a_print_that_says_nothing_or_too_much_is_not_understood(ports: Ports, arguments: tuple[str, ...]) -> None:
    assert command(ports, "certificate", "print", *arguments).code == 2


def test_what_left_the_folder_and_what_did_not_is_said(ports: Ports, tmp_path: Path) -> None:
    graduates(ports, "Ann", "Bo")
    set_provider(ports, TEACHER, actor="test")
    asked = ("certificate", "batch", "--course", "course", "--out", str(tmp_path))
    command(ports, *asked)
    (tmp_path / "CQ-2026-000002.pdf").write_bytes(b"my own")
    for number in ("CQ-2026-000001", "CQ-2026-000002"):
        assert command(ports, "certificate", "revoke", number, "--reason", "an error").code == 0
    told = json.loads(command(ports, *asked, "--json").out)
    assert (told["removed"], told["left"]) == (1, [str(tmp_path / "CQ-2026-000002.pdf")])
    assert f"{tmp_path / 'CQ-2026-000002.pdf'} was left" in command(ports, *asked).err


def test_the_rules_of_boards_are_listed_with_source_and_date(ports: Ports) -> None:
    from datetime import date

    rules = BoardPack(
        id="fl",
        name="Florida",
        required=frozenset({"licences"}),
        titles={"live": ("Certificate of Attendance",)},
        source="The board",
        checked_on=date(2026, 11, 22),
    )
    on = replace(ports, boards=FakeBoards(rules))
    assert re.search(r"fl +2026-11-22 +Florida +The board", command(on, "certificate", "boards").out)
    (told,) = json.loads(command(on, "certificate", "boards", "--json").out)
    assert told["required"] == ["licences"]
    assert told["titles"] == {"live": ["Certificate of Attendance"]}
    assert (told["source"], told["checked_on"]) == ("The board", "2026-11-22")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_bar_that_grows_in_one_line() -> None:
    terminal = Terminal()
    bar = _Bar(terminal)
    bar(Stage.ISSUING, 0, 0)
    for done in (1, 5, 10):
        bar(Stage.ISSUING, done, 10)
    bar.end()
    shown = terminal.getvalue().split("\r")
    assert shown[-1] == f"Issuing [{'#' * 30}] 10/10\n"
    assert len(shown) == 4, "an empty batch shows nothing, and every step shows once"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_batch_that_is_killed_goes_on_where_it_was_with_nothing_twice(ports: Ports, tmp_path: Path) -> None:
    home, out, people = tmp_path / "home", tmp_path / "batch", 30
    home.mkdir(mode=0o700)
    on_disk = replace(ports, store=open_store(home), lexicon=bundled_lexicon())
    loading.load(on_disk, banks=[bank()], courses=[course()], actor="test")
    graduates(on_disk, *(f"Student Number {number}" for number in range(people)))
    set_provider(on_disk, TEACHER, actor="test")
    on_disk.store.close()
    batch = [sys.executable, "-m", "cequiz", "certificate", "batch", "--course", "course", "--out", str(out)]
    surroundings = {**os.environ, "CEQUIZ_HOME": str(home)}
    with subprocess.Popen(batch, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as program:
        end = time.monotonic() + 60
        while len(list(home.glob("certificates/*.pdf"))) < 3 and program.poll() is None and time.monotonic() < end:
            time.sleep(0.01)  # another program's work, which gives no sign
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert not (out / manifest.NAME).exists(), "it was killed in the middle"
    again = subprocess.run(
        [*batch, "--json"], env=surroundings, capture_output=True, text=True, check=False, timeout=120
    )
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert 0 < len(told["issued"]) < people, "some were issued before, and stay"
    assert sorted(one["number"] for one in told["certificates"]) == [f"CQ-2026-{n:06}" for n in range(1, people + 1)]
    assert len({one["name"] for one in told["certificates"]}) == people
    assert len(list(out.glob("*.pdf"))) == people
    assert not list(out.glob("*.partial"))
