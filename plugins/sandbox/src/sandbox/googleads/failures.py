"""How the Google Ads API says no.

`{"error": {code, message, status, details: [{"@type": ".../GoogleAdsFailure", errors,
requestId}]}}`, as REST clients see it; searchStream puts the same into an array.
Sources: google-ads protos (names), published client issues (messages). Messages that nobody has
published are ours.
"""

import secrets
from http import HTTPStatus

TYPE = "type.googleapis.com/google.ads.googleads.{version}.errors.GoogleAdsFailure"
_NO_CREDENTIAL = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login "
    "cookie or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)
# Status and general message by HTTP code; that of 401 speaks of a credential that is not enough.
_STATUS = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", _NO_CREDENTIAL),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    500: ("INTERNAL", "Internal error encountered."),
    503: ("UNAVAILABLE", "The service is currently unavailable."),
    504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}


def request_id() -> str:
    """An id as every answer has one."""
    return secrets.token_urlsafe(16)


class ApiError(Exception):
    """A refusal.

    Args:
        http: HTTP status code.
        family: Of the error code, such as `queryError`; None for a failure without details.
        name: The error code's name.
        message: Of the one error inside.
        details: Its `details`, if it has any.
        general: Message of the whole, if it is not the usual one of the status.
        extra: Further elements of `details` of the whole.
    """

    def __init__(  # noqa: PLR0913 - the parts of an answer, all but two rarely needed
        self,
        http: int,
        family: str | None,
        name: str = "",
        message: str = "",
        *,
        details: dict[str, object] | None = None,
        general: str | None = None,
        extra: tuple[dict[str, object], ...] = (),
    ) -> None:
        super().__init__(message or name)
        self.http = http
        self.family, self.name, self.message = family, name, message
        self.details, self.general, self.extra = details, general, extra

    def body(self, version: str) -> dict[str, object]:
        """The answer's JSON, for an API version such as `v26`."""
        status, general = _STATUS.get(self.http) or (HTTPStatus(self.http).name, self.message)
        error: dict[str, object] = {
            "code": self.http,
            "message": self.general or general,
            "status": status,
        }
        details: list[dict[str, object]] = [*self.extra]
        if self.family:
            inner: dict[str, object] = {
                "errorCode": {self.family: self.name},
                "message": self.message,
            }
            if self.details:
                inner["details"] = self.details
            details.append(
                {
                    "@type": TYPE.format(version=version),
                    "errors": [inner],
                    "requestId": request_id(),
                }
            )
        if details:
            error["details"] = details
        return {"error": error}


def query_error(name: str, message: str) -> ApiError:
    """A query that is refused."""
    return ApiError(400, "queryError", name, message)


def bad_payload(problem: str) -> ApiError:
    """A body that Google's front end refuses before the API sees it."""
    message = f"Invalid JSON payload received. {problem}"
    violation = {"fieldViolations": [{"description": message}]}
    kind = {"@type": "type.googleapis.com/google.rpc.BadRequest"}
    return ApiError(400, None, general=message, extra=({**kind, **violation},))
