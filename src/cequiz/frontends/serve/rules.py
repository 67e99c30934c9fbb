"""What whoever serves decides: how many may come, and how long nothing may happen."""

from __future__ import annotations

from dataclasses import dataclass

NARROWEST, WIDEST = 20, 250
"""Columns of a terminal that are believed."""

LOWEST, HIGHEST = 5, 100
"""Rows of a terminal that are believed; what a screen costs everybody grows with its cells."""


@dataclass(frozen=True, kw_only=True)
class ServeRules:
    """Limits of one serving process."""

    most_sessions: int = 100
    """People at once, in all; where it is full those at whose screen nobody is signed in make room."""
    most_per_address: int = 20
    """People at once from one address, as above; a classroom often has one address for all."""
    most_per_student: int = 4
    """Screens and lines of one student at once; the next one ends the oldest."""
    sign_in_seconds: float = 120.0
    """How long a connection waits for its person until somebody is signed in, where the connection itself asks who
    comes. While the person waits for the server nothing runs out."""
    refusal_seconds: float = 1.0
    """How long whoever typed a wrong passphrase waits until they are told: who guesses is slow."""
    idle_minutes: float = 20.0
    """After so long without a key somebody without an open exam is signed out; an open exam is never ended by it."""
    stranger_minutes: float = 5.0
    """After so long without a key a screen at which nobody is signed in is closed."""
    stranger_total_minutes: float = 20.0
    """After so long a screen at which nobody has signed in or registered is closed, whatever was typed."""
    stranger_keeps_seconds: float = 60.0
    """For so long after a key, or after coming, a stranger makes room for no other stranger."""
    standing_seconds: float = 60.0
    """How often it is looked whether a passphrase was changed under somebody who is signed in."""
    slow_line_seconds: float = 30.0
    """A line that has taken nothing for so long is taken for lost."""
    most_unread: int = 256 * 1024
    """Bytes somebody may send before the screens have read them; nobody types or pastes so much."""
    most_pasted: int = 64 * 1024
    """Bytes of a single pasted text."""
    leaving_seconds: float = 5.0
    """How long a lost session may take to end in good order before it is let go."""
    stopping_seconds: float = 10.0
    """How long all sessions together have when the server stops."""
    deeds_seconds: float = 10.0
    """How long deeds that are under way have after that."""
    reading_threads: int = 6
    """Reads of the store at once."""
    deed_threads: int = 8
    """Deeds of different people at once; each person's own are done in order."""
    door_threads: int = 3
    """Passphrases that are looked at at once, of which two are hashed."""
