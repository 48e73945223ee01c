"""A bucket for staged files: writes until S3 has every byte, or says which setting is at fault."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from target_redshift.errors import WarehouseError
from target_redshift.settings import Settings

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

T = TypeVar("T")

# botocore waits and tries again by itself when S3 answers 500, 503, SlowDown, or not at all.
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 8},
    connect_timeout=10,
    read_timeout=60,
    tcp_keepalive=True,
    user_agent_extra="target-redshift",
)
# What arrived was not what was sent.
_DAMAGED = ("BadDigest", "IncompleteBody", "InvalidDigest", "XAmzContentChecksumMismatch")
# Credentials that may be renewed by now: a file or a role that hands out new ones.
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired")
_MOST_ATTEMPTS = 5
_PAUSE_SECONDS = 0.5
_DELETED_AT_ONCE = 1000
_log = logging.getLogger("target-redshift")


class Bucket:
    """The bucket of the settings; its methods may be called by several threads."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.s3_bucket
        self._settings = settings
        self._client = self._connect()

    def put(self, key: str, data: bytes) -> None:
        """Write an object, whole.

        Raises:
            WarehouseError: S3 does not take it.
        """

        def write() -> None:
            request: PutObjectRequestTypeDef = {"Bucket": self.name, "Key": key, "Body": data}
            if self._settings.s3_kms_key_id:
                request["ServerSideEncryption"] = "aws:kms"
                request["SSEKMSKeyId"] = self._settings.s3_kms_key_id
            self._client.put_object(**request)
            size = self._client.head_object(Bucket=self.name, Key=key)["ContentLength"]
            if size != len(data):
                raise _TruncatedError(f"{size} of {len(data)} bytes arrived")

        self._try("write", key, write)

    def get(self, key: str) -> bytes:
        """An object.

        Raises:
            WarehouseError: S3 does not give it.
        """

        def read() -> bytes:
            return self._client.get_object(Bucket=self.name, Key=key)["Body"].read()

        return self._try("read", key, read)

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; if S3 does not let them go, they stay and the log says so."""
        for start in range(0, len(keys), _DELETED_AT_ONCE):
            part = keys[start : start + _DELETED_AT_ONCE]
            try:
                answer = self._client.delete_objects(
                    Bucket=self.name,
                    Delete={"Objects": [{"Key": key} for key in part], "Quiet": True},
                )
                left = [each.get("Key", "") for each in answer.get("Errors", ())]
            except (ClientError, BotoCoreError) as error:
                left = list(part)
                _log.debug("Cannot remove staged files: %s", error)
            if left:
                _log.warning(
                    "%d loaded files cannot be removed from S3, s3://%s/%s among them: they are "
                    "needed no more.",
                    len(left),
                    self.name,
                    left[0],
                )

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _connect(self) -> "S3Client":
        # A session of its own looks for credentials anew.
        return boto3.Session(region_name=self._settings.region or None).client("s3", config=CONFIG)

    def _try(self, verb: str, key: str, act: Callable[[], T]) -> T:
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            try:
                return act()
            except (ClientError, BotoCoreError, OSError) as error:
                code = _code(error)
                may_pass = code in (*_DAMAGED, *_EXPIRED) or isinstance(error, OSError)
                if not may_pass or attempt == _MOST_ATTEMPTS:
                    raise WarehouseError(self._explain(verb, key, error)) from error
                _log.info("S3 did not %s a file (%s): trying again", verb, code or error)
                if code in _EXPIRED:
                    self._client = self._connect()
                time.sleep(_PAUSE_SECONDS * attempt)
        raise AssertionError  # the last attempt returns or raises

    def _explain(self, verb: str, key: str, error: Exception) -> str:
        code = _code(error)
        told = f"Cannot {verb} s3://{self.name}/{key} ({_tell(error)}): "
        if code in _EXPIRED:
            return told + "the AWS credentials have expired, renew them and run again."
        if code in ("AccessDenied", "AllAccessDisabled"):
            return told + "the AWS credentials need s3:PutObject, s3:GetObject and s3:DeleteObject."
        return told + (
            "check the settings s3_bucket and region and the AWS credentials (AWS_* variables or "
            "a role). Nothing of this batch is loaded, run again."
        )


class _TruncatedError(OSError):
    """S3 took a part of an object for the whole."""


def _code(error: Exception) -> str:
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


def _tell(error: Exception) -> str:
    """An error in S3's words, without the request."""
    if isinstance(error, ClientError):
        found = error.response.get("Error", {})
        return f"{found.get('Code', '')}: {found.get('Message', '')}"
    return str(error)
