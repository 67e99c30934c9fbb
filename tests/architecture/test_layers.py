"""The tests of the house itself: what may import what, and what must not be loaded for a small job."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cequiz"
HEAVY = ("textual", "sqlmodel", "sqlalchemy", "reportlab", "alembic", "pypdfium2")


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter holds after running the code."""
    script = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    return set(done.stderr.split())


def run_main(*arguments: str) -> set[str]:
    return loaded_by(f"from cequiz.__main__ import main; sys.argv = {['cequiz', *arguments]!r}; main()")


def test_asking_for_the_version_loads_nothing_heavy() -> None:
    assert not run_main("--version") & {*HEAVY, "pydantic", "yaml", "sqlite3"}


def test_checking_a_bank_needs_neither_screen_nor_store_nor_pdf() -> None:
    modules = run_main("bank", "check", str(ROOT / "question_banks"))
    assert "yaml" in modules
    assert not modules & {*HEAVY, "sqlite3"}


def test_the_first_screen_of_a_student_is_read_without_the_weight_of_the_store() -> None:
    modules = loaded_by("import cequiz.adapters.store.glance, cequiz.services.reporting")
    assert "sqlite3" in modules
    assert not modules & {*HEAVY, "yaml"}


def test_imports_point_down_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / "pyproject.toml"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_ground_and_the_services_never_look_at_a_clock_or_a_die() -> None:
    """Time and chance come in through ports, or nothing could be replayed."""
    forbidden = {"random", "secrets", "time", "os", "uuid"}
    for path in [*(SOURCE / "domain").rglob("*.py"), *(SOURCE / "services").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not forbidden & {name.split(".")[0] for name in names}, path
            if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}:
                assert not (isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}), path


def test_only_the_settings_read_the_environment() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name in {"settings.py", "__main__.py"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert "os.environ" not in text, path
        assert "getenv" not in text, path


@pytest.mark.parametrize("kind", ["domain", "frontends/plain", "frontends/tui"])
def test_every_question_type_has_one_file_in_each_room(kind: str) -> None:
    folder = {"domain": "domain/bank/types"}.get(kind, f"{kind}/questions")
    files = {path.stem for path in (SOURCE / folder).glob("*.py")} - {"__init__"}
    assert {"single", "multiple", "true_false"} <= files


def test_every_module_says_why_it_exists() -> None:
    for path in SOURCE.rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_no_dependency_is_unbounded() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name = requirement.split(";")[0]
        assert ">=" in name, requirement
        assert "<" in name or "win32" in requirement, requirement
