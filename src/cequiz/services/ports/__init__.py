"""What the services need of the outside world, as protocols, and the records that cross the border.

Adapters implement these; the services never learn what is behind them. Everything that crosses is a domain value or
a frozen record: never a row, never a session, never a path of the store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.house_rules import HouseRules
from cequiz.services.ports.files import FileKind, HouseFile, HouseFiles, NoFiles
from cequiz.services.ports.listings import (
    AttemptLine,
    AttemptQuery,
    AuditQuery,
    CertificateLine,
    CertificateQuery,
    DueLine,
    DueQuery,
    Listings,
    Page,
    PaperLine,
    StudentLine,
    Window,
)
from cequiz.services.ports.live import LIVE_KINDS, TOLD_KINDS, LiveRoom, OpenAttempt
from cequiz.services.ports.office import (
    Batches,
    Codes,
    DrawnItem,
    EnrolmentCode,
    Failures,
    Hold,
    Holdings,
    ItemTally,
    Keeping,
    MarkedAttempt,
    Merge,
    Merges,
    Proposal,
    Proposals,
    ReportBatch,
    Reported,
    Retention,
    Retirement,
    Retirements,
    StaffRoom,
    Tallies,
    Tombstone,
)
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
    "LIVE_KINDS",
    "TOLD_KINDS",
    "AccommodationRecord",
    "Accommodations",
    "Ack",
    "AttemptHeader",
    "AttemptLine",
    "AttemptQuery",
    "Attempts",
    "Audit",
    "AuditQuery",
    "AuditRecord",
    "Awards",
    "BankVersion",
    "Banks",
    "Batches",
    "Boards",
    "CertificateLine",
    "CertificateQuery",
    "CertificateRecord",
    "CertificateStatus",
    "Certificates",
    "ChainFinding",
    "ChainReport",
    "Clock",
    "Codes",
    "CourseVersion",
    "Courses",
    "Decision",
    "DrawMany",
    "Drawing",
    "DrawnItem",
    "DueLine",
    "DueQuery",
    "Enrolment",
    "EnrolmentCode",
    "Enrolments",
    "Evaluation",
    "Evaluations",
    "Failures",
    "FigureFile",
    "Figures",
    "FileKind",
    "Glance",
    "Head",
    "Heartbeat",
    "Heartbeats",
    "Hold",
    "Holdings",
    "HomeFacts",
    "HouseFile",
    "HouseFiles",
    "HouseRules",
    "Ids",
    "ItemTally",
    "Keeping",
    "Listings",
    "LiveRoom",
    "MarkedAttempt",
    "Merge",
    "Merges",
    "NearMissRecord",
    "NoFiles",
    "Notary",
    "OpenAttempt",
    "Page",
    "PaperLine",
    "Passphrases",
    "Ports",
    "PracticeAnswer",
    "PracticeCard",
    "Practices",
    "Press",
    "Printer",
    "Proposal",
    "Proposals",
    "Providers",
    "Queue",
    "ReportBatch",
    "Reported",
    "Rest",
    "Retention",
    "Retirement",
    "Retirements",
    "Scores",
    "Sheaf",
    "StaffRoom",
    "Standing",
    "Store",
    "StudentLine",
    "Students",
    "Tallies",
    "Tombstone",
    "Unit",
    "Window",
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
    rules: HouseRules = field(default_factory=HouseRules)
    """What the provider decided for the house."""
    files: HouseFiles = field(default_factory=NoFiles)
    """The files in the house's folder."""
