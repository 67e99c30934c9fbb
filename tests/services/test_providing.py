"""The provider: what it chooses can be printed, and it has a key before anything is issued."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.picture import LARGEST_PICTURE, Picture, look_through
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.provider import Provider
from cequiz.errors import NotFound, Refused
from cequiz.services.ports import Ports
from cequiz.services.providing import change_provider, picture_file, provider, set_picture, set_provider
from tests.fakes import FakeNotary
from tests.papers import SCHOOL


def png(width: int = 3, height: int = 2, *, packed: bytes | None = None, interlaced: bool = False) -> bytes:
    """Return a grey picture; `packed` in the place of its pixels."""

    def part(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 0, 0, 0, interlaced))
    pixels = zlib.compress(height * (b"\0" + b"\x80" * width)) if packed is None else packed
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", pixels) + part(b"IEND", b"")


PNG = png()


def test_what_a_provider_chooses_is_kept(ports: Ports) -> None:
    look = Look(template="modern", paper=Paper.A4, logo=PNG, signatures={"administrator": PNG, "instructor": PNG})
    chosen = replace(SCHOOL, look=look, verify_at="https://school.example/V")
    set_provider(ports, chosen, actor="admin")
    assert provider(ports) == chosen


def test_what_somebody_else_sets_in_the_middle_of_a_change_stays(ports: Ports) -> None:
    """A logo would be gone from every certificate, and nobody has taken it away."""
    set_provider(ports, SCHOOL, actor="admin")
    seen = []

    def moved(before: Provider | None) -> Provider:
        assert before is not None
        seen.append(before.look.logo)
        if len(seen) == 1:
            set_picture(ports, "logo", PNG, actor="somebody else")
        return replace(before, address="Miami")

    change_provider(ports, moved, actor="admin")
    found = provider(ports)
    assert found is not None
    assert (seen, found.address, found.look.logo) == ([b"", PNG], "Miami", PNG)


DAMAGED = {
    "a JPEG": b"\xff\xd8\xff\xe0 a JPEG",
    "SVG": b"<svg/>",
    "too large": PNG + bytes(LARGEST_PICTURE),
    "only the beginning": PNG[:8],
    "without its end": PNG[:-12],
    "cut off": PNG[:-20],
    "one bit wrong": PNG[:45] + bytes([PNG[45] ^ 1]) + PNG[46:],
    "pixels missing": png(packed=zlib.compress(b"\0\x80\x80\x80")),
    "too many pixels": png(packed=zlib.compress(bytes(1_000_000))),
    "pixels that cannot be unpacked": png(packed=b"no such thing"),
    "without a width": png(0, 2),
    "wider than anything": png(1_000_000, 1, packed=b""),
}


@pytest.mark.parametrize("picture", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("where", ["logo", "signature"])
def test_a_picture_that_certificates_cannot_carry_is_refused(ports: Ports, picture: bytes, where: str) -> None:
    look = Look(logo=picture) if where == "logo" else Look(signatures={"instructor": picture})
    with pytest.raises(Refused, match=r"PNG|kilobytes|damaged"):
        set_provider(ports, replace(SCHOOL, look=look), actor="admin")
    assert provider(ports) is None


def test_a_picture_is_measured() -> None:
    assert look_through(png(30, 20)) == Picture(30, 20, len(png(30, 20)))


def test_an_interlaced_picture_is_one_too() -> None:
    pixels = b"\0\x80" + b"\0\x80" + b"\0\x80" + b"\0\x80\x80\x80"
    assert look_through(png(3, 2, packed=zlib.compress(pixels), interlaced=True)).width == 3


@pytest.mark.parametrize("content", [b"", PNG[:-1], b"Dear Sir"])
def test_a_file_that_is_empty_or_no_whole_picture_is_refused_and_takes_nothing_away(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(Refused):
        picture_file(tmp_path / "logo.png")
    with pytest.raises(NotFound):
        picture_file(tmp_path)


def test_a_picture_that_was_set_before_pictures_were_looked_through_holds_up_nothing(ports: Ports) -> None:
    old = replace(SCHOOL, look=Look(logo=PNG[:-20]))
    with ports.store.write() as unit:
        unit.providers.set(old, at=ports.clock.read().wall)
    set_provider(ports, replace(old, name="New Name"), actor="admin")
    assert provider(ports) == replace(old, name="New Name")


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
