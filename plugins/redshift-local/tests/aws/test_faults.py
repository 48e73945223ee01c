"""S3 through boto3, and the faults that a test can ask for."""

import json
import urllib.request
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from types_boto3_s3 import S3Client

from redshift_local.aws import Aws, Fault
from redshift_local.aws.faults import KINDS, parse_fault

BUCKET = "faults"
# more than a socket's buffers hold, so that a cut in the middle is one
BODY = bytes(range(256)) * 16_384


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with Aws() as server:
        yield server


def s3(aws: Aws, attempts: int) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=aws.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - moto takes any
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


@pytest.fixture(scope="module")
def impatient(aws: Aws) -> S3Client:
    """A client that tries once."""
    client = s3(aws, 1)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture(scope="module")
def patient(aws: Aws) -> S3Client:
    """A client that tries again."""
    return s3(aws, 3)


@pytest.fixture(autouse=True)
def _no_faults(aws: Aws) -> Iterator[None]:
    yield
    aws.faults.clear()


def exists(client: S3Client, key: str) -> bool:
    return client.list_objects_v2(Bucket=BUCKET, Prefix=key)["KeyCount"] == 1


def test_what_was_put_can_be_got_and_listed(impatient: S3Client) -> None:
    impatient.put_object(Bucket=BUCKET, Key="a/ä b", Body=BODY)
    assert impatient.get_object(Bucket=BUCKET, Key="a/ä b")["Body"].read() == BODY
    ranged = impatient.get_object(Bucket=BUCKET, Key="a/ä b", Range="bytes=5-8")
    assert ranged["Body"].read() == BODY[5:9]
    assert exists(impatient, "a/")
    impatient.delete_object(Bucket=BUCKET, Key="a/ä b")
    assert not exists(impatient, "a/")


def test_every_kind_of_fault_has_its_test() -> None:
    assert set(KINDS) == {"500", "slow_down", "expired_token", "reset", "truncated_upload"} | {
        "lost_answer",
        "truncated",
    }


@pytest.mark.parametrize(
    ("kind", "code"),
    [("500", "InternalError"), ("slow_down", "SlowDown"), ("expired_token", "ExpiredToken")],
)
def test_an_error_of_s3(aws: Aws, impatient: S3Client, kind: str, code: str) -> None:
    aws.faults.set(Fault(kind, "PUT"))
    with pytest.raises(ClientError, match=code):
        impatient.put_object(Bucket=BUCKET, Key=kind, Body=BODY)
    assert not exists(impatient, kind)
    impatient.put_object(Bucket=BUCKET, Key=kind, Body=BODY)


@pytest.mark.parametrize("kind", ["reset", "truncated_upload"])
def test_a_connection_that_breaks_stores_nothing(aws: Aws, impatient: S3Client, kind: str) -> None:
    aws.faults.set(Fault(kind, "PUT"))
    with pytest.raises(BotoCoreError):
        impatient.put_object(Bucket=BUCKET, Key=kind, Body=BODY)
    assert not exists(impatient, kind)


def test_a_lost_answer_has_stored_the_object(aws: Aws, impatient: S3Client) -> None:
    aws.faults.set(Fault("lost_answer", "PUT"))
    with pytest.raises(BotoCoreError):
        impatient.put_object(Bucket=BUCKET, Key="lost", Body=BODY)
    assert impatient.get_object(Bucket=BUCKET, Key="lost")["Body"].read() == BODY


def test_a_truncated_answer_tells_its_whole_length(aws: Aws, impatient: S3Client) -> None:
    impatient.put_object(Bucket=BUCKET, Key="cut", Body=BODY)
    aws.faults.set(Fault("truncated", "GET"))
    answer = impatient.get_object(Bucket=BUCKET, Key="cut")
    assert answer["ContentLength"] == len(BODY)
    with pytest.raises(BotoCoreError):
        answer["Body"].read()


@pytest.mark.parametrize("kind", ["500", "slow_down", "reset", "truncated_upload", "lost_answer"])
def test_a_client_that_tries_again_succeeds(aws: Aws, patient: S3Client, kind: str) -> None:
    aws.faults.set(Fault(kind, "PUT", count=2))
    patient.put_object(Bucket=BUCKET, Key=f"again-{kind}", Body=BODY)
    assert patient.get_object(Bucket=BUCKET, Key=f"again-{kind}")["Body"].read() == BODY
    assert aws.faults.counts == {kind: 2}


def test_a_fault_waits_for_its_operation_and_key(aws: Aws, impatient: S3Client) -> None:
    aws.faults.set(Fault("500", "DELETE", key=f"{BUCKET}/special/*"))
    impatient.put_object(Bucket=BUCKET, Key="special/1", Body=b"")
    impatient.delete_object(Bucket=BUCKET, Key="other/1")
    assert aws.faults.counts == {}
    with pytest.raises(ClientError, match="InternalError"):
        impatient.delete_object(Bucket=BUCKET, Key="special/1")


def test_faults_are_set_and_counted_over_http(aws: Aws, impatient: S3Client) -> None:
    def ask(method: str, body: object = None) -> dict[str, object]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(aws.url + "/_faults", data, method=method)  # noqa: S310 - our server
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
            found: dict[str, object] = json.load(answer)
            return found

    ask("POST", {"kind": "500", "operation": "PUT", "count": 2, "key": f"{BUCKET}/http*"})
    with pytest.raises(ClientError):
        impatient.put_object(Bucket=BUCKET, Key="http", Body=b"")
    left = {"kind": "500", "operation": "PUT", "count": 1, "key": f"{BUCKET}/http*"}
    assert ask("GET") == {"pending": [left], "counts": {"500": 1}}
    assert ask("DELETE") == {"pending": [], "counts": {}}


@pytest.mark.parametrize(
    "given", [{"kind": "fire"}, {"kind": "500", "x": 1}, {"kind": "500", "count": 0}]
)
def test_a_fault_that_does_not_exist_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="fault"):
        parse_fault(given)
