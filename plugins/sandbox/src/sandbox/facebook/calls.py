"""A request as the Graph API reads it, whether it came alone or in a batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from sandbox.facebook.errors import LIVE, GraphError
from sandbox.facebook.faults import ERRORS

TOKEN = "SANDBOX-FACEBOOK-TOKEN"  # noqa: S105 - of a company that does not exist


@dataclass(frozen=True)
class Call:
    """A request.

    Attributes:
        method: GET, POST or DELETE.
        version: API version, the oldest live one when none was named.
        parts: Path behind the version.
        parameters: Of query and form, without the access token.
        token: Access token, if there was any.
        url: Address without query, for the links to other pages.
    """

    method: str
    version: str
    parts: tuple[str, ...]
    parameters: dict[str, str]
    token: str | None
    url: str

    @property
    def linked(self) -> dict[str, str]:
        """The parameters as a link to another page carries them."""
        return {"access_token": self.token or "", **self.parameters}


def read_call(
    method: str, base: str, target: str, form: Mapping[str, str], authorization: str | None
) -> Call:
    """Read a request.

    Args:
        method: HTTP method; a parameter `method` overrides a POST.
        base: Scheme and host, for links.
        target: Path and query.
        form: Fields of the body.
        authorization: The header of that name.
    """
    split = urlsplit(target)
    parameters = dict(parse_qsl(split.query, keep_blank_values=True))
    parameters |= form
    token = parameters.pop("access_token", None) or _bearer(authorization)
    parameters.pop("appsecret_proof", None)
    version, parts = _version([part for part in split.path.split("/") if part])
    return Call(
        parameters.pop("method", method).upper(),
        version,
        tuple(parts),
        parameters,
        token,
        f"{base}/{'/'.join((version, *parts))}",
    )


def check_call(call: Call) -> None:
    """Check version and token.

    Raises:
        GraphError: The version is dead or unknown, or the token is missing or bad.
    """
    if call.version not in LIVE:
        if int(call.version[1:].partition(".")[0]) > int(LIVE[0][1:3]):
            raise GraphError(f"Unknown path components: /{call.version}", 2500)
        raise ERRORS["expired_version"]
    if call.token is None:
        raise GraphError("An access token is required to request this resource.", 104)
    if call.token != TOKEN:
        raise ERRORS["bad_token"]


def _bearer(authorization: str | None) -> str | None:
    kind, _, token = (authorization or "").partition(" ")
    return token.strip() or None if kind.casefold() in ("bearer", "oauth") else None


def _version(parts: list[str]) -> tuple[str, list[str]]:
    """The version that a path begins with, and the rest."""
    if parts and parts[0].startswith("v") and parts[0][1:].replace(".", "", 1).isdecimal():
        return parts[0], parts[1:]
    return LIVE[-1], parts
