"""Real printing: a private CUPS with its PDF printer turns certificates into pages that can be read.

Runs where the scheduler, its PDF printer and the right to start them are at hand, and says what is missing elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from cequiz.adapters.printer import SystemPrinter
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import Proof
from cequiz.errors import PrinterFailed
from tests.papers import facts, press

SCHEDULER = shutil.which("cupsd", path="/usr/sbin:/usr/bin")
ADMINISTRATION = shutil.which("lpadmin", path="/usr/sbin:/usr/bin")
DRIVER = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd")
SPOOL = Path("/var/spool/cups-pdf/ANONYMOUS")
NOBODY = "cequiz-test"
"""A user that no system has: its pages go to the folder for everybody, not to somebody's home."""


def _missing() -> str:
    if SCHEDULER is None or ADMINISTRATION is None or shutil.which("lp") is None:
        return "CUPS is not installed: cupsd, lpadmin and lp are needed"
    if not DRIVER.is_file():
        return "the PDF printer of CUPS is not installed: printer-driver-cups-pdf is needed"
    if os.geteuid() != 0:
        return "a private CUPS with the PDF printer can be started by root only"
    return ""


pytestmark = pytest.mark.skipif(bool(_missing()), reason=_missing() or "it is all there")

FILES = """\
ServerRoot {home}/root
StateDir {home}/state
CacheDir {home}/cache
RequestRoot {home}/spool
TempDir {home}/tmp
AccessLog {home}/log/access
ErrorLog {home}/log/error
PageLog {home}/log/page
SystemGroup root
"""

SCHEDULING = """\
Listen {home}/cups.sock
Browsing No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""


@dataclass(frozen=True)
class Cups:
    """A running scheduler of our own."""

    home: Path

    def wait_for(self, title: str, *, count: int = 1) -> list[Path]:
        """Return the pages that a job has left, as soon as the scheduler has done with them."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            waiting = subprocess.run(["lpstat", "-o"], capture_output=True, text=True, check=False).stdout
            pages = sorted(SPOOL.glob(f"{title}*.pdf"))
            if not waiting.strip() and len(pages) >= count:
                return pages
            time.sleep(0.1)  # another program's work, which gives no sign
        raise AssertionError((self.home / "log" / "error").read_text(encoding="utf-8")[-2000:])


@pytest.fixture
def cups(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cups]:
    home = Path(tempfile.mkdtemp(prefix="cups", dir="/tmp"))  # a socket's path must be short
    home.chmod(0o755)
    for name in ("root", "state", "cache", "spool", "tmp", "log"):
        (home / name).mkdir()
    (home / "tmp").chmod(0o777)
    (home / "root" / "files.conf").write_text(FILES.format(home=home), encoding="utf-8")
    (home / "root" / "cupsd.conf").write_text(SCHEDULING.format(home=home), encoding="utf-8")
    monkeypatch.setenv("CUPS_SERVER", str(home / "cups.sock"))
    monkeypatch.setenv("CUPS_USER", NOBODY)
    command = [str(SCHEDULER), "-f", "-c", str(home / "root" / "cupsd.conf"), "-s", str(home / "root" / "files.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as scheduler:
        try:
            _until_it_listens(home / "cups.sock")
            yield Cups(home)
        finally:
            scheduler.terminate()
            scheduler.wait(timeout=60)
            shutil.rmtree(home, ignore_errors=True)


def _until_it_listens(socket: Path) -> None:
    end = time.monotonic() + 60
    while not (socket.exists() and subprocess.run(["lpstat", "-r"], capture_output=True, check=False).returncode == 0):
        assert time.monotonic() < end, "the scheduler did not begin to listen"
        time.sleep(0.05)


@pytest.fixture
def printer(cups: Cups) -> Cups:
    command = [str(ADMINISTRATION), "-p", "Paper", "-E", "-v", "cups-pdf:/", "-P", str(DRIVER)]
    subprocess.run(command, check=True, capture_output=True)
    return cups


CODE = "HTTPS://EXAMPLE.ORG/V#" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 27


def certificate(number: str, paper: Paper) -> bytes:
    proof = Proof(key_id="0123456789abcdef", index=0, code=CODE, credential="{}")
    return press().draw(facts(number=number).frozen(), look=Look(paper=paper), proof=proof)


@pytest.mark.parametrize(("paper", "size"), [(Paper.LETTER, [612, 792]), (Paper.A4, [595, 842])])
def test_certificates_come_out_on_paper_and_their_codes_can_be_scanned(
    printer: Cups, tmp_path: Path, paper: Paper, size: list[int]
) -> None:
    title = f"print-{time.time_ns()}"
    path = tmp_path / f"{title}.pdf"
    path.write_bytes(press().merge([certificate(f"CQ-2026-00000{number}", paper) for number in (1, 2)]))
    assert "Paper-1 (1 file(s))" in SystemPrinter().print_file(path, paper=paper, printer="Paper")
    (pages,) = printer.wait_for(title)
    try:
        with pypdfium2.PdfDocument(pages.read_bytes()) as document:
            assert len(document) == 2, "one page for each certificate"
            for page in document:
                assert sorted(map(round, page.get_size())) == size, "one sheet, whichever way it is turned"
                picture = page.render(scale=200 / 72).to_pil()
                assert [code.text for code in zxingcpp.read_barcodes(picture)] == [CODE]
    finally:
        pages.unlink()


def test_a_printing_system_without_a_printer_says_so_and_where_the_file_is(cups: Cups, tmp_path: Path) -> None:
    path = tmp_path / "CQ-2026-000001.pdf"
    path.write_bytes(press().draw(facts().frozen()))
    with pytest.raises(PrinterFailed, match="printer") as caught:
        SystemPrinter().print_file(path, paper=Paper.LETTER)
    assert caught.value.exit_code == 4
    assert str(path) in caught.value.hint
