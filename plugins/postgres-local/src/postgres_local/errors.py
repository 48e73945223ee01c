"""The one kind of error that reaches a person."""


class ServerError(Exception):
    """Something a person can mend; the message is one sentence that says how."""
