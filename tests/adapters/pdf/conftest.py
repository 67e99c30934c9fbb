"""One press for all tests of it: fonts are read once."""

from __future__ import annotations

import pytest

from cequiz.adapters.pdf.press import ReportLabPress
from tests import papers


@pytest.fixture(scope="session")
def press() -> ReportLabPress:
    return papers.press()
