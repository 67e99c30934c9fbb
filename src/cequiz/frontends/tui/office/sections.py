"""The sections of the office: one line each, loaded when it is opened."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cequiz.domain.people.staff import Right
from cequiz.language import mark

if TYPE_CHECKING:
    from cequiz.frontends.tui.office.desk import OfficeDesk
    from cequiz.frontends.tui.office.screen import OfficeScreen


@dataclass(frozen=True)
class Section:
    """A door of the office."""

    key: str
    """The letter that opens it."""
    heading: str
    about: str
    place: str
    """`module:Class`, below this package."""
    right: Right = Right.READ
    looks: str = ""
    """What there is for who may change nothing, where that is not what `about` says."""

    def screen(self, desk: OfficeDesk) -> OfficeScreen[None]:
        """Return its screen."""
        module, _, name = self.place.partition(":")
        made: OfficeScreen[None] = getattr(importlib.import_module(f"{__package__}.{module}"), name)(desk)
        return made


SECTIONS = (
    Section(
        "b",
        mark("Banks and courses"),
        mark("Browse, check, load, compare, retire."),
        "banks:BanksScreen",
        Right.KEYS,
        looks=mark("Browse, check, compare."),
    ),
    Section(
        "h", mark("Challenges"), mark("Questions that students dispute."), "challenges:ChallengesScreen", Right.KEYS
    ),
    Section(
        "k", mark("Key changes"), mark("What waits for a second approver."), "key_change:ProposalsScreen", Right.KEYS
    ),
    Section(
        "s",
        mark("Students"),
        mark("Search, add, import, correct, enrol."),
        "students:StudentsScreen",
        looks=mark("Search and read."),
    ),
    Section("n", mark("Enrolment codes"), mark("Who may come in with which code."), "codes:CodesScreen"),
    Section("l", mark("Exams in progress"), mark("Who sits what, and the time left."), "live_board:LiveBoardScreen"),
    Section("c", mark("Certificates"), mark("Due, issued, superseded, revoked."), "certificates:CertificatesScreen"),
    Section("r", mark("Reports"), mark("Results, rosters, CE Broker, hours."), "reports:ReportsScreen"),
    Section(
        "p",
        mark("Audit pack"),
        mark("Everything a board asks for, in one file."),
        "audit_pack:AuditPackScreen",
        Right.PACK,
    ),
    Section("t", mark("Retention"), mark("What may be purged, and what is held."), "retention:RetentionScreen"),
    Section("a", mark("Audit log"), mark("Who did what, when and why."), "audit_log:AuditLogScreen"),
    Section(
        "v",
        mark("Provider and keys"),
        mark("Who issues, with which keys and approvals."),
        "provider:ProviderScreen",
    ),
    Section("f", mark("Staff"), mark("Who works in the office."), "staff:StaffScreen", Right.OVERSEE),
    Section(
        "w",
        mark("Care"),
        mark("Backup, restore, checks, settings."),
        "care:CareScreen",
        Right.OVERSEE,
        looks=mark("Checks and settings."),
    ),
)
