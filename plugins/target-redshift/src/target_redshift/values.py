"""Values: from the source's JSON text to the text that COPY takes, exact, or refused by name.

Every function here takes one value and raises `InvalidValueError` when it cannot be kept as it is.
Escaping for COPY comes later (`rows`).
"""

import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

import msgspec

from target_redshift.errors import InvalidValueError, shorten
from target_redshift.schema import Kind, Property

BIGINT_MIN, BIGINT_MAX = -(2**63), 2**63 - 1
# Postgres' numeric, in its documentation: digits before and after the decimal point.
_NUMERIC_DIGITS_BEFORE, _NUMERIC_DIGITS_AFTER = 131_072, 16_383
_MICROSECOND_DIGITS = 6

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = r"(?P<clock>\d{2}:\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
_TIME = re.compile(_CLOCK, re.ASCII)
_INSTANT = re.compile(
    rf"(?P<date>\d{{4}}-\d{{2}}-\d{{2}})(?:[Tt ]{_CLOCK}"
    r" ?(?P<offset>[Zz]|[+-]\d{2}(?::?[0-5]\d(?::?[0-5]\d)?)?)?)?",
    re.ASCII,
)
# What Postgres reads as this module does; it takes no offset of 16 hours or more.
_PLAIN_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)?",
    re.ASCII,
)
_decode_text = msgspec.json.Decoder(str).decode


class OutOfColumnError(InvalidValueError):
    """A number that a wider column takes.

    Attributes:
        scale: How many digits after the point the column needs.
    """

    def __init__(self, reason: str, scale: int) -> None:
        super().__init__(reason)
        self.scale = scale


class InexactValueError(InvalidValueError):
    """A value finer than the warehouse keeps.

    Attributes:
        kept: What it keeps of the value.
    """

    def __init__(self, reason: str, kept: str) -> None:
        super().__init__(reason)
        self.kept = kept


def encode_instant(text: str) -> str:
    """A date-time as text that Postgres reads as the same instant; without an offset it is UTC.

    Read is ISO 8601 as sources write it: `T` or a space, seconds optional, offsets as `Z`, `+05`,
    `+0530` or `+05:30`, a date alone (its midnight). What is plain already stays as it is.
    """
    if _is_plain_instant(text):
        return text
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise InvalidValueError(f"{shorten(text)} is no date-time")
    clock, is_exact = _clock(match)
    canonical = f"{match['date']}T{clock}{(match['offset'] or 'Z').upper()}"
    try:
        instant = datetime.fromisoformat(canonical).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValueError(
            f"{shorten(text)} is no date-time of the years 0001 to 9999 in UTC"
        ) from None
    plain = instant.replace(tzinfo=None).isoformat() + "Z"
    if not is_exact:
        raise InexactValueError(f"{shorten(text)} is finer than a microsecond", plain)
    return plain


def _is_plain_instant(text: str) -> bool:
    """Whether a date-time can stay as it is: this is the way of nearly all, so it is short."""
    if _PLAIN_INSTANT.fullmatch(text) is None:
        return False
    try:
        return MINYEAR < datetime.fromisoformat(text).year < MAXYEAR
    except ValueError:
        return False


def encode_date(text: str) -> str:
    """A date `YYYY-MM-DD`, checked against the calendar."""
    if _DATE.fullmatch(text) is not None:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
    raise InvalidValueError(f"{shorten(text)} is no date (YYYY-MM-DD)")


def encode_time(text: str) -> str:
    """A time of day without an offset; one with an offset is refused, as it would be lost."""
    match = _TIME.fullmatch(text)
    if match is not None:
        clock, is_exact = _clock(match)
        try:
            plain = time.fromisoformat(clock).isoformat()
        except ValueError:
            pass
        else:
            if is_exact:
                return plain
            raise InexactValueError(f"{shorten(text)} is finer than a microsecond", plain)
    raise InvalidValueError(f"{shorten(text)} is no time of day without an offset (HH:MM:SS)")


def _clock(match: "re.Match[str]") -> tuple[str, bool]:
    """Hours to microseconds, of the matched text or midnight; and whether nothing was cut off."""
    if match["clock"] is None:
        return "00:00:00", True
    fraction = match["fraction"] or ""
    is_exact = not fraction[_MICROSECOND_DIGITS:].strip("0")
    clock = f"{match['clock']}:{match['second'] or '00'}.{fraction[:_MICROSECOND_DIGITS]:0<6}"
    return clock, is_exact


class Memo(dict[str | None, str | None]):
    """A conversion that remembers: sources repeat their dates and times a lot.

    `memo[text]` is the converted text; null stays null. It forgets everything when it is full, so
    that memory stays flat.
    """

    _MAX_ENTRIES = 20_000

    def __init__(self, convert: Callable[[str], str]) -> None:
        super().__init__({None: None})
        self._convert = convert

    def __missing__(self, text: str) -> str:
        if len(self) >= self._MAX_ENTRIES:
            self.clear()
            self[None] = None
        converted = self._convert(text)
        self[text] = converted
        return converted


instants = Memo(encode_instant)
dates = Memo(encode_date)
times = Memo(encode_time)
MEMOS = {Kind.INSTANT: instants, Kind.DATE: dates, Kind.TIME: times}


def encode(declared: Property, token: str) -> str | None:
    """One value of a property as text for its column; None is NULL.

    Args:
        declared: The property.
        token: The value's JSON text, without surrounding spaces.

    Raises:
        OutOfColumnError: An integer that needs a wider column.
        InvalidValueError: The value breaks what the property declares.
    """
    if token == "null":  # noqa: S105 - a JSON token, no secret
        if not declared.nullable:
            raise InvalidValueError("is null, which its schema forbids")
        return None
    return _ENCODERS[declared.kind](declared, token)


def _encode_text(_declared: Property, token: str) -> str:
    if not token.startswith('"'):
        raise InvalidValueError(f"{shorten(token)} is no string")
    return _decode_text(token)


def _encode_integer(_declared: Property, token: str) -> str:
    number = _number(token)
    if number != number.to_integral_value():
        raise InvalidValueError(f"{shorten(token)} is no integer")
    if not BIGINT_MIN <= number <= BIGINT_MAX:
        raise OutOfColumnError(f"{shorten(token)} is beyond 64 bits", 0)
    return str(int(number))


def _encode_number(_declared: Property, token: str) -> str:
    _number(token)
    return token


def _number(token: str) -> Decimal:
    if token[0] not in "-0123456789":
        raise InvalidValueError(f"{shorten(token)} is no number")
    try:
        number = Decimal(token)
    except InvalidOperation:
        raise InvalidValueError(f"{shorten(token)} is no number") from None
    exponent = number.as_tuple().exponent
    after = -exponent if isinstance(exponent, int) else 0
    if number.adjusted() >= _NUMERIC_DIGITS_BEFORE or after > _NUMERIC_DIGITS_AFTER:
        raise InvalidValueError(f"{shorten(token)} has more digits than the warehouse can keep")
    return number


def _encode_boolean(_declared: Property, token: str) -> str:
    if token not in ("true", "false"):
        raise InvalidValueError(f"{shorten(token)} is no boolean")
    return token


def _encode_with(memo: Memo) -> Callable[[Property, str], str | None]:
    def encode_text(declared: Property, token: str) -> str | None:
        return memo[_encode_text(declared, token)]

    return encode_text


def _encode_json(declared: Property, token: str) -> str:
    if declared.json_starts and token[0] not in declared.json_starts:
        expected = " or ".join({"{": "an object", "[": "an array"}[s] for s in declared.json_starts)
        raise InvalidValueError(f"{shorten(token)} is not {expected}")
    return token


_ENCODERS: dict[Kind, Callable[[Property, str], str | None]] = {
    Kind.TEXT: _encode_text,
    Kind.INTEGER: _encode_integer,
    Kind.NUMBER: _encode_number,
    Kind.BOOLEAN: _encode_boolean,
    Kind.INSTANT: _encode_with(instants),
    Kind.DATE: _encode_with(dates),
    Kind.TIME: _encode_with(times),
    Kind.JSON: _encode_json,
}
