"""Every refusal cequiz can make, as one tree.

A `CequizError` carries a sentence for a person, a hint and the exit code of the command-line contract. Front ends
print the first two and leave with the third; nothing else ever reaches a user.

    CequizError
    ├── FoundProblems        1  the work was done, and problems were found
    │   └── KeysContradicted        a bank's file says another key than is in force: one item a line
    ├── WrongUsage           2  the command was not understood
    ├── Refused              3  not found, not allowed, or in the wrong state
    │   ├── NotFound
    │   ├── NotAllowed
    │   │   ├── BoardRefuses        a certificate breaks a board's rules: one a line
    │   │   └── PassphraseNeeded    a one-time code is right, and a passphrase must be chosen now
    │   ├── WrongState
    │   │   ├── AttemptHeld         the office has suspended the attempt
    │   │   ├── Stopped             somebody stopped long work; nothing is half-done
    │   │   └── AttemptClosed
    │   │       └── DeadlinePassed
    │   ├── OpenElsewhere       another terminal holds the attempt
    │   ├── InvalidResponse     a response that the question cannot take
    │   └── InvalidText         a control or bidirectional character in a person's text
    └── EnvironmentFailed    4  the disk, the database, the printer
        ├── StorageFull
        ├── StorageBusy
        ├── StorageReadOnly
        ├── StorageIO           the outcome is unknown: look the idempotency key up before trying again
        ├── StorageDamaged
        ├── StoreTooNew
        └── PrinterFailed
"""

from __future__ import annotations


class CequizError(Exception):
    """A refusal that a person can read.

    Attributes:
        sentence: what happened, in one sentence.
        hint: what to do about it; may be empty.
        exit_code: 1 to 4, as the command-line contract has it.
    """

    exit_code = 3

    def __init__(self, sentence: str, *, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    @property
    def lines(self) -> tuple[str, ...]:
        """The sentence in the lines it is meant to have; whatever else breaks a line in it is somebody's text."""
        return (self.sentence,)

    @property
    def whole(self) -> str:
        """Sentence and hint in one text."""
        return f"{self.sentence} {self.hint}".strip()


class FoundProblems(CequizError):
    """The work was done and problems were found, an exam was not passed, or a certificate is not valid."""

    exit_code = 1


class KeysContradicted(FoundProblems):
    """A bank's file contradicts changes of keys that are in force: a sentence, and a line for each item."""

    def __init__(self, sentence: str, *, why: tuple[tuple[str, str, str], ...], hint: str) -> None:
        """Say what is contradicted.

        Args:
            sentence: what happened.
            why: bank, question, and what is contradicted in words.
            hint: the ways out.
        """
        self._lines = (sentence, *(f"{bank}/{question}: {words}" for bank, question, words in why))
        super().__init__("\n".join(self._lines), hint=hint)
        self.why = why

    @property
    def lines(self) -> tuple[str, ...]:
        """The sentence, and each item on a line of its own."""
        return self._lines

    @property
    def whole(self) -> str:
        """The lines, and the hint on one of its own."""
        return "\n".join((*self._lines, self.hint))


class WrongUsage(CequizError):
    """The command was not understood."""

    exit_code = 2


class Refused(CequizError):
    """What was asked for cannot be done in the present state."""


class NotFound(Refused):
    """There is nothing of that name."""


class NotAllowed(Refused):
    """A rule of the course or of the house forbids it."""


class BoardRefuses(NotAllowed):
    """A board would reject a certificate: a sentence, and lines that say why."""

    def __init__(self, sentence: str, *, why: tuple[str, ...], hint: str) -> None:
        super().__init__("\n".join((sentence, *why)), hint=hint)
        self._lines = (sentence, *why)

    @property
    def lines(self) -> tuple[str, ...]:
        """The sentence, and each reason on a line of its own."""
        return self._lines

    @property
    def whole(self) -> str:
        """The lines, and the hint on one of its own."""
        return "\n".join((*self._lines, self.hint))


class PassphraseNeeded(NotAllowed):
    """A one-time code is right; it lets somebody in only together with the new passphrase that they choose."""


class WrongState(Refused):
    """It cannot be done now, or not any more."""


class Stopped(WrongState):
    """Somebody stopped long work; nothing is half-done."""


class AttemptHeld(WrongState):
    """The office has suspended the attempt: nothing can be answered until it goes on."""


class AttemptClosed(WrongState):
    """The attempt has ended: nothing can be written to it."""


class DeadlinePassed(AttemptClosed):
    """What was done was received after the deadline."""


class OpenElsewhere(Refused):
    """Another session wrote to the attempt since this one last read it."""


class InvalidResponse(Refused):
    """The question cannot take this response."""


class InvalidText(Refused):
    """A person's text holds a character that could deceive a reader or a terminal."""


class EnvironmentFailed(CequizError):
    """The surroundings failed: disk, database, printer."""

    exit_code = 4


class StorageFull(EnvironmentFailed):
    """No room is left on the disk; nothing of the transaction was kept."""


class StorageBusy(EnvironmentFailed):
    """Another process held the store for too long; nothing of the transaction was kept."""


class StorageReadOnly(EnvironmentFailed):
    """The store cannot be written."""


class StorageIO(EnvironmentFailed):
    """The disk failed in the middle: whether the transaction was kept is unknown."""


class StorageDamaged(EnvironmentFailed):
    """The store is not a sound cequiz database."""


class StoreTooNew(EnvironmentFailed):
    """A newer cequiz has written this store."""


class PrinterFailed(EnvironmentFailed):
    """The printing system refused the job."""
