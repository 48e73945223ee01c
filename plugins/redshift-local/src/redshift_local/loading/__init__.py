"""COPY and UNLOAD: between S3 and the engine's own COPY, on the session's connection."""

from redshift_local.loading.backend import Backend, EngineError
from redshift_local.loading.context import Context, Journal, LoadError, LoadRecord, PostgresJournal
from redshift_local.loading.copying import load
from redshift_local.loading.unloading import unload

__all__ = [
    "Backend",
    "Context",
    "EngineError",
    "Journal",
    "LoadError",
    "LoadRecord",
    "PostgresJournal",
    "load",
    "unload",
]
