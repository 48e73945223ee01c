"""What a stream's SCHEMA says about its properties, as far as a column needs to know it."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from target_redshift.errors import InputError

# What the name of the stream of invalid records has behind the stream's own.
REJECTED = "__rejected"

Definition = Mapping[str, Any]


class Kind(enum.Enum):
    """What a column holds; the value is the suffix of a column that an older type stands beside."""

    TEXT = "str"
    INTEGER = "int"
    NUMBER = "num"
    BOOLEAN = "bool"
    INSTANT = "ts"
    DATE = "date"
    TIME = "time"
    JSON = "json"


_TEXT_FORMATS = {"date-time": Kind.INSTANT, "date": Kind.DATE, "time": Kind.TIME}
_SIMPLE_TYPES = {
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "object": Kind.JSON,
    "array": Kind.JSON,
}


@dataclass(frozen=True)
class Property:
    """One property of a stream.

    Attributes:
        name: As the source spells it.
        kind: What its column holds.
        json_starts: For JSON: the first characters that a value may have; empty is any.
        nullable: Whether null is a value of it.
        required: Whether a record must have it.
        length: For text: the most characters that its schema allows, if it says so.
        scale: For numbers: the most digits after the point, if its schema says so (multipleOf) or
            a value had as many.
    """

    name: str
    kind: Kind
    json_starts: str = ""
    nullable: bool = True
    required: bool = False
    length: int | None = None
    scale: int | None = None


@dataclass(frozen=True)
class StreamSchema:
    """A SCHEMA message, read.

    Attributes:
        stream: The stream's name.
        properties: In the schema's order.
        key: Names of the key's properties; empty when the stream has none.
        closed: Whether the schema forbids properties that it does not name.
        rejects: Whether it is the loader's own, of another stream's invalid records.
    """

    stream: str
    properties: tuple[Property, ...]
    key: tuple[str, ...]
    closed: bool = False
    rejects: bool = False

    def widened(self, name: str, scale: int) -> "StreamSchema":
        """The same schema with the property `name` as a number of so many digits after the point.

        An engine whose numbers have no limit does not ask how many they are.
        """
        return replace(
            self,
            properties=tuple(
                replace(each, kind=Kind.NUMBER, scale=scale) if each.name == name else each
                for each in self.properties
            ),
        )


def read_schema(
    stream: str, schema: object, key_properties: object, *, strict: bool
) -> StreamSchema:
    """Read a SCHEMA message's parts.

    Args:
        stream: The stream's name.
        schema: The JSON schema of its records.
        key_properties: The message's `key_properties`; None is no key.
        strict: Whether a record must keep to `required` and to types without null.

    Raises:
        InputError: The schema has no properties, or the key names one that is not there.
    """
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise InputError(f'The SCHEMA of stream "{stream}" has no "properties".')
    key = _read_key(stream, key_properties, schema["properties"])
    required = schema.get("required") if strict else None
    listed = required if isinstance(required, list) else []
    names = {name for name in listed if isinstance(name, str)}
    return StreamSchema(
        stream=stream,
        properties=tuple(
            _as_key(each) if each.name in key else each
            for each in (
                _read_property(name, definition, required=name in names, strict=strict)
                for name, definition in schema["properties"].items()
            )
        ),
        key=key,
        closed=schema.get("additionalProperties") is False,
    )


def _read_key(stream: str, key: object, properties: Definition) -> tuple[str, ...]:
    if key is None:
        return ()
    if not isinstance(key, list) or not all(isinstance(name, str) for name in key):
        raise InputError(f'The key_properties of stream "{stream}" are no list of names.')
    for name in key:
        if name not in properties:
            raise InputError(
                f'The key of stream "{stream}" names "{name}", which its schema does not have.'
            )
    return tuple(dict.fromkeys(key))


def _as_key(declared: Property) -> Property:
    return replace(declared, nullable=False, required=True)


def _read_property(name: str, definition: object, *, required: bool, strict: bool) -> Property:
    variants = list(_variants(definition))
    nullable = not strict or not variants or any(_allows_null(each) for each in variants)
    kinds = {_kind(each) for each in variants if not _is_null(each)}
    kind = _common_kind(kinds)
    if kind is None:
        return Property(name, Kind.JSON, nullable=nullable, required=required)
    found = [each for each in variants if not _is_null(each)]
    return Property(
        name,
        kind,
        _json_starts(variants) if kind is Kind.JSON else "",
        nullable=nullable,
        required=required,
        length=_length(found) if kind is Kind.TEXT else None,
        scale=_scale(found) if kind is Kind.NUMBER else None,
    )


def _length(variants: Sequence[Definition]) -> int | None:
    """The most characters of a text, if each alternative has a limit."""
    limits = [each.get("maxLength") for each in variants]
    whole = [each for each in limits if isinstance(each, int) and each > 0]
    return max(whole) if whole and len(whole) == len(limits) else None


def _scale(variants: Sequence[Definition]) -> int | None:
    """The most digits after the point, if each alternative says of what its values are multiples.

    0.01 says 2; 0.5 says 1; of 1e-9 the 9.
    """
    scales = [0 if each.get("type") == "integer" else _digits(each) for each in variants]
    known = [each for each in scales if each is not None]
    return max(known) if known and len(known) == len(scales) else None


def _digits(variant: Definition) -> int | None:
    multiple = variant.get("multipleOf")
    if isinstance(multiple, bool) or not isinstance(multiple, int | float) or multiple <= 0:
        return None
    exponent = Decimal(str(multiple)).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else None


def _common_kind(kinds: set[Kind | None]) -> Kind | None:
    """The kind that holds the values of all of these; None if only open JSON does."""
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds == {Kind.INTEGER, Kind.NUMBER}:
        return Kind.NUMBER
    if kinds and kinds <= {Kind.TEXT, *_TEXT_FORMATS.values()}:
        return Kind.TEXT
    return None


def _variants(definition: object) -> Iterable[Definition]:
    """The alternatives of a property, each with at most one type besides null."""
    if not isinstance(definition, dict):
        return
    for union in ("anyOf", "oneOf"):
        if isinstance(definition.get(union), list):
            for alternative in definition[union]:
                yield from _variants(alternative)
            return
    if isinstance(definition.get("allOf"), list) and len(definition["allOf"]) == 1:
        yield from _variants(definition["allOf"][0])
        return
    types = definition.get("type")
    if isinstance(types, list):
        for each in types:
            yield {**definition, "type": each}
        return
    yield definition


def _is_null(variant: Definition) -> bool:
    return variant.get("type") == "null"


def _allows_null(variant: Definition) -> bool:
    return _is_null(variant) or _kind(variant) is None


def _kind(variant: Definition) -> Kind | None:
    """The kind of one alternative; None when it is open."""
    declared = variant.get("type")
    if declared == "string":
        return _TEXT_FORMATS.get(str(variant.get("format")), Kind.TEXT)
    return _SIMPLE_TYPES.get(str(declared))


def _json_starts(variants: Sequence[Definition]) -> str:
    declared = {str(each.get("type")) for each in variants}
    return "".join(start for name, start in (("object", "{"), ("array", "[")) if name in declared)
