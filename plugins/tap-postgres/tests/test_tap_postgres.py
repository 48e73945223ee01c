"""The overlap between incremental reads, and what a refusing database looks like."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from headwater_tap_postgres.tap import HeadwaterTapPostgres
from postgres_local import free_port

if TYPE_CHECKING:
    from pathlib import Path

TAP = [sys.executable, "-c", "from headwater_tap_postgres.cli import main; main()"]


class Shop:
    """A table of orders and the tap that reads it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def run(self, *arguments: str, **config: object) -> subprocess.CompletedProcess[str]:
        path = self.folder / "config.json"
        path.write_text(json.dumps(config or {"sqlalchemy_url": self.url}))
        return subprocess.run(  # noqa: S603 (our own command)
            [*TAP, "--config", str(path), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def sync(self, state: dict[str, Any] | None = None, **config: object) -> list[dict[str, Any]]:
        config |= {"sqlalchemy_url": self.url, "filter_schemas": ["public"]}
        catalog = HeadwaterTapPostgres(config=config).catalog_dict
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"] |= {
                        "selected": True,
                        "replication-method": "INCREMENTAL",
                        "replication-key": "updated_at",
                    }
        tap = HeadwaterTapPostgres(config=config, catalog=catalog, state=state)
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())) as written:
            tap.sync_all()
            written.flush()
            lines = written.buffer.getvalue().splitlines()
        return [json.loads(line, parse_float=Decimal) for line in lines]


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Shop:
    shop = Shop(database_url, tmp_path)
    shop.execute("create table orders (id int primary key, amount numeric, updated_at timestamptz)")
    shop.execute("insert into orders values (1, 10.10, '2026-10-01 10:00:00+05:30')")
    shop.execute("insert into orders values (2, 12345678901234567.89, '2026-10-01 12:00:00+05:30')")
    return shop


def ids(messages: list[dict[str, Any]]) -> list[int]:
    return [message["record"]["id"] for message in messages if message["type"] == "RECORD"]


def last_state(messages: list[dict[str, Any]]) -> dict[str, Any]:
    states: list[dict[str, Any]] = [m["value"] for m in messages if m["type"] == "STATE"]
    return states[-1]


def test_a_row_committed_behind_the_bookmark_is_read_by_the_next_sync(shop: Shop) -> None:
    first = shop.sync()
    assert ids(first) == [1, 2]
    shop.execute("insert into orders values (3, 1, '2026-10-01 11:50:00+05:30')")
    shop.execute("insert into orders values (4, 1, '2026-10-01 11:30:00+05:30')")

    assert ids(shop.sync(last_state(first), lookback_seconds=900)) == [3, 2]
    assert ids(shop.sync(last_state(first), lookback_seconds=3600)) == [4, 3, 2]
    assert ids(shop.sync(last_state(first), lookback_seconds=0)) == [2]


def test_numbers_keep_their_digits(shop: Shop) -> None:
    amounts = [m["record"]["amount"] for m in shop.sync() if m["type"] == "RECORD"]
    assert amounts == [Decimal("10.10"), Decimal("12345678901234567.89")]


def test_the_bookmark_does_not_move_back(shop: Shop) -> None:
    first = shop.sync()
    assert last_state(shop.sync(last_state(first), lookback_seconds=86400)) == last_state(first)


def test_an_integer_key_has_no_overlap(shop: Shop) -> None:
    shop.execute("alter table orders alter updated_at type bigint using id * 10")
    first = shop.sync()
    assert ids(shop.sync(last_state(first), lookback_seconds=900)) == [2]


@pytest.mark.parametrize("arguments", [["--discover"], []])
def test_a_refused_connection_is_one_sentence(shop: Shop, arguments: list[str]) -> None:
    done = shop.run(
        *arguments,
        sqlalchemy_url=f"postgresql://reader:s3cret@127.0.0.1:{free_port()}/shop",
    )
    assert done.returncode == 1
    errors = [line for line in done.stderr.splitlines() if "ERROR" in line]
    assert len(errors) == 1
    assert "settings host, port, database, user" in errors[0]
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr


def test_a_wrong_password_is_not_shown(shop: Shop) -> None:
    done = shop.run(sqlalchemy_url=shop.url.replace(":sandbox@", ":s3cret@"))
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr
    assert "s3cret" not in done.stderr


def test_a_missing_setting_is_named(shop: Shop) -> None:
    done = shop.run(host="127.0.0.1", user="reader", password="s3cret")  # noqa: S106
    assert done.returncode == 1
    assert "database" in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr
