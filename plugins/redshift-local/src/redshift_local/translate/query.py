"""Queries and changes of rows: by the syntax tree, as they came but for what must change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.errors import Refused
from redshift_local.parsing import parse
from redshift_local.translate.calls import rewrite_call
from redshift_local.translate.casts import rewrite_cast
from redshift_local.translate.generation import generate
from redshift_local.translate.lateral import resolve_aliases
from redshift_local.translate.naming import keep_names, restore_names
from redshift_local.translate.nodes import check_nodes
from redshift_local.translate.paths import resolve_paths
from redshift_local.translate.qualify import rewrite_qualify

if TYPE_CHECKING:
    from collections.abc import Callable

    from redshift_local.translate.plans import Options

_QUERIES: Final = (exp.Select, exp.SetOperation, exp.Subquery)
_CHANGES: Final = (exp.Insert, exp.Update, exp.Delete, exp.Merge)


def query_sql(sql: str, options: Options) -> str:
    """The engine's query for a query.

    Raises:
        Refused: It is no query, or one with something that is not known.
    """
    return _translated(_only(sql, _QUERIES), options)


def change_sql(sql: str, options: Options) -> str:
    """The engine's INSERT, UPDATE, DELETE or MERGE.

    Raises:
        Refused: It is none, or has something that is not known.
    """
    return _translated(_only(sql, _CHANGES), options)


def statement_sql(sql: str, options: Options) -> str:
    """The engine's query or change of rows, whichever it is.

    Raises:
        Refused: It is neither, or has something that is not known.
    """
    return _translated(_only(sql, (*_QUERIES, *_CHANGES)), options)


def expression_sql(sql: str, options: Options) -> str:
    """The engine's expression for one that stands alone, as after DEFAULT.

    Raises:
        Refused: It is not a single expression of what is known.
    """
    select = _only(f"SELECT {sql}", (exp.Select,))
    if len(select.expressions) != 1 or isinstance(select.expressions[0], (exp.Alias, exp.Star)):
        raise Refused(f"expression {sql}", sqlstate="42601")
    rewritten = _rewritten(select, options)
    first = rewritten.expressions[0]
    item = first.this if isinstance(first, exp.Alias) else first
    return generate(item, fold_quoted=not options.case_sensitive_identifier)


def _only(sql: str, kinds: tuple[type[exp.Expr], ...]) -> exp.Expr:
    trees = parse(sql)
    if len(trees) != 1 or not isinstance(trees[0], kinds):
        kind = type(trees[0]).__name__.upper() if trees else "empty statement"
        raise Refused(kind, f"{kind} is not what can stand here", sqlstate="42601")
    return trees[0]


def _translated(tree: exp.Expr, options: Options) -> str:
    rewritten = _rewritten(tree, options)
    return generate(rewritten, fold_quoted=not options.case_sensitive_identifier)


def _rewritten(tree: exp.Expr, options: Options) -> exp.Expr:
    check_nodes(tree)
    # a root of its own lets every node be replaced, the first one too
    root = exp.Paren(this=tree)
    names = keep_names(root, options)
    resolve_aliases(root, options)
    _rewrite_each(root, rewrite_call)
    resolve_paths(root, options)
    _rewrite_each(root, rewrite_cast)
    restore_names(names, options)
    if root.find(exp.Qualify) is not None:
        rewrite_qualify(root, options)
    rewritten: exp.Expr = root.this
    return rewritten


def _rewrite_each(root: exp.Expr, rewrite: Callable[[exp.Expr], exp.Expr]) -> None:
    """Puts in place of every node what `rewrite` makes of it, and goes on with the parts of that.

    (sqlglot's `transform` does not look into what it has replaced.)
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        parent, part, index = node.parent, node.arg_key, node.index
        new = rewrite(node)
        if new is not node and parent is not None and part is not None:
            parent.set(part, new, index)
        waiting.extend(new.iter_expressions())
