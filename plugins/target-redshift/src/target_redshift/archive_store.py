"""Where the raw zone is: a bucket, or a folder. A file is there whole or not at all."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from target_redshift.errors import LoadError, WarehouseError
from target_redshift.s3_client import Bucket
from target_redshift.settings import Settings


class Store(Protocol):
    """Takes files."""

    def put(self, name: str, data: bytes) -> None:
        """Write a file, over one that may be there.

        Raises:
            WarehouseError: It cannot be written.
        """

    def close(self) -> None:
        """Take no more."""


class FolderStore:
    """A local folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes) -> None:
        """See `Store`."""
        path = self._folder / name
        passing = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with passing.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            passing.replace(path)
        except OSError as error:
            raise WarehouseError(
                f'Cannot write "{name}" into the folder of the setting archive_url '
                f"({error.strerror}): nothing of this batch is loaded."
            ) from error

    def close(self) -> None:
        """See `Store`."""


class BucketStore:
    """A bucket, or what is below a prefix of it."""

    def __init__(self, settings: Settings, bucket: str, prefix: str) -> None:
        self._bucket = Bucket(replace(settings, s3_bucket=bucket))
        self._prefix = f"{prefix}/" if prefix else ""

    def put(self, name: str, data: bytes) -> None:
        """See `Store`."""
        self._bucket.put(f"{self._prefix}{name}", data)

    def close(self) -> None:
        """See `Store`."""
        self._bucket.close()


def open_store(settings: Settings) -> Store:
    """The place that the setting `archive_url` names: `s3://bucket/prefix`, or a folder.

    Raises:
        LoadError: It is of another kind.
    """
    parts = urlsplit(settings.archive_url)
    if parts.scheme == "s3" and parts.netloc:
        return BucketStore(settings, parts.netloc, parts.path.strip("/"))
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return FolderStore(Path(unquote(parts.path)))
    if not parts.scheme:
        return FolderStore(Path(settings.archive_url))
    raise LoadError(
        f'The setting archive_url is "{settings.archive_url}": it takes s3://bucket/prefix, or a '
        "folder."
    )
