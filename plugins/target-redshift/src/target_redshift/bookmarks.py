"""Bookmarks that came with their rows: how the warehouse knows the state that a run starts from.

A STATE that the loader gives out is in the warehouse as well, by the same commit as its rows. A run
that starts from a bookmark that is not there would leave a gap: the warehouse was dropped, restored
or another one, or the state was.
"""

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any

from target_redshift.errors import WarehouseError
from target_redshift.settings import Settings

# What the SDK's taps write into a bookmark only while a run goes on.
_PASSING = {
    "Note",
    "progress_markers",
    "replication_key_signpost",
    "starting_replication_value",
}
# The stream of a state that has no bookmarks by stream.
WHOLE_STATE = ""
_log = logging.getLogger("target-redshift")


@dataclass(frozen=True)
class Bookmark:
    """How far a stream was read.

    Attributes:
        stream: The stream, as the tap calls it; `WHOLE_STATE` if the state knows no streams.
        value: JSON text with its keys sorted.
    """

    stream: str
    value: str

    @property
    def digest(self) -> str:
        """What the bookmark is known by."""
        return hashlib.sha256(self.value.encode()).hexdigest()


@dataclass(frozen=True)
class Reached:
    """A bookmark, and the streams as they are loaded that it speaks of.

    Attributes:
        bookmark: The bookmark.
        loaded: Names of the streams that stream maps make of the bookmark's stream: mostly itself.
    """

    bookmark: Bookmark
    loaded: tuple[str, ...]


def read_bookmarks(state: bytes) -> dict[str, Bookmark]:
    """Bookmarks of a STATE's value by stream, without those that say nothing yet.

    Args:
        state: JSON text.
    """
    value = json.loads(state)
    by_stream = value.get("bookmarks") if isinstance(value, dict) else None
    if not isinstance(by_stream, dict):
        by_stream = {WHOLE_STATE: value}
    found = {stream: _lasting(bookmark) for stream, bookmark in by_stream.items()}
    return {
        stream: Bookmark(stream, json.dumps(bookmark, sort_keys=True))
        for stream, bookmark in found.items()
        if bookmark
    }


def check_known(
    settings: Settings, bookmark: Bookmark, *, had_rows: bool | None, is_empty: bool
) -> None:
    """Refuse a bookmark whose rows are not here, unless the settings adopt it.

    Args:
        settings: The settings.
        bookmark: What a run starts from.
        had_rows: Whether there were rows up to it when it was kept; None if it is not known.
        is_empty: Whether there is no row of its stream now.

    Raises:
        WarehouseError: The bookmark is unknown, or known and its rows are gone.
    """
    place = f'schema "{settings.schema}" of database "{settings.database}"'
    if had_rows is None:
        problem = f"{place} does not know it, so rows before it may be missing"
    elif had_rows and is_empty:
        problem = f"{place} has none of its rows any more"
    else:
        return
    start = f'a bookmark of stream "{bookmark.stream}"' if bookmark.stream else "a state"
    if settings.adopt_state:
        _log.warning("The run starts from %s, and %s: adopted.", start, problem)
        return
    raise WarehouseError(
        f"The run starts from {start}, and {problem}: was the warehouse emptied or restored, "
        "or is the state another one's? Load everything again (meltano run --full-refresh "
        "...); or, if the rows are there, adopt the state for one run with the setting "
        "adopt_state (TARGET_REDSHIFT_ADOPT_STATE=true)."
    )


def _lasting(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value without what passes, and without what is empty then."""
    if isinstance(value, dict):
        parts = {name: _lasting(each) for name, each in value.items() if name not in _PASSING}
        return {name: each for name, each in parts.items() if each not in (None, {}, [])}
    return [_lasting(each) for each in value] if isinstance(value, list) else value
