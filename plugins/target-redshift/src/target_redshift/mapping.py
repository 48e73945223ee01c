"""Stream maps and flattening of the config: records go through the SDK's own mapper.

What comes out is turned into JSON text again, so that mapped records pass the same checks.
"""

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from singer_sdk.exceptions import MappingError
from singer_sdk.mapper import PluginMapper, RemoveRecordTransform
from singer_sdk.singerlib.json import deserialize_json

from target_redshift.errors import InvalidRecordError, LoadError

_encoder = msgspec.json.Encoder(decimal_format="number")


class Mapping:
    """The SDK's mapper, with JSON text on both sides."""

    def __init__(self, mapper: PluginMapper) -> None:
        self._mapper = mapper

    def register(
        self, stream: str, schema: dict[str, Any], key: list[str] | None
    ) -> Iterator[tuple[str, dict[str, Any], list[str] | None]]:
        """Yield the name, schema and key of each stream that a source's stream becomes.

        Raises:
            LoadError: The stream maps do not fit the schema.
        """
        try:
            self._mapper.register_raw_stream_schema(stream, schema, key)
        except MappingError as error:
            raise LoadError(f'The stream_maps do not fit stream "{stream}": {error}') from None
        for each in self._maps(stream):
            yield each.stream_alias, each.transformed_schema, each.transformed_key_properties

    def transform(self, stream: str, record: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the name and the properties of each record that a source's record becomes.

        Args:
            stream: The source's stream.
            record: The record's JSON text.

        Raises:
            InvalidRecordError: An expression fails on this record.
        """
        for each in self._maps(stream):
            # Each map gets a record of its own, as expressions may change what is nested.
            try:
                mapped = each.transform(deserialize_json(record))
            except Exception as error:  # an expression may raise anything
                raise InvalidRecordError(
                    f"its stream map fails ({type(error).__name__}: {error})"
                ) from error
            if mapped is not None:
                yield (
                    each.stream_alias,
                    {name: _encode(name, value) for name, value in mapped.items()},
                )

    def names(self, stream: str) -> list[str]:
        """The names of the streams that a source's stream becomes."""
        return [each.stream_alias for each in self._maps(stream)]

    def _maps(self, stream: str) -> list[Any]:
        return [
            each
            for each in self._mapper.stream_maps.get(stream, [])
            if not isinstance(each, RemoveRecordTransform)
        ]


def _encode(name: str, value: object) -> str:
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise InvalidRecordError(f'property "{name}": {value} is no number in JSON')
    return _encoder.encode(value).decode()
