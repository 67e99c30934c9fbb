"""Services run on fakes with a clock that tests move."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.adapters.rest import FsrsRest
from cequiz.bootstrap import bundled_lexicon
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import bank, course
from tests.fakes import FakeBoards, FakeClock, FakeIds, FakeNotary, FakePassphrases, FakePress, FakePrinter, FakeStore


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ports(clock: FakeClock, tmp_path: Path) -> Ports:
    """Return ports on an empty fake store with the sample bank and course loaded."""
    made = Ports(
        store=FakeStore(),
        clock=clock,
        ids=FakeIds(),
        passphrases=FakePassphrases(),
        press=FakePress(),
        printer=FakePrinter(),
        folder=tmp_path / "certificates",
        lexicon=bundled_lexicon(),
        rest=FsrsRest(),
        notary=FakeNotary(),
        boards=FakeBoards(),
    )
    load(made, banks=[bank()], courses=[course()], actor="test")
    return made
