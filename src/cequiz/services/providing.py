"""Providing: who issues certificates, and whether what they say can be printed at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cequiz.domain.bank.course import Approval, Course
from cequiz.domain.canonical import Json
from cequiz.domain.credential.picture import LARGEST_PICTURE, look_through
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.provider import Provider
from cequiz.errors import NotFound, WrongState
from cequiz.language import mark, tr
from cequiz.services.enrolling import check_printable
from cequiz.services.freezing import NO_PROVIDER, SAMPLE_STUDENT, check_page, gather
from cequiz.services.in_use import course_in_use
from cequiz.services.keykeeping import ensure_key
from cequiz.services.ports import AuditRecord, Ports
from cequiz.services.reasons import given_reason


def provider(ports: Ports) -> Provider | None:
    """Return who issues certificates; None until one is set."""
    with ports.store.read() as unit:
        return unit.providers.get()


def set_provider(ports: Ports, new: Provider, *, actor: str, reason: str = "") -> None:
    """Set who issues certificates from now on; issued ones keep the provider they were issued by.

    The arguments but `new`, the provider from now on, and what is raised are those of `change_provider`.
    """
    change_provider(ports, lambda _: new, actor=actor, reason=reason)


def change_provider(
    ports: Ports, change: Callable[[Provider | None], Provider], *, actor: str, reason: str = ""
) -> None:
    """Change who issues certificates from now on; issued ones keep the provider they were issued by.

    A provider without a key gets one, so that what is issued is signed. What somebody else changes in the meantime
    stays, if this change does not touch it.

    Args:
        ports: the outside world.
        change: makes the new provider of the one that is set; called again if that one was replaced meanwhile.
        actor: who sets it.
        reason: why; may be empty.

    Raises:
        Refused: a text could not be printed, or a picture is none, or too large.
        NotFound: there is no template of that name.
        NotAllowed: the key of earlier certificates is lost.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    while True:
        before = provider(ports)
        new = change(before)
        _check(ports, new, before)
        now = ports.clock.read().wall
        ensure_key(ports, at=now)
        with ports.store.write() as unit:
            if unit.providers.get() != before:
                continue
            unit.providers.set(new, at=now)
            details: dict[str, Json] = {"provider": new.to_json(), **why}
            unit.audit.add(AuditRecord(at=now, actor=actor, deed="provider.set", subject=new.name, details=details))
        return


def _check(ports: Ports, new: Provider, before: Provider | None) -> None:
    for picture in _pictures(new) - _pictures(before):
        look_through(picture)
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


def set_picture(ports: Ports, which: str, picture: bytes, *, actor: str, reason: str = "") -> None:
    """Put a picture on certificates from now on, or take it away; everything else of the provider stays.

    Args:
        ports: the outside world.
        which: `logo`, `administrator` or `instructor`.
        picture: a PNG; empty for none.
        actor: who does it.
        reason: why; may be empty.

    Raises:
        NotFound: no provider is set.
        Refused: it is no whole PNG, or too large.
        WrongState: there was none to take away.
    """
    change_provider(ports, lambda before: _pictured(before, which, picture), actor=actor, reason=reason)


def _pictured(before: Provider | None, which: str, picture: bytes) -> Provider:
    if before is None:
        raise NotFound(tr("No provider is set."), hint=tr("`cequiz provider set` sets one."))
    look = before.look
    if not picture and not (look.logo if which == "logo" else look.signatures.get(which)):
        raise WrongState(tr("There is no such picture."), hint=tr("Nothing was changed."))
    if which == "logo":
        look = replace(look, logo=picture)
    else:
        others = {role: one for role, one in look.signatures.items() if role != which}
        look = replace(look, signatures=others | ({which: picture} if picture else {}))
    return replace(before, look=look)


@dataclass(frozen=True)
class ApprovedCourse:
    """What a board has approved of a course that is in use."""

    name: str
    """`ID@VERSION`."""
    approval: Approval


@dataclass(frozen=True, kw_only=True)
class ProviderPage:
    """Everything that the office shows of the provider."""

    provider: Provider | None
    keys: tuple[PublicKey, ...]
    """The one in use last."""
    approved: tuple[ApprovedCourse, ...]
    today: date
    """In the provider's time zone."""

    @property
    def key(self) -> PublicKey | None:
        """The key that signs; None where there is none."""
        return self.keys[-1] if self.keys and not self.keys[-1].retired_at else None


def provider_page(ports: Ports) -> ProviderPage:
    """Return who issues certificates, with which keys, and what boards have approved of the courses in use."""
    with ports.store.read() as unit:
        found = unit.providers.get()
        ids = dict.fromkeys(one.id for one in unit.courses.versions())
        used = [course for one in ids if (course := course_in_use(unit, one)) is not None]
    approved = [ApprovedCourse(f"{one.id}@{one.version}", approval) for one in used for approval in one.approvals]
    return ProviderPage(
        provider=found,
        keys=tuple(ports.notary.keys()),
        approved=tuple(sorted(approved, key=lambda one: (one.approval.to, one.name, one.approval.board))),
        today=(found or NO_PROVIDER).local(ports.clock.read().wall).date(),
    )


def _pictures(one: Provider | None) -> set[bytes]:
    """Return the pictures of a provider; those that are there already are not looked through again."""
    return {picture for picture in (one.look.logo, *one.look.signatures.values()) if picture} if one else set()


def picture_file(path: Path) -> bytes:
    """Return the picture in a file.

    Raises:
        NotFound: there is no such file, or it cannot be read.
        Refused: it is empty, or no whole PNG that is small enough.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(
                LARGEST_PICTURE + 1
            )  # one byte more tells as well as all of them that it is too large
    except (OSError, ValueError):
        raise NotFound(
            tr("There is no file {file} that can be read.", file=path), hint=tr("Nothing was set. Check the name.")
        ) from None
    look_through(content)
    return content


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
