"""What makes a database of the embedded Postgres behave like one of Redshift."""

from redshift_local.engine.installing import create_database, install
from redshift_local.engine.serialized import compact

__all__ = ["compact", "create_database", "install"]
