"""Tables on every engine: whose one is, which column holds which property, and how types evolve.

What an engine has of its own (types, catalog, statements) it adds in a subclass of `Fitter`.
"""

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from target_redshift.errors import WarehouseError, printable
from target_redshift.metadata import METADATA_NAMES, Metadata
from target_redshift.names import conform, distinct, with_suffix
from target_redshift.rows import Layout
from target_redshift.schema import REJECTED, Kind, Property, StreamSchema

BOOKMARKS_TABLE = "_sdc_bookmarks"
BOOKMARKS_COMMENT = "Bookmarks that were committed with their rows: leave it as it is"
_STREAM_COMMENT = "Singer stream: "
_REJECTS_COMMENT = "Invalid records of Singer stream: "
# People may write above it.
_OWNER = re.compile(rf"^(?:{_STREAM_COMMENT}|{_REJECTS_COMMENT}).*\Z", re.MULTILINE | re.DOTALL)
_NUMBERED = re.compile(r"_\d+\Z")
_log = logging.getLogger("target-redshift")


@dataclass
class Column:
    """A column that is there.

    Attributes:
        name: Its name.
        type: Its type.
        comment: What is written on it.
        source: The property that it was made for; None for metadata, or if that is not known.
    """

    name: str
    type: str
    comment: str | None
    source: str | None


@dataclass
class FittedTable:
    """A stream's table, and where its properties go.

    Attributes:
        schema: The database schema.
        name: The table's name.
        columns: What is there, by name.
        targets: The column of each property and metadata column of the current layout.
        vacant: Whether somebody else made it, and put nothing into it.
    """

    schema: str
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    targets: dict[Property, str] = field(default_factory=dict)
    vacant: bool = False


def read_column(name: str, kind: str, comment: str | None) -> Column:
    """A column as the catalog has it; a comment that a person wrote is no property's name."""
    return Column(name, kind, comment, comment if _is_source(comment, name) else None)


def claim(table: FittedTable, schema: StreamSchema, comment: str | None) -> str | None:
    """What to write on a table so that it is the stream's; None if it is already.

    Args:
        table: The table.
        schema: Of the stream that wants it.
        comment: What is written on it: ours comes below what people wrote there.

    Raises:
        WarehouseError: It belongs to somebody else.
    """
    if comment == BOOKMARKS_COMMENT:
        raise WarehouseError(
            f'The stream "{schema.stream}" would have the table "{table.schema}.{table.name}", in '
            "which bookmarks are kept: rename it by stream_maps (__alias__)."
        )
    owner = _STREAM_COMMENT + schema.stream
    if schema.rejects:
        owner = _REJECTS_COMMENT + schema.stream.removesuffix(REJECTED)
    found = _OWNER.search(comment or "")
    if found and found[0] != owner:
        raise WarehouseError(
            f"The streams {_tell_owner(found[0])} and {_tell_owner(owner)} would share the table "
            f'"{table.schema}.{table.name}": rename one by stream_maps (__alias__), or give it '
            "another default_target_schema."
        )
    if found:
        return None
    return f"{comment}\n\n{owner}" if comment else owner


def refuse_no_table(table: FittedTable, stream: str) -> WarehouseError:
    """The error of a stream whose table's name is taken by a view or the like."""
    return WarehouseError(
        f'"{table.schema}.{table.name}", where stream "{stream}" belongs, is no table: '
        "rename it, or the stream by stream_maps (__alias__)."
    )


class Fitter(ABC):
    """Makes the columns of one table take the rows of a layout."""

    def __init__(self, table: FittedTable, layout: Layout) -> None:
        self.table = table
        self._layout = layout
        self._missing: list[Column] = []

    @abstractmethod
    def type_of(self, declared: Property) -> str:
        """The type of a new column, spelled as the catalog spells it."""

    @abstractmethod
    def takes(self, column: Column, declared: Property) -> bool:
        """Whether a column holds all values of a property as it is."""

    @abstractmethod
    def widen(self, column: Column, declared: Property) -> bool:
        """Give a column a wider type that takes a property; False if anything might be lost."""

    @abstractmethod
    def retype(self, column: Column, declared: Property) -> bool:
        """Give a column that holds nothing another type; False if views forbid."""

    @abstractmethod
    def add_columns(self, columns: Sequence[Column]) -> None:
        """Add columns to the table."""

    @abstractmethod
    def comment_columns(self, columns: Sequence[Column]) -> None:
        """Write on columns which property they were made for."""

    def fit(self) -> None:
        """Find, widen or add the column of every property and metadata column.

        Raises:
            WarehouseError: A column has a type that does not serve.
        """
        # The schema's order decides who gets which name, and the order of new columns.
        for declared in self._layout.schema.properties:
            if declared in self._layout.columns:
                self._fit_property(declared)
        for column in self._layout.columns:
            if isinstance(column, Metadata):
                self._fit_metadata(column)
        if self._missing:
            self.add_columns(self._missing)
        comments = [each for each in self.table.columns.values() if each.source]
        comments = [each for each in comments if not each.comment]
        if comments:
            self.comment_columns(comments)

    def _fit_metadata(self, metadata: Metadata) -> None:
        table, name, wanted = self.table, metadata.name, self.type_of(metadata)
        column = table.columns.get(name)
        if column is None:
            self._add(Column(name, wanted, None, None))
        elif column.type != wanted:
            raise WarehouseError(
                f'Column "{name}" of table "{table.schema}.{table.name}" is {column.type}, not '
                f"{wanted}: another loader made it, so choose another default_target_schema."
            )
        table.targets[metadata] = name

    def _fit_property(self, declared: Property) -> None:
        owned = self._owned(declared)
        column = next((each for each in owned if self.takes(each, declared)), None)
        if column is None:
            column = next((each for each in owned if self.widen(each, declared)), None)
        if column is None and self.table.vacant:
            # dbt makes what it misses, by the types of another variant of the tap perhaps.
            column = next((each for each in owned if self.retype(each, declared)), None)
        if column is None and owned and declared.name in self._layout.schema.key:
            raise WarehouseError(
                f'The key property "{declared.name}" is {owned[0].type} in '
                f'"{self.table.schema}.{self.table.name}" and {self.type_of(declared)} in the '
                "stream now: beside each other its rows would stand twice. If it only has to be "
                "widened, drop the views that read the column; else drop the table and load the "
                "stream anew."
            )
        if column is None:
            column = self._add_column(declared, beside=owned)
        # A column that somebody else made is this property's from now on.
        column.source = declared.name
        self.table.targets[declared] = column.name

    def _owned(self, declared: Property) -> list[Column]:
        """The columns that may be a property's: those made for it, then one that has its name."""
        used = {*self.table.targets.values(), *METADATA_NAMES}
        free = [each for each in self.table.columns.values() if each.name not in used]
        suffixed = with_suffix(conform(declared.name), f"__{declared.kind.value}")
        return [
            *(each for each in free if each.source == declared.name),
            *(
                each
                for each in free
                if not each.source and each.name in (conform(declared.name), suffixed)
            ),
        ]

    def _add_column(self, declared: Property, *, beside: Sequence[Column]) -> Column:
        name, wanted = conform(declared.name), self.type_of(declared)
        if beside:
            name = with_suffix(name, f"__{declared.kind.value}")
        name = distinct(name, {*self.table.columns, *METADATA_NAMES})
        if beside:
            _log.warning(
                'Property "%s" of "%s.%s" is %s now, and its column "%s" is %s: it goes into the '
                'new column "%s" beside it.',
                printable(declared.name),
                self.table.schema,
                self.table.name,
                wanted,
                beside[0].name,
                beside[0].type,
                name,
            )
        return self._add(Column(name, wanted, None, declared.name))

    def _add(self, column: Column) -> Column:
        self.table.columns[column.name] = column
        self._missing.append(column)
        return column


def _tell_owner(owner: str) -> str:
    if owner.startswith(_REJECTS_COMMENT):
        return f'"{owner.removeprefix(_REJECTS_COMMENT)}" (its invalid records)'
    return f'"{owner.removeprefix(_STREAM_COMMENT)}"'


def _is_source(comment: str | None, column: str) -> bool:
    """Whether a comment is the name of the property that the column was made for.

    If it is none, a person wrote it.
    """
    if not comment:
        return False
    conformed = conform(comment)
    numbered = _NUMBERED.search(column)
    return column in {
        with_suffix(with_suffix(conformed, kind), number)
        for kind in ("", *(f"__{each.value}" for each in Kind))
        for number in ("", numbered[0] if numbered else "")
    }
