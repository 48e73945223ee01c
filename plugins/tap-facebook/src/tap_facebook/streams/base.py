"""What all streams have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from line_tap.clock import utc_now
from line_tap.errors import GaveUpError
from line_tap.stream import LineStream
from tap_facebook.errors import AccountError, AnswerError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from singer_sdk.helpers.types import Context

    from tap_facebook.answers import Node
    from tap_facebook.records import Columns
    from tap_facebook.tap import TapFacebook


class FacebookStream(LineStream):
    """A stream that is read account by account; one that fails does not stop the others."""

    columns: Columns

    @property
    def tap(self) -> TapFacebook:
        """The tap, by its own type."""
        return self._tap  # type: ignore[return-value]  # only this tap makes these streams

    def get_batch_config(self, config: object) -> None:
        """Return no batches: a read's row must not overtake its records."""

    @abstractmethod
    def pages(self, account: str) -> Iterator[tuple[list[Node], str]]:
        """Yield what the API gives of an account, page by page, and when its read began."""

    def read_account(self, account: str) -> Iterator[int]:
        """Read an account and write its records; yield how many, page by page."""
        written = 0
        for nodes, read_at in self.pages(account):
            rows = self.write_nodes(nodes, read_at, written)
            written += rows
            yield rows
        self.logger.info("%s of account %s: %d records", self.name, account, written)

    def get_records(self, context: Context | None) -> Iterator[dict[str, Any]]:
        """Yield every account's records, without writing or moving anything."""
        del context
        for account in self.tap.settings.accounts:
            for nodes, read_at in self.pages(account):
                for node in nodes:
                    yield self.columns.values(self.columns.fragments(node, read_at.encode()))

    def write_nodes(self, nodes: list[Node], read_at: str, written: int) -> int:
        """Write records; return how many.

        Args:
            nodes: As the API gave them.
            read_at: When their read began.
            written: How many were written before them.
        """
        began = read_at.encode()
        found = (self.columns.fragments(node, began) for node in nodes)
        if self._is_fast:
            extracted_at = utc_now().encode()
            line = self.columns.line
            self.tap.line_writer.write_lines(b"".join(line(one, extracted_at) for one in found))
        else:
            for place, one in enumerate(found):
                self._check_max_record_limit(written + place)
                self._write_record_message(self.columns.values(one))
        return len(nodes)

    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        """Read all accounts and write their messages."""
        del context, write_messages
        self._is_fast = self.writes_lines
        with self.get_record_counter() as counter, self.get_sync_timer():
            for account in self.tap.settings.accounts:
                for rows in self._careful(account):
                    counter.increment(rows)
        yield from ()

    def _careful(self, account: str) -> Iterator[int]:
        """Read an account; what it alone suffers from is told at the end of the run."""
        failures = self.tap.failures
        if failures.is_out(account):
            self.logger.warning("%s of account %s is left out: see above", self.name, account)
            return
        try:
            self.tap.zone(account)  # every account is asked first whether it may be read at all
            yield from self.read_account(account)
        except (AnswerError, GaveUpError) as error:
            failures.add(account, self.name, error, for_all=isinstance(error, AccountError))
            if isinstance(error, GaveUpError) and failures.is_outage(self.tap.client.answers):
                raise
            self.logger.warning("%s of account %s failed: %s", self.name, account, error)
