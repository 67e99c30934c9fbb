"""What every test shares: how hypothesis works here, and the PostgreSQL that is started when a test asks for it."""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, settings

from tests.postgres import postgres_databases, postgres_made, postgres_store, postgres_template, postgres_url

__all__ = ["postgres_databases", "postgres_made", "postgres_store", "postgres_template", "postgres_url"]

# Timing is never a pass or fail here. In a clean check the examples are the same each time, so that a red run can be
# repeated, and fewer, so that it is done soon; at a desk they are new each time, which is how rare cases are found.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, print_blob=True, max_examples=50)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_configure() -> None:
    """Look for circles of garbage seldom: with thousands of tests in memory that took a quarter of all time."""
    gc.set_threshold(20_000, 20, 100)
