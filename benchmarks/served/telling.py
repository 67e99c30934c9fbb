"""Figures as they are printed."""

from __future__ import annotations

from collections.abc import Sequence


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that a part of them does not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def told(values: Sequence[float]) -> str:
    """Return a distribution of seconds in milliseconds."""
    if not values:
        return "-"
    parts = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    said = [f"{name} {1e3 * quantile(values, part):.1f}" for name, part in parts]
    return f"{', '.join(said)}, max {1e3 * max(values):.1f} ms (n={len(values)})"
