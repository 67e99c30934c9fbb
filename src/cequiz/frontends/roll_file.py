"""Reading the file of a roll, for the command line and the screens."""

from __future__ import annotations

from pathlib import Path

from cequiz.errors import NotFound, WrongUsage
from cequiz.language import tr


def roll_text(file: str | Path) -> str:
    """Return the text of a file.

    Raises:
        NotFound: it is not there, or cannot be read.
        WrongUsage: it is not UTF-8 text.
    """
    try:
        return Path(file).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise WrongUsage(tr("{file} is not UTF-8 text.", file=file), hint=tr("Save it as UTF-8.")) from None
    except (OSError, ValueError):
        raise NotFound(tr("There is no file {file} that can be read.", file=file), hint=tr("Check the name.")) from None
