"""Which key a store was made with: every store remembers the name of its key, and refuses another."""

from __future__ import annotations

import hmac

from cequiz.errors import StorageDamaged
from cequiz.language import tr


def key_name(key: bytes) -> str:
    """Return what the store remembers of its key: enough to know it again, nothing to make it from."""
    return hmac.digest(key, b"cequiz store key", "sha256").hex()[:16]


def other_key(hint: str) -> StorageDamaged:
    """Return the refusal of a key that is not the store's; the hint says where the right one is."""
    return StorageDamaged(tr("The key is not the one this store was made with."), hint=hint)
