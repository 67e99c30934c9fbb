"""Trying again: what somebody is told whose answer may have been kept or not."""

from __future__ import annotations

import pytest

from cequiz.errors import CequizError, EnvironmentFailed, StorageBusy, StorageDamaged, StorageIO, StorageReadOnly
from cequiz.services.persistence import durably
from tests.fakes import FakeStore


class Restarting(FakeStore):
    """A store that cannot be reached when it is opened anew."""

    def __init__(self, failure: CequizError | None) -> None:
        super().__init__()
        self._failure = failure

    def recover(self) -> None:
        if self._failure is not None:
            raise self._failure


def failing(*failures: EnvironmentFailed) -> str:
    """Return what a deed with these failures, one after the other, and a store that comes back end with."""
    left = list(failures)

    def deed() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return durably(Restarting(None), deed)


@pytest.mark.parametrize("failure", [StorageBusy("The server restarts."), StorageReadOnly("It is a copy.")])
def test_a_store_that_does_not_come_back_leaves_the_outcome_unknown(failure: EnvironmentFailed) -> None:
    """Else the student is told that the answer was not kept, and it may have been."""

    def deed() -> None:
        raise StorageIO("The line was lost at the commit.")

    with pytest.raises(StorageIO, match="at the commit"):
        durably(Restarting(failure), deed)


def test_a_store_that_is_lost_again_before_it_answers_leaves_the_outcome_unknown() -> None:
    with pytest.raises(StorageIO, match="at the commit"):
        failing(StorageIO("The line was lost at the commit."), StorageBusy("Nothing was kept."))


def test_a_damaged_store_says_so_whatever_is_in_doubt() -> None:
    with pytest.raises(StorageDamaged):
        failing(StorageIO("The line was lost at the commit."), StorageDamaged("The store is damaged."))


def test_a_busy_store_is_busy_where_nothing_is_in_doubt() -> None:
    with pytest.raises(StorageBusy):
        failing(StorageBusy("Nothing was kept."))


def test_what_can_be_asked_again_is_done_in_the_end() -> None:
    assert failing(StorageIO("Lost."), StorageIO("Lost again.")) == "done"
