"""`certificate issue` and `batch` when the machine is in the way, not a rule: scripts tell it by the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.errors import StorageDamaged
from cequiz.services import loading
from cequiz.services.ports import Ports
from tests.builders import bank, course
from tests.fakes import FakeNotary
from tests.frontends.desks import command, fake_ports, universal_time
from tests.services.earned import earn, join, set_school


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        loading.load(made, banks=[bank()], courses=[course()], actor="test")
        set_school(made)
        earn(made, join(made))
        yield made


class LostKey(FakeNotary):
    """A notary whose key's file is gone."""

    def _unlock(self) -> None:
        raise StorageDamaged("The provider's key is missing.")


def test_a_certificate_without_a_file_has_its_number_printed_and_ends_in_4(ports: Ports) -> None:
    ports.folder.write_text("in the way", encoding="utf-8")
    ran = command(ports, "certificate", "issue")
    assert (ran.code, ran.out) == (4, "CQ-2026-000001\n")
    assert "could not be written" in ran.err


@pytest.mark.parametrize("arguments", [("issue",), ("batch", "--course", "course", "--out", "{}")])
def test_a_key_that_is_gone_ends_in_4_and_one_that_is_locked_in_3(
    ports: Ports, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    words = [one.format(tmp_path / "batch") for one in arguments]
    assert command(replace(ports, notary=LostKey()), "certificate", *words).code == 4
    assert command(replace(ports, notary=FakeNotary(locked=True)), "certificate", *words).code == 3
