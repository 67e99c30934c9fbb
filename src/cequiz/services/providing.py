"""Providing: who issues certificates, and whether what they say can be printed at all."""

from __future__ import annotations

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.provider import Provider
from cequiz.errors import NotFound, Refused
from cequiz.language import mark, tr
from cequiz.services.enrolling import check_printable
from cequiz.services.freezing import NO_PROVIDER, SAMPLE_STUDENT, check_page, gather
from cequiz.services.keykeeping import ensure_key
from cequiz.services.ports import AuditRecord, Ports

LARGEST_PICTURE = 200 * 1024
"""Bytes of a logo or a signature: it goes into every certificate."""

_PNG = b"\x89PNG\r\n\x1a\n"


def provider(ports: Ports) -> Provider | None:
    """Return who issues certificates; None until one is set."""
    with ports.store.read() as unit:
        return unit.providers.get()


def set_provider(ports: Ports, new: Provider, *, actor: str) -> None:
    """Set who issues certificates from now on; issued ones keep the provider they were issued by.

    A provider without a key gets one, so that what is issued is signed.

    Raises:
        Refused: a text could not be printed, or a picture is none, or too large.
        NotFound: there is no template of that name.
        NotAllowed: the key of earlier certificates is lost.
    """
    for picture in (new.look.logo, *new.look.signatures.values()):
        _check_picture(picture)
    signing = [new.administrator] + ([new.instructor] if new.instructor else [])
    for text in (new.name, new.contact, new.address, *(part for one in signing for part in (one.name, one.role))):
        check_printable(ports, text, what=mark("provider's text"))
    if new.look.template not in ports.press.looks():
        raise NotFound(
            tr("There is no template {name}.", name=new.look.template),
            hint=tr("There are: {names}.", names=", ".join(ports.press.looks())),
        )
    with ports.store.read() as unit:
        loaded = [unit.courses.get(one.id, one.version) for one in unit.courses.versions()]
    for course in loaded:
        if course is not None:
            _check_sample(ports, course, new)
    now = ports.clock.read().wall
    ensure_key(ports, at=now)
    with ports.store.write() as unit:
        unit.providers.set(new, at=now)
        unit.audit.add(
            AuditRecord(at=now, actor=actor, deed="provider.set", subject=new.name, details={"provider": new.to_json()})
        )


def _check_picture(picture: bytes) -> None:
    if picture and (not picture.startswith(_PNG) or picture[12:16] != b"IHDR"):
        raise Refused(tr("A logo and a signature are PNG pictures."), hint=tr("Save the picture as PNG."))
    if len(picture) > LARGEST_PICTURE:
        raise Refused(
            tr("A picture has at most {most} kilobytes.", most=LARGEST_PICTURE // 1024),
            hint=tr("It is printed small: save it with fewer pixels."),
        )


def check_prints(ports: Ports, *, course: Course) -> None:
    """Refuse a course whose texts no certificate could carry, before anybody depends on it.

    Raises:
        Refused: a text is too long for the page, or no shipped font has one of its characters.
        NotAllowed: the boards that approved it ask for titles that exclude each other.
    """
    _check_sample(ports, course, NO_PROVIDER)


def _check_sample(ports: Ports, course: Course, by: Provider) -> None:
    today = ports.clock.read().wall.date()
    facts = gather(ports, course, SAMPLE_STUDENT, by, award=None, issued_on=today, number=None)
    check_page(facts, ports.press.read_fields(ports.press.draw(facts, look=by.look)))
