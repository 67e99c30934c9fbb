"""One file per question type: what is asked of the student; found by looking, so a new type is a new file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from cequiz.frontends.tui.face import Face


@cache
def faces() -> Mapping[str, Face]:
    """Return the face of every type of question that is asked, by the type's name."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    found: list[Face] = [module.FACE for module in modules if hasattr(module, "FACE")]
    return {face.type: face for face in found}
