"""JSON files that commands write for others, and read from them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cequiz.errors import EnvironmentFailed, NotFound, Refused
from cequiz.frontends.cli.desk import json_text
from cequiz.language import tr

_LARGEST = 16 * 1024 * 1024
"""Bytes of a file that is read; a trust file has a hundred thousand."""


def write_document(file: str, document: object) -> None:
    """Write a JSON file; see `write_text`."""
    write_text(file, f"{json_text(document)}\n")


def write_text(file: str, text: str) -> None:
    """Write a text file, in place of one that is there.

    Raises:
        EnvironmentFailed: it cannot be written.
    """
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailed(
            tr("{file} cannot be written: {reason}.", file=file, reason=error.strerror),
            hint=tr("Choose another place."),
        ) from None


def write_folder(folder: str, files: Mapping[str, str]) -> list[str]:
    """Write text files into a folder, each whole, and return their paths: a server may be reading the old ones.

    Args:
        folder: it is made where it is missing.
        files: texts by names, in the order in which they are put in place.

    Raises:
        EnvironmentFailed: one of them cannot be written.
    """
    target = Path(folder)
    drafts = {name: target / f".{name}.{os.getpid()}" for name in files}
    try:
        target.mkdir(parents=True, exist_ok=True)
        try:
            for name, text in files.items():
                drafts[name].write_text(text, encoding="utf-8")
            for name, draft in drafts.items():
                draft.replace(target / name)
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailed(
            tr("{file} cannot be written: {reason}.", file=folder, reason=error.strerror),
            hint=tr("Choose another place."),
        ) from None
    return [str(target / name) for name in files]


def read_text(file: str) -> str:
    """Return what is in a text file.

    Raises:
        NotFound: there is none.
        EnvironmentFailed: it cannot be read.
        Refused: it is too large, or not UTF-8.
    """
    try:
        with Path(file).open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound(tr("There is no file {name}.", name=file)) from None
    except OSError as error:
        raise EnvironmentFailed(tr("{what} cannot be read: {reason}.", what=file, reason=error.strerror)) from None
    if len(content) > _LARGEST:
        raise Refused(tr("{name} is too large.", name=file))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _no_json(file) from None


def read_document(file: str) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        Refused: there is none in it.
    """
    try:
        found = json.loads(read_text(file))
    except (ValueError, RecursionError):
        raise _no_json(file) from None
    if not isinstance(found, dict):
        raise _no_json(file)
    return found


def _no_json(file: str) -> Refused:
    return Refused(tr("{name} is not a JSON file.", name=file), hint=tr("Give the whole file, unchanged."))
