"""Errors as Redshift words them."""

from redshift_local.errors import Refused
from redshift_local.loading.backend import EngineError

_SERIALIZATION_FAILURE = "40001"


def complaint(error: Refused | EngineError) -> dict[str, str]:
    """Fields of the ErrorResponse for an error."""
    if isinstance(error, Refused):
        return {"S": "ERROR", "C": error.sqlstate, "M": error.message}
    if error.sqlstate == _SERIALIZATION_FAILURE:
        return _conflict(error)
    fields = {"S": "ERROR", "C": error.sqlstate, "M": error.message}
    if error.detail:
        fields["D"] = error.detail
    if error.where:
        fields["W"] = error.where
    return fields


def _conflict(error: EngineError) -> dict[str, str]:
    """A conflict of transactions, as Redshift reports it: number 1023 of the class XX000.

    So it looks in clients' reports (aws/aws-sdk-pandas#665): {'S': 'ERROR', 'C': 'XX000',
    'M': '1023', 'D': 'Serializable isolation violation on table - 119371, transactions ...'}.
    """
    detail = f"Serializable isolation violation on table - unknown: {error.message}"
    return {"S": "ERROR", "C": "XX000", "M": "1023", "D": detail}
