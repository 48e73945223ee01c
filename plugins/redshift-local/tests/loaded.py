"""COPY and UNLOAD without a client: on a connection to the engine, as a session runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from redshift_local.loading import Context, EngineError, load, unload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from redshift_local.server.backend import Backend

ROLE = "IAM_ROLE 'arn:aws:iam::123456789012:role/loader'"
Row = tuple[str | None, ...]


class Loader:
    """A database of the engine, and a bucket."""

    def __init__(self, backend: Backend, context: Context, s3: S3Client, bucket: str) -> None:
        self.backend = backend
        self.context = context
        self.s3 = s3
        self.bucket = bucket

    def put(self, key: str, content: bytes | str) -> str:
        """Put a file; gives its URL."""
        body = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"s3://{self.bucket}/{key}"

    def get(self, key: str) -> bytes:
        """A file's bytes."""
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def keys(self, prefix: str = "") -> list[str]:
        """Names of the files."""
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def clear(self) -> None:
        """Drop the table `t`, empty the bucket, forget errors and history."""
        self.run("DROP TABLE IF EXISTS t; TRUNCATE redshift.load_errors, redshift.load_history")
        for key in self.keys():
            self.s3.delete_object(Bucket=self.bucket, Key=key)

    def run(self, sql: str) -> list[Row]:
        """Run a statement of the engine's."""
        return self.backend.query(sql)

    def copy(self, what: str, key: str, options: str = "", **context: Any) -> int:  # noqa: ANN401 - a field's
        """COPY `what` FROM a key or prefix of the bucket; gives the number of rows."""
        sql = f"COPY {what} FROM 's3://{self.bucket}/{key}' {ROLE} {options}"
        return self._within(load, sql, **context)

    def unload(self, select: str, key: str, options: str = "") -> int:
        """UNLOAD a select to a prefix of the bucket; gives the number of rows."""
        quoted = select.replace("'", "''")
        return self._within(
            unload, f"UNLOAD ('{quoted}') TO 's3://{self.bucket}/{key}' {ROLE} {options}"
        )

    def fails(self, what: str, key: str, options: str = "") -> EngineError:
        """What a COPY fails with."""
        with pytest.raises(EngineError) as raised:
            self.copy(what, key, options)
        return raised.value

    def errors(self) -> list[Row]:
        """Line, column, code and reason of the errors noted so far."""
        return self.run(
            "SELECT line_number, column_name, error_code, error_message "
            "FROM redshift.load_errors ORDER BY query_id, line_number"
        )

    def _within(self, act: Any, sql: str, **context: Any) -> int:  # noqa: ANN401 - load or unload
        self.run("BEGIN")
        try:
            rows: int = act(sql, self.backend, replace(self.context, **context))
        except BaseException:
            self.run("ROLLBACK")
            raise
        self.run("COMMIT")
        return rows
