"""What a person at a screen may do with the world around the terminal.

At the machine itself its files, its printer and its viewer are theirs. Over a line they are not: nothing is written
there, and no path of it is named; a certificate is fetched, or handed over. Whoever keeps the line subclasses
`OverALine`; this room knows neither screens nor lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cequiz.errors import NotAllowed
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.tui.desk import Desk


class Outside(Protocol):
    """What a person at a screen may do with the world around the terminal."""

    @property
    def here(self) -> bool:
        """Whether the machine's own files, printer and viewer are theirs."""
        ...

    @property
    def way(self) -> str:
        """How the person came: `ssh`, `web`; empty for this machine."""
        ...

    @property
    def hands_over(self) -> bool:
        """Whether a key hands a file over, as a browser's download does."""
        ...

    def words(self, name: str) -> str:
        """Return how a file of this name is fetched, in a sentence; empty where there is nothing to say."""
        ...

    async def hand_over(self, desk: Desk, number: str) -> str:
        """Give the certificate of this number to the person, and return what they are told.

        Raises:
            CequizError: it cannot be given.
        """
        ...


class ThisMachine:
    """The person sits at the machine that runs the program."""

    here = True
    way = ""
    hands_over = False

    def words(self, name: str) -> str:
        """Return nothing: the file lies in a folder that is named."""
        return ""

    async def hand_over(self, desk: Desk, number: str) -> str:
        """Refuse: the file is theirs already."""
        raise NotAllowed(tr("Here nothing needs to be handed over."))


class OverALine:
    """The person is served over a line: nothing of the machine is theirs."""

    here = False
    hands_over = False

    def __init__(self, way: str) -> None:
        """Say how the person came: `ssh` or `web`."""
        self.way = way

    def words(self, name: str) -> str:
        """Return nothing; a line over which files can be fetched says how."""
        return ""

    async def hand_over(self, desk: Desk, number: str) -> str:
        """Refuse; a line that can hand files over does."""
        raise NotAllowed(tr("Nothing can be handed over here."), hint=tr("Your provider can help."))
