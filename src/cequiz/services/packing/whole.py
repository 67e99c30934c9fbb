"""Making an audit pack: one read of the records, file after file, and a signed manifest at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.provider import Provider
from cequiz.services import auditing, trusting
from cequiz.services.corrections import in_force
from cequiz.services.keykeeping import described, signing_key
from cequiz.services.packing import cover
from cequiz.services.packing.chosen import Chosen, Scope, choose
from cequiz.services.packing.courses import put_bank, put_boards, put_course, put_key_changes
from cequiz.services.packing.parcel import Packing, Parcel, instant_text, json_bytes
from cequiz.services.packing.people import put_attempt, put_student
from cequiz.services.packing.records import put_audit, put_certificates, put_verification
from cequiz.services.ports import AuditRecord, Ports, Unit

PACKED = "report.audit_packed"
"""The deed of the audit record."""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What is in a pack that was made."""

    files: int
    students: int
    attempts: int
    certificates: int
    findings: int
    """How many differences recomputing the chains found; the pack tells them."""
    key: str
    """The id of the key that signed it."""


def pack(
    ports: Ports,
    open_parcel: Callable[[], AbstractContextManager[Parcel]],
    scope: Scope,
    *,
    actor: str,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Packed:
    """Put everything that a board asks for into a parcel, with a manifest that the provider's key signs.

    Args:
        ports: the outside world.
        open_parcel: opens what takes the files; it is left by an error when the pack is not to be.
        scope: what it is about.
        actor: who makes it.
        progress: told how much is done, of how much.
        stop: asked before every file.

    Raises:
        NotFound: there is no provider, no key, no such course or student.
        NotAllowed: the provider's key is locked.
        Stopped: somebody asked for it; there is no pack.
    """
    trust = trusting.export(ports)  # first of all: a locked key is told before anything is read
    report, seal = auditing.verify(ports), auditing.seal(ports)
    with ports.store.read() as unit, open_parcel() as parcel:
        provider = unit.providers.get()
        assert provider is not None  # noqa: S101 - without one there is no trust file, checked for the type checker
        job = _Job(ports, unit, Packing(parcel, stop=stop), choose(ports, unit, scope), progress)
        job.put_people()
        job.put_courses()
        audit = put_audit(job.packing, unit, job.chosen, job.numbers)
        put_verification(job.packing, report=report, seal=seal, trust=trust, tombstones=unit.retention.tombstones())
        _put_provider(job.packing, ports, provider)
        key = signing_key(ports)
        job.packing.put(cover.key_path(key), cover.key_pem(key))
        said = cover.Said(
            provider=provider,
            chosen=job.chosen,
            made_at=ports.clock.read().wall,
            key=key,
            counts={**job.counts(), "audit_records": audit, "files": len(job.packing.entries) + 3},
            chains=report,
        )
        _put_cover(job.packing, ports, said)
        _sign(job.packing, ports, said)
        _record(ports, job, actor=actor)  # before the file gets its name: there is no pack that nobody knows of
    job.end()
    return Packed(
        files=len(job.packing.entries),
        students=len(job.chosen.students),
        attempts=len(job.chosen.attempts),
        certificates=len(job.numbers),
        findings=len(report.findings),
        key=key.id,
    )


class _Job:
    """The parts of a pack that take long, and how far they are."""

    def __init__(
        self, ports: Ports, unit: Unit, packing: Packing, chosen: Chosen, progress: Callable[[int, int], None]
    ) -> None:
        self._ports = ports
        self._unit = unit
        self._progress = progress
        self._done = 0
        self._banks: set[tuple[str, str]] = set()
        self.packing = packing
        self.chosen = chosen
        self.numbers: list[str] = []
        self._of = len(chosen.attempts) + len(chosen.awards) + len(chosen.students) + len(chosen.courses) + 1

    def put_people(self) -> None:
        """Put in every student with attempts, awards and certificates."""
        courses = {one.id for one in self.chosen.courses}
        ended, awards = self._unit.awards.ended(), defaultdict[str, list[Award]](list)
        for award in self.chosen.awards:
            awards[award.student_id].append(award)
        for student in self.chosen.students:
            own = awards[student.id]
            put_student(self.packing, self._unit, student, courses=courses, awards=own, ended=ended)
            self._step()
        changes = in_force(self._unit)
        for header in self.chosen.attempts:
            self._banks |= put_attempt(self.packing, self._ports, self._unit, header, changes=changes)
            self._step()
        for award in self.chosen.awards:
            self.numbers += put_certificates(self.packing, self._unit, award)
            self._step()

    def put_courses(self) -> None:
        """Put in the courses, the versions of banks that were drawn from, and the newest of those that may be."""
        for course in self.chosen.courses:
            put_course(self.packing, course)
            for name in {bank for exam in course.exams for bank in exam.banks}:
                newest = self._unit.banks.latest(name)
                self._banks |= {(newest.id, newest.version)} if newest else set()
            self._step()
        for bank_id, version in sorted(self._banks):
            bank = self._unit.banks.get(bank_id, version)
            if bank is not None:
                put_bank(self.packing, self._unit, bank)
        put_key_changes(self.packing, self._unit, {bank for bank, _ in self._banks})
        put_boards(self.packing, self._ports, self.chosen.courses)

    def counts(self) -> dict[str, int]:
        """Return how many of each kind are in the pack."""
        return {
            "students": len(self.chosen.students),
            "attempts": len(self.chosen.attempts),
            "awards": len(self.chosen.awards),
            "certificates": len(self.numbers),
            "courses": len(self.chosen.courses),
            "banks": len(self._banks),
        }

    def end(self) -> None:
        """Tell that everything is done."""
        self._progress(self._of, self._of)

    def _step(self) -> None:
        self._done += 1
        self._progress(self._done, self._of)


def _put_provider(packing: Packing, ports: Ports, provider: Provider) -> None:
    packing.json("provider/provider.json", provider.to_json())
    packing.lines("provider/policies.txt", cover.life_cycle(ports.rules))


def _put_cover(packing: Packing, ports: Ports, said: cover.Said) -> None:
    page = ports.press.report(cover.cover(said), provider=said.provider.name, zone=said.provider.time_zone)
    packing.put(cover.COVER, page)
    packing.lines(cover.README, cover.readme(said))


def _sign(packing: Packing, ports: Ports, said: cover.Said) -> None:
    """Put in the manifest, its files in the order of their names, and the signature over its bytes."""
    scope = said.chosen.scope
    keys = ports.notary.keys()
    packing.lines(cover.SUMS, packing.sums())
    manifest: dict[str, Json] = {
        "format": cover.FORMAT,
        "made_at": instant_text(said.made_at),
        "provider": {"name": said.provider.name, "contact": said.provider.contact},
        "scope": {
            "course": scope.course_id,
            "student": said.chosen.student_id,
            "from": scope.period.first.isoformat() if scope.period.first else None,
            "to": scope.period.last.isoformat() if scope.period.last else None,
        },
        "counts": dict(said.counts),
        "signed_by": said.key.id,
        "keys": described(keys),
        "files": [packing.entries[path] for path in sorted(packing.entries)],
    }
    content = json_bytes(manifest)
    key, signature = ports.notary.sign_bytes(content)
    packing.bare(cover.MANIFEST, content)
    packing.bare(cover.SIGNATURE, cover.signature_text(key, signature))


def _record(ports: Ports, job: _Job, *, actor: str) -> None:
    details: dict[str, Json] = {**job.counts(), "files": len(job.packing.entries)}
    subject = job.chosen.student_id or job.chosen.scope.course_id or "all"
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        unit.audit.add(AuditRecord(at=now, actor=actor, deed=PACKED, subject=subject, details=details))
