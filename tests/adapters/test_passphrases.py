"""Passphrases are kept as Argon2id hashes and as nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from cequiz.adapters.passphrases import Argon2Passphrases
from cequiz.bootstrap import House
from cequiz.services.enrolling import register, sign_in
from cequiz.settings import Settings

WORDS = "four plain words here"


@pytest.fixture
def passphrases() -> Argon2Passphrases:
    return Argon2Passphrases(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_the_default_is_argon2id_at_the_strength_of_rfc_9106() -> None:
    assert Argon2Passphrases().hash(WORDS).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_each_hash_has_its_own_salt_and_only_the_passphrase_opens_it(passphrases: Argon2Passphrases) -> None:
    one, other = passphrases.hash(WORDS), passphrases.hash(WORDS)
    assert one != other
    assert passphrases.verify(one, WORDS)
    assert passphrases.verify(other, WORDS)
    assert not passphrases.verify(one, WORDS + " ")


def test_nobody_and_a_damaged_hash_never_open(passphrases: Argon2Passphrases) -> None:
    assert not passphrases.verify(None, "nobody has this passphrase")
    assert not passphrases.verify("no hash at all", WORDS)


def test_the_store_of_a_registered_student_does_not_hold_the_passphrase(tmp_path: Path) -> None:
    house = House(Settings(home=tmp_path / "home", database_url=None, user="tester"))
    made = register(house.ports(), name="Sample", email="s@example.org", passphrase=WORDS, actor="test")
    assert sign_in(house.ports(), email="s@example.org", passphrase=WORDS) == made
    house.close()
    content = b"".join(
        path.read_bytes() for path in (tmp_path / "home").glob("cequiz.db*") if "ballast" not in path.name
    )
    assert b"$argon2id$" in content
    assert WORDS.encode() not in content
