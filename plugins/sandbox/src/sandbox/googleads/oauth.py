"""Google's OAuth token endpoint: refresh tokens and service accounts (RFC 7523).

Source: google-auth's requests (`google.oauth2._client`), developers.google.com/identity/protocols.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.clock import Clock

CLIENT_ID, CLIENT_SECRET = "SANDBOX-CLIENT-ID", "SANDBOX-CLIENT-SECRET"
REFRESH_TOKEN = "SANDBOX-REFRESH-TOKEN"  # noqa: S105 - of the sandbox
# One that a user took back.
REVOKED_TOKEN = "SANDBOX-REVOKED-TOKEN"  # noqa: S105 - of the sandbox
SERVICE_ACCOUNT = "headwater@sandbox.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/adwords"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 3599
# An assertion may be valid for an hour, and clocks may differ a little.
LONGEST_ASSERTION, SLACK = 3600, 300


class OAuthError(Exception):
    """A refusal: HTTP status, error and description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


class ServiceAccount:
    """The sandbox's service account, whose key is made when it is first asked for.

    Args:
        home: The data folder, where the key is kept for the next server.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "google-service-account.pem"
        self._key: rsa.RSAPrivateKey | None = None

    def file(self, token_uri: str) -> dict[str, str]:
        """The JSON key file that a client is given."""
        private = self._private_key().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": "sandbox",
            "private_key_id": "sandbox",
            "private_key": private.decode(),
            "client_email": SERVICE_ACCOUNT,
            "client_id": "100000000000000000001",
            "token_uri": token_uri,
        }

    def claims(self, assertion: str) -> dict[str, object]:
        """What a signed assertion claims.

        Raises:
            OAuthError: It is no JWT, or our key did not sign it.
        """
        try:
            signed, _, signature = assertion.rpartition(".")
            header, payload = map(_decoded, signed.split("."))
            algorithm, claims = json.loads(header).get("alg"), json.loads(payload)
            raw = _decoded(signature)
        except (ValueError, AttributeError, binascii.Error):
            raise OAuthError(400, "invalid_request", "Bad Request") from None
        if not isinstance(claims, dict) or claims.get("iss") != SERVICE_ACCOUNT:
            raise OAuthError(400, "invalid_grant", "Invalid grant: account not found")
        try:
            self._private_key().public_key().verify(
                raw, signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            algorithm = None
        if algorithm != "RS256":
            raise OAuthError(400, "invalid_grant", "Invalid JWT Signature.")
        return claims

    def _private_key(self) -> rsa.RSAPrivateKey:
        if self._key is None:
            self._key = self._read() or self._make()
        return self._key

    def _read(self) -> rsa.RSAPrivateKey | None:
        if not self._path.exists():
            return None
        key = serialization.load_pem_private_key(self._path.read_bytes(), None)
        return key if isinstance(key, rsa.RSAPrivateKey) else None

    def _make(self) -> rsa.RSAPrivateKey:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self._path.touch(mode=0o600)
        self._path.write_bytes(pem)
        return key


class Tokens:
    """Access tokens: handed out, and known again until they expire.

    Args:
        account: The service account.
        clock: The clock that runs.
    """

    def __init__(self, account: ServiceAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._until: dict[str, float] = {}

    def grant(self, form: Mapping[str, str]) -> dict[str, object]:
        """Answer a request for an access token.

        Raises:
            OAuthError: What is shown is not good for one.
        """
        kind = form.get("grant_type")
        if kind == "refresh_token":
            _check_refresh(form)
        elif kind == JWT_GRANT:
            self._check_assertion(form)
        else:
            raise OAuthError(400, "unsupported_grant_type", f"Invalid grant_type: {kind or ''}")
        token = f"ya29.sandbox-{secrets.token_urlsafe(60)}"
        self._until[token] = self._clock.now() + LIFETIME
        answer: dict[str, object] = {"access_token": token, "expires_in": LIFETIME}
        if kind == "refresh_token":
            answer["scope"] = SCOPE
        return {**answer, "token_type": "Bearer"}

    def is_good(self, token: str) -> bool:
        """Tell whether a token is one of ours and has not expired."""
        return self._until.get(token, 0) > self._clock.now()

    def _check_assertion(self, form: Mapping[str, str]) -> None:
        claims = self._account.claims(form.get("assertion", ""))
        issued, expires = (_number(claims.get(name)) for name in ("iat", "exp"))
        now = self._clock.now()
        if not issued - SLACK <= now <= expires <= issued + LONGEST_ASSERTION:
            raise OAuthError(
                400,
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                "timeframe. Check your iat and exp values in the JWT claim.",
            )
        if not str(claims.get("aud")).endswith("/token"):
            raise OAuthError(400, "invalid_grant", "Invalid JWT: Failed audience check.")
        if SCOPE not in str(claims.get("scope")).split():
            raise OAuthError(
                400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."
            )


def _check_refresh(form: Mapping[str, str]) -> None:
    for name in ("client_id", "client_secret", "refresh_token"):
        if not form.get(name):
            raise OAuthError(400, "invalid_request", f"Missing required parameter: {name}")
    if form["client_id"] != CLIENT_ID:
        raise OAuthError(401, "invalid_client", "The OAuth client was not found.")
    if form["client_secret"] != CLIENT_SECRET:
        raise OAuthError(401, "invalid_client", "Unauthorized")
    if form["refresh_token"] == REVOKED_TOKEN:
        raise OAuthError(400, "invalid_grant", "Token has been expired or revoked.")
    if form["refresh_token"] != REFRESH_TOKEN:
        raise OAuthError(400, "invalid_grant", "Bad Request")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
