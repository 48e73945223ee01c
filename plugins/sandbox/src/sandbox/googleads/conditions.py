"""Conditions of WHERE as predicates over values."""

import operator
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from sandbox.googleads.dates import period
from sandbox.googleads.failures import query_error
from sandbox.googleads.gaql import Condition, Value
from sandbox.googleads.schema import NUMERIC, Field

Predicate = Callable[[object], bool]
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ALIGNED = {"segments.week": "a Monday", "segments.month": "the first day of a month"}
_ALIGNED["segments.quarter"] = "the first day of a quarter"


def predicate(field: Field, condition: Condition, today: date) -> Predicate:  # noqa: PLR0911
    """What a condition asks of a field's value; None is a value that is not set.

    Args:
        field: The field it speaks of.
        condition: The condition.
        today: The account's day, from which periods are counted.

    Raises:
        ApiError: Operator or value do not fit the field.
    """
    word = condition.operator
    _check_operator(field, word)
    if word == "IS NULL":
        return lambda found: found is None
    if word == "IS NOT NULL":
        return lambda found: found is not None
    if word == "DURING":
        first, last = map(str, period(condition.values[0].text, today))
        return lambda found: found is not None and first <= str(found)[:10] <= last
    if "LIKE" in word or "REGEXP" in word:
        return _pattern(word, condition.values[0].text)
    if not condition.values:
        raise query_error(
            "PROHIBITED_EMPTY_LIST_IN_CONDITION", "Empty list is not allowed in condition."
        )
    wanted = [_typed(field, value) for value in condition.values]
    if word.startswith("CONTAINS"):
        return _contains(word, set(map(str, wanted)))
    if word == "BETWEEN":
        low, high = wanted
        return _between(low, high)
    if word in ("=", "IN"):
        return lambda found: found in wanted
    if word in ("!=", "NOT IN"):
        return lambda found: found not in wanted
    compare = _ORDER[word]
    return lambda found: found is not None and bool(compare(found, wanted[0]))


def _between(low: Any, high: Any) -> Predicate:  # noqa: ANN401 - numbers or texts, both alike
    def test(found: Any) -> bool:  # noqa: ANN401
        return found is not None and bool(low <= found <= high)

    return test


def _check_operator(field: Field, word: str) -> None:
    """Refuse an operator that the field's type does not know."""
    kind = field.data_type
    ordered = kind in (*NUMERIC, "DATE")
    fits = {
        "IS NULL": True,
        "IS NOT NULL": True,
        "DURING": kind == "DATE",
        "BETWEEN": ordered or kind == "STRING",
        "LIKE": kind in ("STRING", "RESOURCE_NAME"),
        "REGEXP_MATCH": kind in ("STRING", "RESOURCE_NAME"),
        "CONTAINS": field.repeated,
        "=": not field.repeated,
        "IN": not field.repeated,
    }
    base = word.removeprefix("NOT ") if word.startswith("NOT ") else word
    base = {"!=": "="}.get(base, base)
    if base.startswith("CONTAINS"):
        base = "CONTAINS"
    # Texts of a date and time come as STRING in some resources, and are compared as such.
    if not fits.get(base, ordered or kind == "STRING"):
        raise query_error(
            "OPERATOR_FIELD_MISMATCH",
            f"Operator '{word}' is not compatible with field '{field.name}'.",
        )


def _typed(field: Field, value: Value) -> object:
    text = value.text
    if field.enum:
        if text not in field.values:
            raise query_error(
                "BAD_ENUM_CONSTANT",
                f"Invalid enum value cannot be included in WHERE clause: '{text}'.",
            )
        return text
    if field.data_type in NUMERIC:
        return _number(text)
    if field.data_type == "BOOLEAN":
        if text.upper() not in ("TRUE", "FALSE"):
            raise _bad_value(text)
        return text.upper() == "TRUE"
    return _date(field, text) if field.data_type == "DATE" else text


def _number(text: str) -> float | int:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise _bad_value(text) from None


def _date(field: Field, text: str) -> str:
    """A date as the API writes it; `yyyymmdd` is good too."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise query_error("INVALID_DATE_FORMAT", f"Date format '{text}' is invalid.") from None
    rest = text[10:] if "-" in text else ""
    aligned = {
        "segments.week": day.weekday() == 0,
        "segments.month": day.day == 1,
        "segments.quarter": day.day == 1 and day.month % 3 == 1,
    }
    if not aligned.get(field.name, True):
        raise query_error(
            "MISALIGNED_DATE_FOR_FILTER",
            f"The date '{text}' must be {_ALIGNED[field.name]} in a filter on '{field.name}'.",
        )
    return f"{day}{rest}"


def _bad_value(text: str) -> Exception:
    return query_error("BAD_VALUE", f"Error in WHERE clause: invalid value {text}.")


def _pattern(word: str, text: str) -> Predicate:
    if "LIKE" in word:
        pattern = re.compile(_like(text), re.IGNORECASE | re.DOTALL)
    else:
        try:
            pattern = re.compile(text)
        except re.error:
            raise query_error(
                "INVALID_STRING_VALUE", f"Invalid regular expression: {text}."
            ) from None
    negated = word.startswith("NOT")
    return lambda found: bool(found is not None and pattern.fullmatch(str(found))) != negated


def _like(text: str) -> str:
    """A pattern of LIKE as a regular expression: `%`, `_`, and `[%]` for the character itself."""
    parts = re.split(r"(\[.\]|%|_)", text)
    return "".join(
        ".*"
        if part == "%"
        else "."
        if part == "_"
        else re.escape(part[1] if re.fullmatch(r"\[.\]", part) else part)
        for part in parts
    )


def _contains(word: str, wanted: set[str]) -> Predicate:
    def test(found: object) -> bool:
        values = set(map(str, found)) if isinstance(found, list | tuple) else set()
        if word == "CONTAINS ANY":
            return bool(values & wanted)
        if word == "CONTAINS ALL":
            return wanted <= values
        return not values & wanted

    return test
