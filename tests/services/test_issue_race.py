"""Several programs issue at once on one store, a file or a server: nothing twice, and no number is left out."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.store.postgres.store import PostgresStore
from cequiz.adapters.store.store import SqliteStore
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import bank, course
from tests.durability.tracing import ROOT
from tests.papers import SCHOOL
from tests.services.earned import deeds, earn, join
from tests.storing import open_store

PROGRAMS, STUDENTS = 4, 6

ISSUER = """
import sys, time
from pathlib import Path
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.rest import FsrsRest
from cequiz.bootstrap import SystemIds, bundled_lexicon
from cequiz.services.issuing import issue_due
from cequiz.services.ports import Ports
from tests.fakes import FakeBoards, FakeClock, FakePassphrases, FakePress, FakePrinter
from tests.services.test_issue_race import opened
home, start = Path(sys.argv[1]), float(sys.argv[2])
with opened(home, sys.argv[4]) as store:
    ports = Ports(
        store=store, clock=FakeClock(), ids=SystemIds(), passphrases=FakePassphrases(), press=FakePress(),
        printer=FakePrinter(), folder=home / "of" / sys.argv[3], lexicon=bundled_lexicon(), rest=FsrsRest(),
        notary=KeyNotary(home / "keys"), boards=FakeBoards(),
    )
    time.sleep(max(0, start - time.time()))
    print([refusal.error.sentence for refusal in issue_due(ports, actor="race").refused])
"""


def opened(home: Path, address: str) -> SqliteStore | PostgresStore:
    """Open the store of a folder, or the one at an address."""
    return PostgresStore.open(address, key_path=home / "keys" / "store.key") if address else open_store(home)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_four_programs_issue_each_certificate_once(
    request: pytest.FixtureRequest, ports: Ports, tmp_path: Path, kind: str
) -> None:
    home = tmp_path / "home"
    address = request.getfixturevalue("postgres_url") if kind == "postgres" else ""
    with opened(home, address) as store:
        made = replace(ports, store=store)
        load(made, banks=[bank()], courses=[course()], actor="test")
        for count in range(STUDENTS):
            earn(made, join(made, name=f"Student {count}", email=f"s{count}@example.org"))
        with store.write() as unit:  # without a key: whoever signs first makes it
            unit.providers.set(SCHOOL, at=made.clock.read().wall)
        start = str(time.time() + 4)
        command = [sys.executable, "-c", ISSUER, str(home), start]
        running = [
            subprocess.Popen(
                [*command, str(n), address], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for n in range(PROGRAMS)
        ]
        said = [process.communicate(timeout=120) for process in running]
        assert [out for out, _ in said] == ["[]\n"] * PROGRAMS, [error[-800:] for _, error in said if error]
        with store.read() as unit:
            records = unit.certificates.all()
            awards = unit.awards.all()
        assert [one.number for one in records] == [f"CQ-2026-{place:06}" for place in range(1, STUDENTS + 1)]
        assert sorted(one.award_id for one in records) == sorted(one.id for one in awards)
        assert len(awards) == STUDENTS
        assert [one.proof.index for one in records if one.proof] == list(range(STUDENTS))
        assert deeds(made).count("certificate.issued") == deeds(made).count("award.made") == STUDENTS
        assert store.verify_chains().findings == ()
    assert len(KeyNotary(home / "keys").keys()) == 1
