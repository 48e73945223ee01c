"""Access tokens by google-auth: a user's refresh token, or a service account.

google-auth posts the secrets as a form in the body; they stand in no URL.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2 import credentials as user
from google.oauth2 import service_account

from line_tap.errors import ConfigError
from tap_googleads.errors import LoginError, RetryError
from tap_googleads.settings import TOKEN_URI

if TYPE_CHECKING:
    import requests

    from tap_googleads.settings import Settings

SCOPE = "https://www.googleapis.com/auth/adwords"
# At debug level google-auth may log what it sends.
logging.getLogger("google.auth").setLevel(logging.WARNING)
logging.getLogger("google.oauth2").setLevel(logging.WARNING)


class Login:
    """Gives access tokens, each until it expires.

    Args:
        settings: The tap's.
        session: For the requests to the token endpoint.

    Raises:
        ConfigError: The service account's key cannot be used.
    """

    def __init__(self, settings: Settings, session: requests.Session) -> None:
        self._settings = settings
        self._credentials = _credentials(settings)
        self._request = partial(Request(session), timeout=settings.request_timeout)

    def token(self) -> str:
        """Return an access token, a new one where the last has expired.

        Raises:
            LoginError: Google refuses the login.
            RetryError: The token endpoint may answer later.
        """
        if not self._credentials.valid:
            self._refresh()
        return str(self._credentials.token)

    def forget(self) -> None:
        """Forget the token: the API said that it is no longer good."""
        self._credentials.token = None

    def _refresh(self) -> None:
        try:
            self._credentials.refresh(self._request)
        except TransportError:
            raise RetryError(
                "login", "the token endpoint (setting token_uri) cannot be reached"
            ) from None
        except RefreshError as error:
            if error.retryable or not isinstance(_answer(error), dict):
                raise RetryError(
                    "login", "the token endpoint (setting token_uri) has failed"
                ) from None
            raise LoginError(_refused(error, self._settings)) from None
        except GoogleAuthError as error:
            raise LoginError(f"The login failed: {type(error).__name__}.") from None


def _credentials(settings: Settings) -> Any:  # noqa: ANN401  # google-auth has two kinds, untyped
    info = settings.service_account_info
    if info is None:
        given = settings.oauth_credentials
        return user.Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=given.refresh_token,
            token_uri=settings.token_uri or TOKEN_URI,
            client_id=given.client_id,
            client_secret=given.client_secret,
        )
    if settings.token_uri:
        info = {**info, "token_uri": settings.token_uri}
    try:
        return service_account.Credentials.from_service_account_info(info, scopes=[SCOPE])  # type: ignore[no-untyped-call]
    except (ValueError, GoogleAuthError):
        name = "service_account_file" if settings.service_account_file else "service_account"
        raise ConfigError(
            f"The setting {name} is not a service account's key file that can be used: download "
            "it again."
        ) from None


def _answer(error: RefreshError) -> Any:  # noqa: ANN401  # JSON
    return error.args[1] if len(error.args) > 1 else None


def _refused(error: RefreshError, settings: Settings) -> str:
    """Google's own words, which hold no secret, and what to do."""
    known: dict[str, Any] = _answer(error)
    code = str(known.get("error", "no reason given"))
    words = f"{code}: {known.get('error_description', '')}".rstrip(": ")
    if settings.service_account_info is not None:
        remedy = "check the settings service_account, service_account_file and token_uri"
    elif code == "invalid_grant":
        remedy = "log in anew and set oauth_credentials.refresh_token"
    else:
        remedy = "check the settings oauth_credentials.client_id and .client_secret, and token_uri"
    return f"Google refused the login ({words}): {remedy}."
