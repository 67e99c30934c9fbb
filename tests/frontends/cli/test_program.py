"""The program as a process: what it loads, how it ends, what it leaves on its streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from cequiz import __version__

HEAVY = ("textual", "rich", "sqlmodel", "sqlalchemy", "alembic", "reportlab", "pypdfium2", "sqlite3", "argon2")
BANKS = Path(__file__).resolve().parents[3] / "question_banks"


def cequiz(
    home: Path,
    *arguments: str,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | IO[str] = subprocess.PIPE,
    stderr: int | IO[str] = subprocess.PIPE,
    code: str | None = None,
    **environ: str,
) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, with a home of its own."""
    start = ["-c", code] if code else ["-m", "cequiz"]
    return subprocess.run(
        [sys.executable, "-W", "error", *start, *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "CEQUIZ_HOME": str(home), "ACCESSIBLE": "", "TERM": "xterm", **environ},
    )


def test_the_version_is_one_line(tmp_path: Path) -> None:
    ran = cequiz(tmp_path, "--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"cequiz {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["bank", "check", str(BANKS)]])
def test_what_needs_no_store_and_no_screen_loads_neither(tmp_path: Path, arguments: list[str]) -> None:
    code = (
        "import sys; from cequiz.__main__ import main; code = main(sys.argv[1:]);"
        f"print(*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    ran = cequiz(tmp_path / "home", *arguments, code=code)
    assert ran.returncode == 0, ran.stdout
    assert ran.stderr.splitlines()[-1] == ""
    assert not (tmp_path / "home").exists()


def test_without_a_terminal_the_screens_name_what_works(tmp_path: Path) -> None:
    ran = cequiz(tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "cequiz demo" in ran.stderr
    assert "--plain" in ran.stderr


def test_a_closed_input_and_a_closed_output_end_nothing(tmp_path: Path) -> None:
    code = (
        "import os, sys, subprocess;"
        "sys.exit(subprocess.call([sys.executable, '-m', 'cequiz', 'bank', 'check', sys.argv[1]],"
        " preexec_fn=lambda: (os.close(0), os.close(1))))"
    )
    ran = cequiz(tmp_path, str(BANKS), code=code)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_reader_that_has_had_enough_is_no_error(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "cequiz", "bank", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "CEQUIZ_HOME": str(tmp_path)},
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["bank", "schema"]])
def test_an_output_that_cannot_be_written_is_a_sentence(tmp_path: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = cequiz(tmp_path / "home", *arguments, stdout=full)
    assert (ran.returncode, ran.stderr) == (4, "Input or output failed: No space left on device.\n")
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_words_that_nobody_can_take_change_no_exit_code(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert cequiz(tmp_path, "bank", "bogus", stderr=full).returncode == 2
        assert cequiz(tmp_path, "student", "list", stderr=full).returncode == 0


def test_a_home_of_nobody_is_a_sentence(tmp_path: Path) -> None:
    ran = cequiz(tmp_path, "bank", "list", CEQUIZ_HOME="~nobodyhere/x")
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "CEQUIZ_HOME leads nowhere: ~nobodyhere/x." in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_passphrase_that_is_no_text_is_refused(tmp_path: Path) -> None:
    who = cequiz(tmp_path, "student", "add", "--name", "Ann", "--email", "ann@example.org").stdout.strip()
    (tmp_path / "typed").write_bytes(b"long enough \xff\n")
    for mode in ("utf-8:strict", "utf-8:surrogateescape"):
        with (tmp_path / "typed").open(encoding="utf-8") as typed:
            ran = cequiz(tmp_path, "student", "reset-passphrase", who, stdin=typed.fileno(), PYTHONIOENCODING=mode)
        assert ran.returncode == 2
        assert "not UTF-8" in ran.stderr


def test_what_nobody_foresaw_is_a_sentence_and_a_log_without_values(tmp_path: Path) -> None:
    code = (
        "import sys; import cequiz.bootstrap as house; from cequiz.__main__ import main\n"
        "def ports(self):\n"
        "    student = 'Ann Secret'\n"
        "    raise RuntimeError(student)\n"
        "house.House.ports = ports; sys.exit(main(['bank', 'list']))"
    )
    ran = cequiz(tmp_path / "home", code=code)
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "nobody foresaw" in ran.stderr
    assert "Traceback" not in ran.stderr
    log = (tmp_path / "home" / "cequiz-errors.log").read_text(encoding="utf-8")
    assert "RuntimeError" in log
    assert "in ports" in log
    assert "Ann Secret" not in log + ran.stderr


def test_an_output_that_cannot_show_a_character_gets_an_escape(tmp_path: Path) -> None:
    ran = cequiz(tmp_path, "bank", "check", "./nowhere-é", PYTHONIOENCODING="ascii")
    assert ran.returncode == 3
    assert "nowhere-\\xe9" in ran.stderr


def test_problems_are_lines_that_editors_follow_and_json(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_bytes(b"")
    ran = cequiz(tmp_path, "bank", "check", str(empty))
    assert ran.returncode == 1
    assert ran.stdout.startswith(f"{empty}:1:1: error R")
    (problem,) = json.loads(cequiz(tmp_path, "bank", "check", "--json", str(empty)).stdout)
    assert (problem["line"], problem["column"], problem["level"]) == (1, 1, "error")
