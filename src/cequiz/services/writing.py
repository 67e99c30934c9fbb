"""Writing files whole: whoever looks at a folder sees the file from before, or the new one, and never half of one."""

from __future__ import annotations

from pathlib import Path

from cequiz.errors import EnvironmentFailed
from cequiz.language import tr
from cequiz.services.ports import Ports


def put(ports: Ports, path: Path, content: bytes) -> None:
    """Write a file for the owner's eyes, in the place of one that may be there.

    Raises:
        EnvironmentFailed: the folder cannot be written.
    """
    partial = path.with_name(f"{path.name}.{ports.ids.token()}.partial")  # two programs may write the same file
    try:
        partial.touch(mode=0o600, exist_ok=False)
        try:
            partial.write_bytes(content)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path.parent, error) from error


def make_folder(ports: Ports, folder: Path) -> None:
    """Make a folder for the owner's eyes, unless it is there, and see that files can be made in it.

    Raises:
        EnvironmentFailed: it cannot be made, or holds no more files.
    """
    probe = folder / f"{ports.ids.token()}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.touch(mode=0o600, exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise unwritable(folder, error) from None


def unwritable(folder: Path, error: OSError) -> EnvironmentFailed:
    """Return the refusal for a folder that cannot be written."""
    return EnvironmentFailed(
        tr("{folder} cannot be written: {reason}.", folder=folder, reason=error.strerror),
        hint=tr("Certificates that were issued are kept. Choose another folder, or make room, and try again."),
    )
