"""What the tests share: messages, a database, and a way to run the loader."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import psycopg
import pytest
import redshift_connector

from target_redshift.engine import Engine, Pace
from target_redshift.limits import NO_LIMITS
from target_redshift.loader import Loader
from target_redshift.postgres import PostgresEngine
from target_redshift.redshift import RedshiftEngine
from target_redshift.settings import Settings
from target_redshift.streams import Streams
from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from redshift_connector.core import Connection

    from postgres_local import PostgresServer
    from target_redshift.bookmarks import Reached
    from target_redshift.engine import Block
    from target_redshift.rows import Layout


Message = dict[str, Any] | str | bytes


@dataclass
class Warehouse:
    """A fresh Postgres database, and the loader on it."""

    # Types as this engine spells them, of those that Postgres spells otherwise.
    types: ClassVar[dict[str, str]] = {}
    # What an integer's column becomes beyond 64 bits.
    whole_number: ClassVar[str] = "numeric"
    engine: ClassVar[type[Engine]] = PostgresEngine

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

    def spelled(self, **types: str) -> dict[str, str]:
        """Columns' types in this engine's words."""
        return {name: self.types.get(kind, kind) for name, kind in types.items()}

    def tables(self) -> dict[str, str]:
        """Comments on the schema's tables, by name."""
        rows = self.query(
            "select c.relname, d.description from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace"
            " left join pg_description d on d.objoid = c.oid and d.objsubid = 0"
            " where n.nspname = 'raw' and c.relkind = 'r'"
        )
        return {str(name): str(comment) for name, comment in rows}

    def described(self, table: str) -> dict[str, tuple[str, str | None]]:
        """Type and comment of each of a table's columns."""
        rows = self.query(
            "select a.attname, format_type(a.atttypid, a.atttypmod), d.description"  # noqa: S608 - a test's own table
            " from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " join pg_namespace n on n.oid = c.relnamespace"
            " left join pg_description d on d.objoid = c.oid and d.objsubid = a.attnum"
            f" where n.nspname = 'raw' and c.relname = '{table}' and a.attnum > 0"
            " and not a.attisdropped order by a.attnum"
        )
        return {str(name): (str(kind), comment) for name, kind, comment in rows}

    def columns(self, table: str) -> dict[str, str]:
        """Type of each of a table's columns, but for the loader's own."""
        found = self.described(table).items()
        return {name: kind for name, (kind, _) in found if not name.startswith("_sdc")}

    def clear(self) -> None:
        """Leave nothing behind."""
        self.query(
            f"alter database {self.config['database']} reset all;"
            " drop schema if exists raw cascade; drop schema if exists calm cascade"
        )


class RedshiftWarehouse(Warehouse):
    """A Redshift database and a bucket, and the loader on them."""

    types: ClassVar[dict[str, str]] = {
        "text": "character varying(1024)",
        "numeric": "numeric(38,9)",
        "jsonb": "super",
    }
    whole_number: ClassVar[str] = "numeric(38,0)"
    engine: ClassVar[type[Engine]] = RedshiftEngine

    def query(self, query: str) -> list[tuple[Any, ...]]:
        """Run statements as any client does; `raw` is a reserved word there."""
        return self._run(query, float)[1]

    def read(self, query: str) -> list[dict[str, Any]]:
        """Rows by column; numbers inside of SUPER with all of their digits."""
        names, rows = self._run(query, Decimal)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _run(
        self, query: str, number: Callable[[str], Any]
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        # With less, the driver rounds numbers when it reads them.
        with (
            localcontext(prec=50),
            self._connect() as connection,
            connection.cursor() as cursor,
        ):
            for statement in query.split("; "):
                cursor.execute(_RAW.sub('"raw"', statement))
            rows = cursor.fetchall() if cursor.description else []
            columns = cursor.description or []
            kinds = [column[1] for column in columns]
            return [str(column[0]) for column in columns], [
                tuple(map(_read, kinds, row, [number] * len(row))) for row in rows
            ]

    def clear(self) -> None:
        self.query("drop schema if exists raw cascade")

    def behind(self) -> str:
        """URL of the stand-in's engine, to do to it what no client can do."""
        if not self.url:
            pytest.skip("a real cluster has no back door")
        return self.url

    @contextlib.contextmanager
    def _connect(self) -> Iterator[Connection]:
        connection = redshift_connector.connect(
            **{
                name: self.config[name] for name in ("host", "port", "database", "user", "password")
            },
            ssl=self.config.get("sslmode", "disable") != "disable",
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()


_RAW = re.compile(r"(?<![\w\"'])raw(?![\w\"'])")
_SUPER = 4000


def _read(kind: int, value: Any, number: Callable[[str], Any]) -> Any:  # noqa: ANN401 - any value of a database
    if kind == _SUPER and value is not None:
        return json.loads(value, parse_float=number)
    return value


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
    def find_archived(self) -> dict[str, list[str]]:
        return {}

    def keep_archived(self, manifest: str, files: Sequence[str], listed: Sequence[str]) -> None: ...
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
