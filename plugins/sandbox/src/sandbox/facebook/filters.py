"""The parameter `filtering`: a list of field, operator and value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sandbox.facebook.errors import GraphError, one_of
from sandbox.facebook.parameters import Parameters, structure

Scalar = str | int | float | bool


@dataclass(frozen=True)
class Filter:
    """One condition; `values` holds one value, or all of a list."""

    field: str
    operator: str
    values: tuple[Scalar, ...]

    def accepts(self, found: object) -> bool:
        """Tell whether a field's value fulfils the condition."""
        return _OPERATORS[self.operator](found, self.values)


def parse_filters(parameters: Parameters) -> tuple[Filter, ...]:
    """The conditions of a request.

    Raises:
        GraphError: They are no list of field, operator and value.
    """
    found = structure(parameters, "filtering") or []
    if not isinstance(found, list):
        raise GraphError("(#100) param filtering must be an array.")
    return tuple(_filter(item, place) for place, item in enumerate(found))


def not_supported(condition: Filter) -> GraphError:
    """A condition asks for what cannot be asked for."""
    return GraphError(
        f"(#100) Filtering field {condition.field} with operation {condition.operator.lower()} "
        "is not supported"
    )


def _filter(item: object, place: int) -> Filter:
    if not isinstance(item, dict) or not {"field", "operator"} <= set(item):
        raise GraphError(f"(#100) param filtering[{place}] must have field, operator and value.")
    operator = str(item["operator"]).upper()
    if operator not in _OPERATORS:
        raise one_of(f"filtering[{place}][operator]", tuple(_OPERATORS))
    value = item.get("value")
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, Scalar) for one in values):
        raise GraphError(f"(#100) param filtering[{place}][value] is not valid.")
    return Filter(str(item["field"]), operator, tuple(values))


def _number(value: object) -> Decimal:
    """A number, exactly (ids are longer than a float), or a moment as epoch seconds."""
    text = str(value)
    try:
        return Decimal(text)
    except InvalidOperation:
        pass
    try:
        return Decimal(int(datetime.fromisoformat(text).timestamp()))
    except ValueError:
        raise GraphError(f"(#100) {text} is neither a number nor a time") from None


def _text(value: object) -> str:
    return str(value).casefold()


def _is_equal(found: object, wanted: object) -> bool:
    try:
        return _number(found) == _number(wanted)
    except GraphError:
        return str(found) == str(wanted)


_OPERATORS: Mapping[str, Callable[[object, tuple[Scalar, ...]], bool]] = {
    "EQUAL": lambda found, values: _is_equal(found, values[0]),
    "NOT_EQUAL": lambda found, values: not _is_equal(found, values[0]),
    "GREATER_THAN": lambda found, values: _number(found) > _number(values[0]),
    "GREATER_THAN_OR_EQUAL": lambda found, values: _number(found) >= _number(values[0]),
    "LESS_THAN": lambda found, values: _number(found) < _number(values[0]),
    "LESS_THAN_OR_EQUAL": lambda found, values: _number(found) <= _number(values[0]),
    "IN_RANGE": lambda found, values: _number(values[0]) <= _number(found) <= _number(values[-1]),
    "NOT_IN_RANGE": lambda found, values: (
        not (_number(values[0]) <= _number(found) <= _number(values[-1]))
    ),
    "IN": lambda found, values: any(_is_equal(found, value) for value in values),
    "NOT_IN": lambda found, values: not any(_is_equal(found, value) for value in values),
    "CONTAIN": lambda found, values: _text(values[0]) in _text(found),
    "NOT_CONTAIN": lambda found, values: _text(values[0]) not in _text(found),
    "STARTS_WITH": lambda found, values: _text(found).startswith(_text(values[0])),
}
