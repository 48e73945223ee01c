"""What the tests share: messages, a database, and a way to run the loader."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg

from target_redshift.engine import Pace
from target_redshift.limits import NO_LIMITS
from target_redshift.loader import Loader
from target_redshift.settings import Settings
from target_redshift.streams import Streams
from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from postgres_local import PostgresServer
    from target_redshift.bookmarks import Reached
    from target_redshift.engine import Block
    from target_redshift.rows import Layout


Message = dict[str, Any] | str | bytes


@dataclass
class Warehouse:
    """A fresh database, and the loader on it."""

    url: str
    config: dict[str, Any]

    @classmethod
    def on(cls, server: PostgresServer, database: str) -> Warehouse:
        url = server.url(database)
        parts = urlsplit(url)
        config = {
            "engine": "postgres",
            "host": parts.hostname,
            "port": parts.port,
            "user": parts.username,
            "password": parts.password,
            "database": database,
            "default_target_schema": "raw",
        }
        return cls(url, config)

    def load(self, *messages: Message, **config: object) -> list[Any]:
        """Load messages in this process; the states that came out."""
        return self.load_bytes(encode(messages), **config)

    def load_bytes(self, data: bytes, **config: object) -> list[Any]:
        target = TargetRedshift(config={**self.config, **config})
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            target.listen(io.BytesIO(data))  # type: ignore[arg-type]  # bytes serve as well
        return [json.loads(line) for line in output.getvalue().splitlines()]

    def query(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("set timezone to 'UTC'; set datestyle to 'ISO'")
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def values(self, query: str) -> list[Any]:
        return [row[0] for row in self.query(query)]

    def columns(self, table: str) -> dict[str, str]:
        rows = self.query(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute where"  # noqa: S608 - a test's own table
            f""" attrelid = 'raw."{table}"'::regclass and attnum > 0"""
            " and attname not like '\\_sdc%'"
            " order by attnum"
        )
        return {str(name): str(kind) for name, kind in rows}


class NoWarehouse:
    """An engine that keeps the text of the rows, for what needs no database."""

    pace = Pace(lines=100_000, seconds=30)
    limits = NO_LIMITS

    def __init__(self) -> None:
        self.text = b""

    def connect(self) -> None: ...
    def prepare(self, layout: Layout) -> None: ...
    def activate_version(self, stream: str, version: int) -> None: ...
    def replace_tables(self) -> None: ...
    def check_start(self, start: Reached) -> None: ...
    def keep_bookmarks(self, reached: Sequence[Reached]) -> None: ...
    def commit(self) -> None: ...
    def close(self) -> None: ...
    def cancel(self) -> None: ...

    def load(self, block: Block) -> None:
        self.text += block.text


def load_nowhere(*messages: Message, **config: object) -> bytes:
    """Take messages without a database; the COPY text of their rows."""
    needed = {"engine": "postgres", "user": "any", "password": "any", "database": "any"}
    target = TargetRedshift(config={**needed, **config}, validate_config=True)
    settings = Settings.from_config(target.config)
    engine = NoWarehouse()
    streams = Streams(settings, engine, lambda _: None)
    try:
        Loader(settings, streams, None).take_block(encode(messages).removesuffix(b"\n"))
    except BaseException:
        streams.abort()
        raise
    streams.finish()
    return engine.text


def encode(messages: Iterable[Message]) -> bytes:
    lines = []
    for message in messages:
        if isinstance(message, dict):
            lines.append(json.dumps(message).encode())
        else:
            lines.append(message.encode() if isinstance(message, str) else message)
    return b"".join(line + b"\n" for line in lines)


def schema(
    stream: str, properties: dict[str, Any], key: Sequence[str] = (), **more: object
) -> dict[str, Any]:
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": properties, **more},
        "key_properties": list(key),
    }


def record(stream: str, values: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"type": "RECORD", "stream": stream, "record": values, **more}


def raw_record(stream: str, values: str) -> str:
    """A RECORD whose record is JSON as it is spelled here."""
    return f'{{"type": "RECORD", "stream": "{stream}", "record": {values}}}'


def state(value: object) -> dict[str, Any]:
    return {"type": "STATE", "value": value}
