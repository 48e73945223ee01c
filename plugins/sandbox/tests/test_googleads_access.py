import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.googleads.oauth import JWT_GRANT, SCOPE
from sandbox.googleads.plain_client import GoogleClient
from sandbox.plain_client import Reply
from sandbox.simulated import SimulatedGoogleAds, serve_googleads

QUERY = "SELECT customer.id FROM customer"


@pytest.fixture(scope="module")
def google(small_world: Path) -> Iterator[GoogleClient]:
    """Asks a world that no test changes."""
    with serve_googleads(small_world) as api:
        yield GoogleClient(api)


@pytest.fixture
def alone(googleads: SimulatedGoogleAds) -> GoogleClient:
    """Asks a world of the test's own."""
    return GoogleClient(googleads)


def code_of(reply: Reply) -> tuple[int, str, dict[str, str]]:
    """HTTP status, status and error code of a refusal."""
    content = reply.json
    error = (content[0] if isinstance(content, list) else content)["error"]
    assert error["code"] == reply.status
    return reply.status, error["status"], error["details"][-1]["errors"][0]["errorCode"]


def test_only_the_manager_is_reached_directly(google: GoogleClient) -> None:
    reply = google.request(
        "GET", "customers:listAccessibleCustomers", headers={"login-customer-id": None}
    )
    assert (reply.status, reply.json) == (200, {"resourceNames": ["customers/9000000001"]})


def test_the_manager_has_four_customers_in_two_currencies_and_zones(google: GoogleClient) -> None:
    rows = google.rows(
        "9000000001",
        "SELECT customer_client.client_customer, customer_client.id, customer_client.level, "
        "customer_client.manager, customer_client.currency_code, customer_client.time_zone, "
        "customer_client.status FROM customer_client",
    )
    found = {row["customerClient"]["id"]: row["customerClient"] for row in rows}
    assert {name: client["status"] for name, client in found.items()} == {
        "9000000001": "ENABLED",
        "3141592653": "ENABLED",
        "2718281828": "ENABLED",
        "1123581321": "CANCELED",
        "1618033988": "ENABLED",
    }
    assert [found[name]["level"] for name in ("9000000001", "3141592653")] == ["0", "1"]
    assert [name for name, client in found.items() if client["manager"]] == ["9000000001"]
    zones = {(client["currencyCode"], client["timeZone"]) for client in found.values()}
    assert zones == {("INR", "Asia/Kolkata"), ("USD", "America/New_York")}
    below = google.rows("3141592653", "SELECT customer_client.id FROM customer_client")
    assert [row["customerClient"]["id"] for row in below] == ["3141592653"]


@pytest.mark.parametrize(
    ("customer_id", "headers", "expected"),
    [
        ("3141592653", {"login-customer-id": None}, (403, "USER_PERMISSION_DENIED")),
        ("3141592653", {"login-customer-id": "3141592653"}, (403, "USER_PERMISSION_DENIED")),
        ("3141592653", {"login-customer-id": "314-159-2653"}, (400, "INVALID_LOGIN_CUSTOMER_ID")),
        ("1618033988", {}, (403, "USER_PERMISSION_DENIED")),
        ("1123581321", {}, (403, "CUSTOMER_NOT_ENABLED")),
        ("1111111111", {}, (403, "USER_PERMISSION_DENIED")),
        ("314-159-2653", {}, (400, "INVALID_CUSTOMER_ID")),
        ("3141592653", {"developer-token": None}, (400, "DEVELOPER_TOKEN_PARAMETER_MISSING")),
        ("3141592653", {"developer-token": "X"}, (401, "DEVELOPER_TOKEN_INVALID")),
    ],
)
def test_wrong_headers_are_refused_by_googles_names(
    google: GoogleClient,
    customer_id: str,
    headers: dict[str, str | None],
    expected: tuple[int, str],
) -> None:
    for method in ("googleAds:search", "googleAds:searchStream"):
        path = f"customers/{customer_id}/{method}"
        reply = google.request("POST", path, {"query": QUERY}, headers)
        assert isinstance(reply.json, list) == (method == "googleAds:searchStream")
        status, _, code = code_of(reply)
        assert (status, *code.values()) == expected


@pytest.mark.parametrize("header", [None, "Bearer x", "Basic x", "Bearer"])
def test_without_a_good_access_token_nothing_is_answered(
    google: GoogleClient, header: str | None
) -> None:
    reply = google.request(
        "GET", "customers:listAccessibleCustomers", headers={"authorization": header}
    )
    assert (reply.status, reply.json["error"]["status"]) == (401, "UNAUTHENTICATED")


def test_the_manager_needs_no_login_customer_id(google: GoogleClient) -> None:
    path = "customers/9000000001/googleAds:search"
    reply = google.request("POST", path, {"query": QUERY}, {"login-customer-id": None})
    assert reply.json["results"][0]["customer"]["id"] == "9000000001"


@pytest.mark.parametrize(
    ("version", "status"), [("v23", 200), ("v26", 200), ("v22", 400), ("v27", 404), ("x", 404)]
)
def test_versions_live_and_die(google: GoogleClient, version: str, status: int) -> None:
    reply = GoogleClient(google.api, version).search("3141592653", QUERY)
    assert reply.status == status
    if status == 400:
        assert code_of(reply) == (
            400,
            "INVALID_ARGUMENT",
            {"requestError": "UNSUPPORTED_VERSION"},
        )
        details = reply.json["error"]["details"][0]
        assert details["@type"].endswith("google.ads.googleads.v22.errors.GoogleAdsFailure")
    elif status == 404:
        assert reply.content.startswith(b"<!DOCTYPE html>")


def test_a_token_lasts_an_hour(alone: GoogleClient) -> None:
    granted = alone.token().json
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3599)
    assert alone.search("3141592653", QUERY).status == 200
    alone.api.move_clock(3600)
    assert alone.search("3141592653", QUERY).status == 401
    alone.headers["authorization"] = f"Bearer {alone.token().json['access_token']}"
    assert alone.search("3141592653", QUERY).status == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"refresh_token": "SANDBOX-REVOKED-TOKEN"}, 400, "invalid_grant"),
        ({"refresh_token": "x"}, 400, "invalid_grant"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": JWT_GRANT, "assertion": "a.b"}, 400, "invalid_request"),
    ],
)
def test_what_is_shown_for_a_token_must_be_right(
    google: GoogleClient, form: dict[str, str], status: int, error: str
) -> None:
    reply = google.token(**form)
    assert (reply.status, reply.json["error"]) == (status, error)
    assert reply.json["error_description"]


def assertion(key_file: dict[str, str], key: rsa.RSAPrivateKey | None = None, **claims: Any) -> str:  # noqa: ANN401 - any claim
    """A signed JWT as google-auth makes it."""
    now = int(time.time())
    usual = {
        "iss": key_file["client_email"],
        "aud": key_file["token_uri"],
        "iat": now,
        "exp": now + 3600,
        "scope": SCOPE,
    }
    parts = ({"typ": "JWT", "alg": "RS256"}, {**usual, **claims})
    signed = b".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts
    )
    if key is None:
        found = serialization.load_pem_private_key(key_file["private_key"].encode(), None)
        assert isinstance(found, rsa.RSAPrivateKey)
        key = found
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def test_a_service_account_gets_a_token(alone: GoogleClient) -> None:
    key_file = alone.api.service_account()
    reply = alone.token(grant_type=JWT_GRANT, assertion=assertion(key_file))
    alone.headers["authorization"] = f"Bearer {reply.json['access_token']}"
    assert alone.search("3141592653", QUERY).status == 200


@pytest.mark.parametrize(
    ("claims", "error", "words"),
    [
        ({"exp": 1}, "invalid_grant", "short-lived"),
        ({"exp": int(time.time()) + 9000}, "invalid_grant", "short-lived"),
        ({"iss": "x@y.z"}, "invalid_grant", "account not found"),
        ({"aud": "https://example.com/"}, "invalid_grant", "audience"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "invalid_scope", "scope"),
    ],
)
def test_a_service_account_must_claim_rightly(
    google: GoogleClient, claims: dict[str, Any], error: str, words: str
) -> None:
    signed = assertion(google.api.service_account(), **claims)
    reply = google.token(grant_type=JWT_GRANT, assertion=signed)
    assert (reply.status, reply.json["error"]) == (400, error)
    assert words in reply.json["error_description"]


def test_a_service_account_must_sign_with_its_own_key(google: GoogleClient) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signed = assertion(google.api.service_account(), other)
    reply = google.token(grant_type=JWT_GRANT, assertion=signed)
    assert reply.json["error_description"] == "Invalid JWT Signature."


def test_the_service_accounts_key_stays_and_is_not_for_others(
    alone: GoogleClient, tmp_path: Path
) -> None:
    key_file = alone.api.service_account()
    assert alone.api.service_account() == key_file
    (path,) = tmp_path.glob("*.pem")
    assert path.stat().st_mode & 0o777 == 0o600


def test_google_auth_logs_in_both_ways(google: GoogleClient) -> None:
    reason = "google-auth is not installed"
    transport = pytest.importorskip("google.auth.transport.requests", reason=reason)
    credentials = pytest.importorskip("google.oauth2.credentials", reason=reason)
    service_account = pytest.importorskip("google.oauth2.service_account", reason=reason)
    user = credentials.Credentials(
        None,
        refresh_token=google.api.refresh_token,
        token_uri=google.api.token_uri,
        client_id=google.api.client_id,
        client_secret=google.api.client_secret,
    )
    account = service_account.Credentials.from_service_account_info(
        google.api.service_account(), scopes=[SCOPE]
    )
    for login in (user, account):
        with transport.AuthorizedSession(login) as session:
            reply = session.get(
                f"{google.api.url}/v26/customers:listAccessibleCustomers",
                headers={"developer-token": google.api.developer_token},
                timeout=10,
            )
        assert reply.json() == {"resourceNames": ["customers/9000000001"]}
