"""A whole program in a process of its own, talked to through pipes, so that it can be killed."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

PROMPT = re.compile(r"(?:> |: )\Z")


class Program:
    """A line-mode exam in a process of its own, talked to through pipes."""

    def __init__(self, home: Path, student: str, exam: str) -> None:
        command = [sys.executable, "-m", "cequiz", "sit", exam, "--student", student, "--plain"]
        environment = {**os.environ, "CEQUIZ_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.said = ""
        # A program that waits for ever for what never comes is a failure, not a test that never ends.
        self._alarm = threading.Timer(90, self.process.kill)
        self._alarm.daemon = True
        self._alarm.start()
        self._end: threading.Timer | None = None

    def kill_in(self, seconds: float) -> None:
        """Let the program be killed after a while; the first call counts."""
        if self._end is None:
            self._end = threading.Timer(seconds, self.process.kill)
            self._end.start()

    def until_prompt(self) -> str | None:
        """Return what was said up to the next prompt; None when the program is gone."""
        assert self.process.stdout is not None
        said = b""
        while True:
            piece = os.read(self.process.stdout.fileno(), 4096)
            if not piece:
                return None
            said += piece
            text = said.decode(errors="ignore")
            if PROMPT.search(text):
                return text

    def close(self) -> None:
        """Wait for the end and let go of the pipes."""
        self._alarm.cancel()
        if self._end is not None:
            self._end.join()
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate()

    def type(self, line: str) -> bool:
        """Type a line; False when the program is gone."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            return False
        return True
