"""The provider: what it chooses can be printed, and it has a key before anything is issued."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.proof import PublicKey
from cequiz.errors import NotFound, Refused
from cequiz.services.ports import Ports
from cequiz.services.providing import LARGEST_PICTURE, provider, set_provider
from tests.fakes import FakeNotary
from tests.papers import SCHOOL

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)


def test_what_a_provider_chooses_is_kept(ports: Ports) -> None:
    look = Look(template="modern", paper=Paper.A4, logo=PNG, signatures={"administrator": PNG, "instructor": PNG})
    chosen = replace(SCHOOL, look=look, verify_at="https://school.example/V")
    set_provider(ports, chosen, actor="admin")
    assert provider(ports) == chosen


@pytest.mark.parametrize("picture", [b"\xff\xd8\xff\xe0 a JPEG", b"<svg/>", PNG[:8], PNG + bytes(LARGEST_PICTURE)])
@pytest.mark.parametrize("where", ["logo", "signature"])
def test_a_picture_that_certificates_cannot_carry_is_refused(ports: Ports, picture: bytes, where: str) -> None:
    look = Look(logo=picture) if where == "logo" else Look(signatures={"instructor": picture})
    with pytest.raises(Refused, match=r"PNG|kilobytes"):
        set_provider(ports, replace(SCHOOL, look=look), actor="admin")
    assert provider(ports) is None


def test_a_template_that_there_is_not_is_named_beside_those_there_are(ports: Ports) -> None:
    with pytest.raises(NotFound, match="baroque") as caught:
        set_provider(ports, replace(SCHOOL, look=Look(template="baroque")), actor="admin")
    assert "classic" in caught.value.hint


def test_a_provider_gets_a_key_and_keeps_it(ports: Ports) -> None:
    class Keyless(FakeNotary):
        made = 0

        def keys(self) -> tuple[PublicKey, ...]:
            return super().keys() if self.made else ()

        def make_key(self, **_: object) -> PublicKey:
            self.made += 1
            return super().keys()[0]

    notary = Keyless()
    for name in ("First", "Second"):
        set_provider(replace(ports, notary=notary), replace(SCHOOL, name=name), actor="admin")
    assert notary.made == 1
