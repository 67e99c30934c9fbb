"""What the linter says about questions, for the tests of its rules."""

from __future__ import annotations

from typing import Any

from cequiz.domain.bank.lint import Finding, lint_bank
from tests.domain.bank.samples import bank, options, question_data


def said(code: str, *questions: dict[str, Any]) -> list[Finding]:
    """Return the findings of one code about a bank of these questions."""
    return [finding for finding in lint_bank(bank(*questions)) if finding.code == code]


def asked(stem: str, *texts: str, key: int = 0, **changes: Any) -> dict[str, Any]:
    """A question with this stem and these options."""
    return question_data(stem=stem, options=options(*texts, key=key), **changes)
