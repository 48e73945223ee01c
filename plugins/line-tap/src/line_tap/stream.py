"""A stream whose records can go out as ready lines."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from singer_sdk import Stream
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform

from line_tap.errors import TapError
from line_tap.writer import LineWriter

if TYPE_CHECKING:
    from typing import Any


class LineStream(Stream):
    """A stream of a `LineTap`."""

    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.ROOT_ONLY

    @property
    def writes_lines(self) -> bool:
        """Whether records go out as they are: nothing is deselected, mapped or flattened."""
        maps = self.stream_maps
        return (
            self.ABORT_AT_RECORD_COUNT is None
            and isinstance(self._tap.message_writer, LineWriter)
            and len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
            and self.effective_schema == self.schema
            and all(self.mask.values())
        )

    def log(self, message: str, *args: object, level: int = logging.INFO, **kwargs: Any) -> None:  # noqa: ANN401  # the SDK's signature
        """Log a message."""
        if isinstance(sys.exception(), TapError) and level == logging.ERROR:
            level = logging.DEBUG  # the SDK announces what `LineTap.main` is about to report
        super().log(message, *args, level=level, **kwargs)
