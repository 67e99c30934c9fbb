"""How a check of files went, in one line; every face says it with these words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cequiz.language import trn

if TYPE_CHECKING:
    from cequiz.adapters.bank_files.load import Reading


def summary(reading: Reading) -> str:
    """Return how many files, questions, errors and warnings there are."""
    errors = sum(problem.is_error for problem in reading.problems)
    warnings = len(reading.problems) - errors
    questions = sum(len(sourced.bank.items) for sourced in reading.banks)
    counted = [
        trn("{count} file", "{count} files", reading.files),
        trn("{count} question", "{count} questions", questions),
        trn("{count} error", "{count} errors", errors),
        trn("{count} warning", "{count} warnings", warnings),
    ]
    return ", ".join(counted) + "."
