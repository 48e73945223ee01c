"""The clauses by which COPY and UNLOAD may read and write S3.

The stand-in has no roles: their form is checked, and S3 is then asked with the credentials of the
process (boto3's own chain). Keys, if a statement gives them, are used as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from redshift_local.errors import Refused

if TYPE_CHECKING:
    from redshift_local.loading.grammar import Tokens

_ROLE: Final = re.compile(r"arn:aws(-[a-z-]+)?:iam::\d{12}:role/[\w+=,.@/-]+")
_USAGE: Final = "IAM_ROLE, CREDENTIALS, or ACCESS_KEY_ID and SECRET_ACCESS_KEY"


@dataclass(frozen=True)
class Access:
    """Whom S3 shall see: roles (one, or several assumed one after the other), or keys.

    Attributes:
        roles: ARNs, or the one word `default`.
        key_id: Access key ID.
        secret: Its secret.
        token: Session token of temporary keys.
    """

    roles: tuple[str, ...] = ()
    key_id: str | None = None
    secret: str | None = None
    token: str | None = None


class AccessClauses:
    """Collects the clauses of one statement, in any order."""

    def __init__(self) -> None:
        self._access = Access()
        self._given: list[str] = []

    def read(self, tokens: Tokens) -> bool:
        """Take one clause, if one comes next.

        Raises:
            Refused: It conflicts with an earlier one, or is malformed.
        """
        if tokens.take("IAM_ROLE"):
            self._add("IAM_ROLE", {"roles": _roles(tokens)})
        elif tokens.take("CREDENTIALS") or tokens.take("WITH", "CREDENTIALS"):
            tokens.take("AS")
            self._add("CREDENTIALS", _credentials(tokens.string()))
        elif tokens.take("ACCESS_KEY_ID"):
            self._add("ACCESS_KEY_ID", {"key_id": tokens.string()})
        elif tokens.take("SECRET_ACCESS_KEY"):
            self._add("SECRET_ACCESS_KEY", {"secret": tokens.string()})
        elif tokens.take("SESSION_TOKEN"):
            self._add("SESSION_TOKEN", {"token": tokens.string()})
        else:
            return False
        return True

    def finish(self, statement: str) -> Access:
        """What the clauses come to.

        Raises:
            Refused: There is none, or a key without its secret.
        """
        if not self._given:
            raise Refused(
                f"{statement} without authorization",
                f"{statement} needs an authorization clause: {_USAGE}",
                sqlstate="42601",
            )
        if self._access.roles == () and not (self._access.key_id and self._access.secret):
            raise Refused(
                self._given[0], "ACCESS_KEY_ID and SECRET_ACCESS_KEY must be used together"
            )
        return self._access

    def _add(self, name: str, values: dict[str, object]) -> None:
        keys = {"ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"}
        if name in self._given:
            raise redundant(name)
        if self._given and not (name in keys and set(self._given) <= keys):
            raise Refused(name, f"{name} can not be used together with {self._given[0]}")
        self._given.append(name)
        self._access = replace(self._access, **values)  # type: ignore[arg-type] # by field name


def redundant(name: str) -> Refused:
    """The error for an option given twice."""
    return Refused(name, f"conflicting or redundant options: {name}", sqlstate="42601")


def _roles(tokens: Tokens) -> tuple[str, ...]:
    if tokens.take("DEFAULT"):
        return ("default",)
    return _checked(tokens.string())


def _checked(text: str) -> tuple[str, ...]:
    """Roles in a chain are one string, parted by commas without spaces (AWS: chaining roles)."""
    # a comma is also allowed inside the name of a role
    roles = tuple(re.split(r",(?=arn:)", text))
    if text == "default":
        return roles
    for role in roles:
        if not _ROLE.fullmatch(role):
            raise Refused("IAM_ROLE", f"Invalid IAM_ROLE '{role}': it must be a role's ARN")
    return roles


def _credentials(text: str) -> dict[str, object]:
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    if set(parts) == {"aws_iam_role"}:
        return {"roles": _checked(parts["aws_iam_role"])}
    names = {"aws_access_key_id": "key_id", "aws_secret_access_key": "secret", "token": "token"}
    if not {"aws_access_key_id", "aws_secret_access_key"} <= set(parts) <= set(names):
        raise Refused("CREDENTIALS", "CREDENTIALS argument is not of the documented form")
    return {names[name]: value for name, value in parts.items()}
