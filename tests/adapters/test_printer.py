"""Printing: through `lp` as a list of arguments, and a sentence that says where the file is when it fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cequiz.adapters.printer import SystemPrinter
from cequiz.domain.credential.look import Paper
from cequiz.errors import PrinterFailed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows prints through the system's viewer")

ACCEPTS = """#!/bin/sh
for argument in "$@"; do printf '%s\\n' "$argument" >> "$(dirname "$0")/seen"; done
echo 'request id is Office-7 (1 file(s))'
"""
REFUSES = "#!/bin/sh\necho 'lp: Error - no default destination available.' >&2\nexit 1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "CQ-2026-000123.pdf"
    path.write_bytes(b"%PDF-1.4")
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def install(folder: Path, script: str) -> None:
    program = folder / "lp"
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


def test_the_file_is_handed_to_the_printing_system(on_path: Path, file: Path) -> None:
    install(on_path, ACCEPTS)
    said = SystemPrinter().print_file(file)
    assert said == "Sent to the printer: request id is Office-7 (1 file(s))."
    seen = (on_path / "seen").read_text(encoding="utf-8").splitlines()
    assert seen[-2:] == ["--", str(file)]
    assert "CQ-2026-000123" in seen, "the job has the certificate's name"


def test_a_path_with_spaces_and_quotes_is_one_argument(on_path: Path, tmp_path: Path) -> None:
    install(on_path, ACCEPTS)
    path = tmp_path / "a b'; rm -rf $HOME" / "-x.pdf"
    path.parent.mkdir()
    path.write_bytes(b"%PDF-1.4")
    SystemPrinter().print_file(path)
    assert (on_path / "seen").read_text(encoding="utf-8").splitlines()[-1] == str(path)


def test_a_refusal_is_told_in_the_printers_words_with_the_place_of_the_file(on_path: Path, file: Path) -> None:
    install(on_path, REFUSES)
    with pytest.raises(PrinterFailed, match="no default destination") as caught:
        SystemPrinter().print_file(file)
    assert caught.value.sentence.endswith("available.")
    assert not caught.value.sentence.endswith(".."), "what the printer says may be a sentence of its own"
    assert str(file) in caught.value.hint


def test_without_a_printing_system_the_file_is_named(file: Path) -> None:
    with pytest.raises(PrinterFailed, match="no `lp`") as caught:
        SystemPrinter(find=lambda _: None).print_file(file)
    assert str(file) in caught.value.hint


def test_a_printing_system_that_hangs_is_left(file: Path) -> None:
    def hang(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired(list(command), 30)

    with pytest.raises(PrinterFailed, match="does not answer"):
        SystemPrinter(run=hang, find=lambda name: name).print_file(file)


def test_a_program_that_cannot_run_is_no_crash(on_path: Path, file: Path) -> None:
    install(on_path, "#!/nowhere/at/all\n")
    with pytest.raises(PrinterFailed, match="does not answer"):
        SystemPrinter().print_file(file)


def test_what_the_printer_says_cannot_drive_the_terminal(on_path: Path, file: Path) -> None:
    install(on_path, "#!/bin/sh\nprintf '\\033[2Jgone\\n' >&2\nexit 1\n")
    with pytest.raises(PrinterFailed) as caught:
        SystemPrinter().print_file(file)
    assert "\x1b" not in caught.value.sentence


class Lp:
    """An `lp` that remembers how it was called."""

    def __init__(self) -> None:
        self.options = ""

    def __call__(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        self.options = " ".join(command[: command.index("--")])
        return subprocess.CompletedProcess(list(command), 0, stdout="request id is Office-7", stderr="")


@pytest.mark.parametrize(("paper", "media"), [(Paper.LETTER, "media=Letter"), (Paper.A4, "media=A4")])
def test_the_paper_is_asked_for_and_the_page_is_neither_scaled_nor_turned(file: Path, paper: Paper, media: str) -> None:
    lp = Lp()
    SystemPrinter(run=lp, find=lambda name: name).print_file(file, paper=paper)
    assert f"-o {media} -o print-scaling=none" in lp.options
    assert "landscape" not in lp.options, "the printing system turns the page itself"
    assert "-d" not in lp.options, "the system chooses the printer"


def test_a_page_for_an_unknown_paper_is_fitted_to_what_is_there(file: Path) -> None:
    lp = Lp()
    SystemPrinter(run=lp, find=lambda name: name).print_file(file)
    assert "print-scaling=fit" in lp.options
    assert "media" not in lp.options


def test_a_named_printer_is_used(file: Path) -> None:
    lp = Lp()
    SystemPrinter(run=lp, find=lambda name: name).print_file(file, printer="Office")
    assert lp.options.endswith("-d Office")
