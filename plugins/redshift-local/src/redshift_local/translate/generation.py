"""Writes a syntax tree as a statement of the engine, changing nothing but the spelling."""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp, generator
from sqlglot.errors import ErrorLevel, UnsupportedError

from redshift_local.errors import Refused
from redshift_local.parsing import RedshiftSyntax


class EngineGenerator(generator.Generator):
    """sqlglot's plain generator, with Postgres' spelling of what two databases spell differently.

    Not derived from sqlglot's generator for Postgres: that one rewrites (QUALIFY, rounding, ...).
    """

    SINGLE_STRING_INTERVAL = True
    PARAMETER_TOKEN = "$"  # noqa: S105 - a sigil
    RENAME_TABLE_WITH_DB = False
    TYPE_MAPPING: ClassVar = {
        **generator.Generator.TYPE_MAPPING,
        exp.DType.FLOAT: "REAL",
        exp.DType.DOUBLE: "DOUBLE PRECISION",
        exp.DType.VARBINARY: "BYTEA",
    }
    TRANSFORMS: ClassVar = {
        **generator.Generator.TRANSFORMS,
        exp.CurrentDate: lambda *_: "CURRENT_DATE",
        exp.CurrentUser: lambda *_: "CURRENT_USER",
        exp.SessionUser: lambda *_: "SESSION_USER",
        exp.StrPosition: lambda self, node: (
            f"POSITION({self.sql(node, 'substr')} IN {self.sql(node, 'this')})"
        ),
        exp.Pow: lambda self, node: self.binary(node, "^"),
        exp.RegexpLike: lambda self, node: self.binary(node, "~"),
    }
    # A name is quoted only where the client quoted it: the words that need it are the same.
    RESERVED_KEYWORDS: ClassVar = set()

    fold_quoted = True

    def identifier_sql(self, expression: exp.Identifier) -> str:
        """A name; quoted ones are folded too, as Redshift does unless told otherwise."""
        text = expression.name
        if not expression.quoted:
            return text
        text = fold(text) if self.fold_quoted else text
        return '"' + text.replace('"', '""') + '"'

    def literal_sql(self, expression: exp.Literal) -> str:
        """A string with backslashes doubled: the session has standard_conforming_strings off."""
        text: str = expression.this
        return quote(text) if expression.is_string else text


def fold(name: str) -> str:
    """The name in lower case, as Redshift folds: ASCII letters only.

    https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
    """
    if name.isascii():
        return name.lower()
    return "".join(char.lower() if char.isascii() else char for char in name)


def quote(text: str) -> str:
    """A string constant of the engine's."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def quote_name(name: str) -> str:
    """A name of the engine's, exactly as given."""
    return '"' + name.replace('"', '""') + '"'


def all_of(source: str, tail: str = "") -> str:
    """The engine's select of all that a FROM item has; its names are quoted already."""
    return f"SELECT * FROM {source}{tail}"  # noqa: S608 - the reader has quoted what is in it


def generate(tree: exp.Expr, *, fold_quoted: bool) -> str:
    """The engine's statement for `tree`.

    Raises:
        Refused: The tree has something for which there is no spelling.
    """
    writer = EngineGenerator(
        dialect=RedshiftSyntax(),
        normalize_functions=False,
        comments=False,
        unsupported_level=ErrorLevel.RAISE,
    )
    writer.fold_quoted = fold_quoted
    try:
        return writer.generate(tree, copy=False)
    except (UnsupportedError, ValueError) as error:
        raise Refused(type(tree).__name__.upper(), str(error)) from error
