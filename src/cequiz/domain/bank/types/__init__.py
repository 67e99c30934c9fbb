"""One file per question type; the registry finds them, so a new type is a new file and touches nothing else."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import get_args

from cequiz.domain.bank.question import Question


@cache
def question_types() -> Mapping[str, type[Question]]:
    """Return every question type by the name a bank uses for it, sorted by name."""
    found: dict[str, type[Question]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__ and issubclass(kind, Question):
                (name,) = get_args(kind.model_fields["type"].annotation)
                found[name] = kind
    return MappingProxyType(dict(sorted(found.items())))
