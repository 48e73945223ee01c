"""The command: the SDK's, whose database errors are one sentence."""

from __future__ import annotations

import logging
import sys

from singer_sdk.exceptions import ConfigValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from headwater_tap_postgres.tap import HeadwaterTapPostgres

SETTINGS = "check the settings host, port, database, user, password and ssl_*"


def main() -> None:
    """Run the tap; exit with 1 and one sentence when a setting is missing or the database refuses.

    The traceback is shown at log level DEBUG only.
    """
    try:
        HeadwaterTapPostgres.cli()
    except (ConfigValidationError, SQLAlchemyError) as error:
        logger = HeadwaterTapPostgres.logger
        if logger.isEnabledFor(logging.DEBUG):
            raise
        logger.error("tap-postgres: %s; %s", _reason(error), SETTINGS)  # noqa: TRY400 (one sentence)
        sys.exit(1)


def _reason(error: Exception) -> str:
    """What the server said, without the statement and its parameters (which are data)."""
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    return " ".join(said.split())
