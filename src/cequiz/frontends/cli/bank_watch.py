"""`cequiz bank check --watch`: a fresh report after every change, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from cequiz.bootstrap import watch_files
from cequiz.errors import NotFound
from cequiz.frontends.cli.bank_check import run_bank_check
from cequiz.frontends.cli.desk import Desk, clock_words
from cequiz.frontends.cli.refusals import say_error
from cequiz.language import tr

BEAT = 0.5
"""Seconds between two looks at the files."""


def watch_banks(
    desk: Desk,
    paths: Sequence[str],
    profile: str | None = None,
    *,
    pause: Callable[[], None] = lambda: time.sleep(BEAT),
) -> int:
    """Check files and folders, and again whenever one of them is saved; Ctrl-C ends it.

    Args:
        desk: reports go to its output, words for a person beside them.
        paths: files and folders, as they were typed.
        profile: the name of a board's stricter rules, or None.
        pause: waits between two looks; a KeyboardInterrupt from it, or at any other moment, ends the watch.

    Returns:
        The exit code of the last report that was finished: 1 when there was an error, 3 when there was no file.

    Raises:
        WrongUsage: for a profile that does not exist.
        NotFound: for a path that does not exist at the beginning.
    """
    watch = watch_files(paths)
    code = _report(desk, paths, profile)
    try:
        while True:
            desk.say(tr("Watching for changes; Ctrl-C ends it."))
            desk.err.flush()
            while not watch.changed():
                pause()
            now = clock_words(desk.house.clock.read().wall)
            desk.say(tr("{time}: changed, checked again.", time=now))
            code = _again(desk, paths, profile)
    except KeyboardInterrupt:
        return code


def _again(desk: Desk, paths: Sequence[str], profile: str | None) -> int:
    """Report on what may have been taken away meanwhile."""
    try:
        return _report(desk, paths, profile)
    except NotFound as error:
        say_error(desk, error)
        return error.exit_code


def _report(desk: Desk, paths: Sequence[str], profile: str | None) -> int:
    code = run_bank_check(paths, profile, out=desk.out, err=desk.err)
    desk.out.flush()
    return code
