"""What the tests share: messages, a database, and a way to run the loader."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Message = dict[str, Any] | str | bytes


@dataclass
class Warehouse:
    """A fresh database, and the loader on it."""

    url: str
    config: dict[str, Any]

    def load(self, *messages: Message, **config: Any) -> list[Any]:
        """Load messages in this process; the states that came out."""
        return self.load_bytes(encode(messages), **config)

    def load_bytes(self, data: bytes, **config: Any) -> list[Any]:
        target = TargetRedshift(config={**self.config, **config})
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            target.listen(io.BytesIO(data))  # type: ignore[arg-type]  # bytes serve as well
        return [json.loads(line) for line in output.getvalue().splitlines()]

    def query(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("set timezone to 'UTC'")
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def values(self, query: str) -> list[Any]:
        return [row[0] for row in self.query(query)]

    def columns(self, table: str) -> dict[str, str]:
        rows = self.query(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute where"
            f""" attrelid = 'raw."{table}"'::regclass and attnum > 0 and attname not like '\\_sdc%'"""
            " order by attnum"
        )
        return {str(name): str(kind) for name, kind in rows}


def encode(messages: Iterable[Message]) -> bytes:
    lines = []
    for message in messages:
        if isinstance(message, dict):
            lines.append(json.dumps(message).encode())
        else:
            lines.append(message.encode() if isinstance(message, str) else message)
    return b"".join(line + b"\n" for line in lines)


def schema(
    stream: str, properties: dict[str, Any], key: Sequence[str] = (), **more: Any
) -> dict[str, Any]:
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": properties, **more},
        "key_properties": list(key),
    }


def record(stream: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "RECORD", "stream": stream, "record": values, **more}


def raw_record(stream: str, values: str) -> str:
    """A RECORD whose record is JSON as it is spelled here."""
    return f'{{"type": "RECORD", "stream": "{stream}", "record": {values}}}'


def state(value: Any) -> dict[str, Any]:
    return {"type": "STATE", "value": value}
