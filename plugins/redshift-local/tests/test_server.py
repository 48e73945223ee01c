"""The server as redshift_connector and libpq see it."""

import threading
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from typing import Any

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


def libpq(server: SimulatedRedshift, database: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password,
        dbname=database,
        autocommit=True,
    )


def test_libpq_logs_in_too(redshift_server: SimulatedRedshift, redshift_database: str) -> None:
    with libpq(redshift_server, redshift_database) as connection:
        assert connection.info.server_version == 80002
        assert connection.execute("select 1, 'x'").fetchall() == [(1, "x")]
        for number in range(10):  # psycopg prepares what it sees often
            assert connection.execute("select %s + 1", [number]).fetchall() == [(number + 1,)]


def test_an_interval_takes_twelve_bytes(connect: Connect) -> None:
    found = rows(connect(), "select interval '2 days', interval '1 hour'")
    assert found == [(timedelta(days=2), timedelta(hours=1))]


def test_super_is_text_of_its_own_number(connect: Connect) -> None:
    connection = connect()
    with closing(connection.cursor()) as cursor:
        cursor.execute("""select json_parse('{"a": [1, "x"], "b": null}') as p""")
        assert cursor.description[0][:2] == ("p", 4000)
        assert cursor.fetchall() == (['{"a":[1,"x"],"b":null}'],)


def test_an_expression_has_decimals_of_its_own(connect: Connect) -> None:
    connection = connect()
    found = rows(connection, "select cast(1 as decimal(12, 2)) / 3, cast(2.5 as decimal(4, 1))")
    assert found == [(Decimal("0.333333333333333333"), Decimal("2.5"))]
    with pytest.raises(ProgrammingError, match="Numeric data overflow"):
        rows(connection, "select sum(cast(1e21 as decimal(38, 0)))")


def test_a_conflict_of_transactions_is_number_1023(connect: Connect) -> None:
    first, second = connect(), connect()
    run(first, "create table t (i integer)")
    run(first, "insert into t values (0)")
    first.commit()
    for connection in (first, second):
        run(connection, "select count(*) from t")
    run(first, "update t set i = 1")
    first.commit()
    with pytest.raises(ProgrammingError) as caught:
        run(second, "update t set i = 2")
    assert caught.value.args[0]["C"] == "XX000"
    assert caught.value.args[0]["M"] == "1023"
    assert "Serializable isolation violation on table" in caught.value.args[0]["D"]


def test_statements_of_one_query_are_one_transaction(
    redshift_server: SimulatedRedshift, redshift_database: str
) -> None:
    with libpq(redshift_server, redshift_database) as connection:
        connection.execute("create table t (i integer); insert into t values (1)")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("insert into t values (2); insert into nowhere values (1)")
        assert connection.execute("select i from t").fetchall() == [(1,)]
        connection.execute("begin; insert into t values (3); commit")
        connection.execute("insert into t values (4); truncate t; insert into t values (5)")
        assert connection.execute("select i from t").fetchall() == [(5,)]


def test_truncate_commits(connect: Connect) -> None:
    connection = connect()
    run(connection, "create table t (i integer)")
    run(connection, "create table u (i integer)")
    run(connection, "insert into u values (1)")
    run(connection, "truncate t")
    connection.rollback()
    assert rows(connection, "select i from u") == [(1,)]


def test_a_database_is_made_and_dropped_with_who_is_in_it(connect: Connect) -> None:
    connection = connect()
    connection.autocommit = True
    run(connection, "create database other")
    try:
        inside = connect(database="other")
        assert rows(inside, "select json_typeof(json_parse('[1]'))") == [("array",)]
        with pytest.raises(ProgrammingError, match="being accessed by other users"):
            run(connection, "drop database other")
    finally:
        run(connection, "drop database other force")
    assert rows(connection, "select datname from pg_database where datname = 'other'") == []


def test_a_user_of_all_rights_is_made(connect: Connect) -> None:
    connection = connect()
    connection.autocommit = True
    run(connection, "create table t (i integer)")
    word = "Secret123"
    run(connection, f"create user chief password '{word}' createuser")
    run(connection, f"create user clerk password '{word}'")
    try:
        assert rows(connect(user="chief", password=word), "select i from t") == []
        with pytest.raises(ProgrammingError, match="permission denied"):
            rows(connect(user="clerk", password=word), "select i from t")
    finally:
        run(connection, "drop user chief")
        run(connection, "drop user clerk")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("create database other", "cannot run inside a transaction block"),
        ("drop database other", "cannot run inside a transaction block"),
        ("drop database dev", "dev cannot be dropped"),
        ("create database other encoding 'utf8'", 'syntax error at or near "encoding"'),
    ],
)
def test_a_database_is_refused(connect: Connect, statement: str, reason: str) -> None:
    with pytest.raises(ProgrammingError, match=reason):
        run(connect(), statement)


def test_several_statements_cannot_be_prepared(connect: Connect) -> None:
    with pytest.raises(ProgrammingError, match="multiple commands into a prepared statement"):
        run(connect(), "select 1; select 2")


def test_a_statement_is_cancelled(
    redshift_server: SimulatedRedshift, redshift_database: str
) -> None:
    with libpq(redshift_server, redshift_database) as connection:
        for _ in range(8):
            connection.execute("create table if not exists n (i integer)")
        connection.execute("insert into n values (1), (2), (3), (4), (5), (6), (7), (8)")
        timer = threading.Timer(0.5, connection.cancel_safe)
        timer.start()
        endless = "select count(*) from n a, n b, n c, n d, n e, n f, n g, n h, n i, n j, n k"
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute(endless)
        timer.join()
        assert connection.execute("select 1").fetchone() == (1,)


def test_what_redshift_refuses_is_named(connect: Connect) -> None:
    connection = connect()
    connection.autocommit = True
    for statement, construct in (
        ("select distinct on (1) 1", "DISTINCT ON"),
        ("create index i on t (a)", "CREATE INDEX"),
        ("select jsonb_agg(1)", "jsonb_agg"),
        ("listen x", "LISTEN"),
        ("set session authorization postgres", "authorization"),
    ):
        with pytest.raises(ProgrammingError) as caught:
            run(connection, statement)
        assert construct.lower() in caught.value.args[0]["M"].lower()


def test_a_fault_of_the_server_itself_is_told(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect()

    def fail(_: object) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr("redshift_local.server.session.split", fail)
        with pytest.raises(ProgrammingError, match=r"itself has failed \(RuntimeError: boom\)"):
            run(connection, "select 417")
    assert rows(connection, "select 417") == [(417,)]
