"""Handing a picture to this computer's own viewer: a private folder for it, and the desktop's way to open a file.

A picture is kept under a name of ours in a folder that only its owner can enter, and only while the program runs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path

Start = Callable[[Sequence[str]], None]


class Viewer:
    """Shows pictures outside of the terminal."""

    def __init__(self, *, desktop: bool, start: Start | None = None) -> None:
        """Take note of where pictures can be shown; nothing is made yet.

        Args:
            desktop: whether there is a desktop that could show anything.
            start: runs a program without waiting for it; by default a process without any part in the terminal.
        """
        self._desktop = desktop
        self._start = start or _start
        self._folder: Path | None = None
        self._clean: Callable[[], object] | None = None

    def keep(self, name: str, content: bytes) -> Path:
        """Write a picture into the private folder (0700) and return its path.

        Args:
            name: a file's name of our own making.
            content: its bytes.
        """
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="cequiz-"))
            self._clean = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        path = self._folder / name
        path.write_bytes(content)
        return path

    def show(self, path: Path) -> bool:
        """Ask the desktop to show a file; False where there is nobody to ask."""
        if not self._desktop:
            return False
        if sys.platform == "win32":
            import os  # noqa: PLC0415 - only there

            os.startfile(path)  # noqa: S606 - a picture of our own making
            return True
        opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
        if opener is None:
            return False
        self._start([opener, str(path)])
        return True

    def close(self) -> None:
        """Remove the folder with everything in it."""
        if self._clean is not None:
            self._clean()
        self._folder = self._clean = None


def _start(command: Sequence[str]) -> None:
    process = subprocess.Popen(  # noqa: S603 - the desktop's own program with a path of our making
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()
