"""The program: one boundary between everything that can go wrong and the person in front of it.

Refusals leave as a sentence, a hint and an exit code. What nobody foresaw leaves as a sentence too; the details go
into a log file, without the values of variables, because those may be a student's.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from cequiz import __version__
from cequiz.language import speak, tr

_ENVIRONMENT = 4
"""The exit code of an environment that failed: the command did nothing wrong."""

_LOG = "cequiz-errors.log"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cequiz and return the exit code.

    Args:
        arguments: what follows the program's name; `sys.argv` when None.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    out, err = _open(sys.stdout), _open(sys.stderr)
    try:
        if given == ["--version"]:
            # Asked for by scripts and packagers, all the time: nothing else is loaded for it.
            out.write(f"cequiz {__version__}\n")
            code = 0
        else:
            code = _run(given, out, err)
        out.flush()
    except BrokenPipeError:
        # Whoever read the output has had enough, as `head` does. What is still buffered has nowhere to go.
        _silence(1)
        code = 0
    except OSError as error:
        _tell(err, tr("Input or output failed: {reason}.", reason=error.strerror))
        _silence(1)
        code = _ENVIRONMENT
    except KeyboardInterrupt:
        _tell(err, tr("Stopped. Everything that was reported as saved is saved."))
        code = 130
    try:
        err.flush()
    except OSError:
        _silence(2)
    return code


def _run(given: list[str], out: TextIO, err: TextIO) -> int:
    from cequiz.settings import Settings, asked_language

    speak(asked_language(os.environ))  # before anything is worded; the house may know better in a moment
    from cequiz.bootstrap import House
    from cequiz.errors import CequizError
    from cequiz.frontends.cli.app import run
    from cequiz.frontends.cli.desk import Desk

    try:
        settings = Settings.read(os.environ)
    except CequizError as refusal:
        _tell(err, f"{refusal.sentence} {refusal.hint}")
        return refusal.exit_code
    speak(settings.language)
    house = House(settings)
    try:
        return run(given, Desk(house=house, out=out, err=err, stdin=sys.stdin))
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:  # the boundary: no traceback ever reaches a person
        if isinstance(error, OSError) and error.strerror and not error.filename:
            raise  # not a file but a stream: `main` has the words for that
        return _unforeseen(error, home=settings.home, err=err)
    finally:
        house.close()


def _unforeseen(error: Exception, *, home: Path, err: TextIO) -> int:
    if isinstance(error, OSError) and error.filename:
        _tell(
            err,
            tr(
                "The system refused: {reason}: {path}.",
                reason=error.strerror,
                path=ascii(str(error.filename))[1:-1],
            ),
        )
    else:
        _tell(err, tr("Something went wrong that nobody foresaw. What was reported as saved is saved."))
    where = _log(error, home)
    if where is not None:
        _tell(err, tr("The details for whoever looks into it are in {path}", path=where))
    return _ENVIRONMENT


def _log(error: Exception, home: Path) -> Path | None:
    path = home / _LOG
    lines = [
        f"{datetime.now(UTC).isoformat()} cequiz {__version__} {type(error).__name__}\n",
        *_frames(error.__traceback__),
    ]
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as log:
            log.writelines(lines)
    except OSError:
        return None
    return path


def _frames(found: TracebackType | None) -> list[str]:
    """Where it happened: files and lines. The error's own words may quote a student and stay out."""
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in traceback.extract_tb(found)]


def _open(stream: TextIO | None) -> TextIO:
    """Return a stream that takes every character; one that was closed takes everything and keeps nothing."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return stream


def _tell(err: TextIO, words: str) -> None:
    """Write words for a person; where nobody can take them, the exit code says enough."""
    from cequiz.domain.text import visible

    with suppress(OSError):
        err.write(f"{visible(words)}\n")


def _silence(stream: int) -> None:
    """Send what a stream still holds nowhere, so that the interpreter does not trip over it at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream)


if __name__ == "__main__":
    sys.exit(main())
