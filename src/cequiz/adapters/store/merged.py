"""Whose an attempt is after students were merged, as the audit record has it.

The events of an attempt never change: they name the student and the number that were true when it was started. The
columns of the attempt follow every merge, and each merge says in its audit record, which is a chain, into whom it went
and which attempts were numbered anew. So a column that was changed by hand does not agree with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

MERGED = "student.merged"
"""The deed of the audit record."""


class Merged:
    """Every merge of a store."""

    def __init__(self, driver: Any) -> None:
        """Read the merges over a connection of the database's own driver."""
        self._into: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        found = driver.execute("SELECT subject, details FROM audit_record WHERE deed = ? ORDER BY seq", (MERGED,))
        for subject, details in found.fetchall():
            # A record that cannot be read is found by its own chain.
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                said: Mapping[str, Any] = json.loads(details)
                self._into[subject] = str(said["into"])
                self._numbers.update({str(attempt): int(new) for attempt, new in said["renumbered"].items()})

    def place(self, attempt: str, *, student: str, number: int) -> tuple[str, int]:
        """Return whose an attempt is now, and which number it has.

        Args:
            attempt: its id.
            student: whom its first event names.
            number: the number that its first event has.
        """
        for _ in self._into:  # as often as there were merges at most, whatever they say
            student = self._into.get(student, student)
        return student, self._numbers.get(attempt, number)
