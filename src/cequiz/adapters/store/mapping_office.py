"""Rows of the office to records and back; like `mapping`, whose helpers it uses, it knows no database library."""

from __future__ import annotations

import json
from typing import Any

from cequiz.adapters.store.mapping import Values, micros, moment, text
from cequiz.domain.exam.events import instant, microseconds
from cequiz.domain.people.staff import Role, Staff
from cequiz.domain.text import folded
from cequiz.services.ports import EnrolmentCode, Failures, Proposal, Retirement


def staff(row: Values) -> Staff:
    """Return somebody of the office."""
    return Staff(id=row["id"], name=row["name"], role=Role(row["role"]), active=bool(row["active"]))


def staff_columns(value: Staff) -> dict[str, Any]:
    """Return the columns of somebody of the office."""
    return {
        "id": value.id,
        "name": value.name,
        "name_folded": folded(value.name),
        "role": str(value.role),
        "active": int(value.active),
    }


def failures(row: Values) -> Failures:
    """Return the failures under a name."""
    return Failures(
        subject=row["subject"],
        count=row["failures"],
        last_at=instant(row["last_us"]),
        locked_until=moment(row["locked_us"]),
    )


def failures_columns(value: Failures) -> dict[str, Any]:
    """Return the columns of failures under a name."""
    return {
        "subject": value.subject,
        "failures": value.count,
        "last_us": microseconds(value.last_at),
        "locked_us": micros(value.locked_until),
    }


def code(row: Values) -> EnrolmentCode:
    """Return a code, with how often it was used."""
    return EnrolmentCode(
        code=row["code"],
        course_id=row["course_id"],
        delivery=row["delivery"],
        valid_until=moment(row["until_us"]),
        uses=row["uses"],
        withdrawn=bool(row["withdrawn"]),
        note=row["note"],
        actor=row["actor"],
        made_at=instant(row["made_us"]),
        used=row["used"],
    )


def code_columns(value: EnrolmentCode) -> dict[str, Any]:
    """Return the columns of a code."""
    return {
        "code": value.code,
        "course_id": value.course_id,
        "delivery": value.delivery,
        "until_us": micros(value.valid_until),
        "uses": value.uses,
        "withdrawn": int(value.withdrawn),
        "note": value.note,
        "actor": value.actor,
        "made_us": microseconds(value.made_at),
    }


def retirement(row: Values) -> Retirement:
    """Return a retirement, or its end."""
    return Retirement(
        kind=row["kind"],
        id=row["id"],
        version=row["version"],
        retired=bool(row["retired"]),
        reason=row["reason"],
        actor=row["actor"],
        at=instant(row["at_us"]),
    )


def retirement_columns(value: Retirement) -> dict[str, Any]:
    """Return the columns of a retirement."""
    return {
        "kind": value.kind,
        "id": value.id,
        "version": value.version,
        "retired": int(value.retired),
        "reason": value.reason,
        "actor": value.actor,
        "at_us": microseconds(value.at),
    }


def proposal(row: Values) -> Proposal:
    """Return a proposal."""
    return Proposal(
        id=row["id"],
        kind=row["kind"],
        body=json.loads(row["body"]),
        reason=row["reason"],
        state=row["state"],
        proposer=row["proposer"],
        proposed_at=instant(row["proposed_us"]),
        decider=row["decider"],
        decided_at=moment(row["decided_us"]),
        note=row["note"],
    )


def proposal_columns(value: Proposal) -> dict[str, Any]:
    """Return the columns of a proposal."""
    return {
        "id": value.id,
        "kind": value.kind,
        "body": text(value.body),
        "reason": value.reason,
        "state": value.state,
        "proposer": value.proposer,
        "proposed_us": microseconds(value.proposed_at),
        "decider": value.decider,
        "decided_us": micros(value.decided_at),
        "note": value.note,
    }
