"""Transactions: all or nothing, and no view of what is half done."""

from __future__ import annotations

from contextlib import suppress

import pytest

from cequiz.errors import NotAllowed, StorageReadOnly
from cequiz.services.ports import Store
from tests.builders import NOON, bank
from tests.storing import answer, begin, student


def test_a_clean_exit_keeps_everything(store: Store) -> None:
    with store.write() as unit:
        unit.students.add(student(), passphrase_hash=None, at=NOON)
        assert unit.students.get("S-1") is not None
    with store.read() as unit:
        assert unit.students.get("S-1") == student()


@pytest.mark.parametrize("error", [NotAllowed("no"), KeyError("x"), KeyboardInterrupt()])
def test_any_error_keeps_nothing_and_comes_out_as_it_is(store: Store, error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, store.write() as unit:
        unit.students.add(student(), passphrase_hash=None, at=NOON)
        unit.banks.add(bank(), at=NOON)
        raise error
    assert caught.value is error
    with store.read() as unit:
        assert unit.students.get("S-1") is None
        assert not unit.banks.versions()


def test_nothing_written_while_reading_is_kept(store: Store) -> None:
    # A server refuses it at once; a file lets it be, and takes it back.
    with suppress(StorageReadOnly), store.read() as unit:
        unit.students.add(student(), passphrase_hash=None, at=NOON)
    with store.read() as unit:
        assert not unit.students.all()


def test_a_read_does_not_move_while_others_write(store: Store) -> None:
    begin(store)
    with store.read() as unit:
        before = unit.attempts.events("A-1")
        store.append(answer(0), expected_seq=1)
        assert unit.attempts.events("A-1") == before
    with store.read() as unit:
        assert len(unit.attempts.events("A-1")) == 2


def test_a_unit_may_follow_a_failed_one(store: Store) -> None:
    begin(store)
    with pytest.raises(NotAllowed), store.write() as unit:
        unit.attempts.append(answer(0), expected_seq=1)
        raise NotAllowed("no")
    assert store.append(answer(0), expected_seq=1).event.seq == 2
