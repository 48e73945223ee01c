"""Who logs in to Redshift, and whom the loader trusts."""

from __future__ import annotations

import gc
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from redshift_faults import Break, Proxy
from target_running import record, schema

from target_redshift import redshift_session
from target_redshift.errors import LoadError, WarehouseError
from target_redshift.settings import Settings
from target_redshift.target import TargetRedshift

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import Warehouse

    from redshift_local.simulated import SimulatedRedshift

# The driver's own, of how it makes its TLS context.
pytestmark = pytest.mark.filterwarnings("ignore:ssl:DeprecationWarning:redshift_connector")
USERS = schema("users", {"id": {"type": "integer"}}, ["id"])
USER = record("users", {"id": 1})
CLUSTER = {"auth_method": "iam", "cluster_identifier": "redshift-local", "password": None}
WORKGROUP = {
    "auth_method": "iam",
    "workgroup_name": "redshift-local",
    "user": None,
    "password": None,
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redshift_session, "_FIRST_PAUSE_SECONDS", 0.01)


def load(warehouse: Warehouse, **config: object) -> None:
    warehouse.load(USERS, USER, **config)
    assert warehouse.values("select id from raw.users") == [1]


@pytest.mark.parametrize("method", [CLUSTER, CLUSTER | {"user": None}, WORKGROUP])
def test_by_iam(redshift_warehouse: Warehouse, method: dict[str, Any]) -> None:
    redshift_warehouse.query('create schema "raw"; grant all on schema "raw" to public')
    load(redshift_warehouse, **method)


def test_each_connection_gets_a_password_of_its_own(
    redshift_warehouse: Warehouse,
    shared_redshift: SimulatedRedshift,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the middle of the run the first one expires and the connection breaks."""
    proxy = Proxy(redshift_warehouse.config["port"], [Break(b"lock ", answered=False)])
    find = proxy._find  # noqa: SLF001 - the test's own

    def expire(data: bytes) -> Break | None:
        found = find(data)
        if found:
            shared_redshift.credentials.expire()
        return found

    monkeypatch.setattr(proxy, "_find", expire)
    load(redshift_warehouse, port=proxy.port, **CLUSTER)
    proxy.close()
    assert proxy.broken == 1
    assert proxy.connections > 1


def test_an_unknown_cluster_is_named(redshift_warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r'cluster_identifier \("nowhere"\).*ClusterNotFound'):
        load(redshift_warehouse, **(CLUSTER | {"cluster_identifier": "nowhere"}))


def test_an_unknown_workgroup_is_named(redshift_warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r'workgroup_name \("nowhere"\).*GetCredentials'):
        load(redshift_warehouse, **(WORKGROUP | {"workgroup_name": "nowhere"}))


@pytest.mark.parametrize("more", [{}, {"cluster_identifier": "a", "workgroup_name": "b"}])
def test_iam_needs_to_know_where(redshift_warehouse: Warehouse, more: dict[str, str]) -> None:
    with pytest.raises(LoadError, match=r"either cluster_identifier .* or workgroup_name"):
        load(redshift_warehouse, auth_method="iam", **more)


def test_a_wrong_password_is_refused_at_once(redshift_warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"Cannot connect.*user \(.*and password") as error:
        load(redshift_warehouse, password="planted")  # noqa: S106 - it is wrong
    assert "planted" not in str(error.value)
    # The driver leaves its socket open when a login is refused.
    del error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_the_certificate_is_checked(
    redshift_warehouse: Warehouse,
    shared_redshift: SimulatedRedshift,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(shared_redshift.ca_file))
    del redshift_warehouse.config["sslmode"]
    load(redshift_warehouse)


def test_a_certificate_of_another_authority_is_refused(
    redshift_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    del redshift_warehouse.config["sslmode"]
    with pytest.raises(WarehouseError, match=r"CERTIFICATE_VERIFY_FAILED.*verify-full"):
        load(redshift_warehouse)


def test_a_certificate_of_another_host_is_refused(
    redshift_warehouse: Warehouse,
    shared_redshift: SimulatedRedshift,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(shared_redshift.ca_file))
    proxy = Proxy(redshift_warehouse.config["port"], host="127.0.0.2")
    with pytest.raises(WarehouseError, match="CERTIFICATE_VERIFY_FAILED"):
        load(redshift_warehouse, sslmode="verify-full", host=proxy.host, port=proxy.port)
    load(redshift_warehouse, sslmode="verify-ca", host=proxy.host, port=proxy.port)
    proxy.close()


def test_a_mode_that_the_driver_does_not_know_is_refused(redshift_warehouse: Warehouse) -> None:
    with pytest.raises(LoadError, match="sslmode of the engine redshift is verify-full"):
        load(redshift_warehouse, sslmode="require")


@pytest.mark.parametrize(("engine", "port"), [("postgres", 5432), ("redshift", 5439)])
def test_each_engine_has_its_own_port(engine: str, port: int) -> None:
    needed = {"engine": engine, "user": "u", "password": "p", "database": "d", "s3_bucket": "b"}
    target = TargetRedshift(config={**needed, "iam_role": "default"})
    assert Settings.from_config(target.config).port == port
