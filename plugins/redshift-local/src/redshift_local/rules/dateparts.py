"""Parts of dates: Redshift has none of ISO's (isodow, isoyear), nor Postgres's `julian`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding
from redshift_local.rules.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import NodeRule, Query

DATE_PARTS: Final = listed(
    """
    millennium millennia mil mils century centuries c cent cents decade decades dec decs epoch year
    years y yr yrs quarter quarters qtr qtrs month months mon mons week weeks w dayofweek dow dw
    weekday dayofyear doy dy yearday day days d hour hours h hr hrs minute minutes m min mins second
    seconds s sec secs millisecond milliseconds ms msec msecs msecond mseconds millisec millisecs
    millisecon microsecond microseconds microsec microsecs microsecon usecond useconds us usec usecs
    timezone timezone_hour timezone_minute
    """
)
"""Names and abbreviations (r_Dateparts_for_datetime_functions)."""

_TAKES_PART: Final = frozenset({"date_part", "date_trunc", "dateadd", "datediff"})


def of_call(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`date_trunc('week', day)`, `datediff(day, a, b)`: the first argument."""
    if node.name.lower() in _TAKES_PART and node.expressions:
        part = node.expressions[0]
        if isinstance(part, exp.Column) or (isinstance(part, exp.Literal) and part.is_string):
            yield from _finding(part, query)


def of_extract(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`extract(part FROM ...)`."""
    yield from _finding(node.this, query)


def _finding(part: exp.Expr, query: Query) -> Iterator[Finding]:
    if part.name.lower() not in DATE_PARTS:
        yield Finding(
            "date-part",
            f"date part {part.name}",
            f"Redshift has no date part {part.name}",
            query.at(part),
        )


NODES: Final[dict[type[exp.Expr], tuple[NodeRule, ...]]] = {
    exp.Anonymous: (of_call,),
    exp.Extract: (of_extract,),
}
