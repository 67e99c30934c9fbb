"""The log of certificates: what its proofs show, and that nothing else passes for a proof."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.credential import merkle

# The entries and heads that implementations of Certificate Transparency test themselves with.
ENTRIES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
]

sizes = st.integers(1, 40)


def tree(size: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % place) for place in range(size)]


def test_heads_are_those_of_other_implementations() -> None:
    leaves = [merkle.leaf_hash(one) for one in ENTRIES]
    assert [merkle.root(leaves[: size + 1]).hex() for size in range(len(leaves))] == HEADS


def test_an_empty_log_has_a_head() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(sizes, st.data())
def test_every_certificate_is_proved_where_it_stands_and_nowhere_else(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    index = data.draw(st.integers(0, size - 1))
    proof, head = merkle.inclusion(leaves, index), merkle.root(leaves)
    assert merkle.includes(leaves[index], proof, index=index, size=size, head=head)
    for other in {*range(-1, size + 1)} - {index}:
        assert not merkle.includes(leaves[index], proof, index=other, size=size, head=head)
    assert not merkle.includes(merkle.leaf_hash(b"another"), proof, index=index, size=size, head=head)


@given(sizes, st.data())
def test_a_changed_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    leaves = tree(size + 1)
    size += 1
    index = data.draw(st.integers(0, size - 1))
    proof, head = merkle.inclusion(leaves, index), merkle.root(leaves)
    place = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof]
    changed[place] = bytes([changed[place][0] ^ 1]) + changed[place][1:]
    shorter, longer = proof[:-1], [*proof, bytes(32)]
    for wrong in (changed, shorter, longer):
        assert not merkle.includes(leaves[index], wrong, index=index, size=size, head=head)


@given(sizes, st.data())
def test_a_log_that_grew_is_proved_to_continue_the_older_one(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    before = data.draw(st.integers(1, size))
    proof, old, head = merkle.consistency(leaves, before), merkle.root(leaves[:before]), merkle.root(leaves)
    assert merkle.continues(proof, before=before, old=old, size=size, head=head)
    assert not merkle.continues([*proof, bytes(32)], before=before, old=old, size=size, head=head)


@given(sizes, st.data())
def test_a_log_in_which_an_old_certificate_was_changed_continues_nothing(size: int, data: st.DataObject) -> None:
    leaves = tree(size)
    before = data.draw(st.integers(1, size))
    old = merkle.root(leaves[:before])
    leaves[data.draw(st.integers(0, before - 1))] = merkle.leaf_hash(b"another")
    proof, head = merkle.consistency(leaves, before), merkle.root(leaves)
    assert not merkle.continues(proof, before=before, old=old, size=size, head=head)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_what_was_never_issued(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion(tree(3), index)


@pytest.mark.parametrize("before", [0, 4])
def test_there_is_no_proof_from_a_head_that_never_was(before: int) -> None:
    with pytest.raises(IndexError):
        merkle.consistency(tree(3), before)
    assert not merkle.continues([], before=before, old=bytes(32), size=3, head=bytes(32))
