"""The four calls by which a client of Redshift gets a password or an address from AWS.

Names, limits and forms by the API references of Redshift (GetClusterCredentials,
GetClusterCredentialsWithIAM, DescribeClusters) and Redshift Serverless (GetCredentials,
GetWorkgroup). Everything else of these services is answered with InvalidAction.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from redshift_local.aws.credentials import Credentials, Grant

_ACCOUNT: Final = "123456789012"
_NAMESPACE: Final = "http://redshift.amazonaws.com/doc/2012-12-01/"
_SHORTEST, _LONGEST = 900, 3600
_USER_NAME: Final = re.compile(r"[a-z_][a-z0-9_.@+-]{0,63}")


@dataclass(frozen=True)
class Identity:
    """What the calls speak of: one cluster, one workgroup, one caller.

    Attributes:
        cluster: Name of the provisioned cluster; every other is not found.
        workgroup: Name of the serverless workgroup; every other is not found.
        caller: Whom the credentials of AWS belong to, as a database user (`IAMR:<role>`,
            `IAM:<user>`): the login of the calls that take no user.
        host: Address of the endpoint.
        port: Port of the endpoint.
    """

    cluster: str = "redshift-local"
    workgroup: str = "redshift-local"
    caller: str = "IAMR:headwater"
    host: str = "127.0.0.1"
    port: int = 55439


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes


class ApiError(Exception):
    """An error of the API, with its code and status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        self.code = code
        self.status = status
        super().__init__(message)


class Issuer:
    """Answers the calls of both services.

    Args:
        credentials: Where issued passwords are kept.
        identity: What there is.
    """

    def __init__(self, credentials: Credentials, identity: Identity) -> None:
        self._credentials = credentials
        self._identity = identity
        self._provisioned: dict[str, Callable[[dict[str, str]], str]] = {
            "GetClusterCredentials": self._cluster_credentials,
            "GetClusterCredentialsWithIAM": self._cluster_credentials_with_iam,
            "DescribeClusters": self._describe_clusters,
        }
        self._serverless: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "GetCredentials": self._workgroup_credentials,
            "GetWorkgroup": self._workgroup,
        }

    def provisioned(self, body: bytes) -> Answer:
        """Answer a call of Redshift (the query protocol: a form in, XML out)."""
        form = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
        action = form.get("Action", "")
        try:
            call = self._provisioned.get(action) or _unknown(action)
            result = call(form)
        except ApiError as error:
            return query_error(error)
        inner = f"<{action}Result>{result}</{action}Result>"
        return _xml(200, f'<{action}Response xmlns="{_NAMESPACE}">{inner}</{action}Response>')

    def serverless(self, action: str, body: bytes) -> Answer:
        """Answer a call of Redshift Serverless (JSON in and out)."""
        try:
            call = self._serverless.get(action) or _unknown(action)
            return _json(200, call(json.loads(body or b"{}")))
        except ApiError as error:
            return json_error(error)

    def _cluster_credentials(self, form: dict[str, str]) -> str:
        self._require_cluster(form)
        user = form.get("DbUser", "")
        if not _USER_NAME.fullmatch(user):
            raise ApiError("InvalidParameterValue", f"Not a name of a database user: {user!r}")
        created = form.get("AutoCreate", "false") == "true"
        grant = self._credentials.issue(
            f"{'IAMA' if created else 'IAM'}:{user}",
            _seconds(form.get("DurationSeconds")),
            database_user=user,
            auto_create=created,
            groups=tuple(
                form[name] for name in sorted(form) if name.startswith("DbGroups.DbGroup.")
            ),
        )
        return _grant_xml(grant)

    def _cluster_credentials_with_iam(self, form: dict[str, str]) -> str:
        self._require_cluster(form)
        return _grant_xml(self._issue_to_caller(_seconds(form.get("DurationSeconds"))))

    def _describe_clusters(self, form: dict[str, str]) -> str:
        if "ClusterIdentifier" in form:
            self._require_cluster(form)
        here = self._identity
        endpoint = f"<Address>{here.host}</Address><Port>{here.port}</Port>"
        return (
            f"<Clusters><Cluster><ClusterIdentifier>{escape(here.cluster)}</ClusterIdentifier>"
            "<ClusterStatus>available</ClusterStatus>"
            f"<Endpoint>{endpoint}</Endpoint></Cluster></Clusters>"
        )

    def _workgroup_credentials(self, request: dict[str, Any]) -> dict[str, Any]:
        self._require_workgroup(request)
        grant = self._issue_to_caller(_seconds(request.get("durationSeconds")))
        return {
            "dbUser": grant.login,
            "dbPassword": grant.password,
            "expiration": grant.expires_at.timestamp(),
            "nextRefreshTime": grant.expires_at.timestamp(),
        }

    def _workgroup(self, request: dict[str, Any]) -> dict[str, Any]:
        self._require_workgroup(request)
        here = self._identity
        return {
            "workgroup": {
                "workgroupName": here.workgroup,
                "workgroupArn": (
                    f"arn:aws:redshift-serverless:us-east-1:{_ACCOUNT}:workgroup/{here.workgroup}"
                ),
                "status": "AVAILABLE",
                "endpoint": {"address": here.host, "port": here.port},
            }
        }

    def _issue_to_caller(self, seconds: int) -> Grant:
        return self._credentials.issue(self._identity.caller, seconds, auto_create=True)

    def _require_cluster(self, form: dict[str, str]) -> None:
        name = form.get("ClusterIdentifier")
        if name != self._identity.cluster:
            raise ApiError("ClusterNotFound", f"Cluster {name} not found.", 404)

    def _require_workgroup(self, request: dict[str, Any]) -> None:
        name = request.get("workgroupName")
        if name != self._identity.workgroup:
            raise ApiError("ResourceNotFoundException", f"Workgroup {name} was not found.")


def query_error(error: ApiError) -> Answer:
    """An error in the form of the query protocol (Redshift, STS)."""
    return _xml(
        error.status,
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{error.code}</Code>"
        f"<Message>{escape(str(error))}</Message></Error></ErrorResponse>",
    )


def json_error(error: ApiError) -> Answer:
    """An error in the form of the JSON protocol (Redshift Serverless)."""
    return _json(error.status, {"__type": error.code, "message": str(error)})


def _unknown(action: str) -> Callable[[dict[str, Any]], NoReturn]:
    def refuse(_: dict[str, Any]) -> NoReturn:
        raise ApiError("InvalidAction", f"The action {action} is not known here.")

    return refuse


def _seconds(given: str | int | None) -> int:
    seconds = int(given) if given is not None else _SHORTEST
    if not _SHORTEST <= seconds <= _LONGEST:
        raise ApiError(
            "InvalidParameterValue",
            f"DurationSeconds is from {_SHORTEST} to {_LONGEST}, not {seconds}.",
        )
    return seconds


def _grant_xml(grant: Grant) -> str:
    return (
        f"<DbUser>{escape(grant.login)}</DbUser><DbPassword>{escape(grant.password)}</DbPassword>"
        f"<Expiration>{grant.expires_at:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
    )


def _xml(status: int, text: str) -> Answer:
    return Answer(status, "text/xml", text.encode())


def _json(status: int, value: dict[str, Any]) -> Answer:
    return Answer(status, "application/x-amz-json-1.1", json.dumps(value).encode())
