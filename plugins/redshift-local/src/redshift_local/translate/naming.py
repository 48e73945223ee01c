"""The names of output columns: what Redshift (as Postgres) calls a column without an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.translate.generation import fold

if TYPE_CHECKING:
    from redshift_local.translate.plans import Options

_HOLDERS: Final = (
    exp.Paren,
    exp.Bracket,
    exp.Window,
    exp.WithinGroup,
    exp.IgnoreNulls,
    exp.RespectNulls,
)
UNNAMED: Final = "?column?"
_TYPE_NAMES: Final = {"integer": "int4", "int": "int4", "bigint": "int8", "smallint": "int2"}


def output_name(projection: exp.Expr, options: Options) -> str:
    """The name of a SELECT list's item in the result; paths are called by their last step."""
    if isinstance(projection, exp.Alias):
        return options.fold(projection.args["alias"])
    return _figured(projection, options) or UNNAMED


def _figured(node: exp.Expr | None, options: Options) -> str | None:
    while isinstance(node, _HOLDERS):
        node = node.this
    if isinstance(node, (exp.Column, exp.Dot)):
        last = node.this if isinstance(node, exp.Column) else node.expression
        named = isinstance(last, exp.Identifier)
        return options.fold(last) if named else _figured(last, options)
    if isinstance(node, exp.Anonymous):
        return fold(node.name.rsplit(".", 1)[-1])
    if isinstance(node, exp.Cast):
        return _figured(node.this, options) or _type_name(node.to)
    if isinstance(node, exp.Case):
        return _figured(node.args.get("default"), options) or "case"
    return None


def _type_name(kind: exp.DataType) -> str:
    name = str(kind.this.value).lower()
    return _TYPE_NAMES.get(name, name)


def keep_names(tree: exp.Expr, options: Options) -> list[tuple[exp.Select, list[str | None]]]:
    """Remembers what the columns of every SELECT are called; None where an alias or a star says."""
    return [
        (
            select,
            [
                None if _names_itself(item) else output_name(item, options)
                for item in select.expressions
            ],
        )
        for select in tree.find_all(exp.Select)
    ]


def restore_names(kept: list[tuple[exp.Select, list[str | None]]], options: Options) -> None:
    """Gives every column that rewriting would rename the name that it had."""
    for select, names in kept:
        items = select.expressions
        for at, (item, name) in enumerate(zip(items, names, strict=True)):
            if name is not None and output_name(item, options) != name:
                alias = exp.Alias(this=item, alias=exp.to_identifier(name, quoted=True))
                items[at] = alias
        select.set("expressions", items)


def _names_itself(item: exp.Expr) -> bool:
    return isinstance(item, (exp.Alias, exp.Star)) or (
        isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
    )
