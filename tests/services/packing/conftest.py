"""A house with two graduates, one with an accommodation, on a real store with real keys and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from cequiz.adapters.audit_pack import zip_parcel
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.rest import FsrsRest
from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.people.accommodation import Accommodation
from cequiz.services.accommodating import grant
from cequiz.services.evaluating import evaluate
from cequiz.services.loading import load
from cequiz.services.packing.chosen import Scope
from cequiz.services.packing.whole import Packed, pack
from cequiz.services.ports import Ports
from tests.builders import bank, course, exam_json
from tests.fakes import FakeBoards, FakeClock, FakeIds, FakePassphrases, FakePrinter
from tests.papers import CERTIFICATES
from tests.services.earned import issue, join, pass_exam, set_school
from tests.storing import open_store

APPROVAL = {
    "board": "Florida Board of Massage Therapy",
    "provider_number": "50-1234",
    "course_number": "20-5678",
    "title": "Sample Course",
    "hours": "16",
    "from": "2026-01-01",
    "to": "2027-12-31",
}

REASON = "a letter from a physician"
"""Why something was granted; it must be nowhere in a pack."""

WHOLE = Scope()


@dataclass
class PackHouse:
    """A house whose records are packed."""

    ports: Ports
    clock: FakeClock
    folder: Path
    ana: str
    bea: str

    def pack(self, name: str = "pack.zip", scope: Scope = WHOLE) -> Path:
        """Make a pack and return its path."""
        self.told: Packed = pack(self.ports, lambda: zip_parcel(self.folder / name), scope, actor="os:lee")
        return self.folder / name


def make_house(folder: Path, ports: Ports, clock: FakeClock) -> PackHouse:
    """Fill a house: Ana sat with time and a half, both passed, both have a certificate."""
    exams = [exam_json(), exam_json("second", required=False)]
    load(ports, banks=[bank()], courses=[course(exams=exams, approvals=[APPROVAL])], actor="test")
    set_school(ports)
    ana = join(ports, name="Ana Señorita =1+1", email="ana@example.org")
    bea = join(ports, name="Bea Blocker", email="bea@example.org")
    grant(ports, student_id=ana, profile=Accommodation(factor=Fraction(3, 2)), reason=REASON, actor="lee")
    for who in (ana, bea):
        pass_exam(ports, who)
        evaluate(ports, student_id=who, course_id="course", answers=None, actor="test")
        issue(ports, who)
    return PackHouse(ports, clock, folder, ana, bea)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackHouse]:
    """Return the house; tests that change its records use one of their own."""
    folder = tmp_path_factory.mktemp("packs")
    clock = FakeClock()
    with open_store(folder / "home") as store:
        ports = Ports(
            store=store,
            clock=clock,
            ids=FakeIds(),
            passphrases=FakePassphrases(),
            press=ReportLabPress(CERTIFICATES),
            printer=FakePrinter(),
            folder=folder / "certificates",
            lexicon=bundled_lexicon(),
            rest=FsrsRest(),
            notary=KeyNotary(folder / "home" / "keys"),
            boards=FakeBoards(),
        )
        yield make_house(folder, ports, clock)
