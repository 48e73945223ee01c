"""A whole Headwater of its own for the tests: sandbox, state and dbt's folders apart."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from postgres_local import free_port, is_free
from sandbox.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
MELTANO = Path(sys.executable).with_name("meltano")
Row = tuple[object, ...]
TAPS = ("tap-clevertap", "tap-facebook", "tap-googleads", "tap-postgres")
LOAD = ("run", *(name for tap in TAPS for name in (tap, "target-redshift")))
# The job demo without dbt's tests, which take longer than all the rest.
INCREMENT = (*LOAD, "dbt:run")


@dataclass(frozen=True)
class Headwater:
    """The project as its user runs it, on a small world and free ports.

    Attributes:
        folder: Where all that it makes is.
        environment: Its settings.
        root: The project.
        name: Meltano's environment: sandbox, rehearsal, or prod.
        patience: Seconds that a command may take.
    """

    folder: Path
    environment: dict[str, str]
    root: Path = ROOT
    name: str = "sandbox"
    patience: int = 300

    @property
    def command(self) -> list[str | Path]:
        """Meltano, up to what it shall do in the sandbox environment."""
        return [MELTANO, "--env-file", self.folder / ".env", "--environment", self.name]

    def meltano(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Meltano in the sandbox environment; what it prints is kept together."""
        return subprocess.run(  # noqa: S603 (our own command)
            [*self.command, *arguments],
            cwd=self.root,
            env={**os.environ, **self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=self.patience,
        )

    def succeed(self, *arguments: str) -> str:
        """Run Meltano; its output, once it ended with exit code 0."""
        done = self.meltano(*arguments)
        assert done.returncode == 0, done.stdout[-6000:]
        return done.stdout

    @property
    def warehouse_url(self) -> str:
        """URL of the warehouse."""
        port = self.environment["SANDBOX_POSTGRES_PORT"]
        return f"postgresql://headwater:sandbox@127.0.0.1:{port}/warehouse"

    def query(self, statement: LiteralString | sql.Composed) -> list[Row]:
        """Rows of the warehouse."""
        with psycopg.connect(self.warehouse_url) as connection:
            return connection.execute(statement).fetchall()

    def execute(self, statement: LiteralString | sql.Composed) -> None:
        """Change something in the warehouse."""
        with psycopg.connect(self.warehouse_url, autocommit=True) as connection:
            connection.execute(statement)

    def ledger(self, name: str) -> list[dict[str, str]]:
        """A table of the truth, as the sandbox prints it: in this process, to start none."""
        printed = CliRunner(env=self.environment).invoke(main, ["ledger", name])
        assert printed.exit_code == 0, printed.output
        return list(csv.DictReader(io.StringIO(printed.stdout)))

    def build(self, *models: str) -> None:
        """Let dbt build models and what they read: all models, most of them unread, take long."""
        project = self.root / "transform"
        self._plugin(
            *("dbt", "run", "--select", *(f"+{model}" for model in models)),
            DBT_PROJECT_DIR=str(project),
            DBT_PROFILES_DIR=str(project / "profiles"),
            DBT_TARGET="sandbox",
            WAREHOUSE_PORT=self.environment["SANDBOX_POSTGRES_PORT"],
        )

    def sandbox(self, *words: str) -> str:
        """Call the sandbox itself, which takes a third as long as Meltano's `invoke`."""
        return self._plugin("sandbox", *words, SANDBOX_REDSHIFT_HOME=str(self.folder / "redshift"))

    def _plugin(self, name: str, *arguments: str, **variables: str) -> str:
        """What a utility prints, without Meltano between."""
        executable = ROOT / ".meltano" / "utilities" / name / "venv" / "bin" / name
        done = subprocess.run(  # noqa: S603 (our own command)
            [executable, *arguments],
            env={**os.environ, **self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr + done.stdout[-6000:]
        return done.stdout

    def marts(self) -> dict[str, list[str]]:
        """Every row of every mart, as text, sorted."""
        names = self.query(
            "select table_name from information_schema.tables"
            " where table_schema = 'marts' order by 1"
        )
        return {str(name): self._rows_as_text(str(name)) for (name,) in names}

    def _rows_as_text(self, table: str) -> list[str]:
        mart = sql.Identifier("marts", table)
        return sorted(
            str(row[0])
            for row in self.query(sql.SQL("select row::text from {} as row").format(mart))
        )


def make_headwater(folder: Path, users: int, days: int) -> Headwater:
    """A Headwater whose sandbox, state and dbt artefacts live in `folder`; nothing is started."""
    database = folder / "meltano.db"
    (folder / ".env").touch()
    system = folder / "meltano"
    for installed in (ROOT / ".meltano").glob("*/*/venv"):
        plugin = system / installed.parent.relative_to(ROOT / ".meltano")
        plugin.mkdir(parents=True)
        (plugin / "venv").symlink_to(installed)
    return Headwater(
        folder,
        {
            "SANDBOX_HOME": str(folder / "sandbox"),
            "SANDBOX_POSTGRES_PORT": str(free_port()),
            "SANDBOX_CLEVERTAP_PORT": str(free_port()),
            "SANDBOX_FACEBOOK_PORT": str(free_port()),
            "SANDBOX_GOOGLEADS_PORT": str(free_port()),
            "SANDBOX_PROXY_PORT": str(free_port()),
            "REDSHIFT_LOCAL_HOME": os.path.relpath(folder / "redshift", ROOT),
            "REDSHIFT_LOCAL_PORT": str(free_port()),
            "REDSHIFT_LOCAL_POSTGRES_PORT": str(free_port()),
            "REDSHIFT_LOCAL_AWS_PORT": str(free_port()),
            "SANDBOX_USERS": str(users),
            "SANDBOX_DAYS": str(days),
            "MELTANO_SYS_DIR_ROOT": str(system),  # two runs of one tap share its files in there
            "SANDBOX_MELTANO_DATABASE": str(database),
            "MELTANO_DATABASE_URI": f"sqlite:///{database}",
            "DBT_TARGET_PATH": str(folder / "dbt-target"),
            "DBT_LOG_PATH": str(folder / "dbt-logs"),
        },
    )


@pytest.fixture(scope="session")
def warehouse_port() -> int:
    """Every warehouse of a session has it: with another address dbt parses the project anew."""
    return free_port()


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as dbt parsed it last; each world starts from it and leaves its own."""
    return tmp_path_factory.mktemp("parsed") / "partial_parse.msgpack"


@pytest.fixture(scope="module")
def headwater(
    request: pytest.FixtureRequest, warehouse_port: int, parsed: Path
) -> Iterator[Headwater]:
    """A small world (a module may say its own WORLD), started; removed after the module."""
    users, days = getattr(request.module, "WORLD", (300, 14))
    with tempfile.TemporaryDirectory(prefix="headwater-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the embedded Postgres runs as another user where we are root
        headwater = make_headwater(folder, users, days)
        if is_free(warehouse_port):
            headwater.environment["SANDBOX_POSTGRES_PORT"] = str(warehouse_port)
        here = folder / "dbt-target" / parsed.name
        try:
            if parsed.exists():
                here.parent.mkdir()
                shutil.copy(parsed, here)
            headwater.sandbox("start")
            yield headwater
        finally:
            headwater.sandbox("remove")
            if here.exists():
                shutil.copy(here, parsed)
