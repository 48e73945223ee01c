"""The one error by which the stand-in says no."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it is no fault of the program but its answer
    """A statement that Redshift would not take, or that the stand-in does not know.

    Attributes:
        construct: What is refused, in the words of SQL ("DISTINCT ON", "CREATE INDEX").
        message: One sentence for the client.
        sqlstate: Five characters; 0A000 (not supported) unless it is a matter of grammar (42601),
            of an unknown function (42883) or of another state that Redshift's clients look at.
        position: Offset in characters of the construct in the statement, where it is known.
    """

    def __init__(
        self,
        construct: str,
        message: str | None = None,
        *,
        sqlstate: str = "0A000",
        position: int | None = None,
    ) -> None:
        self.construct = construct
        self.message = message or f"{construct} is not supported by Redshift or by its stand-in"
        self.sqlstate = sqlstate
        self.position = position
        super().__init__(self.message)
