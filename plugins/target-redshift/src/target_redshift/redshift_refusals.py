"""Rows that COPY does not take: which one it is, and why."""

from target_redshift.errors import StagedRowRefusedError, WarehouseError
from target_redshift.redshift_connection import tell
from target_redshift.redshift_csv import to_row
from target_redshift.redshift_faults import LoadFault
from target_redshift.redshift_work import CopyRefusedError, Rows
from target_redshift.s3_files import StagedFile
from target_redshift.staging import Staging


class CopyRefusals:
    """Makes of what Redshift tells of a failed COPY the row that is at fault."""

    def __init__(self, staging: Staging, null: str, *, quarantine: bool) -> None:
        """Make it ready.

        Args:
            staging: Where the files are.
            null: What stands for null in them.
            quarantine: Whether the row is taken out of its file.
        """
        self._staging = staging
        self._null = null
        self._quarantine = quarantine

    def explain(
        self, error: CopyRefusedError, fault: LoadFault | None, kept: str
    ) -> StagedRowRefusedError | WarehouseError:
        """The error of the row, or of all rows if it is not known which one it is.

        Args:
            error: What COPY ended with.
            fault: What the view says.
            kept: What an error says of the files.
        """
        rows = error.rows
        if fault is None:
            reason = tell(error.__cause__ or error)
            return WarehouseError(f"Redshift refuses {_tell_rows(rows)}: {reason}.{kept}")
        reason = f'column "{fault.column}": {fault.reason}' if fault.column else fault.reason
        found = self._find_line(rows, fault)
        if found is None:
            return WarehouseError(
                f"Redshift refuses {_tell_rows(rows)}: {reason} (line {fault.line} of "
                f"{fault.file}).{kept}"
            )
        file, lines = found
        line = lines.pop(fault.line - 1)
        if self._quarantine:
            rows.batch.replace(file, b"".join(lines), len(lines))
        return StagedRowRefusedError(
            rows.layout,
            to_row(line.removesuffix(b"\n"), self._null, numbered=rows.numbered),
            reason,
            (rows.first_line, rows.last_line),
        )

    def _find_line(self, rows: Rows, fault: LoadFault) -> tuple[StagedFile, list[bytes]] | None:
        """The file at fault and its lines; None if the line is not surely known."""
        url = f"s3://{rows.batch.bucket.name}"
        files = [
            each for each in rows.batch.files if f"{url}/{each.key}".startswith(fault.file or "?")
        ]
        if len(files) != 1:
            return None
        lines = [line + b"\n" for line in self._staging.read(files[0]).split(b"\n")]
        lines.pop()
        # Whether a value's own lines count AWS does not say, so such a file has none.
        if len(lines) != files[0].rows or not 1 <= fault.line <= len(lines):
            return None
        return files[0], lines


def _tell_rows(rows: Rows) -> str:
    return (
        f'stream "{rows.layout.schema.stream}", lines {rows.first_line} to {rows.last_line} of the '
        "input"
    )
