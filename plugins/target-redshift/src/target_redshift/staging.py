"""The rows of a run on their way through S3."""

import contextlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from target_redshift.errors import WarehouseError
from target_redshift.s3_client import Bucket
from target_redshift.s3_files import Batch, StagedFile, decompress
from target_redshift.settings import Settings
from target_redshift.workers import Workers

_MOST_UPLOADS = 4


class Staging:
    """Files of one run, under a prefix of its own.

    Attributes:
        run: What tells this run from all others.
    """

    def __init__(self, settings: Settings) -> None:
        self.run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self._settings = settings
        self._bucket = Bucket(settings)
        self._workers = Workers(min(settings.slices, _MOST_UPLOADS))
        self._batches = 0

    def new_batch(self, folder: str) -> Batch:
        """An empty batch in a folder of the run's prefix."""
        self._batches += 1
        name = f"{self._prefix}/{folder}/{self._batches:06d}".removeprefix("/")
        return Batch(name, self._bucket, self._workers, self._settings.slices)

    def write(self, batch: Batch, data: bytes, rows: int) -> None:
        """Add rows to a batch.

        Raises:
            WarehouseError: S3 does not take them.
        """
        try:
            batch.write(data, rows)
        except InterruptedError as error:
            raise _ended() from error

    def finish(self, batches: Sequence[Batch]) -> None:
        """Have everything of batches on S3.

        Raises:
            WarehouseError: S3 does not take it.
        """
        try:
            for each in batches:
                each.finish()
        except InterruptedError as error:
            raise _ended() from error

    def read(self, file: StagedFile) -> bytes:
        """What a file holds.

        Raises:
            WarehouseError: S3 does not give it.
        """
        return decompress(self._bucket.get(file.key))

    def remove(self, batches: Sequence[Batch]) -> None:
        """Remove the files of rows that are loaded, unless the settings keep them."""
        keys = [key for each in batches for key in each.list_keys()]
        if keys and not self._settings.keep_staged_files:
            self._workers.submit(lambda: self._bucket.delete(keys))

    def tell_kept(self, batches: Sequence[Batch]) -> str:
        """Where the files of batches stay after an error; empty if there are none."""
        if not any(each.files for each in batches):
            return ""
        return f" Its files stay in s3://{self._bucket.name}{self._prefix}/."

    def close(self) -> None:
        """Wait until removed files are gone; what went wrong before is told already."""
        with contextlib.suppress(InterruptedError, WarehouseError):
            self._workers.wait()
        self._workers.stop()
        self._bucket.close()

    def stop(self) -> None:
        """Begin nothing more."""
        self._workers.stop()

    @property
    def _prefix(self) -> str:
        prefix = self._settings.s3_prefix
        return f"/{prefix}/{self.run}" if prefix else f"/{self.run}"


def _ended() -> WarehouseError:
    return WarehouseError("The run was ended while its rows went to S3.")
