"""What names a real cluster."""

from __future__ import annotations

import pytest

from redshift_local.real import RealCluster
from redshift_local.settings import SettingsError

GIVEN = {
    "REDSHIFT_DSN": "redshift://me:p%40ss@host.example/dev",
    "REDSHIFT_S3_BUCKET": "mine",
    "AWS_REGION": "ap-south-1",
}


def test_without_a_dsn_there_is_none() -> None:
    assert RealCluster.from_environment({}) is None


def test_a_dsn_names_it_and_hides_the_password() -> None:
    found = RealCluster.from_environment(GIVEN)
    assert found == RealCluster(
        "host.example", 5439, "me", "p@ss", "dev", "mine", "default", "ap-south-1"
    )
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize("missing", ["REDSHIFT_S3_BUCKET", "AWS_REGION"])
def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        RealCluster.from_environment({**GIVEN, missing: ""})


@pytest.mark.parametrize("dsn", ["redshift://host/dev", "host", "redshift://me:secret@host"])
def test_a_dsn_of_another_form_is_refused_without_its_password(dsn: str) -> None:
    with pytest.raises(SettingsError, match="REDSHIFT_DSN") as refused:
        RealCluster.from_environment({**GIVEN, "REDSHIFT_DSN": dsn})
    assert "secret" not in str(refused.value)
