"""What waits for a commit, by stream, and the statements that load it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from redshift_connector.cursor import Cursor
from redshift_connector.error import ProgrammingError

from target_redshift.engine import Block
from target_redshift.errors import WarehouseError
from target_redshift.metadata import DELETED_AT, TABLE_VERSION
from target_redshift.redshift_csv import QUOTE
from target_redshift.redshift_faults import is_load_error
from target_redshift.redshift_session import AgainError
from target_redshift.redshift_sql import identifier, literal
from target_redshift.redshift_tables import RedshiftTable, are_wide_enough, is_empty
from target_redshift.rows import Layout
from target_redshift.s3_files import Batch, StagedFile
from target_redshift.schema import Kind, Property
from target_redshift.settings import Settings

# With a sign that no column of a table that this loader made has.
_SPELLED_ALIKE = (Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.TIME)
_ORDINAL, _LATEST = identifier("ordinal$"), identifier("latest$")


@dataclass
class Rows:
    """Rows of one layout on S3.

    Attributes:
        layout: Their columns.
        table: Where they go.
        batch: Their files.
        numbered: Whether each begins with its number in the stream; otherwise no key is twice in
            them.
        first_line: The input line that the first came from.
        last_line: The same of the last.
        lengths: The most bytes that a text has, by property.
    """

    layout: Layout
    table: RedshiftTable
    batch: Batch
    numbered: bool
    first_line: int
    last_line: int = 0
    lengths: dict[Property, int] = field(default_factory=dict)


class FreshKeys:
    """Keys of rows, for as long as none comes twice; kept as hashes, for they may be many."""

    def __init__(self, layout: Layout, key: Sequence[Property]) -> None:
        self._places = [layout.columns.index(each) for each in key]
        self._seen: set[int] = set()

    @classmethod
    def of(cls, layout: Layout, key: Sequence[Property]) -> "FreshKeys | None":
        """None yet of a layout; or None, if one value of a key may be spelled in two ways."""
        if not key or any(each.kind not in _SPELLED_ALIKE for each in key):
            return None
        return cls(layout, key)

    def add(self, block: Block) -> bool:
        """Whether the keys of a block are all new, and different."""
        first = self._places[0]
        if len(self._places) == 1:
            keys = {hash(line.split(b"\t", first + 1)[first]) for line in block.lines}
        else:
            split = (line.split(b"\t") for line in block.lines)
            keys = {hash(tuple(fields[at] for at in self._places)) for fields in split}
        if len(keys) < block.rows or not self._seen.isdisjoint(keys):
            return False
        self._seen |= keys
        return True


@dataclass(frozen=True)
class Activation:
    """Rows of older versions go, or are marked."""

    version: int


@dataclass
class Work:
    """A stream, and what is to be done in its order by the next commit.

    Attributes:
        stream: Its name.
        table: Its table now.
        key: What makes a row one; empty where rows are only added.
        replaces: Whether its rows take the place of all others, at the end of the run.
        fresh: The keys so far, while there is none twice and the table was empty.
        steps: What waits.
        next_ordinal: The number of its next row.
    """

    stream: str
    table: RedshiftTable
    key: list[Property]
    replaces: bool
    fresh: FreshKeys | None = None
    steps: list[Rows | Activation] = field(default_factory=list)
    next_ordinal: int = 1

    def is_numbered(self, block: Block) -> bool:
        """Whether rows have to carry their order, as one of a key may have to give way."""
        if self.fresh is not None and not self.fresh.add(block):
            self.fresh = None
        return self.replaces or (bool(self.key) and self.fresh is None)

    @property
    def rows(self) -> list[Rows]:
        """The rows that wait."""
        return [each for each in self.steps if isinstance(each, Rows)]

    def clear(self) -> None:
        """Forget what waited."""
        self.steps.clear()
        self.fresh = None
        self.next_ordinal = 1


class CopyRefusedError(Exception):
    """COPY does not take rows, and Redshift says in a view why.

    Attributes:
        rows: The rows.
    """

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows.batch.name)
        self.rows = rows


@dataclass(frozen=True)
class Copier:
    """COPY, as the settings say.

    Attributes:
        settings: The settings.
        null: What stands for null in the files.
    """

    settings: Settings
    null: str

    def copy(self, cursor: Cursor, rows: Rows, table: str, files: Sequence[StagedFile]) -> None:
        """Copy rows into a table.

        Args:
            cursor: In a transaction.
            rows: The rows.
            table: The table's identifier.
            files: Which of their files.

        Raises:
            CopyRefusedError: COPY does not take a row.
            AgainError: A column is too narrow since a moment ago.
            WarehouseError: Redshift took another number of rows than it was sent, or S3 does not
                take the manifest.
        """
        if not are_wide_enough(cursor, rows.table, rows.lengths):
            raise AgainError("another loader made a column narrower")
        try:
            cursor.execute(self._statement(rows, table, rows.batch.list_files(files)))
        except ProgrammingError as error:
            if is_load_error(error):
                raise CopyRefusedError(rows) from error
            raise
        row = cursor.execute("select pg_last_copy_count()").fetchone()
        expected = sum(each.rows for each in files)
        _check_count(rows.layout.schema.stream, row[0] if row else None, expected)

    def _statement(self, rows: Rows, table: str, manifest: str) -> str:
        """The COPY of a manifest's files; nothing is left to what COPY would guess."""
        settings = self.settings
        columns = rows.table.list_columns(rows.layout.columns)
        if rows.numbered:
            columns = f"{_ORDINAL}, {columns}"
        role = "default" if settings.iam_role == "default" else literal(settings.iam_role)
        region = f" region {literal(settings.region)}" if settings.region else ""
        url = f"s3://{settings.s3_bucket}/{manifest}"
        return (
            f"copy {table} ({columns}) from {literal(url)} iam_role {role}{region} manifest"
            f" format csv quote {literal(QUOTE)} delimiter '\\t' null as {literal(self.null)} zstd"
            " timeformat 'auto' dateformat 'auto' compupdate off statupdate off"
        )


class Loading:
    """One stream's work in one transaction."""

    def __init__(
        self,
        cursor: Cursor,
        copier: Copier,
        work: Work,
        stage: str,
        early: AbstractSet[StagedFile],
    ) -> None:
        """Make it ready.

        Args:
            cursor: In the transaction.
            copier: For its rows.
            work: What is to be done.
            stage: A name for a temporary table.
            early: Files that this transaction has loaded into the table already.
        """
        self._cursor = cursor
        self._copier = copier
        self._work = work
        self._stage = identifier(stage)
        self._early = early
        self._staged: list[Rows] = []

    def run(self) -> None:
        """Do it all.

        Raises:
            CopyRefusedError: COPY does not take a row.
            AgainError: A column is too narrow since a moment ago.
            WarehouseError: Redshift took another number of rows than it was sent.
        """
        for step in self._work.steps:
            if isinstance(step, Activation):
                self._activate(step)
            elif step.numbered:
                self._stage_rows(step)
            elif (
                not self._work.key
                or self._has_early(step)
                or is_empty(self._cursor, self._work.table)
            ):
                self._load(self._work.table.identifier, step)
            else:  # another loader was here meanwhile
                self._stage_rows(step)
                self._merge()
        if self._work.replaces:
            self._replace()
        else:
            self._merge()

    def _stage_rows(self, rows: Rows) -> None:
        if not self._staged:
            # The table's own distribution and sort keys: the rows are where they go already.
            self._cursor.execute(
                f"create temp table {self._stage}"
                f" (like {self._work.table.identifier}, {_ORDINAL} bigint)"
            )
        self._load(self._stage, rows)
        self._staged.append(rows)

    def _load(self, table: str, rows: Rows) -> None:
        """Copy rows into a table of that identifier."""
        files = [each for each in rows.batch.files if each not in self._early]
        if files:  # unless all were put aside or are there already
            self._copier.copy(self._cursor, rows, table, files)

    def _has_early(self, rows: Rows) -> bool:
        return not self._early.isdisjoint(rows.batch.files)

    def _activate(self, activation: Activation) -> None:
        table = self._stage if self._work.replaces else self._work.table.identifier
        if not self._work.replaces:
            self._merge()
        elif not self._staged:
            return
        old = f"{identifier(TABLE_VERSION.name)} < {activation.version}"
        mark = identifier(DELETED_AT.name)
        if self._copier.settings.hard_delete:
            self._cursor.execute(f"delete from {table} where {old}")  # noqa: S608 - quoted names
            return
        self._cursor.execute(
            f"update {table} set {mark} = getdate() where {old} and {mark} is null"  # noqa: S608
        )

    def _merge(self) -> None:
        """Let staged rows take the place of those with their keys; the last of a key wins."""
        if not self._staged:
            return
        table = self._work.table
        pairs = self._equal_keys(identifier(table.name), self._stage)
        self._cursor.execute(
            f"delete from {table.identifier} using {self._stage} where {pairs}"  # noqa: S608
        )
        self._insert()

    def _replace(self) -> None:
        """Let staged rows take the place of all that is in the table."""
        # TRUNCATE would commit what came before it.
        self._cursor.execute(f"delete from {self._work.table.identifier}")  # noqa: S608
        if self._staged:
            self._insert()

    def _insert(self) -> None:
        """Move the last row of each key."""
        columns = ", ".join(map(identifier, self._columns()))
        source = f"select {columns} from {self._stage}"  # noqa: S608 - quoted names
        if self._work.key and self._has_repeated_keys():
            source = (
                f"select {columns} from (select {columns}, row_number() over"  # noqa: S608
                f" (partition by {self._key()} order by {_ORDINAL} desc) as {_LATEST}"
                f" from {self._stage}) numbered where {_LATEST} = 1"
            )
        self._cursor.execute(f"insert into {self._work.table.identifier} ({columns}) {source}")
        self._cursor.execute(f"drop table {self._stage}")
        self._staged.clear()

    def _has_repeated_keys(self) -> bool:
        self._cursor.execute(
            f"select 1 from {self._stage} group by {self._key()} having count(*) > 1 limit 1"  # noqa: S608
        )
        return self._cursor.fetchone() is not None

    def _columns(self) -> list[str]:
        """The columns that staged rows fill."""
        return list(
            dict.fromkeys(
                rows.table.targets[each] for rows in self._staged for each in rows.layout.columns
            )
        )

    def _key(self) -> str:
        return ", ".join(self._key_parts())

    def _equal_keys(self, left: str, right: str) -> str:
        pairs = zip(self._key_parts(left), self._key_parts(right), strict=True)
        return " and ".join(f"{one} = {other}" for one, other in pairs)

    def _key_parts(self, table: str | None = None) -> list[str]:
        """What has to be equal in rows of one key.

        Redshift compares texts without the blanks at their end (AWS, "Character types"), and `a`
        is not the key `a `: so their lengths count as well.
        """
        prefix = f"{table}." if table else ""
        parts = []
        for each in self._work.key:
            column = prefix + identifier(self._work.table.targets[each])
            parts.append(column)
            if each.kind is Kind.TEXT:
                parts.append(f"len({column})")
        return parts


def _check_count(stream: str, counted: object, expected: int) -> None:
    """Hold Redshift to the number of rows that it was sent.

    Raises:
        WarehouseError: It took another number.
    """
    if counted != expected:
        raise WarehouseError(
            f'Redshift took {counted} rows of stream "{stream}" where {expected} were sent: '
            "nothing of this transaction is kept."
        )
