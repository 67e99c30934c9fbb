"""What a talk in lines says of the world around it: how to come back to something, and where a paper is.

At a shell both are commands and files of this machine; over a line they are lines to type in the same conversation,
and files that are fetched. A talk knows neither, it asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cequiz.language import tr
from cequiz.services import papers
from cequiz.services.papers import Drawn, file_name
from cequiz.services.ports import CertificateRecord, Ports


class Ways(Protocol):
    """How a student comes back to something, and to a paper."""

    @property
    def files(self) -> bool:
        """Whether a certificate is written as a file of this machine."""
        ...

    def line(self, deed: str, what: str) -> str:
        """Return what is typed to do something later: `sit` an exam, `evaluate` or `practice` a course."""
        ...

    def paper_lines(self, ports: Ports, what: Drawn | CertificateRecord) -> list[str]:
        """Return what is said of a certificate or a SPECIMEN.

        Raises:
            EnvironmentFailed: its file could not be written.
        """
        ...


class AtAShell:
    """The student types commands of cequiz, and files of this machine are theirs."""

    files = True

    def __init__(self, student_id: str) -> None:
        self._student_id = student_id

    def line(self, deed: str, what: str) -> str:
        """Return the command."""
        plain = " --plain" if deed == "sit" else ""
        return f"cequiz {deed} {what} --student {self._student_id}{plain}"

    def paper_lines(self, ports: Ports, what: Drawn | CertificateRecord) -> list[str]:
        """Write the file and return where it is."""
        path = papers.write_file(ports, what)
        if what.facts.number is None:
            return [tr("SPECIMEN certificate: {path}", path=path)]
        return [tr("Certificate {number}: {path}", number=what.facts.number, path=path)]


class OverALine:
    """The student is served: deeds are lines of the conversation, and nothing is written on the host."""

    files = False

    def __init__(self, fetch: Callable[[str], str]) -> None:
        """Take what says, in a sentence, how a file of a name is fetched; empty where there is nothing to say."""
        self._fetch = fetch

    def line(self, deed: str, what: str) -> str:
        """Return the line of the home of the conversation."""
        return f"{deed} {what}"

    def paper_lines(self, ports: Ports, what: Drawn | CertificateRecord) -> list[str]:
        """Return the number, and how the file is fetched; a SPECIMEN is nothing to fetch."""
        number = what.facts.number
        if number is None:
            return []
        return [tr("Certificate {number}.", number=number), *filter(None, [self._fetch(file_name(what))])]
