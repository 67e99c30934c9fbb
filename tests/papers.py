"""A sample certificate for tests that draw, print, preview or compare one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.provider import Provider, Signatory

CERTIFICATES = Path(__file__).resolve().parents[1] / "certificates"

SCHOOL = Provider(
    name="Harbour School",
    contact="office@harbour.example",
    address="12 Harbour Street, Miami, FL 33101",
    time_zone="America/New_York",
    administrator=Signatory("Lee Sample", "Provider Administrator"),
)

FACTS = Facts(
    document_title="Certificate of Achievement",
    provider_name="Harbour School",
    provider_contact="office@harbour.example",
    student_name="Marisol Ortega-Quinn",
    licences=(LicenceFact("FL", "MA12345"),),
    course_title="Essential Assessments",
    course_id="course",
    course_version="1",
    subjects=("Orthopedic assessment", "Neck anatomy"),
    delivery="Home study",
    ce_hours="16",
    completed_on=date(2026, 11, 22),
    issued_on=date(2026, 11, 23),
    place="Home study, 12 Harbour Street, Miami, FL 33101",
    instructors=(Signatory("Dana Sample", "LMT"),),
    administrator=Signatory("Lee Sample", "Provider Administrator"),
    approvals=(ApprovalFact("NCBTMB", "1234567", "98765", "Essential Assessments", "16"),),
    score="92 %",
    pass_mark="75 %",
    number="CQ-2026-000123",
    footer="It is not a certification of competence.",
)


def facts(**changes: Any) -> Facts:
    """Return the sample facts with changes."""
    return replace(FACTS, **changes)


def press() -> ReportLabPress:
    """Return the real press on the shipped fonts and template."""
    return ReportLabPress(CERTIFICATES)


def texts(of: Facts) -> dict[str, str]:
    """Return what must be read back from the page of these facts."""
    return {field.name: " ".join(field.text.split()) for field in of.printed_fields()}
