"""Names of tables and columns, conformed as the design's Contracts say, on every engine."""

import hashlib
import unicodedata
from collections.abc import Collection

MAX_BYTES = 63
_HASH_DIGITS = 8

# Postgres and Redshift keep these for themselves; nobody else may call a column so.
SYSTEM_COLUMNS = frozenset(
    {"oid", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "deletexid", "insertxid"}
)


def conform(name: str) -> str:
    """A source's name as an identifier: lower snake_case, at most 63 bytes.

    camelCase is split, letters outside ASCII stay, everything else becomes `_`, a leading digit
    gets `_` before it, and a longer name is cut and ends in a hash of the original.
    """
    text = unicodedata.normalize("NFC", name)
    parts = []
    for position, character in enumerate(text):
        if _starts_word(text, position):
            parts.append("_")
        parts.append(character.lower() if _is_kept(character) else "_")
    conformed = "".join(parts) or "_"
    if conformed[0].isdecimal():
        conformed = f"_{conformed}"
    return _fit(conformed, name)


def with_suffix(name: str, suffix: str) -> str:
    """`name` with `suffix`, the name cut (and hashed) when both are longer than 63 bytes."""
    if len((name + suffix).encode()) <= MAX_BYTES:
        return name + suffix
    return _fit(name, name, room=MAX_BYTES - len(suffix.encode()), always=True) + suffix


def distinct(name: str, taken: Collection[str]) -> str:
    """`name`, or `name_2`, `name_3`, ... whichever is the first that is not taken."""
    candidate, number = name, 1
    while candidate in taken or candidate in SYSTEM_COLUMNS:
        number += 1
        candidate = with_suffix(name, f"_{number}")
    return candidate


def _is_kept(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    # Marks belong to the letters they stand on: without them Hindi would be unreadable.
    return unicodedata.category(character)[0] in "LM"


def _starts_word(text: str, position: int) -> bool:
    character = text[position]
    if position == 0 or not character.isupper():
        return False
    before = text[position - 1]
    after = text[position + 1 : position + 2]
    return before.islower() or before.isdecimal() or (before.isupper() and after.islower())


def _fit(conformed: str, original: str, *, room: int = MAX_BYTES, always: bool = False) -> str:
    encoded = conformed.encode()
    if len(encoded) <= room and not always:
        return conformed
    digest = hashlib.sha256(original.encode(errors="surrogatepass")).hexdigest()[:_HASH_DIGITS]
    kept = encoded[: room - _HASH_DIGITS - 1].decode(errors="ignore")
    return f"{kept}_{digest}"
