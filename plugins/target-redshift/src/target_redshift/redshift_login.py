"""With which name and password to log in to Redshift: those of the settings, or AWS's."""

from dataclasses import dataclass, field

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from target_redshift.errors import WarehouseError
from target_redshift.s3_client import CONFIG
from target_redshift.settings import Settings

# A session that is open by then stays open; the next one asks anew.
_VALID_SECONDS = 900


@dataclass(frozen=True)
class Login:
    """A name and a password.

    Attributes:
        user: The name.
        password: The password.
        settings: The settings that they come from, for an error.
    """

    user: str
    password: str = field(repr=False)
    settings: str = ""


def find_login(settings: Settings) -> Login:
    """The login for one connection; by IAM it is a new one each time.

    Raises:
        WarehouseError: AWS gives none.
    """
    if settings.auth_method == "password":
        told = f'user ("{settings.user}") and password'
        return Login(settings.user, settings.password, told)
    try:
        if settings.workgroup_name:
            return _ask_serverless(settings)
        return _ask_cluster(settings)
    except (ClientError, BotoCoreError) as error:
        where, actions = _who(settings)
        raise WarehouseError(
            f"AWS gives no credentials for {where} ({error}): check this setting, region and the "
            f"AWS credentials, which need {actions}."
        ) from error


def _who(settings: Settings) -> tuple[str, str]:
    if settings.workgroup_name:
        return (
            f'workgroup_name ("{settings.workgroup_name}")',
            "redshift-serverless:GetCredentials",
        )
    action = "GetClusterCredentials" if settings.user else "GetClusterCredentialsWithIAM"
    return f'cluster_identifier ("{settings.cluster_identifier}")', f"redshift:{action}"


def _ask_cluster(settings: Settings) -> Login:
    client = _session(settings).client("redshift", config=CONFIG)
    if settings.user:
        # The user has to exist: nobody wants one that a spelling mistake made.
        answer = client.get_cluster_credentials(
            DbUser=settings.user,
            DbName=settings.database,
            ClusterIdentifier=settings.cluster_identifier,
            AutoCreate=False,
            DurationSeconds=_VALID_SECONDS,
        )
        user, password = answer["DbUser"], answer["DbPassword"]
    else:
        given = client.get_cluster_credentials_with_iam(
            DbName=settings.database,
            ClusterIdentifier=settings.cluster_identifier,
            DurationSeconds=_VALID_SECONDS,
        )
        user, password = given["DbUser"], given["DbPassword"]
    return Login(user, password, _who(settings)[0])


def _ask_serverless(settings: Settings) -> Login:
    client = _session(settings).client("redshift-serverless", config=CONFIG)
    answer = client.get_credentials(
        workgroupName=settings.workgroup_name,
        dbName=settings.database,
        durationSeconds=_VALID_SECONDS,
    )
    return Login(answer["dbUser"], answer["dbPassword"], _who(settings)[0])


def _session(settings: Settings) -> boto3.Session:
    return boto3.Session(region_name=settings.region or None)
