"""The server as redshift_connector and libpq see it."""

from datetime import UTC, date, datetime, time
from decimal import Decimal, localcontext

import psycopg
import pytest
from redshift_connector.error import ProgrammingError
from server_running import Connect, rows, run

from redshift_local.simulated import SimulatedRedshift

pytest_plugins = ["redshift_local.testing", "server_fixtures"]


@pytest.mark.parametrize("protocol", [0, 1, 2])
def test_values_arrive_in_every_protocol(connect: Connect, protocol: int) -> None:
    connection = connect(client_protocol_version=protocol)
    run(
        connection,
        "create table t (i integer, b bigint, n decimal(12, 3), h decimal(38, 9), s varchar(20),"
        " d date, ts timestamp, tz timestamptz, ti time, o boolean, f double precision)",
    )
    values = (
        -7,
        2**40,
        Decimal("-12.340"),
        Decimal("12345678901234567890123456789.123456789"),
        "naïve 'x' \\ y",
        date(2026, 10, 31),
        datetime(2026, 10, 31, 23, 59, 59, 123456),  # noqa: DTZ001 - TIMESTAMP has no zone
        datetime(2026, 10, 31, 23, 59, 59, 123456, UTC),
        time(12, 34, 56),
        True,
        0.25,
    )
    run(connection, "insert into t values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", *values)
    run(connection, "insert into t (i) values (%s)", None)
    # redshift_connector itself rounds to the 28 digits of Python's default.
    with localcontext(prec=38):
        assert rows(connection, "select * from t order by s") == [values, (None,) * len(values)]


def test_a_transaction_is_rolled_back(connect: Connect) -> None:
    connection, other = connect(), connect()
    run(connection, "create table t (i integer)")
    connection.commit()
    run(connection, "insert into t values (%s)", 1)
    assert rows(connection, "select count(*) from t") == [(1,)]
    assert rows(other, "select count(*) from t") == [(0,)]
    connection.rollback()
    assert rows(connection, "select count(*) from t") == [(0,)]


def test_an_error_fails_the_transaction_and_leaves_the_session(connect: Connect) -> None:
    connection = connect()
    for statement, state in (("select * from nowhere", "42P01"), ("create index i on t (a)", None)):
        with pytest.raises(ProgrammingError) as caught:
            run(connection, statement)
        assert state is None or caught.value.args[0]["C"] == state
        with pytest.raises(ProgrammingError) as caught:
            run(connection, "select 1")
        assert caught.value.args[0]["C"] == "25P02"
        connection.rollback()
        assert rows(connection, "select 1") == [(1,)]


def test_libpq_logs_in_too(redshift_server: SimulatedRedshift, redshift_database: str) -> None:
    with psycopg.connect(
        host=redshift_server.host,
        port=redshift_server.port,
        user=redshift_server.user,
        password=redshift_server.password,
        dbname=redshift_database,
        autocommit=True,
    ) as connection:
        assert connection.info.server_version == 80002
        assert connection.execute("select 1, 'x'").fetchall() == [(1, "x")]
        assert connection.execute("select %s + 1", [1]).fetchall() == [(2,)]
