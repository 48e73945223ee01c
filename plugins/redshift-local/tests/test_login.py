"""Who gets in, as whom, and with which settings."""

import gc
import secrets
import ssl
from pathlib import Path

import boto3
import psycopg
import pytest
from redshift_connector.error import InterfaceError
from server_running import Connect, rows, run

from redshift_local.simulated import SimulatedRedshift

pytest_plugins = ["redshift_local.testing", "server_fixtures"]
# As redshift_connector makes its context.
encrypted = pytest.mark.filterwarnings("ignore:ssl.(SSLContext|PROTOCOL_TLS):DeprecationWarning")
# redshift_connector leaves the socket of a refused login to the garbage collector.
refused = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@encrypted
def test_a_client_that_verifies_trusts_our_authority(
    connect: Connect, redshift_server: SimulatedRedshift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(redshift_server.ca_file))
    for host in ("127.0.0.1", "localhost"):
        connection = connect(ssl=True, sslmode="verify-full", host=host)
        assert rows(connection, "select 1") == [(1,)]


@encrypted
@refused
def test_a_client_that_verifies_trusts_nobody_else(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(InterfaceError) as caught:
        connect(ssl=True, sslmode="verify-full")
    assert isinstance(caught.value.args[1], ssl.SSLCertVerificationError)
    gc.collect()


def test_libpq_verifies_too(redshift_server: SimulatedRedshift, redshift_database: str) -> None:
    with psycopg.connect(
        host="localhost",
        port=redshift_server.port,
        user=redshift_server.user,
        password=redshift_server.password,
        dbname=redshift_database,
        sslmode="verify-full",
        sslrootcert=str(redshift_server.ca_file),
    ) as connection:
        assert connection.pgconn.ssl_in_use
        assert connection.execute("select 1").fetchone() == (1,)


@refused
def test_a_wrong_password_is_refused(connect: Connect) -> None:
    with pytest.raises(InterfaceError, match="password authentication failed"):
        connect(password="wrong")  # noqa: S106 - it is
    gc.collect()


@refused
def test_a_database_that_is_not_there_is_named(connect: Connect) -> None:
    with pytest.raises(Exception, match='database "nowhere" does not exist'):
        connect(database="nowhere")
    gc.collect()


@pytest.fixture
def loader(connect: Connect) -> str:
    """A user of its own, for users are the server's, not the database's."""
    name = f"loader_{secrets.token_hex(4)}"
    admin = connect()
    admin.autocommit = True
    run(admin, f"create user {name} password 'Loader123'")
    return name


@refused
def test_a_user_logs_in_with_its_own_password(connect: Connect, loader: str) -> None:
    connection = connect(user=loader, password="Loader123")  # noqa: S106 - a test's
    assert rows(connection, "select current_user") == [(loader,)]
    with pytest.raises(InterfaceError, match="password authentication failed"):
        connect(user=loader, password="Loader124")  # noqa: S106 - likewise
    gc.collect()


def test_settings_of_a_user_are_there_from_its_next_login_on(connect: Connect, loader: str) -> None:
    admin = connect()
    admin.autocommit = True
    run(admin, f"alter user {loader} set enable_case_sensitive_super_attribute to true")
    run(admin, f"alter user {loader} set search_path to elsewhere, public")
    connection = connect(user=loader, password="Loader123")  # noqa: S106 - a test's
    assert rows(connection, "show search_path") == [("elsewhere, public",)]
    path = """select json_parse('{"Name": 1}') as p"""
    assert rows(connection, f"select t.p.Name::int from ({path}) as t") == [(1,)]  # noqa: S608
    assert rows(admin, f"select t.p.Name::int from ({path}) as t") == [(None,)]  # noqa: S608


def temporary(server: SimulatedRedshift, **words: object) -> dict[str, str]:
    client = boto3.client(
        "redshift",
        endpoint_url=server.aws_url,
        region_name=server.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - moto takes any
    )
    given = client.get_cluster_credentials(
        ClusterIdentifier="redshift-local",
        **words,  # type: ignore[arg-type]  # typed per name, which a test need not repeat
    )
    return {"user": given["DbUser"], "password": given["DbPassword"]}


@refused
def test_temporary_credentials_of_aws_work_until_they_expire(
    connect: Connect, redshift_server: SimulatedRedshift, loader: str
) -> None:
    login = temporary(redshift_server, DbUser=loader)
    assert login["user"] == f"IAM:{loader}"
    connection = connect(**login)
    assert rows(connection, "select current_user") == [(loader,)]
    redshift_server.credentials.expire()
    with pytest.raises(InterfaceError, match="password authentication failed"):
        connect(**login)
    assert rows(connection, "select 1") == [(1,)]
    gc.collect()


@refused
def test_a_user_is_made_only_when_the_credentials_say_so(
    connect: Connect, redshift_server: SimulatedRedshift
) -> None:
    with pytest.raises(InterfaceError, match="password authentication failed"):
        connect(**temporary(redshift_server, DbUser="newcomer"))
    connection = connect(**temporary(redshift_server, DbUser="newcomer", AutoCreate=True))
    assert rows(connection, "select current_user") == [("newcomer",)]
    gc.collect()


def test_the_key_of_the_authority_is_nobody_elses(redshift_server: SimulatedRedshift) -> None:
    key = Path(redshift_server.ca_file).with_name("ca.key")
    assert key.stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in redshift_server.ca_file.read_text()
