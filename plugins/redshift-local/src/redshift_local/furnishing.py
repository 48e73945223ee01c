"""What a started server holds before its first client comes."""

import boto3
import psycopg

from postgres_local import HOST
from redshift_local.settings import Settings, SettingsError
from redshift_local.translate import split

REGION = "us-east-1"  # a bucket that is made without a word about its region is there


def furnish(settings: Settings) -> None:
    """Make the bucket and run the file that the settings name; the server runs.

    Raises:
        SettingsError: There is no such file, or a statement of it is refused.
    """
    if settings.bucket:
        session = boto3.Session("local", "local", region_name=REGION)
        url = f"http://{HOST}:{settings.aws_port}"
        session.client("s3", endpoint_url=url).create_bucket(Bucket=settings.bucket)
    if settings.setup:
        try:
            statements = split(settings.setup.read_text("utf-8"))
        except FileNotFoundError:
            raise SettingsError(
                f"REDSHIFT_LOCAL_SETUP names {settings.setup}, and there is no such file."
            ) from None
        try:
            _run(settings, statements)
        except psycopg.Error as error:
            reason = str(error).splitlines()[0]
            raise SettingsError(
                f"REDSHIFT_LOCAL_SETUP names {settings.setup}, of which a statement is refused: "
                f"{reason}"
            ) from None


def _run(settings: Settings, statements: list[str]) -> None:
    # By the front door: what the file says has to be Redshift's SQL.
    with psycopg.connect(
        host=HOST,
        port=settings.port,
        user=settings.user,
        password=settings.password,
        dbname=settings.database,
        autocommit=True,
    ) as connection:
        for statement in statements:
            connection.execute(statement.encode())
