"""What Redshift says when something goes wrong, and which of it passes."""

import re
from dataclasses import dataclass

from target_redshift.redshift_connection import LOST, Connection, server_error, tell

# SQLSTATEs of conflicts with others, and of a server that has no room for a moment.
_PASSING_STATES = ("40001", "40P01", "53300", "57P01", "57P02", "57P03")
# A serialization conflict: its SQLSTATE is XX000 and its message the number.
_CONFLICT = re.compile(r"\b1023\b|Serializable isolation violation")
# What COPY passes on of S3 (AWS, "S3ServiceException errors"); ExpiredToken is the role's, which
# Redshift renews.
_S3_PASSING = re.compile(
    r"Status (?:0|5\d\d)\b"
    r"|Error (?:SlowDown|InternalError|ServiceUnavailable|RequestTimeout|ExpiredToken)"
    r"|S3CurlException|Please reduce your request rate|We encountered an internal error"
)
_LOAD_FAILED = re.compile(r"(?:sys_load_error_detail|stl_load_errors)", re.IGNORECASE)


def passes(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is run again."""
    fields = server_error(error)
    if not fields:
        return isinstance(error, LOST)
    if fields.get("C") in _PASSING_STATES:
        return True
    told = tell(error)
    return bool(_CONFLICT.search(told) or _S3_PASSING.search(told))


def is_load_error(error: BaseException) -> bool:
    """Whether Redshift says more in SYS_LOAD_ERROR_DETAIL."""
    return bool(_LOAD_FAILED.search(tell(error)))


@dataclass(frozen=True)
class LoadFault:
    """A row of SYS_LOAD_ERROR_DETAIL.

    Attributes:
        file: The file's URL; AWS keeps 256 bytes of it.
        line: The number of the line in it.
        column: The column; empty if the line itself is at fault.
        reason: What is wrong.
    """

    file: str
    line: int
    column: str
    reason: str


def find_load_fault(connection: Connection) -> LoadFault | None:
    """The last load error of a session; None if Redshift does not tell."""
    cursor = connection.cursor()
    cursor.execute(
        "select trim(file_name), line_number, trim(column_name), trim(error_message)"  # noqa: S608 - a number
        f" from sys_load_error_detail where session_id = {connection.pid}"
        " order by start_time desc limit 1"
    )
    row = cursor.fetchone()
    if row is None:
        return None
    file, line, column, reason = row
    return LoadFault(str(file or ""), int(line or 0), str(column or ""), str(reason or "").strip())
