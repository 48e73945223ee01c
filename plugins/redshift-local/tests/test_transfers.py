"""COPY and UNLOAD over the wire, in transactions and out of them."""

import boto3
import pytest
from redshift_connector.error import ProgrammingError
from server_running import Connect, rows, run

from redshift_local.simulated import SimulatedRedshift

pytest_plugins = ["redshift_local.testing", "server_fixtures"]
ROLE = "iam_role 'arn:aws:iam::123456789012:role/loader'"


class Bucket:
    """Puts and gets small files."""

    def __init__(self, server: SimulatedRedshift, name: str) -> None:
        self.name = name
        self._client = boto3.client(
            "s3",
            endpoint_url=server.aws_url,
            region_name=server.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - moto takes any
        )

    def put(self, key: str, content: str) -> str:
        self._client.put_object(Bucket=self.name, Key=key, Body=content.encode())
        return f"s3://{self.name}/{key}"

    def keys(self) -> list[str]:
        return [one["Key"] for one in self._client.list_objects_v2(Bucket=self.name)["Contents"]]


@pytest.fixture
def bucket(redshift_server: SimulatedRedshift, s3_bucket: str) -> Bucket:
    return Bucket(redshift_server, s3_bucket)


def test_a_copy_belongs_to_the_transaction(connect: Connect, bucket: Bucket) -> None:
    connection = connect()
    run(connection, "create table t (i integer, s varchar(10))")
    connection.commit()
    url = bucket.put("a.csv", '1,"x"\n2,"y"\n')
    run(connection, f"copy t from '{url}' {ROLE} csv")
    assert rows(connection, "select * from t order by i") == [(1, "x"), (2, "y")]
    assert rows(connection, "select pg_last_copy_count()") == [(2,)]
    connection.rollback()
    assert rows(connection, "select count(*) from t") == [(0,)]


def test_a_copy_outside_a_transaction_is_one(connect: Connect, bucket: Bucket) -> None:
    connection, other = connect(), connect()
    connection.autocommit = other.autocommit = True
    run(connection, "create table t (i integer)")
    bucket.put("part-1.csv", "1\n2\n")
    url = bucket.put("part-2.csv", "3\nnone\n")
    with pytest.raises(ProgrammingError, match="sys_load_error_detail"):
        run(connection, f"copy t from '{url[:-5]}' {ROLE} csv")
    assert rows(other, "select count(*) from t") == [(0,)]
    bucket.put("part-2.csv", "3\n4\n")
    run(connection, f"copy t from '{url[:-5]}' {ROLE} csv")
    assert rows(other, "select count(*) from t") == [(4,)]


def test_a_refused_line_is_told_after_the_rollback(connect: Connect, bucket: Bucket) -> None:
    connection = connect()
    run(connection, "create table t (i integer)")
    connection.commit()
    url = bucket.put("a.csv", "1\nnone\n")
    with pytest.raises(ProgrammingError, match="Load into table 't' failed"):
        run(connection, f"copy t from '{url}' {ROLE} csv")
    with pytest.raises(ProgrammingError, match="aborted"):
        run(connection, "select 1")
    connection.rollback()
    found = rows(
        connection, "select file_name, line_number, column_name from sys_load_error_detail"
    )
    assert [tuple(str(value).strip() for value in row) for row in found] == [(url, "2", "i")]


def test_an_unload_writes_what_is_selected(connect: Connect, bucket: Bucket) -> None:
    connection = connect()
    run(connection, "create table t (i integer)")
    run(connection, "insert into t values (1), (2)")
    unload = f"unload ('select i from t') to 's3://{bucket.name}/out_'"  # noqa: S608 - a test's
    run(connection, f"{unload} {ROLE} csv parallel off")
    assert bucket.keys() == ["out_000"]
    run(connection, f"copy t from 's3://{bucket.name}/out_' {ROLE} csv")
    assert rows(connection, "select sum(i) from t") == [(6,)]
