"""The settings, as the SDK and `--about` declare them; the README says more."""

from typing import Any

from singer_sdk import typing as th

CONFIG: dict[str, Any] = th.PropertiesList(
    th.Property(
        "engine",
        th.StringType,
        default="redshift",
        allowed_values=["postgres", "redshift"],
        title="Engine",
        description="The kind of warehouse.",
    ),
    th.Property(
        "host",
        th.StringType,
        default="localhost",
        title="Host",
        description="Host name of the database.",
    ),
    th.Property(
        "port",
        th.IntegerType,
        title="Port",
        description="Port of the database; unless set 5439 for Redshift, 5432 for Postgres.",
    ),
    th.Property(
        "user",
        th.StringType,
        title="User",
        description=(
            "Database user. With auth_method iam and a cluster it may be left out: then it is the "
            "one that AWS maps the identity to."
        ),
    ),
    th.Property(
        "password",
        th.StringType,
        secret=True,
        title="Password",
        description="The user's password (not with auth_method iam).",
    ),
    th.Property(
        "database",
        th.StringType,
        required=True,
        title="Database",
        description="Name of the database.",
    ),
    th.Property(
        "sslmode",
        th.StringType,
        allowed_values=["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
        title="SSL mode",
        description=(
            "How the connection is encrypted and checked. postgres: as libpq means it, prefer "
            "unless it is set. redshift: verify-full unless it is set, verify-ca or disable."
        ),
    ),
    th.Property(
        "auth_method",
        th.StringType,
        default="password",
        allowed_values=["password", "iam"],
        title="Way to log in",
        description=(
            "redshift: password, or iam: a password that AWS gives for each connection, by "
            "cluster_identifier (provisioned) or workgroup_name (serverless)."
        ),
    ),
    th.Property(
        "cluster_identifier",
        th.StringType,
        title="Cluster",
        description="redshift: name of the provisioned cluster, for auth_method iam.",
    ),
    th.Property(
        "workgroup_name",
        th.StringType,
        title="Workgroup",
        description="redshift: name of the serverless workgroup, for auth_method iam.",
    ),
    th.Property(
        "region",
        th.StringType,
        title="Region",
        description=(
            "redshift: AWS region of the bucket and the warehouse; else what AWS_REGION or the "
            "AWS profile says."
        ),
    ),
    th.Property(
        "iam_role",
        th.StringType,
        title="Role of COPY",
        description=(
            "redshift: ARN of the role by which COPY reads the bucket, several with commas "
            "(chained), or default for the warehouse's default role."
        ),
    ),
    th.Property(
        "s3_bucket",
        th.StringType,
        title="Bucket",
        description="redshift: S3 bucket that files wait in until COPY has loaded them.",
    ),
    th.Property(
        "s3_prefix",
        th.StringType,
        default="headwater",
        title="Prefix",
        description="redshift: what the keys of these files begin with.",
    ),
    th.Property(
        "s3_kms_key_id",
        th.StringType,
        title="KMS key",
        description="redshift: KMS key that these files are encrypted with; else the bucket's way.",
    ),
    th.Property(
        "keep_staged_files",
        th.BooleanType,
        default=False,
        title="Keep staged files",
        description="redshift: whether these files stay after they are loaded.",
    ),
    th.Property(
        "slices",
        th.IntegerType(minimum=1),
        default=2,
        title="Slices",
        description=(
            "redshift: how many slices the cluster has: so many files are loaded at a time."
        ),
    ),
    th.Property(
        "table_options",
        th.ObjectType(additional_properties=True),
        title="Options of tables",
        description=(
            "redshift: by stream its dist_style (auto, even, all, key), dist_key (a property) and "
            "sort_keys (a list of properties), for tables that are made; AUTO by default."
        ),
    ),
    th.Property(
        "on_oversize",
        th.StringType,
        default="fail",
        allowed_values=["fail", "null", "super"],
        title="On an oversized text",
        description=(
            "redshift: what becomes of a text of more than 65535 bytes: fail refuses the record, "
            "null leaves it out, super keeps it in _sdc_meta; _sdc_meta says so."
        ),
    ),
    th.Property(
        "archive_url",
        th.StringType,
        title="Archive",
        description=(
            "Folder or s3:// URL under which every batch is kept as Parquet as well; none by "
            "default."
        ),
    ),
    th.Property(
        "default_target_schema",
        th.StringType,
        default="public",
        title="Default target schema",
        description="Database schema that the tables are in; it is created if it is missing.",
    ),
    th.Property(
        "load_method",
        th.StringType,
        default="upsert",
        allowed_values=["append-only", "upsert", "overwrite"],
        title="Load method",
        description=(
            "upsert replaces rows of the same key (a stream without a key appends), "
            "append-only adds all rows, overwrite replaces all that is in a stream's table, "
            "at the end of the run."
        ),
    ),
    th.Property(
        "add_record_metadata",
        th.BooleanType,
        default=True,
        title="Add record metadata",
        description="Whether tables get the _sdc_* columns.",
    ),
    th.Property(
        "hard_delete",
        th.BooleanType,
        default=False,
        title="Hard delete",
        description=(
            "Whether ACTIVATE_VERSION deletes the rows of older versions; otherwise it sets "
            "their _sdc_deleted_at."
        ),
    ),
    th.Property(
        "batch_size_rows",
        th.IntegerType(minimum=1),
        title="Batch size in rows",
        description=(
            "After so many lines of input everything read is committed; unless it is set after "
            "100000 on postgres and 1000000 on redshift."
        ),
    ),
    th.Property(
        "on_invalid_record",
        th.StringType,
        default="fail",
        allowed_values=["fail", "quarantine"],
        title="On an invalid record",
        description=(
            "What happens to a record that breaks its schema: fail ends the run and names it, "
            "quarantine puts it into the table <stream>__rejected with the reason."
        ),
    ),
    th.Property(
        "max_rejected",
        th.IntegerType(minimum=0),
        default=0,
        title="Most rejected records",
        description=(
            "With quarantine: more rejected records than this make the exit code 1, after "
            "everything else was committed."
        ),
    ),
    th.Property(
        "adopt_state",
        th.BooleanType,
        default=False,
        title="Adopt the state",
        description=(
            "Accept bookmarks that the warehouse does not know, for one run: their rows are "
            "in the tables by another way."
        ),
    ),
).to_dict()
