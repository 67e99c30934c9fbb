"""Sending certificates to paper: `lp` where there is one, the system's viewer on Windows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cequiz.domain.credential.look import Paper
from cequiz.domain.text import visible
from cequiz.errors import PrinterFailed
from cequiz.language import tr

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]

_SECONDS = 60
_MEDIA = {Paper.LETTER: "Letter", Paper.A4: "A4"}


class SystemPrinter:
    """Prints through the system's own commands, always as a list of arguments, never through a shell."""

    def __init__(self, *, run: Run | None = None, find: Callable[[str], str | None] = shutil.which) -> None:
        self._run = run or _run
        self._find = find

    def print_file(self, path: Path, *, paper: Paper | None = None, printer: str | None = None) -> str:
        """Print the file and return a sentence that says where it went.

        Raises:
            PrinterFailed: there is no printer, or it refused; the hint says where the file is.
        """
        where = tr("The file is {path}.", path=path)
        if sys.platform == "win32":
            return _open_on_windows(path)
        lp = self._find("lp")
        if lp is None:
            raise PrinterFailed(tr("There is no printing system here (no `lp` command)."), hint=where)
        try:
            # The page is landscape already; the printing system turns it, so no orientation is asked for.
            done = self._run([lp, "-t", path.stem, *_options(paper, printer), "--", str(path)])
        except (OSError, subprocess.TimeoutExpired):
            raise PrinterFailed(tr("The printing system does not answer."), hint=where) from None
        if done.returncode:
            said = _line(done.stderr)
            raise PrinterFailed(tr("The printer refused: {said}.", said=said or tr("no reason given")), hint=where)
        return tr("Sent to the printer: {job}.", job=_line(done.stdout) or path.name)


def _options(paper: Paper | None, printer: str | None) -> list[str]:
    fitted = (
        ["-o", "print-scaling=fit"] if paper is None else ["-o", f"media={_MEDIA[paper]}", "-o", "print-scaling=none"]
    )
    return [*fitted, *(["-d", printer] if printer else [])]


def _line(said: str) -> str:
    """Return what a program said, as the end of a sentence that has its own full stop."""
    return visible(" ".join(said.split()))[:200].rstrip(" .")


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - a fixed program with arguments as a list
        list(command),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _open_on_windows(path: Path) -> str:
    import os  # noqa: PLC0415 - only there

    start = getattr(os, "startfile", None)
    if start is None:
        raise PrinterFailed(tr("This system offers no way to print."), hint=tr("The file is {path}.", path=path))
    start(str(path), "print")
    return tr("Handed to the system's viewer: {path}.", path=path)
