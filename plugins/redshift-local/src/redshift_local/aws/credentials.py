"""The passwords that were issued for an hour or less, and the check of a login by one of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Grant:
    """One issued password.

    Attributes:
        login: The user name to log in with, as AWS returned it (`IAM:loader`, `IAMR:role`).
        password: The password, in clear.
        database_user: The user of the database whom the login becomes.
        auto_create: Whether that user is made on login when it is missing.
        groups: Groups that the user is in for this session, besides its own.
        expires_at: End of validity (UTC). A session that is open by then stays open.
    """

    login: str
    password: str
    database_user: str
    auto_create: bool
    groups: tuple[str, ...]
    expires_at: datetime


def md5_answer(login: str, password: str, salt: bytes) -> bytes:
    """What a client sends for `AuthenticationMD5Password` (PostgreSQL's protocol, 53.2)."""
    inner = hashlib.md5(f"{password}{login}".encode(), usedforsecurity=False).hexdigest()
    return b"md5" + hashlib.md5(inner.encode() + salt, usedforsecurity=False).hexdigest().encode()


class Credentials:
    """The passwords in force; safe to use from several threads."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._grants: list[Grant] = []

    def issue(
        self,
        login: str,
        seconds: int,
        *,
        database_user: str | None = None,
        auto_create: bool = False,
        groups: tuple[str, ...] = (),
    ) -> Grant:
        """Make a password for a login, valid for so many seconds."""
        grant = Grant(
            login,
            secrets.token_urlsafe(48),
            database_user or login,
            auto_create,
            groups,
            self._now() + timedelta(seconds=seconds),
        )
        with self._lock:
            self._grants = [*self._alive(), grant]
        return grant

    def check(self, login: str, salt: bytes, answer: bytes) -> Grant | None:
        """Find the unexpired grant whose password gives this md5 answer; None when there is none.

        Args:
            login: User name of the start-up packet.
            salt: The four bytes that the server sent.
            answer: What the client answered (`md5` and 32 hex digits, without a closing NUL).
        """
        with self._lock:
            candidates = [grant for grant in self._alive() if grant.login == login]
        for grant in candidates:
            if hmac.compare_digest(md5_answer(login, grant.password, salt), answer):
                return grant
        return None

    def expire(self) -> None:
        """Let every password issued so far be expired now (a test's way to wait an hour)."""
        with self._lock:
            self._grants = [replace(grant, expires_at=self._now()) for grant in self._grants]

    def _alive(self) -> list[Grant]:
        now = self._now()
        return [grant for grant in self._grants if grant.expires_at > now]
