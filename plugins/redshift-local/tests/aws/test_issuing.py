"""Passwords that expire, as boto3 gets them and as a login shows them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from types_boto3_redshift import RedshiftClient
from types_boto3_redshift_serverless import RedshiftServerlessClient

from redshift_local.aws import Aws, Credentials, Fault, Identity
from redshift_local.aws.credentials import md5_answer

SALT = b"salt"
CLUSTER = "redshift-local"
KEYS = {
    "region_name": "us-east-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
    "config": Config(retries={"total_max_attempts": 1, "mode": "standard"}),
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with Aws(identity=Identity(port=1234)) as server:
        yield server


@pytest.fixture(scope="module")
def provisioned(aws: Aws) -> RedshiftClient:
    return boto3.client("redshift", endpoint_url=aws.url, **KEYS)  # type: ignore[call-overload,no-any-return] # a dict's


@pytest.fixture(scope="module")
def serverless(aws: Aws) -> RedshiftServerlessClient:
    return boto3.client("redshift-serverless", endpoint_url=aws.url, **KEYS)  # type: ignore[call-overload,no-any-return] # a dict's


def test_a_cluster_gives_a_password_for_a_named_user(aws: Aws, provisioned: RedshiftClient) -> None:
    given = provisioned.get_cluster_credentials(
        DbUser="loader", ClusterIdentifier=CLUSTER, AutoCreate=True, DbGroups=["etl", "readers"]
    )
    assert given["DbUser"] == "IAMA:loader"
    grant = aws.credentials.check(
        "IAMA:loader", SALT, md5_answer("IAMA:loader", given["DbPassword"], SALT)
    )
    assert grant is not None
    assert (grant.database_user, grant.auto_create) == ("loader", True)
    assert grant.groups == ("etl", "readers")
    left = given["Expiration"] - datetime.now(UTC)
    assert timedelta(seconds=880) < left <= timedelta(seconds=900)
    plain = provisioned.get_cluster_credentials(DbUser="loader", ClusterIdentifier=CLUSTER)
    assert plain["DbUser"] == "IAM:loader"


def test_the_caller_itself_may_be_the_user(
    aws: Aws, provisioned: RedshiftClient, serverless: RedshiftServerlessClient
) -> None:
    one = provisioned.get_cluster_credentials_with_iam(ClusterIdentifier=CLUSTER)
    other = serverless.get_credentials(workgroupName=CLUSTER, durationSeconds=3600)
    assert one["DbUser"] == other["dbUser"] == "IAMR:headwater"
    assert other["expiration"] - one["Expiration"] > timedelta(minutes=44)
    for password in (one["DbPassword"], other["dbPassword"]):
        answer = md5_answer("IAMR:headwater", password, SALT)
        assert aws.credentials.check("IAMR:headwater", SALT, answer) is not None


def test_the_endpoints_address(
    provisioned: RedshiftClient, serverless: RedshiftServerlessClient
) -> None:
    (cluster,) = provisioned.describe_clusters(ClusterIdentifier=CLUSTER)["Clusters"]
    assert cluster["Endpoint"] == {"Address": "127.0.0.1", "Port": 1234}
    endpoint = serverless.get_workgroup(workgroupName=CLUSTER)["workgroup"]["endpoint"]
    assert endpoint == {"address": "127.0.0.1", "port": 1234}


def test_what_is_not_there_is_not_found(
    provisioned: RedshiftClient, serverless: RedshiftServerlessClient
) -> None:
    with pytest.raises(provisioned.exceptions.ClusterNotFoundFault):
        provisioned.get_cluster_credentials(DbUser="loader", ClusterIdentifier="other")
    with pytest.raises(serverless.exceptions.ResourceNotFoundException):
        serverless.get_credentials(workgroupName="other")
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        provisioned.get_cluster_credentials_with_iam(ClusterIdentifier=CLUSTER, DurationSeconds=60)
    with pytest.raises(ClientError, match="InvalidAction"):
        provisioned.describe_tags()
    with pytest.raises(ClientError, match="InvalidAction"):
        serverless.list_namespaces()


def test_expired_credentials_of_aws_give_none_of_redshift(
    aws: Aws, provisioned: RedshiftClient, serverless: RedshiftServerlessClient
) -> None:
    aws.faults.set(Fault("expired_token", key="redshift/GetClusterCredentials*"))
    aws.faults.set(Fault("expired_token", key="redshift-serverless/*"))
    with pytest.raises(ClientError, match="ExpiredToken"):
        provisioned.get_cluster_credentials_with_iam(ClusterIdentifier=CLUSTER)
    with pytest.raises(ClientError, match="ExpiredToken"):
        serverless.get_credentials(workgroupName=CLUSTER)


def test_a_password_is_good_until_it_expires() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    credentials = Credentials(lambda: now)
    old = credentials.issue("IAM:a", 900)
    now += timedelta(seconds=450)
    new = credentials.issue("IAM:a", 900)
    answers = [md5_answer("IAM:a", grant.password, SALT) for grant in (old, new)]
    assert [credentials.check("IAM:a", SALT, answer) for answer in answers] == [old, new]
    assert credentials.check("IAM:b", SALT, answers[0]) is None
    assert credentials.check("IAM:a", b"tlas", answers[0]) is None
    now += timedelta(seconds=450)
    assert [credentials.check("IAM:a", SALT, answer) for answer in answers] == [None, new]
    credentials.expire()
    assert credentials.check("IAM:a", SALT, answers[1]) is None
