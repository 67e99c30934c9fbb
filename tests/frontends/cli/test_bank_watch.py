"""`cequiz bank check --watch`: a fresh report after each save, until Ctrl-C; the exit code is that of the last one."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cequiz.frontends.cli.bank_watch import watch_banks
from cequiz.frontends.cli.desk import Desk
from cequiz.settings import Settings
from tests.frontends.desks import FakeHouse, command, fake_ports
from tests.frontends.tui.office.bank_scenes import BAD_BANK, GOOD_BANK


def watched(folder: Path, path: Path, saves: Sequence[Callable[[], object]]) -> tuple[int, str, str]:
    """Watch a file while it is saved again and again, each save followed by some looks; then Ctrl-C."""
    ports = fake_ports(folder)
    house = FakeHouse(Settings(home=folder, database_url=None, user="tester"), ports)
    out, err, steps = io.StringIO(), io.StringIO(), iter(saves)
    count = 0

    def pause() -> None:
        nonlocal count
        if count % 6 == 0:
            save = next(steps, None)
            if save is None:
                raise KeyboardInterrupt
            save()
        count += 1

    code = watch_banks(Desk(house=house, out=out, err=err, stdin=None), [str(path)], pause=pause)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def neck(tmp_path: Path) -> Path:
    path = tmp_path / "neck.yaml"
    path.write_text(BAD_BANK, encoding="utf-8")
    return path


def test_each_save_brings_a_fresh_report_and_the_last_one_gives_the_exit_code(tmp_path: Path, neck: Path) -> None:
    half = BAD_BANK.replace("recal\n", "recall\n")
    code, out, err = watched(
        tmp_path, neck, [lambda: neck.write_text(half), lambda: None, lambda: neck.write_text(GOOD_BANK)]
    )
    assert code == 0
    assert [line.split(": ")[1] for line in out.splitlines() if ": error " in line] == [
        f"error {code} {words}"
        for code, words in (
            ("R23", "recal is not one of"),
            ("E01", "no option is marked correct"),
            ("E01", "no option is marked correct"),
        )
    ]
    counted = re.findall(r"(\d) errors?, ", err)
    assert counted == ["2", "1", "0"]
    assert err.count("changed, checked again.") == 2


def test_an_error_that_comes_with_a_save_is_the_exit_code(tmp_path: Path, neck: Path) -> None:
    neck.write_text(GOOD_BANK)
    code, out, _ = watched(tmp_path, neck, [lambda: neck.write_text(BAD_BANK)])
    assert code == 1
    assert "E01" in out


def test_a_file_that_was_taken_away_is_told_and_the_watch_goes_on(tmp_path: Path, neck: Path) -> None:
    back: list[Callable[[], object]] = [neck.unlink, lambda: neck.write_text(GOOD_BANK)]
    code, _, err = watched(tmp_path, neck, back)
    assert "There is no file or folder" in err
    assert code == 0
    assert watched(tmp_path, neck, [neck.unlink])[0] == 3


def test_a_watch_is_no_json_document(tmp_path: Path, neck: Path) -> None:
    ran = command(fake_ports(tmp_path), "bank", "check", str(neck), "--watch", "--json")
    assert ran.code == 2


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="signals of POSIX")
def test_the_program_watches_with_its_input_closed_until_ctrl_c(tmp_path: Path, neck: Path) -> None:
    program = (
        "import sys, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from cequiz.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "bank", "check", "--watch", str(neck)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "CEQUIZ_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "Ctrl-C ends it" in line:
            break
    neck.write_text(GOOD_BANK)
    for line in process.stderr:
        if "Ctrl-C ends it" in line:
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
