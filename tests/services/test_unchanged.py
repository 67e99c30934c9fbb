"""What was seen before the store was held counts only while nothing has made it untrue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cequiz.services import unchanged
from cequiz.services.ports import AuditRecord, Ports, Unit
from cequiz.services.unchanged import as_seen
from tests.builders import NOON


def done(ports: Ports, deed: str) -> None:
    with ports.store.write() as unit:
        unit.audit.add(AuditRecord(at=NOON, actor="other", deed=deed, subject="x"))


def seeing(ports: Ports, *between: str) -> tuple[Callable[[Unit], int], list[int]]:
    """Return a look at how many deeds there are, after each of the first of which somebody else does something."""
    looks: list[int] = []
    rest = list(between)

    def look(unit: Unit) -> int:
        looks.append(len(unit.audit.all()))
        if rest:
            done(ports, rest.pop(0))
        return looks[-1]

    return look, looks


def test_it_is_looked_at_once_where_nothing_happens(ports: Ports) -> None:
    look, looks = seeing(ports)
    with as_seen(ports, look, unless=("report.",)) as (unit, found):
        unit.audit.add(AuditRecord(at=NOON, actor="me", deed="report.exported", subject=str(found)))
    assert looks == [found]
    with ports.store.read() as unit:
        assert unit.audit.all()[-1].subject == str(found)


def test_a_deed_that_does_not_touch_it_lets_it_stand(ports: Ports) -> None:
    look, looks = seeing(ports, "student.registered", "attempt.voided")
    with as_seen(ports, look, unless=("report.",)) as (_, found):
        assert [found] == looks


def test_a_deed_that_touches_it_makes_it_be_looked_at_again(ports: Ports) -> None:
    """Else somebody would be reported to a board twice."""
    look, looks = seeing(ports, "report.exported", "report.requeued")
    with as_seen(ports, look, unless=("report.",)) as (_, found):
        assert looks == [found - 2, found - 1, found]


def test_in_a_busy_hour_it_comes_to_an_end(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "_TRIES", 2)
    look, looks = seeing(ports, "report.a", "report.b")
    with as_seen(ports, look, unless=("report.",)) as (_, found):
        assert len(looks) == 3, "the last time nobody else can do anything"
        assert found == looks[-1]


def test_what_fails_inside_keeps_nothing(ports: Ports) -> None:
    look, _ = seeing(ports)
    with pytest.raises(ValueError, match="no"), as_seen(ports, look, unless=("report.",)) as (unit, count):
        unit.audit.add(AuditRecord(at=NOON, actor="me", deed="report.exported", subject="x"))
        raise ValueError("no")
    with ports.store.read() as unit:
        assert len(unit.audit.all()) == count
