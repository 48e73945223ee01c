"""SUPER as text, the way Redshift prints it."""

import re

# A whole string, or the blank that jsonb prints after a separator.
_PARTS = re.compile(rb'("(?:[^"\\]|\\.)*")|(?<=[,:]) ')


def compact(text: bytes) -> bytes:
    """Take the blanks between the parts of a JSON text away, as Redshift writes none.

    Args:
        text: A value of the type `super` as the engine prints it.
    """
    return _PARTS.sub(rb"\1", text)
