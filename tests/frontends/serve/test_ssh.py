"""Students over SSH, with a real client on a real socket."""

from __future__ import annotations

import asyncio
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.domain.people.accommodation import Accommodation
from cequiz.errors import EnvironmentFailed, StorageBusy, StorageDamaged, StorageReadOnly
from cequiz.frontends.serve import sftp, ssh_door
from cequiz.frontends.serve.rules import ServeRules
from cequiz.frontends.serve.ssh import serve_ssh
from cequiz.frontends.serve.ssh_door import shown_banner
from cequiz.frontends.serve.ssh_keys import NAME, fingerprint, load_or_make_host_key
from cequiz.services.accommodating import grant
from cequiz.services.enrolling import register, reset_passphrase
from cequiz.services.grading import load_attempt
from tests.frontends.serve.ssh_stage import PATIENCE, Person, Screen, screens, serving
from tests.frontends.tui.stage import PASSPHRASE, Stage

NEW = "a new passphrase of four words"


async def test_a_student_is_at_home_with_address_and_passphrase(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza", "Sample exam")
            assert served.session.student_id == student.id


async def test_a_student_may_come_with_their_id_too(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.id) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")


async def test_a_wrong_passphrase_and_an_unknown_address_are_refused_alike(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        for user in (student.email, "nobody@example.org"):
            with pytest.raises(asyncssh.PermissionDenied):
                async with served.client(user, "not the passphrase"):
                    pass
        assert served.host.guests == ()


async def test_the_door_says_why_it_refuses_and_asks_again(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        person = Person(["not the passphrase"], [PASSPHRASE])
        async with served.client(student.email, None, client_factory=lambda: person) as connection:
            assert connection.get_extra_info("username") == student.email
        assert person.asked[0] == ("", ("Passphrase: ",))
        assert "wrong" in person.asked[1][0]


async def test_a_one_time_code_leads_to_a_new_passphrase(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        code = reset_passphrase(served.stage.ports, student_id=student.id, actor="office")
        person = Person([code.shown], [NEW, "something else"], [NEW, NEW])
        async with (
            served.client(student.email, None, client_factory=lambda: person) as connection,
            screens(connection) as screen,
        ):
            await screen.shows("Ana Souza")
        assert [prompts for _, prompts in person.asked[1:]] == [("New passphrase: ", "The same again: ")] * 2
        assert "not the same" in person.asked[2][0]
        async with served.client(student.email, NEW):
            pass


async def test_a_program_that_knows_passwords_only_can_change_a_one_time_code(tmp_path: Path) -> None:
    class Program(asyncssh.SSHClient):
        def password_change_requested(self, prompt: str, lang: str) -> tuple[str, str]:
            return code.shown, NEW

    async with serving(tmp_path) as served:
        student = served.stage.student()
        code = reset_passphrase(served.stage.ports, student_id=student.id, actor="office")
        async with served.client(student.email, code.shown, client_factory=Program, preferred_auth="password"):
            pass
        async with served.client(student.email, NEW):
            pass


async def test_nobody_takes_the_account_of_a_student_without_a_passphrase(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = register(served.stage.ports, name="New Student", email="new@example.org", actor="office")
        with pytest.raises(asyncssh.PermissionDenied):
            async with served.client(student.email, NEW):
                pass
        with served.stage.store.read() as unit:
            assert unit.students.passphrase_hash(student.id) is None


async def test_a_guest_signs_in_on_the_screen(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        served.stage.student()
        async with served.client("exam", None) as connection, screens(connection) as screen:
            await screen.shows("Sample exam")
            assert served.session.student_id is None
            assert "Ana Souza" not in screen.text


async def test_after_a_lost_line_the_student_is_back_at_the_same_question(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        sitting = served.stage.start(student)
        sitting.leave(orderly=False)
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Question 1 of 4")
            for number in range(3):
                screen.forget()
                screen.type("a")
                await screen.shows("Saved: A.")
                screen.forget()
                screen.type("n")
                await screen.shows(f"Question {number + 2} of 4")
            for number in (3, 2):  # what is answered already is looked at once more
                screen.type("p")
                await screen.shows(f"Question {number} of 4")
            _cut(connection)
            await served.until(lambda: not served.host.guests)
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Question 2 of 4", "3 answered")
            assert "open in another window" not in screen.text, "nobody else has it open"
        with served.stage.store.read() as unit:
            kinds = [event.kind.value for event in unit.attempts.events(sitting.attempt.id)]
        assert kinds.count("answered") == 3
        assert "suspended" not in kinds, "a lost line is no orderly leaving"


async def test_the_screen_follows_the_window(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")
            for columns in range(90, 121):
                screen.process.change_terminal_size(columns, 40)
            app = served.session.app
            assert app is not None
            await served.until(lambda: tuple(app.size) == (120, 40))


async def test_who_leaves_reads_the_last_words_and_gets_an_exit_code(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        served.stage.start(student).leave(orderly=False)
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Question 1 of 4")
            screen.type("\x11")
            async with asyncio.timeout(PATIENCE):
                await screen.process.wait_closed()
            assert screen.process.exit_status == 0
            assert "Sample exam goes on until" in screen.text


async def test_a_certificate_is_fetched_with_a_command_that_names_this_server(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Ana Souza")
            app = served.session.app
            assert app is not None
            words = app.desk.outside.words("CQ-2026-000001.pdf")
            assert f"scp -P {served.port} {student.id}@127.0.0.1:certificates/CQ-2026-000001.pdf ." in words
            assert app.desk.outside.words("SPECIMEN-course.pdf") == ""
            assert not app.desk.outside.here


@pytest.mark.parametrize("command", ["sh", "cat /etc/passwd", "plain one two", "plainly", "exam"])
async def test_there_is_no_shell_and_no_command_of_the_host(tmp_path: Path, command: str) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:
            done = await connection.run(command)
            assert done.exit_status == 2
            assert done.stdout == ""
            assert "There is no such command here." in str(done.stderr)


async def test_without_a_terminal_the_screens_are_not_drawn(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:
            done = await connection.run()
            assert done.exit_status == 2
            assert "ssh -t" in str(done.stderr)


async def test_nothing_is_forwarded_and_no_other_subsystem_opens(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_connection("127.0.0.1", served.port)
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_unix_connection("/var/run/some.sock")
            with pytest.raises(asyncssh.ChannelListenError):
                await connection.forward_remote_port("", 0, "127.0.0.1", 9)
            with pytest.raises((asyncssh.ChannelOpenError, OSError)):
                await connection.create_process(subsystem="netconf")


async def test_of_the_students_own_machine_only_the_language_is_taken(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        told = {"LANG": "es_MX.UTF-8", "PATH": "/tmp", "LD_PRELOAD": "x.so", "CEQUIZ_HOME": "/tmp"}
        async with served.client(student.email) as connection, screens(connection, env=told) as screen:
            await screen.shows("Ana Souza")
            assert served.session.peer.language == "es_MX.UTF-8"
        assert os.environ.get("LD_PRELOAD") != "x.so"
        async with served.client(student.email) as connection, screens(connection, env={"LANG": "C.UTF-8"}) as screen:
            await screen.shows("Ana Souza")
            assert served.session.peer.language == ""


async def test_the_line_mode_talks_to_a_pipe(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:
            done = await connection.run("plain course/quiz", input="yes\na\nx\n")
            said = str(done.stdout)
            assert "Question 1 of 4" in said
            assert "Saved: A." in said
            assert "\r" not in said
            assert done.exit_status == 0


async def test_the_line_mode_shows_what_is_typed_at_a_terminal(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        served.stage.start(student).leave(orderly=False)
        async with served.client(student.email) as connection, screens(connection, "plain course/quiz") as screen:
            await screen.shows("Question 1 of 4")
            screen.type("zz\x7f\x7fa\r")
            await screen.shows("Saved: A.", "Question 2 of 4")
            _cut(connection)
            await served.until(lambda: not served.host.guests)


async def test_a_terminal_that_can_draw_nothing_gets_the_line_mode(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.email) as connection:
            process = await connection.create_process(term_type="dumb", encoding=None)
            screen = Screen(process)
            await screen.shows("Type a number, x to leave, or ? for help.")
            assert b"\x1b" not in screen.raw
            await screen.close()


async def test_whose_accommodation_is_lines_gets_them_without_asking(tmp_path: Path) -> None:
    """If this fails, somebody who reads with a braille display is met by screens they cannot read."""
    async with serving(tmp_path) as served:
        student = served.stage.student()
        lines = Accommodation(plain=True)
        grant(served.stage.ports, student_id=student.id, profile=lines, reason="Braille", actor="office")
        async with served.client(student.email) as connection, screens(connection) as screen:
            await screen.shows("Type a number, x to leave, or ? for help.")
            assert b"\x1b[?1049h" not in screen.raw


async def test_a_guest_signs_in_by_line_and_the_passphrase_does_not_show(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client("exam", None) as connection, screens(connection, "plain") as screen:
            await screen.shows("E-mail address: ")
            screen.type(f"{student.email}\r")
            await screen.shows("Passphrase: ")
            screen.type(f"{PASSPHRASE}\r")
            await screen.shows("Sample exam")
            assert PASSPHRASE not in screen.text


async def test_when_the_server_stops_everybody_is_told_and_the_exam_goes_on(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.load()
    student = stage.student()
    sitting = stage.start(student)
    sitting.leave(orderly=False)
    port = asyncio.get_running_loop().create_future()
    serving_task = asyncio.create_task(serve_ssh(stage.house, host="127.0.0.1", port=0, ready=port.set_result))
    async with asyncio.timeout(PATIENCE):
        connection = await asyncssh.connect(
            "127.0.0.1", await port, username=student.email, password=PASSPHRASE, known_hosts=None, config=None
        )
    async with connection, screens(connection) as screen, screens(connection, "plain") as lines:
        await screen.shows("Question 1 of 4")
        await lines.shows("Type a number")
        serving_task.cancel()
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({serving_task})
            await connection.wait_closed()
        assert "The server is being restarted." in screen.text
        assert "Sample exam goes on until" in screen.text
        assert "The server is being restarted." in lines.text
    with pytest.raises(OSError):
        await asyncssh.connect("127.0.0.1", port.result(), known_hosts=None, config=None)
    with stage.store.read() as unit:
        header = unit.attempts.headers(student_id=student.id)[0]
    assert header.id == sitting.attempt.id
    assert header.standing.finished_at is None


async def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        with pytest.raises(EnvironmentFailed) as refused:
            await serve_ssh(served.stage.house, host="127.0.0.1", port=served.port, ready=lambda _: None)
        assert str(served.port) in refused.value.sentence
        with pytest.raises(EnvironmentFailed):
            await serve_ssh(served.stage.house, host="192.0.2.1", port=0, ready=lambda _: None)


async def test_a_provider_is_named_before_anybody_is_asked_and_cannot_steer_a_terminal(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        person = Person()
        with pytest.raises(asyncssh.PermissionDenied):
            async with served.client("ana@example.org", None, client_factory=lambda: person):
                pass
        assert "Exams and certificates." in person.banner
    hostile = shown_banner("Touch\x1b]0;owned\x07 \u202eSchool\r\nLast login")
    assert "\x1b" not in hostile
    assert "\u202e" not in hostile
    assert "\n" not in hostile


async def test_a_store_that_fails_is_told_without_the_hosts_paths(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        served.stage.house.broken = StorageBusy(f"{tmp_path}/cequiz.db is locked.", hint=f"Look at {tmp_path}.")
        person = Person([PASSPHRASE], [PASSPHRASE])
        with pytest.raises(asyncssh.Error):
            async with served.client(student.email, None, client_factory=lambda: person):
                pass
        assert "cannot do this now" in person.asked[1][0]
        assert str(tmp_path) not in str(person.asked)


async def test_the_log_names_people_by_id_and_holds_no_passphrase(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        with pytest.raises(asyncssh.PermissionDenied):
            async with served.client(student.email, "not the passphrase"):
                pass
        async with served.client(student.email):
            pass
    log = (tmp_path / "cequiz-serve.log").read_text()
    assert f"signed in {student.id} from 127.0.0.1" in log
    assert "refused 127.0.0.1" in log
    for secret in (PASSPHRASE, "not the passphrase", student.email):
        assert secret not in log


def test_the_servers_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / NAME
    with ThreadPoolExecutor(8) as pool:
        prints = set(pool.map(lambda _: fingerprint(load_or_make_host_key(path)), range(8)))
    assert prints == {fingerprint(load_or_make_host_key(path))}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_servers_key_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / NAME
    load_or_make_host_key(path)
    path.chmod(0o644)
    with pytest.raises(StorageReadOnly):
        load_or_make_host_key(path)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(StorageDamaged):
        load_or_make_host_key(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageDamaged):
        load_or_make_host_key(path)
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFailed):
        load_or_make_host_key(tmp_path / "file" / NAME)


def _cut(connection: asyncssh.SSHClientConnection) -> None:
    """Cut the line hard, as a network that is gone: nothing more is said by this end."""
    connection.abort()


async def test_who_signs_in_has_the_exam_and_the_other_window_can_only_read(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        student = served.stage.student()
        served.stage.start(student).leave(orderly=False)
        async with served.client(student.email) as connection, screens(connection) as first:
            await first.shows("Question 1 of 4")
            served.stage.clock.advance(timedelta(seconds=1))
            first.type("b")
            await first.shows("Saved: B.")
            async with screens(connection) as second:
                await second.shows("Question 1 of 4", "open in another window")
                first.forget()
                first.type("a")
                await first.shows("elsewhere")


async def test_a_changed_passphrase_ends_what_is_open_under_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "_FRESH", -1.0)  # the folder is looked at anew each time
    async with serving(tmp_path, rules=ServeRules(standing_seconds=0.05)) as served:
        student = served.stage.student()
        sitting = served.stage.start(student)
        sitting.leave(orderly=False)
        async with (
            served.client(student.email) as connection,
            connection.start_sftp_client() as files,
            screens(connection) as screen,
            screens(connection, "plain") as lines,
        ):
            await files.listdir("certificates")
            await screen.shows("Question 1 of 4")
            await lines.shows("Type a number")
            with served.stage.store.write() as unit:
                unit.students.set_passphrase(student.id, "another hash")
            await screen.shows("Sign in again.", "goes on until")
            await lines.shows("Sign in again.")
            with pytest.raises(asyncssh.SFTPError, match="Sign in again"):
                await files.listdir("certificates")
            done = await connection.run("plain", input="")
            assert "Sign in again." in str(done.stderr)
            assert done.exit_status == 3
        with served.stage.store.read() as unit:
            assert load_attempt(unit, sitting.attempt.id).status is Status.OPEN


async def test_guests_who_only_connect_are_closed_and_stand_at_the_door_until_they_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_door, "_EMPTY_SECONDS", 0.3)
    async with serving(tmp_path, rules=ServeRules(most_per_address=4)) as served:
        student = served.stage.student()
        async with served.client("exam", None) as connection, screens(connection, "plain") as lines:
            await lines.shows("E-mail address: ")
            lines.type(f"{student.email}\r")
            await lines.shows("Passphrase: ")
            lines.type(f"{PASSPHRASE}\r")
            await lines.shows("Type a number")
            idle = [
                await asyncssh.connect("127.0.0.1", served.port, username="exam", known_hosts=None, config=None)
                for _ in range(6)
            ]
            async with served.client("exam", None):
                pass
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(one.wait_closed() for one in idle))
            lines.forget()
            lines.type("l\r")
            await lines.shows("Type a number")
