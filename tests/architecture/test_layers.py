"""The tests of the house itself: what may import what, and what must not be loaded for a small job."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

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


TYPES = SOURCE / "domain/bank/types"


def names_in(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


def test_every_question_type_has_one_file_in_each_room_and_is_named_nowhere_else() -> None:
    # A case holds questions and is none: faces draw what it adds, nothing marks it.
    types = names_in(TYPES) - {"case"}
    assert {"single", "multiple", "true_false", "matching", "cloze"} <= types
    rooms = [TYPES, SOURCE / "frontends/plain/questions", SOURCE / "frontends/tui/questions"]
    for room in rooms:
        assert names_in(room) - {"case"} == types, room
    for path in SOURCE.rglob("*.py"):
        # What a board admits is data about types; a constraint of the store happens to be called "single".
        if path.parent not in rooms and path.name not in {"profile.py", "rows.py"}:
            text = path.read_text(encoding="utf-8")
            assert not any(f'"{name}"' in text for name in types), path


OWNERS = {
    "textual": {"frontends/tui", "frontends/serve"},
    "rich": {"frontends/tui", "frontends/serve"},
    "asyncssh": {"frontends/serve"},
    "aiohttp": {"frontends/serve"},
    "textual_serve": {"frontends/serve"},
    "psycopg": {"adapters/store"},
    "typer": {"frontends/cli"},
    "sqlmodel": {"adapters/store"},
    "sqlalchemy": {"adapters/store"},
    "alembic": {"adapters/store"},
    "sqlite3": {"adapters/store"},
    "reportlab": {"adapters/pdf"},
    "pypdfium2": {"adapters/pdf", "adapters"},
    "yaml": {"adapters/bank_files", "adapters/pdf"},
    "pydantic": {"domain/bank", "adapters/bank_files", "adapters"},
    "argon2": {"adapters"},
    "platformdirs": {""},
    "babel": {"frontends"},
    "fsrs": {"adapters"},
    "resvg_py": {"adapters"},
    "PIL": {"adapters", "adapters/pdf", "frontends/tui"},
    "textual_image": {"frontends/tui"},
}
"""Which folder may import a library; `adapters` stands for the single files there, an empty name for the top."""


def imported(path: Path) -> set[str]:
    """Return the modules a file imports at run time; what it imports for the type checker alone is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for child in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if node in guarded:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_each_library_has_its_room() -> None:
    for path in SOURCE.rglob("*.py"):
        folder = path.parent.relative_to(SOURCE).as_posix().removeprefix(".")
        for module in imported(path):
            owners = OWNERS.get(module.split(".")[0])
            if owners is None or path.name == "surroundings.py":  # doctor asks what is installed
                continue
            inside = any(
                folder == owner or (owner not in {"", "adapters"} and folder.startswith(owner)) for owner in owners
            )
            assert inside, f"{path} imports {module}"


def test_adapters_know_of_the_services_only_the_ports_and_front_ends_know_no_adapter() -> None:
    for path in (SOURCE / "adapters").rglob("*.py"):
        beyond = {name for name in imported(path) if name.startswith("cequiz.services.")}
        assert all(name.startswith("cequiz.services.ports") for name in beyond), path
    for path in (SOURCE / "frontends").rglob("*.py"):
        assert not any(name.startswith("cequiz.adapters") for name in imported(path)), path


def test_every_module_says_why_it_exists() -> None:
    for path in SOURCE.rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_no_dependency_is_unbounded_and_textual_is_held_to_one_minor() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    for requirement in requirements:
        bounds = requirement.split(";")[0]
        assert ">=" in bounds, requirement
        assert "<" in bounds, requirement
    (textual,) = (one for one in requirements if one.startswith("textual>"))
    assert textual == "textual>=8.2.8,<8.3"


def test_the_constraints_hold_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.]*", line) for line in lines if not line.startswith("#"))
