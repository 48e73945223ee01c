"""The lint's examples against the server: what passes runs, what fails is refused by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import redshift_connector
from redshift_connector.error import ProgrammingError

from redshift_local.real import RealCluster
from redshift_local.rules import find
from redshift_local.rules.examples import EXAMPLES, SETUP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.simulated import SimulatedRedshift

pytest_plugins = ["redshift_local.testing"]

# What these rules let pass ends the transaction around it, or wants none; it may change t for good.
_WITHOUT_TRANSACTION = {"in-transaction", "savepoint", "alter-type", "statement-option"}
_SPLIT = "; "

FAILING = [
    (name, sql) for name, rule in EXAMPLES.items() for sql in rule.failing if _SPLIT not in sql
]
PASSING = [
    (name, sql) for name, rule in EXAMPLES.items() for sql in rule.passing if not rule.needs_s3
]
ROLLED_BACK = [sql for name, sql in PASSING if name not in _WITHOUT_TRANSACTION]
ALONE = [sql for name, sql in PASSING if name in _WITHOUT_TRANSACTION]


REAL = RealCluster.from_environment()


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Where to connect: the stand-in, or the cluster that REDSHIFT_DSN names."""
    if REAL:
        yield {"host": REAL.host, "port": REAL.port, "user": REAL.user} | {
            "password": REAL.password,
            "database": REAL.database,
            "sslmode": "verify-full",
        }
        return
    server: SimulatedRedshift = request.getfixturevalue("redshift_server")
    server.create_database("rules")
    yield {"host": server.host, "port": server.port, "user": server.user} | {
        "password": server.password,
        "database": "rules",
        "ssl": False,
    }
    server.drop_database("rules")


@pytest.fixture(scope="module")
def cursor(place: dict[str, Any]) -> Iterator[Any]:
    with redshift_connector.connect(**place) as connection:
        connection.autocommit = True
        yield connection.cursor()


@pytest.fixture(scope="module")
def tables(cursor: Any) -> Any:  # noqa: ANN401 - redshift_connector is not typed
    for sql in SETUP:
        cursor.execute(sql)
    return cursor


@pytest.fixture
def transaction(tables: Any) -> Iterator[Any]:  # noqa: ANN401 - likewise
    tables.execute("BEGIN")
    yield tables
    tables.execute("ROLLBACK")


@pytest.mark.parametrize("sql", ROLLED_BACK)
def test_a_passing_example_runs(transaction: Any, sql: str) -> None:  # noqa: ANN401 - likewise
    transaction.execute(sql)


@pytest.mark.parametrize("sql", ALONE)
def test_what_is_no_matter_of_a_transaction_runs(tables: Any, sql: str) -> None:  # noqa: ANN401 - likewise
    for one in sql.split(_SPLIT):
        tables.execute(one)


@pytest.mark.parametrize(("name", "sql"), FAILING)
def test_a_failing_example_is_refused(cursor: Any, name: str, sql: str) -> None:  # noqa: ANN401 - likewise
    with pytest.raises(ProgrammingError) as refusal:
        cursor.execute(sql)
    if not REAL:  # Redshift has words of its own
        assert find(sql)[0].message in str(refusal.value), name


@pytest.mark.parametrize("sql", EXAMPLES["in-transaction"].failing)
def test_a_session_remembers_its_transaction(transaction: Any, sql: str) -> None:  # noqa: ANN401 - likewise
    _, refused, _ = sql.split(_SPLIT)
    with pytest.raises(ProgrammingError):
        transaction.execute(refused)
