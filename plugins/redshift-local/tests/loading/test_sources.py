"""Which files a COPY reads, and what happens when S3 does not give them."""

import json

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pytest
from loaded import Loader

from redshift_local.aws import Fault
from redshift_local.loading import EngineError
from redshift_local.simulated import SimulatedRedshift

pytest_plugins = ["redshift_local.testing", "loading_fixtures"]


def manifest(loader: Loader, *entries: dict[str, object]) -> str:
    loader.put("manifest", json.dumps({"entries": entries}))
    return "manifest"


@pytest.fixture
def table(loader: Loader) -> Loader:
    loader.run("CREATE TABLE t (i int)")
    return loader


def test_a_manifest_names_the_files(table: Loader) -> None:
    one, two = table.put("one", "1\n"), table.put("two", "2\n")
    table.put("three", "3\n")
    key = manifest(
        table,
        {"url": two, "mandatory": True, "meta": {"content_length": 2}},
        {"url": one},
        {"url": one.replace("one", "lost"), "mandatory": False},
    )
    assert table.copy("t", key, "MANIFEST CSV") == 2
    assert table.run("SELECT sum(i) FROM t") == [("3",)]


def test_a_mandatory_file_must_be_there(table: Loader) -> None:
    one = table.put("one", "1\n")
    lost = one.replace("one", "lost")
    key = manifest(table, {"url": one, "mandatory": True}, {"url": lost, "mandatory": True})
    error = table.fails("t", key, "MANIFEST CSV")
    assert "NoSuchKey" in str(error)
    assert lost in str(error)
    assert table.run("SELECT count(*) FROM t") == [("0",)]
    assert "None of the files" in str(
        table.fails("t", manifest(table, {"url": lost}), "MANIFEST CSV")
    )


def test_a_files_length_must_be_the_manifests(table: Loader) -> None:
    url = table.put("one", "1\n")
    key = manifest(table, {"url": url, "meta": {"content_length": 3}})
    assert "does not match the manifest" in str(table.fails("t", key, "MANIFEST CSV"))


@pytest.mark.parametrize("content", ["", "[]", '{"entries": 3}', '{"entries": [{"url": "x"}]}'])
def test_a_manifest_must_be_one(table: Loader, content: str) -> None:
    table.put("manifest", content)
    assert "Invalid manifest file" in str(table.fails("t", "manifest", "MANIFEST CSV"))


def test_nothing_under_the_prefix_is_an_error(table: Loader) -> None:
    error = table.fails("t", "nothing/", "CSV")
    assert str(error) == "The specified S3 prefix 'nothing/' does not exist"
    assert "code:      8001" in (error.detail or "")
    assert "Problem reading manifest file" in str(table.fails("t", "nothing", "MANIFEST CSV"))


def test_another_region_must_be_named(table: Loader, redshift_server: SimulatedRedshift) -> None:
    bucket = f"{table.bucket}-far"
    where = {"LocationConstraint": "eu-west-1"}
    table.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)  # type: ignore[arg-type] # a TypedDict
    far = Loader(table.backend, table.context, table.s3, bucket)
    far.put("k", "1\n")
    assert "Error PermanentRedirect" in str(far.fails("t", "k", "CSV"))
    assert far.copy("t", "k", "CSV REGION 'eu-west-1'") == 1
    assert "PermanentRedirect" in str(table.fails("t", "k", "CSV REGION 'eu-west-1'"))
    del redshift_server


@pytest.mark.parametrize("kind", ["500", "slow_down", "reset", "truncated"])
def test_faults_of_s3_that_pass_are_waited_out(
    table: Loader, redshift_server: SimulatedRedshift, kind: str
) -> None:
    numbers = range(200_000)
    table.put("k", "".join(f"{n}\n" for n in numbers))
    redshift_server.faults.set(Fault(kind, "GET", key="*/k", count=2))
    assert table.copy("t", "k", "CSV") == len(numbers)
    assert table.run("SELECT sum(i) FROM t") == [(str(sum(numbers)),)]
    assert redshift_server.faults.counts == {kind: 2}


def test_expired_credentials_end_the_load(
    table: Loader, redshift_server: SimulatedRedshift
) -> None:
    table.put("k", "1\n")
    redshift_server.faults.set(Fault("expired_token", "GET", key="*/k"))
    error = table.fails("t", "k", "CSV")
    assert "S3ServiceException:The provided token has expired." in str(error)
    assert "Error ExpiredToken" in str(error)
    assert table.copy("t", "k", "CSV") == 1


@pytest.mark.parametrize("compression", ["", "ZSTD"])
def test_credentials_that_expire_in_the_middle_of_a_file(
    table: Loader, redshift_server: SimulatedRedshift, compression: str
) -> None:
    body = "".join(f"{n}\n" for n in range(2_000_000)).encode()
    if compression:
        body = pa.compress(body, codec="zstd", asbytes=True)
    table.put("k", body)
    redshift_server.faults.set(Fault("truncated", "GET", key="*/k"))
    redshift_server.faults.set(Fault("expired_token", "GET", key="*/k"))
    assert "Error ExpiredToken" in str(table.fails("t", "k", f"CSV {compression}"))
    assert table.run("SELECT count(*) FROM t") == [("0",)]


def test_a_load_is_undone_with_its_transaction_but_stays_in_the_history(table: Loader) -> None:
    table.put("k", "1\n")
    table.run("BEGIN")
    with pytest.raises(EngineError):
        table.copy("t", "lost", "CSV")
    table.copy("t", "k", "CSV")
    assert table.run("SELECT status FROM redshift.load_history ORDER BY start_time") == [
        ("aborted",),
        ("completed",),
    ]
