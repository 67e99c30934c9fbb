"""Keeping keys: every change is on record, and nothing is replaced by mistake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.adapters.proof.notary import KeyNotary
from cequiz.domain.credential.proof import PublicKey
from cequiz.errors import NotFound, WrongState
from cequiz.services import keykeeping
from cequiz.services.ports import Ports
from tests.adapters.proof.provers import keys_folder
from tests.builders import NOON
from tests.contract.test_records import PROOF, certificate


@pytest.fixture
def signing(ports: Ports, tmp_path: Path) -> Ports:
    """Return ports whose notary is the real one, with no key yet."""
    return replace(ports, notary=KeyNotary(keys_folder(tmp_path / "keys")))


def test_a_first_key_is_made_once_and_on_record(signing: Ports) -> None:
    made = keykeeping.create(signing, actor="os:tester")
    assert keykeeping.in_use(signing) == made
    with pytest.raises(WrongState, match=made.id):
        keykeeping.create(signing, actor="os:tester")
    with signing.store.read() as unit:
        record = unit.audit.all()[-1]
    assert (record.deed, record.subject, record.actor) == ("key.made", made.id, "os:tester")
    assert record.details == {"public": made.public}


def test_a_key_is_replaced_and_the_record_names_both(signing: Ports) -> None:
    with pytest.raises(WrongState, match="no key yet"):
        keykeeping.rotate(signing, actor="os:tester")
    first = keykeeping.create(signing, actor="os:tester")
    second = keykeeping.rotate(signing, actor="os:tester")
    assert keykeeping.signing_key(signing) == second
    with signing.store.read() as unit:
        record = unit.audit.all()[-1]
    assert (record.deed, record.subject) == ("key.rotated", second.id)
    assert record.details == {"public": second.public, "retired": first.id}


def test_a_key_that_somebody_has_just_made_is_not_replaced_unseen(signing: Ports) -> None:
    """Two who ask at once would make two keys, and the web page of the first is out of date before it is up."""
    first = keykeeping.renew(signing, expected=None, reason="we begin", actor="lee")
    with pytest.raises(WrongState, match=f"Another key is in use now: {first.id}"):
        keykeeping.renew(signing, expected=None, reason="we begin", actor="kim")
    second = keykeeping.renew(signing, expected=first.id, reason="stolen", actor="lee")
    with pytest.raises(WrongState, match=second.id):
        keykeeping.renew(signing, expected=first.id, reason="stolen", actor="kim")
    assert keykeeping.in_use(signing) == second


def test_what_is_given_to_others_holds_public_keys_only(signing: Ports) -> None:
    with pytest.raises(NotFound, match="no key yet"):
        keykeeping.document(signing.notary.keys())
    with pytest.raises(NotFound, match="no key yet"):
        keykeeping.signing_key(signing)
    made = keykeeping.create(signing, actor="os:tester")
    assert keykeeping.document(signing.notary.keys()) == {
        "format": "cequiz-keys/1",
        "keys": [{"id": made.id, "public": made.public, "made_at": made.made_at, "retired_at": ""}],
    }


def test_a_key_that_another_program_makes_meanwhile_is_no_missing_key(signing: Ports) -> None:
    class Overtaken(KeyNotary):
        """A notary that is asked just before another program makes the key and signs with it."""

        first = True

        def keys(self) -> tuple[PublicKey, ...]:
            found = super().keys()
            if self.first:
                self.first = False
                self.make_key(at=NOON)
                with signing.store.write() as unit:
                    unit.certificates.add(replace(certificate(), proof=PROOF), actor="another")
            return found

    notary = signing.notary
    assert isinstance(notary, KeyNotary)
    overtaken = Overtaken(notary._folder)
    keykeeping.ensure_key(replace(signing, notary=overtaken), at=NOON)
    assert len(notary.keys()) == 1
