"""The engine `redshift`: files on S3, COPY, and one transaction per commit that can be run again.

Rows go to S3 as they come; tables are made fit at once. Nothing else happens in Redshift before a
commit, which loads all that waits in one transaction. It writes a row that stands for it, so that
it is known whether it came through when its answer is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from redshift_connector.cursor import Cursor

from target_redshift.archive_table import ArchiveTable
from target_redshift.bookmarks import Reached
from target_redshift.columns import text_lengths
from target_redshift.engine import Block, Pace
from target_redshift.errors import WarehouseError
from target_redshift.limits import Limits
from target_redshift.redshift_bookmarks import RedshiftBookmarks
from target_redshift.redshift_connection import Connection
from target_redshift.redshift_csv import new_null, to_csv
from target_redshift.redshift_early import EarlyCopies
from target_redshift.redshift_faults import find_load_fault
from target_redshift.redshift_limits import RedshiftLimits
from target_redshift.redshift_refusals import CopyRefusals
from target_redshift.redshift_session import AgainError, Session
from target_redshift.redshift_tables import (
    RedshiftTable,
    fit_table,
    grow_columns,
    is_empty,
    narrowest_text,
)
from target_redshift.redshift_work import (
    Activation,
    Copier,
    CopyRefusedError,
    FreshKeys,
    Loading,
    Rows,
    Work,
)
from target_redshift.rows import Layout
from target_redshift.s3_files import Batch
from target_redshift.schema import Property
from target_redshift.settings import LoadMethod, Settings
from target_redshift.staging import Staging


@dataclass
class RedshiftEngine:
    """A Redshift warehouse (see `engine.Engine`)."""

    settings: Settings
    # A commit takes its turn in the whole cluster, and a COPY seconds however little it loads.
    pace: ClassVar[Pace] = Pace(lines=1_000_000, seconds=300)
    limits: Limits = field(init=False)
    _works: dict[str, Work] = field(default_factory=dict)
    _reached: Sequence[Reached] = ()
    _archived: tuple[str, Sequence[str], Sequence[str]] | None = None
    _takes_places: bool = False
    _commits: int = 0

    def __post_init__(self) -> None:
        self.limits = RedshiftLimits(self.settings.on_oversize)
        self._null = new_null()
        self._session = Session(self.settings)
        self._staging = Staging(self.settings)
        self._copier = Copier(self.settings, self._null)
        self._early = EarlyCopies(self._copier)

    def connect(self) -> None:
        """Open the connection."""
        self._session.connect()

    def prepare(self, layout: Layout) -> None:
        """Make the stream's table take the layout, at once: such statements may be run again."""
        stream = layout.schema.stream

        def fit(connection: Connection) -> tuple[RedshiftTable, bool]:
            cursor = connection.cursor()
            RedshiftBookmarks(cursor, self.settings).create()
            table = fit_table(cursor, self.settings, layout)
            return table, is_empty(cursor, table)

        if self._early.is_open:  # its transaction would not know a table that is made now (1018)
            self._settle()
        table, begins_empty = self._session.persist(f'stream "{stream}"', fit)
        self._check_free(stream, table)
        key = self._key(layout)
        work = self._works.get(stream)
        if work is None:
            overwrites = self.settings.load_method is LoadMethod.OVERWRITE
            replaces = overwrites and not layout.schema.rejects
            self._works[stream] = work = Work(stream, table, key, replaces=replaces)
        work.table, work.key = table, key
        work.fresh = None
        if begins_empty and not work.steps and not work.replaces:
            work.fresh = FreshKeys.of(layout, key)

    def load(self, block: Block) -> None:
        """Put rows on S3."""
        work = self._works[block.layout.schema.stream]
        rows = self._rows_for(work, block, numbered=work.is_numbered(block))
        ordinal = work.next_ordinal if rows.numbered else None
        work.next_ordinal += block.rows
        rows.last_line = block.last_line
        lengths = text_lengths(block, beyond=narrowest_text(rows.table, block.layout))
        for declared, length in lengths.items():
            rows.lengths[declared] = max(length, rows.lengths.get(declared, 0))
        self._staging.write(rows.batch, to_csv(block, self._null, ordinal), block.rows)
        if rows.lengths:  # the table's columns may have to grow first
            self._early.leave(rows.table)
        elif not rows.numbered and work.steps == [rows]:
            self._early.offer(rows, into_empty=bool(work.key))

    def activate_version(self, stream: str, version: int) -> None:
        """Have the next commit mark or delete what versions before this one left behind."""
        self._works[stream].steps.append(Activation(version))

    def replace_tables(self) -> None:
        """Let rows that overwrite take their place with the next commit."""
        self._takes_places = True

    def check_start(self, start: Reached) -> None:
        """Look the bookmark up, and that the rows it stands for are still there."""

        def check(connection: Connection) -> None:
            cursor = connection.cursor()
            is_empty = self._are_empty(cursor, start)
            RedshiftBookmarks(cursor, self.settings).check(start.bookmark, is_empty=is_empty)

        self._session.persist(f'stream "{start.bookmark.stream}"', check)

    def keep_bookmarks(self, reached: Sequence[Reached]) -> None:
        """Keep them with the next commit."""
        self._reached = reached

    def find_archived(self) -> dict[str, list[str]]:
        """Look in the table of archived files."""
        return self._session.persist(
            "the archive", lambda each: _archive(each.cursor(), self.settings).find()
        )

    def keep_archived(self, manifest: str, files: Sequence[str], listed: Sequence[str]) -> None:
        """Keep them with the next commit."""
        self._archived = (manifest, files, listed)

    def commit(self) -> None:
        """Load all that waits, in one transaction."""
        works = self._due()
        if works or self._reached:
            self._commit(works)
            self._reached, self._archived = (), None

    def close(self) -> None:
        """Forget what waits; its files stay on S3."""
        self._early.close()
        self._session.close()
        self._staging.close()

    def cancel(self) -> None:
        """End what runs."""
        self._staging.stop()
        self._early.cut()
        self._session.cut()

    def _due(self) -> list[Work]:
        """What the next commit does."""
        return [
            each
            for _, each in sorted(self._works.items())
            if (self._takes_places if each.replaces else each.steps)
        ]

    def _settle(self) -> None:
        """End the transaction that has copied rows early: what cannot be committed waits on.

        No state stands for such a commit. Who reads the rows again merges them, if there is a key.
        """
        works = self._due()
        if all(each.key for each in works):
            self._commit(works, may_wait=True)
        else:
            self._early.abandon()

    def _commit(self, works: Sequence[Work], *, may_wait: bool = False) -> None:
        """Load what waits; if it may wait, only in the transaction that has copied rows early."""
        self._commits += 1
        batches = [rows.batch for work in works for rows in work.rows]
        self._staging.finish(batches)
        if not self._early.commit(lambda cursor: self._commit_early(cursor, works)):
            if may_wait:
                return
            self._commit_all(works, batches)
        for work in works:
            work.clear()
        self._staging.remove(batches)

    def _commit_all(self, works: Sequence[Work], batches: Sequence[Batch]) -> None:
        """Do all in one transaction, again and again until it is done.

        Raises:
            StagedRowRefusedError: COPY does not take a row.
            WarehouseError: It cannot be done.
        """
        kept = self._staging.tell_kept(batches)
        try:
            self._session.persist("the commit", lambda each: self._commit_once(each, works), kept)
        except CopyRefusedError as error:
            fault = self._session.persist("a load error", find_load_fault)
            refusals = CopyRefusals(self._staging, self._null, quarantine=self.settings.quarantine)
            raise refusals.explain(error, fault, kept) from error

    def _commit_once(self, connection: Connection, works: Sequence[Work]) -> None:
        """Do all in one transaction, unless an earlier try did it and its answer was lost."""
        _grow_columns(connection, works)
        with connection.transaction() as cursor:
            bookmarks = RedshiftBookmarks(cursor, self.settings)
            bookmarks.lock()
            if not bookmarks.has_commit(self._staging.run, self._commits):
                self._load_all(cursor, works)

    def _commit_early(self, cursor: Cursor, works: Sequence[Work]) -> None:
        """Do the rest in the transaction that has copied rows early.

        Raises:
            AgainError: Another loader committed since, which this transaction does not see.
        """
        self._session.persist("wider columns", lambda each: _grow_columns(each, works))
        bookmarks = RedshiftBookmarks(cursor, self.settings)
        bookmarks.lock()
        now = self._session.persist(
            "a look at others' commits",
            lambda each: RedshiftBookmarks(each.cursor(), self.settings).list_commits(),
        )
        if bookmarks.list_commits() != now:
            raise AgainError("another loader was here meanwhile")
        self._load_all(cursor, works)

    def _load_all(self, cursor: Cursor, works: Sequence[Work]) -> None:
        """Load what waits, and keep what stands for it."""
        bookmarks = RedshiftBookmarks(cursor, self.settings)
        for number, work in enumerate(works):
            stage = f"stage${self._commits}_{number}"
            Loading(cursor, self._copier, work, stage, self._early.files).run()
        for each in self._reached:
            bookmarks.keep(each.bookmark, has_rows=not self._are_empty(cursor, each))
        if self._archived:
            _archive(cursor, self.settings).keep(*self._archived)
        bookmarks.keep_commit(self._staging.run, self._commits)

    def _rows_for(self, work: Work, block: Block, *, numbered: bool) -> Rows:
        """Where a block of rows goes: to those of its kind that came just before, or anew."""
        last = work.steps[-1] if work.steps else None
        if isinstance(last, Rows) and last.table is work.table and last.numbered is numbered:
            return last
        batch = self._staging.new_batch(work.table.name)
        rows = Rows(block.layout, work.table, batch, numbered, block.first_line)
        work.steps.append(rows)
        return rows

    def _check_free(self, stream: str, table: RedshiftTable) -> None:
        for other, work in self._works.items():
            if other != stream and work.table.name == table.name:
                raise WarehouseError(
                    f'The streams "{other}" and "{stream}" would share the table "{table.name}": '
                    "rename one by stream_maps (__alias__)."
                )

    def _key(self, layout: Layout) -> list[Property]:
        if self.settings.load_method is LoadMethod.APPEND_ONLY:
            return []
        by_name = {each.name: each for each in layout.schema.properties}
        return [by_name[name] for name in layout.schema.key]

    def _are_empty(self, cursor: Cursor, reached: Reached) -> bool:
        tables = [self._works[each].table for each in reached.loaded]
        return bool(tables) and all(is_empty(cursor, table) for table in tables)


def _grow_columns(connection: Connection, works: Sequence[Work]) -> None:
    for work in works:
        for rows in work.rows:
            grow_columns(connection.cursor(), rows.table, rows.lengths)


def _archive(cursor: Cursor, settings: Settings) -> ArchiveTable:
    def execute(query: str, values: Sequence[str]) -> Sequence[Sequence[Any]]:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []

    return ArchiveTable(execute, settings.schema)
