"""What may become of a certificate: a revocation stands, and what was superseded does not come back."""

from __future__ import annotations

import pytest

from cequiz.domain.credential.lifecycle import Life, may_become

ALLOWED = {
    (Life.ISSUED, Life.SUPERSEDED),
    (Life.ISSUED, Life.SUSPENDED),
    (Life.ISSUED, Life.REVOKED),
    (Life.ISSUED, Life.EXPIRED),
    (Life.SUSPENDED, Life.ISSUED),
    (Life.SUSPENDED, Life.SUPERSEDED),
    (Life.SUSPENDED, Life.REVOKED),
    (Life.SUSPENDED, Life.EXPIRED),
    (Life.SUPERSEDED, Life.REVOKED),
    (Life.EXPIRED, Life.REVOKED),
}


@pytest.mark.parametrize("now", Life)
@pytest.mark.parametrize("new", Life)
def test_only_what_the_table_says_may_follow(now: Life, new: Life) -> None:
    assert may_become(now, new) == ((now, new) in ALLOWED)
