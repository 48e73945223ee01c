"""Who may ask what: access token, developer token, login-customer-id, customer."""

import re
from collections.abc import Mapping

from sandbox.googleads.customers import CUSTOMERS, MANAGER_ID, Customer
from sandbox.googleads.failures import ApiError
from sandbox.googleads.oauth import Tokens
from sandbox.googleads.schema import VERSIONS

DEVELOPER_TOKEN = "SANDBOX-DEVELOPER-TOKEN"  # noqa: S105 - of the sandbox
_BAD_TOKEN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "  # noqa: S105 - words
    "or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_INFO: dict[str, object] = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "domain": "googleapis.com",
}


def check_version(version: str) -> None:
    """Refuse a version that was switched off; one that never was is no path at all."""
    if int(version[1:]) < VERSIONS[0]:
        raise ApiError(
            400,
            "requestError",
            "UNSUPPORTED_VERSION",
            f" Version {version} is deprecated. Requests to this version will be blocked.",
        )


def exists(version: str) -> bool:
    """Tell whether there is or ever was such a version."""
    return bool(re.fullmatch(r"v[1-9]\d?", version)) and int(version[1:]) <= VERSIONS[-1]


def check_credentials(headers: Mapping[str, str], tokens: Tokens) -> None:
    """Refuse a request without a good access token and developer token."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer":
        raise ApiError(401, None, extra=({**_INFO, "reason": "CREDENTIALS_MISSING"},))
    if not tokens.is_good(token):
        raise token_expired()
    developer_token = headers.get("developer-token")
    if not developer_token:
        raise ApiError(
            400,
            "requestError",
            "DEVELOPER_TOKEN_PARAMETER_MISSING",
            "developer-token parameter is missing.",
        )
    if developer_token != DEVELOPER_TOKEN:
        raise ApiError(
            401,
            "authenticationError",
            "DEVELOPER_TOKEN_INVALID",
            "The developer token is not valid.",
        )


def token_expired() -> ApiError:
    """An access token that is no longer or never was good."""
    extra = {**_INFO, "reason": "ACCESS_TOKEN_EXPIRED"}
    return ApiError(401, None, general=_BAD_TOKEN, extra=(extra,))


def permission_denied() -> ApiError:
    """A customer that our user may not read, at least not in this way."""
    return ApiError(
        403,
        "authorizationError",
        "USER_PERMISSION_DENIED",
        "User doesn't have permission to access customer. Note: If you're accessing a client "
        "customer, the manager's customer id must be set in the 'login-customer-id' header. See "
        "https://developers.google.com/google-ads/api/docs/concepts/call-structure#cid",
    )


def not_enabled() -> ApiError:
    """A customer that was cancelled."""
    return ApiError(
        403,
        "authorizationError",
        "CUSTOMER_NOT_ENABLED",
        "The customer account can't be accessed because it is not yet enabled or has been "
        "deactivated.",
    )


def customer_for(customer_id: str, headers: Mapping[str, str]) -> Customer:
    """The customer that a request may read.

    Our user has access to the manager alone: whoever is below it is reached by naming the manager
    as `login-customer-id`.
    """
    if not re.fullmatch(r"\d{10}", customer_id):
        raise ApiError(
            400, "requestError", "INVALID_CUSTOMER_ID", f"Invalid customer ID '{customer_id}'."
        )
    login = headers.get("login-customer-id", "")
    if login and not re.fullmatch(r"\d{10}", login):
        raise ApiError(
            400,
            "headerError",
            "INVALID_LOGIN_CUSTOMER_ID",
            "The login customer ID could not be validated.",
        )
    customer = CUSTOMERS.get(customer_id)
    entry = login or customer_id
    if customer is None or not customer.readable or entry != MANAGER_ID:
        raise permission_denied()
    if customer.status != "ENABLED":
        raise not_enabled()
    return customer
