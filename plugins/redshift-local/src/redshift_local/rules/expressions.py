"""Operators and constructors that Redshift lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding
from redshift_local.rules.statement import UNICODE_STRING
from redshift_local.rules.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import NodeRule, Query
    from redshift_local.rules.statement import Statement

_OPERATORS: Final = listed(
    """
    -> ->> #> #>> @> <@ && @@ @? ?& ?| ? ?? #- ~* &< &> -|- ^@ <-> <<->> <=> == => |> ~~~ ?::
    """
)
"""Of JSON, arrays, ranges, text search and other dialects. `~*` is no operator of Redshift either:
it has `~`, `!~` and ILIKE."""

_LISTS: Final = (
    exp.Values,
    exp.Insert,
    exp.Group,
    exp.Cube,
    exp.Rollup,
    exp.GroupingSets,
    exp.Distinct,
    exp.Any,
    exp.All,
    exp.In,
)
"""Where `(a, b)` is a list and no row. IN: `(a, b) in ((1, 2), (3, 4))` is an example of
r_expression_lists; dbt-redshift's delete+insert sends `(a, b) in (select distinct a, b ...)`."""


def operator(statement: Statement, index: int) -> Iterator[Finding]:
    """An operator that is not there."""
    written = statement.words[index]
    yield Finding(
        "operator",
        written,
        f"Redshift has no operator {written}; SUPER is navigated as column.attribute[0]",
        statement.starts[index],
    )


def array_constructor(statement: Statement, index: int) -> Iterator[Finding]:
    """`ARRAY[...]`; `ARRAY(...)` is Redshift's own."""
    if statement.word(index + 1) == "[" or statement.follow(index + 1, "(", "SELECT"):
        yield Finding(
            "array-constructor",
            "ARRAY[]",
            "ARRAY[...] is not supported: ARRAY(...) makes a SUPER",
            statement.starts[index],
        )


def any_array(statement: Statement, index: int) -> Iterator[Finding]:
    """`= ANY (array)`, `LIKE ANY (...)`: only a subquery may follow."""
    quantified = statement.word(index - 1) in {"=", "<>", "!=", "<", ">", "<=", ">=", "LIKE"}
    quantified = quantified or statement.word(index - 1) == "ILIKE"
    subquery = statement.word(index + 2) in {"SELECT", "WITH", "("}
    if quantified and statement.word(index + 1) == "(" and not subquery:
        written = f"{statement.words[index]}(array)"
        yield Finding(
            "any-array", written, f"{written} is not supported: use IN", statement.starts[index]
        )


def filter_clause(statement: Statement, index: int) -> Iterator[Finding]:
    """`sum(x) FILTER (WHERE ...)`."""
    if statement.word(index - 1) == ")" and statement.follow(index + 1, "(", "WHERE"):
        yield Finding(
            "filter",
            "FILTER",
            "FILTER is not supported: use sum(CASE WHEN ... THEN ... END)",
            statement.starts[index],
        )


def distinct_from(statement: Statement, index: int) -> Iterator[Finding]:
    """`IS [NOT] DISTINCT FROM`."""
    start = index + 2 if statement.word(index + 1) == "NOT" else index + 1
    if statement.follow(start, "DISTINCT", "FROM"):
        yield Finding(
            "distinct-from",
            "IS DISTINCT FROM",
            "IS [NOT] DISTINCT FROM is not supported: compare and test IS NULL",
            statement.starts[index],
        )
    elif statement.word(start) in {"JSON", "NORMALIZED", "DOCUMENT", "OF"}:
        written = f"IS {statement.word(start)}"
        yield Finding("operator", written, f"{written} is not supported", statement.starts[index])


def symmetric(statement: Statement, index: int) -> Iterator[Finding]:
    """`BETWEEN SYMMETRIC`."""
    if statement.word(index - 1) == "BETWEEN":
        yield Finding(
            "operator",
            "BETWEEN SYMMETRIC",
            "BETWEEN SYMMETRIC is not supported",
            statement.starts[index],
        )


def overlaps(statement: Statement, index: int) -> Iterator[Finding]:
    """`OVERLAPS`, and strings of Unicode escapes."""
    written = statement.words[index].rstrip("'")
    yield Finding("operator", written, f"{written} is not supported", statement.starts[index])


def row_constructor(statement: Statement, index: int) -> Iterator[Finding]:
    """`ROW(...)` (c_unsupported-postgresql-features)."""
    if statement.word(index + 1) == "(" and statement.word(index - 1) != ".":
        yield _row(statement.starts[index])


def tuple_(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`(a, b)` as a value."""
    if not isinstance(node.parent, _LISTS):
        yield _row(query.at(node))


def _row(offset: int) -> Finding:
    return Finding(
        "row-constructor",
        "row constructor",
        "rows cannot be built or compared: compare the columns one by one",
        offset,
    )


def slice_(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`a[1:2]`."""
    yield Finding(
        "array-slice",
        "array slice",
        "arrays have no slices: use SUBARRAY(array, start, length)",
        query.at(node),
    )


def substring(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`substring(x FROM 'pattern')`."""
    start = node.args.get("start")
    if isinstance(start, exp.Literal) and start.is_string:
        yield Finding(
            "arguments",
            "substring() by a pattern",
            "substring() takes numbers: use regexp_substr()",
            query.at(node),
        )


def collation(statement: Statement, index: int) -> Iterator[Finding]:
    """`x COLLATE "C"`; `collate(x, 'case_insensitive')` is Redshift's own."""
    if statement.word(index + 1).startswith('"'):
        yield Finding(
            "operator",
            "COLLATE",
            "Redshift has no collations: collate(value, 'case_insensitive')",
            statement.starts[index],
        )


WORDS: Final = {
    **dict.fromkeys(_OPERATORS, (operator,)),
    "ARRAY": (array_constructor,),
    "ANY": (any_array,),
    "ALL": (any_array,),
    "SOME": (any_array,),
    "FILTER": (filter_clause,),
    "IS": (distinct_from,),
    "SYMMETRIC": (symmetric,),
    "OVERLAPS": (overlaps,),
    UNICODE_STRING: (overlaps,),
    "ROW": (row_constructor,),
    "COLLATE": (collation,),
}
NODES: Final[dict[type[exp.Expr], tuple[NodeRule, ...]]] = {
    exp.Tuple: (tuple_,),
    exp.Slice: (slice_,),
    exp.Substring: (substring,),
}
