"""The loader's settings, read from its config."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from target_redshift.errors import LoadError

_REDSHIFT_SSL_MODES = ("verify-full", "verify-ca", "disable")


PORTS = {"postgres": 5432, "redshift": 5439}


class LoadMethod(enum.Enum):
    """What happens to rows that are there already."""

    APPEND_ONLY = "append-only"
    UPSERT = "upsert"
    OVERWRITE = "overwrite"


class OnOversize(enum.Enum):
    """What becomes of a text that is longer than a column of the warehouse can be."""

    FAIL = "fail"
    NULL = "null"
    SUPER = "super"


@dataclass(frozen=True)
class TableOptions:
    """How Redshift lays out a stream's table; what is empty Redshift chooses itself.

    Attributes:
        dist_style: AUTO, EVEN, ALL or KEY.
        dist_key: The property that tells on which slice a row is.
        sort_keys: The properties that rows are sorted by, in this order.
    """

    dist_style: str = ""
    dist_key: str = ""
    sort_keys: tuple[str, ...] = ()

    @classmethod
    def from_config(cls, stream: str, config: object) -> "TableOptions":
        """Read the options of a stream.

        Raises:
            LoadError: They are not understood.
        """
        if not isinstance(config, dict) or set(config) - {"dist_style", "dist_key", "sort_keys"}:
            raise LoadError(
                f'The setting table_options of stream "{stream}" takes dist_style, dist_key and '
                "sort_keys."
            )
        style = str(config.get("dist_style") or "").upper()
        if style not in ("", "AUTO", "EVEN", "ALL", "KEY"):
            raise LoadError(
                f'The setting table_options of stream "{stream}": dist_style is auto, even, all '
                "or key."
            )
        keys = config.get("sort_keys") or []
        if not isinstance(keys, list) or not all(isinstance(each, str) for each in keys):
            raise LoadError(
                f'The setting table_options of stream "{stream}": sort_keys is a list of names.'
            )
        return cls(style, str(config.get("dist_key") or ""), tuple(keys))


@dataclass(frozen=True)
class Settings:
    """What the engines and the loader need of the config; the README describes each."""

    engine: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    sslmode: str
    auth_method: str
    cluster_identifier: str
    workgroup_name: str
    region: str
    iam_role: str
    s3_bucket: str
    s3_prefix: str
    s3_kms_key_id: str
    keep_staged_files: bool
    slices: int
    table_options: Mapping[str, TableOptions]
    on_oversize: OnOversize
    archive_url: str
    schema: str
    load_method: LoadMethod
    add_record_metadata: bool
    process_activate_version_messages: bool
    hard_delete: bool
    validate_records: bool
    batch_size_rows: int | None
    quarantine: bool
    max_rejected: int
    adopt_state: bool

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Settings":
        """Read a config that the SDK has validated.

        Raises:
            LoadError: Settings are missing, or do not go together.
        """
        (_check_redshift if config["engine"] == "redshift" else _check_postgres)(config)
        return cls(
            engine=config["engine"],
            host=config["host"],
            port=config.get("port") or PORTS[config["engine"]],
            user=config.get("user") or "",
            password=config.get("password") or "",
            database=config["database"],
            sslmode=config.get("sslmode") or "",
            auth_method=config["auth_method"],
            cluster_identifier=config.get("cluster_identifier") or "",
            workgroup_name=config.get("workgroup_name") or "",
            region=config.get("region") or "",
            iam_role=config.get("iam_role") or "",
            s3_bucket=config.get("s3_bucket") or "",
            s3_prefix=config["s3_prefix"].strip("/"),
            s3_kms_key_id=config.get("s3_kms_key_id") or "",
            keep_staged_files=config["keep_staged_files"],
            slices=config["slices"],
            table_options={
                stream: TableOptions.from_config(stream, options)
                for stream, options in (config.get("table_options") or {}).items()
            },
            on_oversize=OnOversize(config["on_oversize"]),
            archive_url=config.get("archive_url") or "",
            schema=config["default_target_schema"],
            load_method=LoadMethod(config["load_method"]),
            add_record_metadata=config["add_record_metadata"],
            process_activate_version_messages=config["process_activate_version_messages"],
            hard_delete=config["hard_delete"],
            validate_records=config["validate_records"],
            batch_size_rows=config.get("batch_size_rows"),
            quarantine=config["on_invalid_record"] == "quarantine",
            max_rejected=config["max_rejected"],
            adopt_state=config["adopt_state"],
        )


def _check_postgres(config: Mapping[str, Any]) -> None:
    if missing := [name for name in ("user", "password") if not config.get(name)]:
        raise LoadError(f"The engine postgres needs the settings {' and '.join(missing)}.")


def _check_redshift(config: Mapping[str, Any]) -> None:
    needed = ["s3_bucket", "iam_role"]
    if config["auth_method"] == "password":
        needed += ["user", "password"]
    missing = [name for name in needed if not config.get(name)]
    if missing:
        raise LoadError(f"The engine redshift needs the settings {' and '.join(missing)}.")
    ways = [name for name in ("cluster_identifier", "workgroup_name") if config.get(name)]
    if config["auth_method"] == "iam" and len(ways) != 1:
        raise LoadError(
            "The setting auth_method iam needs either cluster_identifier (a provisioned cluster) "
            "or workgroup_name (serverless)."
        )
    if config.get("sslmode") not in (None, "", *_REDSHIFT_SSL_MODES):
        raise LoadError(
            f"The setting sslmode of the engine redshift is {', '.join(_REDSHIFT_SSL_MODES)}: its "
            "driver knows no other."
        )
