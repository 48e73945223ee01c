"""S3 as COPY sees it: which files a prefix or manifest means, and their bytes.

Errors have Redshift's form, "S3ServiceException:<message>,Status <n>,Error <code>", SQLSTATE XX000.
"""

from __future__ import annotations

import functools
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import boto3
import pyarrow as pa  # type: ignore[import-untyped] # has no types
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from redshift_local.loading.backend import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_s3 import S3Client

    from redshift_local.loading.access import Access
    from redshift_local.loading.command import CopyCommand
    from redshift_local.loading.context import Context

CHUNK: Final = 1 << 20
_ATTEMPTS: Final = 5


@dataclass(frozen=True)
class Source:
    """One file to load.

    Attributes:
        url: `s3://bucket/key`.
        size: Bytes on S3.
        version: ETag, so that a second request reads the same object.
    """

    url: str
    size: int
    version: str

    @property
    def place(self) -> tuple[str, str]:
        """Bucket and key."""
        return split_url(self.url)


def split_url(url: str) -> tuple[str, str]:
    """Bucket and key (or prefix) of an `s3://` URL."""
    parts = urlsplit(url, allow_fragments=False)
    return parts.netloc, url.removeprefix(f"s3://{parts.netloc}").removeprefix("/")


class Storage:
    """S3 for one statement.

    Args:
        context: Says where S3 is and in which region the cluster.
        access: With whose keys.
        region: The statement's REGION, if it has one.
    """

    def __init__(self, context: Context, access: Access, region: str | None) -> None:
        self._region = region or context.region
        key_id, secret = access.key_id, access.secret
        if key_id is None and context.role_keys is not None:
            key_id, secret = context.role_keys
        self.client = _client(context.endpoint_url, self._region, key_id, secret, access.token)

    def sources(self, command: CopyCommand) -> list[Source]:
        """The files that a COPY means, in order.

        Raises:
            EngineError: There are none, one that must be there is not, the manifest is no
                manifest, or the bucket lies in another region.
        """
        try:
            self._check_region(split_url(command.source)[0])
            if command.manifest:
                return self._listed(command)
            return self._found(command.source)
        except (ClientError, BotoCoreError) as error:
            raise service_error(error) from error

    def open(self, source: Source) -> ObjectReader:
        """The bytes of a file as they lie on S3."""
        return ObjectReader(self.client, source)

    def _check_region(self, bucket: str) -> None:
        where = self.client.get_bucket_location(Bucket=bucket)["LocationConstraint"] or "us-east-1"
        if where != self._region:
            raise EngineError(
                sqlstate="XX000",
                message="S3ServiceException:The bucket you are attempting to access must be "
                "addressed using the specified endpoint. Please send all future requests to this "
                f"endpoint.,Status 301,Error PermanentRedirect: bucket '{bucket}' is in region "
                f"'{where}', the COPY reads from '{self._region}'",
            )

    def _found(self, url: str) -> list[Source]:
        bucket, prefix = split_url(url)
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        found = [
            Source(f"s3://{bucket}/{entry['Key']}", entry["Size"], entry["ETag"])
            for page in pages
            for entry in page.get("Contents", [])
            # what consoles make to show a folder
            if not entry["Key"].endswith("/")
        ]
        if not found:
            raise problem(f"The specified S3 prefix '{prefix}' does not exist")
        return found

    def _listed(self, command: CopyCommand) -> list[Source]:
        bucket, key = split_url(command.source)
        try:
            text = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
            entries = _entries(json.loads(text))
        except ClientError as error:
            raise service_error(error, "Problem reading manifest file - ") from error
        except (ValueError, TypeError, KeyError) as error:
            raise problem(f"Invalid manifest file: {command.source}") from error
        columnar = command.format == "PARQUET"
        found = [self._entry(entry, columnar=columnar) for entry in entries]
        present = [source for source in found if source is not None]
        if not present:
            raise problem(f"None of the files of manifest '{command.source}' exists")
        return present

    def _entry(self, entry: dict[str, Any], *, columnar: bool) -> Source | None:
        url = entry["url"]
        bucket, key = split_url(url)
        length = entry.get("meta", {}).get("content_length")
        if columnar and length is None:
            raise problem(f"The manifest lacks meta content_length of '{url}'")
        try:
            head = self.client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
                raise
            if entry.get("mandatory", False):
                raise _missing(url) from error
            return None
        if length is not None and length != head["ContentLength"]:
            raise problem(
                f"File size of '{url}' does not match the manifest: content_length is {length}, "
                f"the file has {head['ContentLength']} bytes"
            )
        return Source(url, head["ContentLength"], head["ETag"])


class ObjectReader(io.RawIOBase):
    """An object's bytes in order; a connection that breaks is taken up where it broke.

    Raises:
        EngineError: S3 refuses the object, or breaks off again and again.
    """

    def __init__(self, client: S3Client, source: Source) -> None:
        super().__init__()
        self._client = client
        self._source = source
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        """Tell `io` that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - typing has no writable buffer in 3.11
        """Fill a buffer; 0 at the end."""
        chunk = self._some(min(len(buffer), CHUNK))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """End the connection, if the object was not read to its end."""
        if self._body is not None:
            self._body.close()
        super().close()

    def _some(self, size: int) -> bytes:
        for attempt in range(_ATTEMPTS):
            if self._at >= self._source.size:
                return b""
            try:
                chunk: bytes = self._opened().read(size)
            except ClientError as error:
                raise service_error(error) from error
            except BotoCoreError as error:
                self._body = None
                if attempt == _ATTEMPTS - 1:
                    raise service_error(error) from error
                continue
            if chunk:
                self._at += len(chunk)
                return chunk
            self._body = None
        raise problem(f"'{self._source.url}' ends before its length")

    def _opened(self) -> Any:  # noqa: ANN401 - botocore's stream is untyped
        if self._body is None:
            bucket, key = self._source.place
            self._body = self._client.get_object(
                Bucket=bucket,
                Key=key,
                IfMatch=self._source.version,
                **({"Range": f"bytes={self._at}-"} if self._at else {}),  # type: ignore[arg-type] # a TypedDict's
            )["Body"]
        return self._body


def chunks(storage: Storage, source: Source, compression: str | None) -> Iterator[bytes]:
    """A file's bytes, decompressed, in pieces of about a megabyte.

    Raises:
        EngineError: S3 fails, or the file is not compressed as stated.
    """
    with storage.open(source) as raw:
        if compression is None:
            yield from iter(lambda: raw.read(CHUNK), b"")
            return
        stream = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), compression)
        try:
            yield from iter(lambda: stream.read(CHUNK), b"")
        except (OSError, pa.ArrowInvalid) as error:
            raise problem(
                f"'{source.url}' is no valid {compression} file: {error}", code=15001
            ) from error


def problem(message: str, *, code: int = 8001) -> EngineError:
    """An error of the leader node, in its form."""
    line = "-----------------------------------------------"
    detail = f"\n  {line}\n  error:  {message}\n  code:      {code}\n  {line}"
    return EngineError(sqlstate="XX000", message=message, detail=detail)


def service_error(error: ClientError | BotoCoreError, prefix: str = "") -> EngineError:
    """An error of S3 as Redshift reports it."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        said = error.response["Error"]
        text = f"{said.get('Message', '')},Status {status},Error {said['Code']}"
    else:
        text = f"{error},Status 0,Error {type(error).__name__}"
    return problem(f"{prefix}S3ServiceException:{text}")


def _missing(url: str) -> EngineError:
    return problem(
        "S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey: "
        f"mandatory file '{url}' of the manifest"
    )


def _entries(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = manifest["entries"]
    for entry in entries:
        if not entry["url"].startswith("s3://") or entry["url"].endswith("/"):
            raise ValueError(entry["url"])
    return entries


@functools.lru_cache(maxsize=16)
def _client(
    endpoint: str | None, region: str, key_id: str | None, secret: str | None, token: str | None
) -> S3Client:
    session = boto3.session.Session()
    return session.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"mode": "standard", "max_attempts": _ATTEMPTS}),
    )
