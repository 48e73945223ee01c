"""The sandbox as a whole: world, databases and APIs, brought up and down together."""

import fcntl
import shutil
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta

from postgres_local import PostgresServer
from sandbox.api_process import ApiProcess
from sandbox.errors import SandboxError
from sandbox.settings import Settings
from sandbox.shop import DATABASE, load_shop, use_local_time
from sandbox.world.simulation import Plan
from sandbox.world.store import Progress, World, create_world, remove_world

WAREHOUSE = "warehouse"
DATABASES = (WAREHOUSE, DATABASE, "meltano")


# So long without a heartbeat, Meltano's run is dead; it beats every second.
HEARTBEAT_SECONDS = 8.0


class Sandbox:
    """The sandbox of one data folder.

    Every command may be repeated, and mends what an interrupted one has left.

    Args:
        settings: Where it lives and listens.
        progress: Is told each step as a short sentence.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self.progress = progress
        self.postgres = PostgresServer(
            settings.home / "postgres",
            settings.postgres_port,
            port_setting="SANDBOX_POSTGRES_PORT",
        )
        self.apis = ApiProcess(settings)

    def start(self, plan: Plan) -> None:
        """Bring everything up, making a world by this plan when there is none."""
        with self._alone():
            self._start(plan)

    def stop(self) -> None:
        """Bring everything down; what it holds stays."""
        with self._alone():
            self._stop()

    def advance(self, days: int, plan: Plan) -> None:
        """Let the world live on, and show it in the databases and APIs.

        After an interrupted advance this finishes that one and goes no further.

        Args:
            days: Days to live.
            plan: What to make a world by when there is none.
        """
        with self._alone():
            self._start(plan)
            with closing(World(self.settings.world)) as world:
                destination = world.destination
                if destination:
                    self.progress(f"finishing the interrupted advance to {destination}")
                world.advance(destination or world.clock + timedelta(days=days), self.progress)
                load_shop(self.postgres.url(DATABASE), world)
                world.arrive()
                self.progress(f"the shop's database shows {world.clock}")

    def reset(self, plan: Plan) -> None:
        """Remove world, databases and logs, and start afresh.

        Raises:
            SandboxError: A rehearsal's warehouse holds what was loaded from this world.
        """
        with self._alone():
            self._check_rehearsal()
            self._remove()
            self._start(plan)

    def remove(self) -> None:
        """Bring everything down and leave nothing behind.

        Raises:
            SandboxError: A rehearsal's warehouse holds what was loaded from this world.
        """
        with self._alone():
            self._check_rehearsal()
            self._remove()
        shutil.rmtree(self.settings.home)

    def _remove(self) -> None:
        self._stop()
        self.progress("removing the world and its databases")
        remove_world(self.settings.world)
        self.postgres.remove()
        (self.settings.home / "api.log").unlink(missing_ok=True)

    @property
    def warehouse_url(self) -> str:
        """URL of the warehouse that this environment loads into."""
        return self.settings.redshift_url or self.postgres.url(WAREHOUSE)

    def _check_rehearsal(self) -> None:
        if self.settings.redshift_home.exists():
            raise SandboxError(
                f"A rehearsal's warehouse in {self.settings.redshift_home} was loaded from this "
                "world: run `meltano --environment=rehearsal invoke redshift-local remove` first."
            )

    def _has_warehouse(self) -> bool:
        if self.settings.redshift_url:
            return self.settings.redshift_home.exists()
        return self.postgres.has_database(WAREHOUSE)

    def _forget_bookmarks(self) -> None:
        """Empty Meltano's state: the bookmarks of a lost warehouse would leave a new one empty."""
        database = self.settings.meltano_database
        if database is None or not database.exists():
            return
        with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
            known = {name for (name,) in connection.execute("select name from sqlite_master")}
            for table in known & {"state", "runs"}:
                connection.execute(f"delete from {table}")  # noqa: S608 - one of two names

    def _end_killed_runs(self) -> None:
        """Let a run go on that Meltano would refuse for minutes, because a killed one seems alive.

        Meltano writes a heartbeat every second: a run without one for a while is dead.
        """
        database = self.settings.meltano_database
        if database is None or not database.exists():
            return
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            dead = _heartbeats(connection)
            deadline = time.monotonic() + HEARTBEAT_SECONDS
            while dead and time.monotonic() < deadline:
                time.sleep(0.5)
                dead &= _heartbeats(connection)
            if not dead:
                return
            with connection:
                connection.executemany(
                    "update runs set state = 'FAIL', ended_at = last_heartbeat_at"
                    " where id = ? and last_heartbeat_at = ? and state = 'RUNNING'",
                    dead,
                )
        for _ in dead:
            self.progress("a run of Meltano was killed: it is marked as failed, the next goes on")

    def is_running(self) -> bool:
        """Tell whether all of it is up."""
        return self.postgres.is_running() and self.apis.is_healthy()

    def world(self) -> World | None:
        """The world, or None when there is none yet."""
        return World(self.settings.world) if self.settings.world.exists() else None

    def _start(self, plan: Plan) -> None:
        self.postgres.check_port()
        self.apis.check_ports()
        if not self.settings.world.exists():
            self.postgres.remove()  # what was loaded from another world
        # Postgres' own set-up is another process: it takes the second core.
        with ThreadPoolExecutor(1) as executor:
            databases = executor.submit(self._start_databases)
            self._make_world(plan)
            databases.result()
        self.progress(f"Postgres answers on port {self.settings.postgres_port}")
        with closing(World(self.settings.world)) as world:
            load_shop(self.postgres.url(DATABASE), world)
            self.progress(f"the shop's database shows {world.clock}")
        self.apis.start()
        for name, url in self.apis.urls.items():
            self.progress(f"{name} answers at {url}")
        self.progress(f"a proxy leads to them by their real names at {self.apis.proxy_url}")
        self._end_killed_runs()

    def _start_databases(self) -> None:
        self.postgres.start()
        if not self._has_warehouse():
            self._forget_bookmarks()
        for name in DATABASES:
            self.postgres.create_database(name)
        use_local_time(self.postgres.url(DATABASE))

    def _make_world(self, plan: Plan) -> None:
        if self.settings.world.exists():
            return
        self.progress(
            f"making a world of {plan.users} users and {plan.days} days (seed {plan.seed})"
        )
        create_world(self.settings.world, plan, self.progress)

    def _stop(self) -> None:
        self.apis.stop()
        self.postgres.stop()
        self.progress("stopped")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep out other commands on the same folder."""
        self.settings.home.mkdir(parents=True, exist_ok=True)
        with (self.settings.home / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.progress("waiting for another sandbox command on this folder to finish")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _heartbeats(meltano: sqlite3.Connection) -> set[tuple[int, str]]:
    """Runs that seem to run: id and last heartbeat."""
    if not meltano.execute("select 1 from sqlite_master where name = 'runs'").fetchone():
        return set()
    return set(
        meltano.execute(
            "select id, last_heartbeat_at from runs"
            " where state = 'RUNNING' and last_heartbeat_at is not null"
        )
    )
