"""One transaction, with every repository in it."""

from __future__ import annotations

from sqlalchemy import Connection

from cequiz.adapters.store.failures import Translated
from cequiz.adapters.store.repositories.batches import BatchRepository
from cequiz.adapters.store.repositories.catalog import BankRepository, CourseRepository
from cequiz.adapters.store.repositories.credentials import AuditRepository, AwardRepository, CertificateRepository
from cequiz.adapters.store.repositories.listings import ListingRepository
from cequiz.adapters.store.repositories.live import LiveRepository
from cequiz.adapters.store.repositories.merges import MergeRepository
from cequiz.adapters.store.repositories.office import (
    CodeRepository,
    ProposalRepository,
    RetirementRepository,
    StaffRepository,
)
from cequiz.adapters.store.repositories.people import (
    EnrolmentRepository,
    EvaluationRepository,
    ProviderRepository,
    StudentRepository,
)
from cequiz.adapters.store.repositories.practice import PracticeRepository
from cequiz.adapters.store.repositories.queue import QueueRepository
from cequiz.adapters.store.repositories.reports import ReportRepository
from cequiz.adapters.store.repositories.retention import RetentionRepository
from cequiz.adapters.store.repositories.room import AccommodationRepository, FigureRepository, HeartbeatRepository
from cequiz.adapters.store.repositories.sittings import AttemptRepository, ScoreRepository
from cequiz.adapters.store.repositories.tallies import TallyRepository
from cequiz.adapters.store.repositories.visits import DoorRepository, VisitRepository


class SqlUnit:
    """The repositories on one connection; whoever made the unit commits or rolls back."""

    def __init__(self, connection: Connection, key: bytes, translated: Translated) -> None:
        parts = (connection, key, translated)
        self.banks = BankRepository(*parts)
        self.courses = CourseRepository(*parts)
        self.students = StudentRepository(*parts)
        self.enrolments = EnrolmentRepository(*parts)
        self.attempts = AttemptRepository(*parts)
        self.scores = ScoreRepository(*parts)
        self.evaluations = EvaluationRepository(*parts)
        self.awards = AwardRepository(*parts)
        self.certificates = CertificateRepository(*parts)
        self.providers = ProviderRepository(*parts)
        self.heartbeats = HeartbeatRepository(*parts)
        self.accommodations = AccommodationRepository(*parts)
        self.figures = FigureRepository(*parts)
        self.queue = QueueRepository(*parts)
        self.practices = PracticeRepository(*parts)
        self.audit = AuditRepository(*parts)
        self.staff = StaffRepository(*parts)
        self.codes = CodeRepository(*parts)
        self.retirements = RetirementRepository(*parts)
        self.proposals = ProposalRepository(*parts)
        self.retention = RetentionRepository(*parts)
        self.tallies = TallyRepository(*parts)
        self.live = LiveRepository(*parts)
        self.listings = ListingRepository(*parts)
        self.merges = MergeRepository(*parts)
        self.batches = BatchRepository(*parts)
        self.reports = ReportRepository(*parts)
        self.visits = VisitRepository(*parts)
        self.door = DoorRepository(*parts)
