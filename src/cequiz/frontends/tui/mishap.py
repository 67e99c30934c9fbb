"""The log of what nobody expected: the way through the code, never the values in it, which may be answers."""

from __future__ import annotations

import os
import traceback
from datetime import datetime
from pathlib import Path

from cequiz.language import tr

LOG = "cequiz-errors.log"

_LARGEST = 1_000_000
"""Bytes after which a new log is begun; one older log is kept beside it."""


def record(error: BaseException, home: Path, *, at: datetime, here: bool = True) -> str:
    """Append an error to the log in the home folder and return the sentence for the person.

    Args:
        error: what happened.
        home: the folder of the log, made if need be.
        at: when (UTC).
        here: whether the person sits at this machine, so that the log is named to them.
    """
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    cause = error.__cause__ or error.__context__
    inner = "" if cause is None else "".join(traceback.format_list(traceback.extract_tb(cause.__traceback__)))
    names = _names(error)
    path = home / LOG
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as log:
            log.write(f"{at.isoformat()} {names}\n{inner}{frames}\n")
            full = log.tell() > _LARGEST
        if full:
            path.replace(path.with_name(f"{LOG}.1"))
    except OSError:
        here = False
    if not here:
        return sentence(error)
    return tr(
        "Something unexpected happened ({names}). Everything that was shown as saved is saved. "
        "What the people who care for cequiz need to know is in {path}.",
        names=names,
        path=path,
    )


def sentence(error: BaseException) -> str:
    """Return what somebody is told who does not sit at this machine."""
    return tr(
        "Something unexpected happened ({names}). Everything that was shown as saved is saved.", names=_names(error)
    )


def _names(error: BaseException) -> str:
    cause = error.__cause__ or error.__context__
    return type(error).__name__ + (f" from {type(cause).__name__}" if cause is not None else "")
