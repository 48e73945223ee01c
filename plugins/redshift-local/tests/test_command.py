"""The command, from start to removal."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import boto3
import psycopg
import pytest
from click.testing import CliRunner, Result

from postgres_local import HOST, free_port
from redshift_local.cli import main


class Command:
    """Runs the command with settings of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {
            "REDSHIFT_LOCAL_HOME": str(home),
            "REDSHIFT_LOCAL_PORT": str(self.port),
            "REDSHIFT_LOCAL_POSTGRES_PORT": str(free_port()),
            "REDSHIFT_LOCAL_AWS_PORT": str(free_port()),
        }

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=self.environment)

    def done(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def status(self) -> dict[str, object]:
        found = json.loads(self.done("status", "--json"))
        assert isinstance(found, dict)
        return found

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user="headwater",
            password="Sandbox1",  # noqa: S106 - the default, which is documented
            dbname="dev",
            autocommit=True,
        )


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    tmp_path.chmod(0o755)
    made = Command(tmp_path / "home")
    yield made
    made.run("remove")


def test_a_life(command: Command) -> None:
    assert command.status()["state"] == "stopped"
    assert "state: running" in command.done("start")
    with closing(command.connect()) as connection:
        connection.execute("create table t (i integer)")
        connection.execute("insert into t values (1)")
    command.done("start")  # it is running: nothing changes
    command.done("stop")
    assert command.status()["state"] == "stopped"
    command.done("start")
    with closing(command.connect()) as connection:
        assert connection.execute("select i from t").fetchall() == [(1,)]
    command.done("reset")
    with closing(command.connect()) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("select i from t")
    command.done("remove")
    assert not command.home.exists()


def test_it_comes_back_after_it_was_killed(command: Command) -> None:
    command.done("start")
    os.kill(int((command.home / "server.pid").read_text()), signal.SIGKILL)
    command.done("start")
    with closing(command.connect()) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_it_starts_with_the_bucket_and_the_users_settings_that_are_named(
    command: Command, tmp_path: Path
) -> None:
    setup = tmp_path / "setup.sql"
    setup.write_text(
        "-- once; or again\n"
        "alter user headwater set enable_case_sensitive_super_attribute to true;\n"
        "create schema if not exists made;\n"
    )
    command.environment |= {"REDSHIFT_LOCAL_BUCKET": "mine", "REDSHIFT_LOCAL_SETUP": str(setup)}
    for _ in range(2):
        command.done("start")
    with closing(command.connect()) as connection:
        shown = connection.execute("show enable_case_sensitive_super_attribute").fetchone()
        connection.execute("create table made.t (i integer)")
    assert shown == ("true",)
    s3 = boto3.Session("any", "any", region_name="us-east-1").client(
        "s3", endpoint_url=str(command.status()["aws_endpoint_url"])
    )
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["mine"]

    setup.write_text("create index i on made.t (i)")
    result = command.run("start")
    assert result.exit_code == 1
    assert "REDSHIFT_LOCAL_SETUP" in result.output
    setup.unlink()
    assert "there is no such file" in command.run("start").output


def test_a_port_that_is_taken_is_named_with_its_setting(command: Command) -> None:
    with socket.create_server((HOST, command.port)):
        result = command.run("start")
    assert result.exit_code == 1
    assert result.output == (
        f"Error: Port {command.port} on {HOST} is taken by another program: "
        "set REDSHIFT_LOCAL_PORT to a free port.\n"
    )


def test_a_setting_that_makes_no_sense_is_named(command: Command) -> None:
    command.environment["REDSHIFT_LOCAL_PORT"] = "many"
    result = command.run("status")
    assert result.exit_code == 1
    assert "REDSHIFT_LOCAL_PORT is 'many'" in result.output


def test_what_is_not_ours_survives_the_removal(command: Command) -> None:
    command.home.mkdir()
    (command.home / "diary.txt").write_text("mine")
    command.done("remove")
    assert (command.home / "diary.txt").read_text() == "mine"


def test_the_lint_tells_where(command: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.sql"
    wrong.write_text("select\n  count(*) filter (where true)\nfrom t")
    result = command.run("lint", str(wrong))
    assert result.exit_code == 1
    assert f"{wrong}:2:" in result.output
    wrong.write_text("select count(*) from t")
    assert command.done("lint", str(wrong)) == ""
