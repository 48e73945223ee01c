"""Which warehouse it is. Imported is what that one needs: boto3 and pyarrow take a second."""

from target_redshift.engine import Engine
from target_redshift.settings import Settings


def new_engine(settings: Settings) -> Engine:
    """The engine of the settings, with an archive if they want one."""
    engine = _new_warehouse(settings)
    if not settings.archive_url:
        return engine
    from target_redshift.archive import ArchivingEngine  # noqa: PLC0415 - see above

    return ArchivingEngine(engine, settings)


def _new_warehouse(settings: Settings) -> Engine:
    if settings.engine == "postgres":
        from target_redshift.postgres import PostgresEngine  # noqa: PLC0415 - see above

        return PostgresEngine(settings)
    from target_redshift.redshift import RedshiftEngine  # noqa: PLC0415 - see above

    return RedshiftEngine(settings)
