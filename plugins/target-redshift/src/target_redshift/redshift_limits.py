"""What a value may be in Redshift: checked before, as COPY would cut it or end the whole load.

Sources: https://docs.aws.amazon.com/redshift/latest/dg/limitations-super.html (16 MB, strings in it
16,000,000 bytes, 64 MB a row), r_Character_types.html (65,535 bytes), and ROUNDEC in
copy-parameters-data-conversion.html: COPY cuts digits that a DECIMAL's scale does not hold without
a word. Of dates and instants Redshift takes more years than JSON schema's forms can say.
"""

import re
from collections.abc import Sequence
from decimal import Context, Decimal

from target_redshift.errors import InvalidValueError, shorten
from target_redshift.limits import Limits, OversizedError
from target_redshift.schema import Kind, Property
from target_redshift.settings import OnOversize
from target_redshift.values import OutOfColumnError

# A DECIMAL's digits, and those after the point where a schema tells nothing else.
MAX_DIGITS, DEFAULT_SCALE = 38, 9
# What a column of numbers grows to, for more digits after the point.
_SCALES = (9, 18, 28, 37)
# The longest VARCHAR.
MAX_TEXT_BYTES = 65_535
# Of a SUPER value, and of a text in it.
_MAX_SUPER_BYTES = 16_000_000
# Of all that is copied as one row.
_MAX_ROW_BYTES = 64_000_000
_BYTES_PER_CHARACTER = 4
# Takes away zeros at the end, and no other digit.
_EXACT = Context(prec=200_000, Emax=999_999, Emin=-999_999)


class RedshiftLimits(Limits):
    """Redshift's limits."""

    safe_characters = MAX_TEXT_BYTES // _BYTES_PER_CHARACTER

    def __init__(self, on_oversize: OnOversize) -> None:
        self.on_oversize = on_oversize

    def number_pattern(self, numbers: Sequence[Property]) -> re.Pattern[bytes] | None:
        """See `Limits`."""
        return re.compile(rb"\t".join(map(_number_pattern, numbers)))

    def fit(self, declared: Property, text: str) -> str:
        """See `Limits`."""
        if declared.kind is Kind.NUMBER:
            is_plain = re.fullmatch(_number_pattern(declared), text.encode())
            return text if is_plain else _fit_number(text, scale_of(declared))
        if declared.kind is Kind.TEXT and _size(text) > MAX_TEXT_BYTES:
            reason = f"it has {_size(text):,} bytes, and a VARCHAR takes {MAX_TEXT_BYTES:,}"
            if _size(text) > _MAX_SUPER_BYTES:
                raise InvalidValueError(f"{reason}, a SUPER {_MAX_SUPER_BYTES:,}")
            raise OversizedError(reason, text)
        if declared.kind is Kind.JSON and _size(text) > _MAX_SUPER_BYTES:
            raise InvalidValueError(
                f"it has {_size(text):,} bytes, and a SUPER takes {_MAX_SUPER_BYTES:,}"
            )
        return text

    def check_row(self, row: str) -> None:
        """See `Limits`."""
        if _size(row) > _MAX_ROW_BYTES:
            raise InvalidValueError(
                f"the record has {_size(row):,} bytes, and Redshift copies rows of "
                f"{_MAX_ROW_BYTES:,}"
            )


def scale_of(declared: Property) -> int:
    """The digits after the point that a property's column has."""
    return min(DEFAULT_SCALE if declared.scale is None else declared.scale, MAX_DIGITS - 1)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _number_pattern(declared: Property) -> bytes:
    scale = scale_of(declared)
    after = rb"(?:\.\d{1,%d})?" % scale if scale else b""
    return rb"(?:-?\d{1,%d}%b| ?null)" % (MAX_DIGITS - scale, after)


def _fit_number(text: str, scale: int) -> str:
    number = Decimal(text).normalize(_EXACT)
    if not number:
        return "0"
    exponent = number.as_tuple().exponent
    after = max(-exponent, 0) if isinstance(exponent, int) else 0
    before = max(number.adjusted() + 1, 0)
    wider = next((each for each in (scale, *_SCALES) if each >= max(after, scale)), None)
    if wider is None or before > MAX_DIGITS - wider:
        raise InvalidValueError(
            f"{shorten(text)} has {before} digits before the point and {after} after it, and a "
            f"DECIMAL({MAX_DIGITS},{wider or scale}) takes {MAX_DIGITS - (wider or scale)} and "
            f"{wider or scale}"
        )
    if wider > scale:
        raise OutOfColumnError(f"{shorten(text)} has {after} digits after the point", wider)
    return f"{number:f}"
