"""What the services need of the outside world, as protocols, and the records that cross the border.

Adapters implement these; the services never learn what is behind them. Everything that crosses is a domain value or
a frozen record: never a row, never a session, never a path of the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.services.ports.outside import (
    Boards,
    Clock,
    Drawing,
    DrawMany,
    Ids,
    Notary,
    Passphrases,
    Press,
    Printer,
    Rest,
    Sheaf,
)
from cequiz.services.ports.records import (
    AccommodationRecord,
    Ack,
    AttemptHeader,
    AuditRecord,
    BankVersion,
    CertificateRecord,
    CertificateStatus,
    ChainFinding,
    ChainReport,
    CourseVersion,
    Decision,
    Enrolment,
    Evaluation,
    FigureFile,
    Head,
    Heartbeat,
    HomeFacts,
    NearMissRecord,
    PracticeAnswer,
    PracticeCard,
    Standing,
)
from cequiz.services.ports.store import (
    Accommodations,
    Attempts,
    Audit,
    Awards,
    Banks,
    Certificates,
    Courses,
    Enrolments,
    Evaluations,
    Figures,
    Glance,
    Heartbeats,
    Practices,
    Providers,
    Queue,
    Scores,
    Store,
    Students,
    Unit,
)

__all__ = [
    "AccommodationRecord",
    "Accommodations",
    "Ack",
    "AttemptHeader",
    "Attempts",
    "Audit",
    "AuditRecord",
    "Awards",
    "BankVersion",
    "Banks",
    "Boards",
    "CertificateRecord",
    "CertificateStatus",
    "Certificates",
    "ChainFinding",
    "ChainReport",
    "Clock",
    "CourseVersion",
    "Courses",
    "Decision",
    "DrawMany",
    "Drawing",
    "Enrolment",
    "Enrolments",
    "Evaluation",
    "Evaluations",
    "FigureFile",
    "Figures",
    "Glance",
    "Head",
    "Heartbeat",
    "Heartbeats",
    "HomeFacts",
    "Ids",
    "NearMissRecord",
    "Notary",
    "Passphrases",
    "Ports",
    "PracticeAnswer",
    "PracticeCard",
    "Practices",
    "Press",
    "Printer",
    "Providers",
    "Queue",
    "Rest",
    "Scores",
    "Sheaf",
    "Standing",
    "Store",
    "Students",
    "Unit",
]


@dataclass(frozen=True)
class Ports:
    """Everything a service may call, gathered once by the composition root."""

    store: Store
    clock: Clock
    ids: Ids
    passphrases: Passphrases
    press: Press
    printer: Printer
    folder: Path
    """Where issued certificates are written as files."""
    lexicon: Lexicon
    """Terms that tolerant spelling keeps apart."""
    rest: Rest
    """Spaced repetition."""
    notary: Notary
    """The provider's key."""
    boards: Boards
    """What boards ask of a certificate."""
