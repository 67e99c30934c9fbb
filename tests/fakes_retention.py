"""Holds, tombstones and purges in memory; only attempts, certificates and people have places here for tombstones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from cequiz.domain.canonical import Json, canonical
from cequiz.domain.chain import START
from cequiz.domain.credential import merkle
from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.people.remains import BLOT, Finder, blotted
from cequiz.services.ports import Hold, Holdings, Keeping, Tombstone

if TYPE_CHECKING:
    from tests.fakes import _Records

K = TypeVar("K")
V = TypeVar("V")


class FakeRetention:
    """Holds, and what stands where records were purged."""

    def __init__(self, records: _Records) -> None:
        self._records = records

    def hold(self, hold: Hold) -> None:
        self._records.office.holds[len(self._records.office.holds)] = hold

    def holds(self) -> Sequence[Hold]:
        return tuple(self._records.office.holds.values())

    def held(self) -> frozenset[str]:
        newest = {one.student_id: one.placed for one in self.holds()}
        return frozenset(student for student, placed in newest.items() if placed)

    def keeping(self, student_id: str | None = None, *, before: datetime | None = None) -> Sequence[Keeping]:
        gone = self.purged()
        found = [
            self._keeping(one)
            for one in self._records.students
            if one not in gone and student_id in {None, one} and not self._records.students[one].merged_into
        ]
        found = [one for one in found if before is None or one.last_at < before]
        return sorted(found, key=lambda one: (one.last_at, one.student_id))

    def holdings(self, student_id: str) -> Holdings:
        records = self._records
        attempts = [one.id for one in records.headers.values() if one.student_id == student_id]
        awards = [one.id for one in records.awards.values() if one.student_id == student_id]
        numbers = [one.number for one in records.certificates.values() if one.award_id in awards]
        return Holdings(
            attempts=tuple(attempts),
            certificates=tuple(numbers),
            counts={
                "attempts": len(attempts),
                "events": sum(len(records.events[one]) for one in attempts),
                "answers": sum(len(replay(records.events[one]).responses) for one in attempts),
                "scores": sum(1 for attempt, _ in records.scores if attempt in attempts),
                "near_misses": sum(1 for attempt, _, _ in records.near_misses if attempt in attempts),
                "signs_of_life": sum(1 for attempt in records.heartbeats if attempt in attempts),
                "evaluations": sum(1 for student, _, _ in records.evaluations if student == student_id),
                "awards": len(awards),
                "certificates": len(numbers),
                "statuses": sum(1 for one in records.statuses.values() if one.number in numbers),
                "reported": sum(1 for one in records.office.reported.values() if one.award_id in awards),
                "accommodations": sum(1 for student, _ in records.accommodations if student == student_id),
                "practice": sum(1 for one in records.practice_answers.values() if one.student_id == student_id)
                + sum(1 for student, *_ in records.practice_cards if student == student_id),
                "enrolments": sum(1 for student, _ in records.enrolments if student == student_id),
            },
        )

    def purge(self, student_id: str, *, reason: str, actor: str, at: datetime) -> Sequence[Tombstone]:
        records, goes = self._records, self.holdings(student_id)
        awards = {one.id for one in records.awards.values() if one.student_id == student_id}
        reported = [one for one in records.office.reported.values() if one.award_id not in awards]
        records.office.reported = dict(enumerate(reported))
        places = self._places()
        made: list[tuple[str, int, int, bytes, str, dict[str, Json]]] = []
        for attempt in goes.attempts:
            header = records.headers[attempt]
            made.append((attempt, 1, header.seq, header.head, "", {}))
        for number in goes.certificates:
            record = records.certificates[number]
            leaf = merkle.leaf_hash(canonical(record.facts.to_json())).hex()
            status = [one.status for one in records.statuses.values() if one.number == number][-1]
            index = record.proof.index if record.proof else None
            kept: dict[str, Json] = {"number": number, "index": index, "status": status}
            made.append(("certificate", places[number], places[number], START, leaf, kept))
        made += self._blot(student_id, attempts=goes.attempts, numbers=goes.certificates)
        made.append((f"student:{student_id}", 1, 1, START, "", {}))
        buried = [
            Tombstone(
                chain=chain,
                first=first,
                last=last,
                before=START,
                after=after,
                leaf=leaf,
                kept=kept,
                reason=reason,
                actor=actor,
                at=at,
            )
            for chain, first, last, after, leaf, kept in made
        ]
        for one in buried:
            records.office.tombstones[len(records.office.tombstones)] = one
        self._remove(student_id, goes)
        return tuple(buried)

    def drop_notes(self, finder: Finder) -> None:
        batches = self._records.office.batches
        for one in tuple(batches.values()):
            notes = one.body.get("notes", [])
            assert isinstance(notes, list)
            left: list[Json] = [note for note in notes if not finder.finds(str(note))]
            if left != notes:
                batches[one.id] = replace(one, body={**one.body, "notes": left})

    def purged(self) -> frozenset[str]:
        chains = (one.chain for one in self.tombstones())
        return frozenset(chain.removeprefix("student:") for chain in chains if chain.startswith("student:"))

    def tombstones(self) -> Sequence[Tombstone]:
        return tuple(self._records.office.tombstones.values())

    def _keeping(self, student_id: str) -> Keeping:
        records = self._records
        headers = [one for one in records.headers.values() if one.student_id == student_id]
        awards = [one for one in records.awards.values() if one.student_id == student_id]
        instants = [
            records.added[student_id],
            *(one.completed_at for one in awards),
            *(one.standing.finished_at or records.events[one.id][-1].at for one in headers),
            *(one.given_at for one in records.evaluations.values() if one.student_id == student_id),
            *(one.enrolled_at for one in records.enrolments.values() if one.student_id == student_id),
        ]
        return Keeping(
            student_id=student_id,
            name=records.students[student_id].name,
            last_at=max(instants),
            running=tuple(sorted(one.id for one in headers if one.standing.status is Status.OPEN)),
            courses=frozenset((one.course_id, one.course_version) for one in awards),
        )

    def _blot(
        self, student_id: str, *, attempts: Sequence[str], numbers: Sequence[str]
    ) -> list[tuple[str, int, int, bytes, str, dict[str, Json]]]:
        """Take what is said of a person out of records that stay, and return what stands for it."""
        records, made = self._records, list[tuple[str, int, int, bytes, str, dict[str, Json]]]()
        awards = [one.id for one in records.awards.values() if one.student_id == student_id]
        merged = [one.from_id for one in records.office.merges.values() if one.into_id == student_id]
        about = {student_id, *merged, *attempts, *awards, *numbers}
        for place, one in records.audit.items():
            left = blotted(one.details)
            if left is not None and (one.subject in about or not about.isdisjoint(one.subject.split(":"))):
                kept: dict[str, Json] = {"actor": one.actor, "deed": one.deed, "subject": one.subject}
                made.append(("audit_record", place, place, START, canonical(left).decode(), kept))
                records.audit[place] = replace(one, details=left)
        for place, decision in records.decisions.items():
            if not about.isdisjoint(decision.entry.split(":")) and decision.note not in ("", BLOT):
                made.append(("decision", place, place, START, BLOT, {}))
                records.decisions[place] = replace(decision, note=BLOT)
        for key, hold in records.office.holds.items():
            if hold.student_id in about and hold.reason not in ("", BLOT):
                made.append(("hold", key + 1, key + 1, START, BLOT, {}))
                records.office.holds[key] = replace(hold, reason=BLOT)
        for key, merge in records.office.merges.items():
            if merge.into_id in about and merge.reason not in ("", BLOT):
                made.append(("student_merge", key + 1, key + 1, START, BLOT, {}))
                records.office.merges[key] = replace(merge, reason=BLOT)
        return made

    def _places(self) -> dict[str, int]:
        """Return the place of each certificate in the order of issue, from 1; tombstones keep the places of others."""
        taken = {one.first for one in self.tombstones() if one.chain == "certificate"}
        free = (place for place in range(1, len(self._records.certificates) + len(taken) + 1) if place not in taken)
        return dict(zip(self._records.certificates, free, strict=True))

    def _remove(self, student_id: str, goes: Holdings) -> None:
        records = self._records
        for attempt in goes.attempts:
            del records.headers[attempt], records.events[attempt]
            records.heartbeats.pop(attempt, None)
        for number in goes.certificates:
            del records.certificates[number]
        attempts, numbers = set(goes.attempts), set(goes.certificates)
        _drop(records.scores, lambda key, _: key[0] in attempts)
        _drop(records.near_misses, lambda key, _: key[0] in attempts)
        _drop(records.statuses, lambda _, one: one.number in numbers)
        _drop(records.awards, lambda key, _: key[0] == student_id)
        _drop(records.evaluations, lambda key, _: key[0] == student_id)
        _drop(records.accommodations, lambda key, _: key[0] == student_id)
        _drop(records.enrolments, lambda key, _: key[0] == student_id)
        _drop(records.practice_answers, lambda _, one: one.student_id == student_id)
        _drop(records.practice_cards, lambda key, _: key[0] == student_id)
        person = records.students[student_id]
        records.students[student_id] = replace(person, name="purged", email="", licences=(), factor=Fraction(1))
        records.passphrases[student_id] = "!"


def _drop(table: dict[K, V], gone: Callable[[K, V], bool]) -> None:
    for key in [key for key, value in table.items() if gone(key, value)]:
        del table[key]
