"""Files on S3: what they hold, what S3 does to them, and what becomes of them."""

from __future__ import annotations

import json
import logging
import random
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from target_command import run
from target_running import record, schema, state

from redshift_local.aws.faults import Fault
from target_redshift import redshift_session, s3_client
from target_redshift.errors import LoadError, WarehouseError
from target_redshift.s3_files import decompress
from target_redshift.settings import Settings
from target_redshift.staging import Staging
from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import RedshiftWarehouse, Warehouse
    from types_boto3_s3 import S3Client

    from redshift_local.simulated import SimulatedRedshift

TEXT = {"type": ["string", "null"]}
USERS = schema("users", {"id": {"type": "integer"}, "name": TEXT}, ["id"])
KEPT: dict[str, Any] = {"keep_staged_files": True}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redshift_session, "_FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(s3_client, "_PAUSE_SECONDS", 0.01)


@pytest.fixture
def s3(shared_redshift: SimulatedRedshift) -> S3Client:
    session = boto3.Session("test", "test", region_name=shared_redshift.region)
    return session.client("s3", endpoint_url=shared_redshift.aws_url)


@pytest.fixture
def prefix(redshift_warehouse: Warehouse, request: pytest.FixtureRequest) -> str:
    """A place on S3 of the test's own."""
    redshift_warehouse.config["s3_prefix"] = f"tests/{abs(hash(request.node.name))}"
    return str(redshift_warehouse.config["s3_prefix"])


def keys(s3: S3Client, warehouse: Warehouse, prefix: str) -> list[str]:
    found = s3.list_objects_v2(Bucket=warehouse.config["s3_bucket"], Prefix=f"{prefix}/")
    return [
        each["Key"].removeprefix(f"{prefix}/").partition("/")[2]
        for each in found.get("Contents", [])
    ]


def users(number: int, size: int = 10) -> list[dict[str, Any]]:
    return [record("users", {"id": id_, "name": f"{id_}".ljust(size)}) for id_ in range(number)]


def names(warehouse: Warehouse) -> list[Any]:
    return warehouse.values("select id from raw.users order by id")


def test_they_are_gone_after_the_commit(
    redshift_warehouse: Warehouse, s3: S3Client, prefix: str
) -> None:
    redshift_warehouse.load(USERS, *users(3))
    assert names(redshift_warehouse) == [0, 1, 2]
    assert keys(s3, redshift_warehouse, prefix) == []


def test_they_may_be_kept(redshift_warehouse: Warehouse, s3: S3Client, prefix: str) -> None:
    redshift_warehouse.load(USERS, *users(3), **KEPT)
    assert keys(s3, redshift_warehouse, prefix) == [
        "users/000001-0001.csv.zst",
        "users/000001.manifest",
    ]


def test_what_is_in_them(redshift_warehouse: Warehouse, s3: S3Client, prefix: str) -> None:
    plain = record("users", {"id": 1, "name": 'a "quoted" \t tab ^ and \\ more'})
    redshift_warehouse.load(USERS, plain, add_record_metadata=False, **KEPT)
    bucket = redshift_warehouse.config["s3_bucket"]
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    file, manifest = (
        s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found
    )
    assert decompress(file) == b'^1^\t^a "quoted" \t tab ^^ and \\ more^\n'
    url = f"s3://{bucket}/{found[0]['Key']}"
    assert json.loads(manifest) == {"entries": [{"url": url, "mandatory": True}]}


@pytest.mark.parametrize(("blocks", "files"), [(1, 1), (2, 2), (7, 3)])
def test_they_are_as_many_as_slices(
    redshift_warehouse: Warehouse, s3: S3Client, prefix: str, blocks: int, files: int
) -> None:
    """Once there is a megabyte for each."""
    config = TargetRedshift(config={**redshift_warehouse.config, "slices": 3}).config
    staging = Staging(Settings.from_config(config))
    batch = staging.new_batch("users")
    for _ in range(blocks):
        staging.write(batch, random.randbytes(1_300_000), 10)  # noqa: S311 - no secret
    staging.finish([batch])
    staging.close()
    found = s3.list_objects_v2(Bucket=redshift_warehouse.config["s3_bucket"], Prefix=prefix)
    sizes = [each["Size"] for each in found["Contents"]]
    assert len(sizes) == files
    assert min(sizes) > 1 << 20
    assert sum(each.rows for each in batch.files) == batch.rows == 10 * blocks


def test_a_key_of_the_service_encrypts_them(
    redshift_warehouse: Warehouse, s3: S3Client, prefix: str
) -> None:
    redshift_warehouse.load(USERS, *users(1), s3_kms_key_id="alias/raw", **KEPT)
    bucket = redshift_warehouse.config["s3_bucket"]
    for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        head = s3.head_object(Bucket=bucket, Key=each["Key"])
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "alias/raw")


@pytest.mark.parametrize("kind", ["500", "slow_down", "reset", "truncated_upload", "lost_answer"])
def test_uploads_that_fail_are_done_again(
    redshift_warehouse: Warehouse, shared_redshift: SimulatedRedshift, kind: str
) -> None:
    shared_redshift.faults.clear()
    shared_redshift.faults.set(Fault(kind, "PUT", 2, f"{redshift_warehouse.config['s3_bucket']}/*"))
    states = redshift_warehouse.load(USERS, *users(5), state({"at": 5}))
    assert shared_redshift.faults.counts == {kind: 2}
    assert states == [{"at": 5}]
    assert names(redshift_warehouse) == list(range(5))


@pytest.mark.parametrize("kind", ["500", "slow_down", "truncated", "reset"])
def test_copy_that_cannot_read_is_done_again(
    redshift_warehouse: Warehouse, shared_redshift: SimulatedRedshift, kind: str
) -> None:
    shared_redshift.faults.clear()
    shared_redshift.faults.set(Fault(kind, "GET", 1, f"{redshift_warehouse.config['s3_bucket']}/*"))
    assert redshift_warehouse.load(USERS, *users(5), state({"at": 5})) == [{"at": 5}]
    assert shared_redshift.faults.counts == {kind: 1}
    assert names(redshift_warehouse) == list(range(5))


def test_credentials_that_expire_in_a_run_are_asked_for_again(
    redshift_warehouse: Warehouse, shared_redshift: SimulatedRedshift
) -> None:
    shared_redshift.faults.clear()
    shared_redshift.faults.set(Fault("expired_token", "PUT", 2))
    redshift_warehouse.load(USERS, *users(5))
    assert names(redshift_warehouse) == list(range(5))


def test_credentials_that_stay_expired_are_named(
    redshift_warehouse: Warehouse, shared_redshift: SimulatedRedshift
) -> None:
    shared_redshift.faults.clear()
    shared_redshift.faults.set(Fault("expired_token", "PUT", 99))
    with pytest.raises(WarehouseError, match="the AWS credentials have expired"):
        redshift_warehouse.load(USERS, *users(5))
    shared_redshift.faults.clear()


def test_a_bucket_that_is_not_there_is_named(redshift_warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"s3://no-such-bucket.*NoSuchBucket.*s3_bucket"):
        redshift_warehouse.load(USERS, *users(1), s3_bucket="no-such-bucket")


def test_files_that_cannot_be_removed_are_no_error(
    redshift_warehouse: Warehouse,
    shared_redshift: SimulatedRedshift,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shared_redshift.faults.clear()
    shared_redshift.faults.set(
        Fault("500", "POST", 99, f"{redshift_warehouse.config['s3_bucket']}*")
    )
    with caplog.at_level(logging.WARNING, logger="target-redshift"):
        assert redshift_warehouse.load(USERS, *users(1), state({"at": 1})) == [{"at": 1}]
    shared_redshift.faults.clear()
    assert "2 loaded files cannot be removed from S3" in caplog.text


@pytest.mark.parametrize("missing", ["s3_bucket", "iam_role"])
def test_settings_that_are_missing_are_named(redshift_warehouse: Warehouse, missing: str) -> None:
    with pytest.raises(LoadError, match=f"needs the settings {missing}"):
        redshift_warehouse.load(USERS, **{missing: None})


def test_nothing_secret_is_in_the_log(
    redshift_warehouse: RedshiftWarehouse,
    shared_redshift: SimulatedRedshift,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the level DEBUG, in a run that goes well, and in one that S3 and Redshift refuse."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-secret-key")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "planted-session-token")
    monkeypatch.setenv("TARGET_REDSHIFT_LOGLEVEL", "DEBUG")
    monkeypatch.setenv("SSL_CERT_FILE", str(shared_redshift.ca_file))
    _, _, well = run(redshift_warehouse, tmp_path, USERS, *users(3))
    shared_redshift.faults.clear()
    shared_redshift.faults.set(Fault("expired_token", "PUT", 9))
    code, _, badly = run(redshift_warehouse, tmp_path, USERS, *users(3))
    shared_redshift.faults.clear()
    refused, _, worse = run(redshift_warehouse, tmp_path, USERS, password="planted-password")  # noqa: S106
    assert (code, refused) == (1, 1)
    for log in (well, badly, worse):
        assert "planted" not in log
        assert redshift_warehouse.config["password"] not in log
