"""`cequiz db` where the records are, or go to, on a database server."""

from __future__ import annotations

import io
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cequiz.bootstrap import House
from cequiz.frontends.cli.app import run
from cequiz.frontends.cli.desk import Desk
from cequiz.settings import Settings
from tests.frontends.desks import Ran


def cequiz(home: Path, *arguments: str, url: str | None = None) -> Ran:
    """Run one command on a real store."""
    out, err = io.StringIO(), io.StringIO()
    with closing(House(Settings(home=home, database_url=url, user="tester"))) as house:
        code = run(arguments, Desk(house=house, out=out, err=err, stdin=None))
    return Ran(code, out.getvalue(), err.getvalue())


def report(home: Path, *arguments: str, url: str | None = None) -> Any:
    """Return the document that a command prints."""
    ran = cequiz(home, *arguments, "--json", url=url)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a student."""
    folder = tmp_path / "home"
    assert cequiz(folder, "student", "add", "--name", "Zoë", "--email", "zoe@example.org").code == 0
    return folder


def test_a_move_tells_what_was_proved_and_what_to_do_next(home: Path, postgres_url: str) -> None:
    """Whoever moves must know that it is done, and that one variable is left to set."""
    secret = postgres_url.replace("postgres@", "postgres:geheim@")
    ran = cequiz(home, "db", "copy", "--to", secret)
    assert ran.code == 0, ran.err
    assert "student  " in ran.out
    assert "was read back and compared" in ran.err
    assert "Set CEQUIZ_DATABASE_URL" in ran.err
    assert "geheim" not in ran.out + ran.err
    assert [one["name"] for one in report(home, "student", "list", url=postgres_url)] == ["Zoë"]
    last = report(home, "audit", "list", url=postgres_url)[-1]
    assert (last["deed"], last["actor"]) == ("store.moved", "os:tester")
    assert last["details"]["source"] == str(home / "cequiz.db")


def test_the_old_file_tells_at_every_command_and_takes_nothing(home: Path, postgres_url: str, tmp_path: Path) -> None:
    """A program that still uses the old file would split the records."""
    cequiz(home, "db", "copy", "--to", postgres_url)
    looked = cequiz(home, "student", "list")
    assert looked.code == 0
    assert looked.err.count("These records were moved to postgresql://") == 1
    refused = cequiz(home, "student", "add", "--name", "Late", "--email", "late@example.org")
    assert refused.code == 3
    assert "moved to" in refused.err
    assert "CEQUIZ_DATABASE_URL" in refused.err
    facts = {fact["name"]: fact for fact in report(home, "doctor")}
    assert facts["store"]["level"] == "warning"
    assert "moved to" in facts["store"]["words"]
    saved = cequiz(home, "db", "backup", str(tmp_path / "b.zip"))
    assert saved.code == 0
    assert cequiz(home, "db", "restore", str(tmp_path / "b.zip")).code == 0
    assert cequiz(home, "student", "add", "--name", "Late", "--email", "late@example.org").err == ""


def test_a_rehearsal_says_so_and_changes_nothing(home: Path, postgres_url: str) -> None:
    document = report(home, "db", "copy", "--to", postgres_url, "--keep-open")
    assert document["equal"] is True
    assert document["rows"] == sum(one["rows"] for one in document["tables"])
    assert cequiz(home, "student", "add", "--name", "Late", "--email", "late@example.org").code == 0
    ran = cequiz(home, "db", "copy", "--to", postgres_url, "--keep-open")
    assert ran.code == 3
    assert "has records already" in ran.err


def test_care_of_a_server_has_the_same_commands(home: Path, postgres_url: str, tmp_path: Path) -> None:
    """Whoever knows `db check` and `db backup` must not learn others."""
    cequiz(home, "db", "copy", "--to", postgres_url)
    assert report(home, "db", "check", url=postgres_url)["problems"] == []
    assert "PostgreSQL" in cequiz(home, "db", "check", url=postgres_url).err
    assert cequiz(home, "db", "upgrade", url=postgres_url).code == 0
    made = report(home, "db", "backup", str(tmp_path / "b.zip"), url=postgres_url)
    assert made["records"] > 0
    refused = cequiz(home, "db", "restore", str(tmp_path / "b.zip"), url=postgres_url)
    assert refused.code == 3
    assert "db copy --to" in refused.err
    other = tmp_path / "other"
    assert cequiz(other, "db", "restore", str(tmp_path / "b.zip")).code == 0
    assert [one["name"] for one in report(other, "student", "list")] == ["Zoë"]


def test_the_way_back_into_a_file(home: Path, postgres_url: str, tmp_path: Path) -> None:
    cequiz(home, "db", "copy", "--to", postgres_url)
    for target in (str(tmp_path / "one.db"), f"sqlite:///{tmp_path}/two.db"):
        ran = cequiz(home, "db", "copy", "--to", target, url=postgres_url)
        assert ran.code == 0, ran.err
        assert "keys/store.key" in ran.err
    assert {one.name for one in tmp_path.glob("*.db")} == {"one.db", "two.db"}


def test_the_doctor_tells_of_the_server_and_makes_nothing_there(home: Path, postgres_url: str) -> None:
    facts = {fact["name"]: fact for fact in report(home, "doctor", url=postgres_url)}
    assert "first command" in facts["store"]["words"]
    assert "records" not in facts
    with closing(psycopg.connect(postgres_url.replace("+psycopg", ""))) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    cequiz(home, "db", "copy", "--to", postgres_url)
    facts = {fact["name"]: fact for fact in report(home, "doctor", url=postgres_url)}
    assert "are whole" in facts["records"]["words"]
    assert {"way to the database", "clock", "database settings"} <= facts.keys()


def test_what_is_wrong_on_the_server_makes_the_doctor_and_the_check_say_so(home: Path, postgres_url: str) -> None:
    cequiz(home, "db", "copy", "--to", postgres_url)
    with closing(psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True)) as connection:
        connection.execute("DROP TRIGGER score_no_update ON score")
    checked = cequiz(home, "db", "check", url=postgres_url)
    assert checked.code == 1
    assert "score_no_update" in checked.out
    assert cequiz(home, "doctor", url=postgres_url).code == 1
    assert "Put back: score_no_update" in cequiz(home, "db", "upgrade", url=postgres_url).err
    assert cequiz(home, "db", "check", url=postgres_url).code == 0


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [
        ("mysql://somebody:geheim@host/base", 2, "no address of a PostgreSQL database"),
        ("postgresql://somebody:geheim@/base?host=/nowhere", 4, "cannot be reached"),
        ("other.db", 3, "in a file already"),
    ],
)
def test_a_target_that_cannot_be_is_refused(home: Path, target: str, code: int, words: str) -> None:
    """And the password in it is not repeated."""
    ran = cequiz(home, "db", "copy", "--to", target)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "geheim" not in ran.err
    assert cequiz(home, "student", "list").err == ""


def test_where_there_is_nothing_to_copy_it_is_said(tmp_path: Path, postgres_url: str) -> None:
    ran = cequiz(tmp_path / "nothing", "db", "copy", "--to", postgres_url)
    assert ran.code == 3
    assert "no store" in ran.err
