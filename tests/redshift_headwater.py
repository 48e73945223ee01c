"""A Headwater that loads the simulated sources into a Redshift."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from string import Template
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from tests.conftest import ROOT, TAPS, Headwater, make_headwater
from tests.redshift_cluster import REAL, Redshift

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import LiteralString

    from psycopg import sql
    from tests.conftest import Row

_ENVIRONMENTS = ROOT / "orchestrate" / "environments.meltano.yml"


@dataclass(frozen=True)
class HeadwaterOnRedshift(Headwater):
    """A Headwater whose warehouse is a Redshift, and who asks it as any client does.

    Attributes:
        patience: A cluster compiles each statement that it has not seen.
        warehouse: Its database.
        login: What the environment of a client of the warehouse has to say.
    """

    patience: int = 3000 if REAL else 500
    warehouse: Redshift = field(kw_only=True)
    login: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def query(self, statement: LiteralString | sql.Composed) -> list[Row]:
        """Rows of the warehouse."""
        return self.warehouse.query(
            statement if isinstance(statement, str) else statement.as_string(None)
        )


def in_rehearsal(sandbox: Headwater, bucket: str) -> HeadwaterOnRedshift:
    """The environment rehearsal on the sandbox's world; its redshift-local is not started."""
    environment = _apart(sandbox)
    warehouse = Redshift(
        host="127.0.0.1",
        port=int(environment["REDSHIFT_LOCAL_PORT"]),
        user="headwater",
        password="Sandbox1",  # noqa: S106 (of every stand-in)
        database="dev",
        bucket=bucket,
        prefix="",
        iam_role="default",
        region="us-east-1",
    )
    login = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{environment['REDSHIFT_LOCAL_AWS_PORT']}",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "SSL_CERT_FILE": str(sandbox.folder / "redshift" / "ca.pem"),
    }
    return HeadwaterOnRedshift(
        sandbox.folder, environment, name="rehearsal", warehouse=warehouse, login=login
    )


def in_production(sandbox: Headwater, warehouse: Redshift) -> HeadwaterOnRedshift:
    """The environment prod on the sandbox's world and a database of a real cluster."""
    address = f"{warehouse.host}:{warehouse.port}/{warehouse.database}"
    url = f"postgresql://{warehouse.user}:{warehouse.password}@{address}"
    environment = {
        **_apart(sandbox),
        **dict(_simulated_sources(sandbox.environment)),
        "SANDBOX_REDSHIFT_URL": f"{url}?sslmode=require&client_encoding=utf8",
        "WAREHOUSE_HOST": warehouse.host,
        "WAREHOUSE_PORT": str(warehouse.port),
        "WAREHOUSE_USER": warehouse.user,
        "WAREHOUSE_PASSWORD": warehouse.password,
        "WAREHOUSE_DATABASE": warehouse.database,
        "WAREHOUSE_AUTH_METHOD": "password",
        "WAREHOUSE_REGION": warehouse.region,
        "WAREHOUSE_IAM_ROLE": warehouse.iam_role,
        "WAREHOUSE_S3_BUCKET": warehouse.bucket,
        "TARGET_REDSHIFT_S3_PREFIX": warehouse.prefix,
    }
    return HeadwaterOnRedshift(sandbox.folder, environment, name="prod", warehouse=warehouse)


def _apart(sandbox: Headwater) -> dict[str, str]:
    """The sandbox's variables with a state and folders apart: both run at once."""
    folder = sandbox.folder / "on-redshift"
    folder.mkdir()
    own = make_headwater(folder, 0, 0).environment
    apart = ("SANDBOX_MELTANO_DATABASE", "MELTANO_DATABASE_URI", "MELTANO_SYS_DIR_ROOT")
    dbt = ("DBT_TARGET_PATH", "DBT_LOG_PATH")
    return {**sandbox.environment, **{name: own[name] for name in (*apart, *dbt)}}


def _simulated_sources(ports: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the environment sandbox says of the taps, as variables: they outrank what prod says."""
    environments = YAML(typ="safe").load(_ENVIRONMENTS)["environments"]
    (sandbox,) = (each for each in environments if each["name"] == "sandbox")
    for tap in sandbox["config"]["plugins"]["extractors"]:
        if tap["name"] in TAPS:
            for setting, value in tap["config"].items():
                name = f"{tap['name']}_{setting}".upper().replace("-", "_").replace(".", "_")
                text = value if isinstance(value, str) else json.dumps(value)
                yield name, Template(text).substitute(ports)
