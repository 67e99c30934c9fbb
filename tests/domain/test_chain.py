"""Chains: any change of a record, of its place or of what came before changes its hash."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.chain import START, link, receipt
from cequiz.domain.exam.events import message
from tests.builders import KEY, Log


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_receipt_names_the_first_eighty_bits_of_a_head(one: bytes, other: bytes) -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", receipt(one))
    assert (receipt(one) == receipt(other)) == (one[:10] == other[:10])


def test_every_field_of_an_event_is_under_its_hash() -> None:
    log = Log()
    event = log.answer(0)
    base = link(key=KEY, previous=event.previous, message=message(event, seq=event.seq))
    assert base == event.hash
    changed = vars(event)
    for field in ("attempt_id", "actor", "session", "key"):
        other = type(event)(**{**changed, field: "other"})
        assert link(key=KEY, previous=event.previous, message=message(other, seq=event.seq)) != base
    other = type(event)(**{**changed, "payload": {"item": "x"}})
    assert link(key=KEY, previous=event.previous, message=message(other, seq=event.seq)) != base
    assert link(key=KEY, previous=START, message=message(event, seq=event.seq)) != base
    assert link(key=KEY, previous=event.previous, message=message(event, seq=event.seq + 1)) != base
    assert link(key=b"o" * 32, previous=event.previous, message=message(event, seq=event.seq)) != base
