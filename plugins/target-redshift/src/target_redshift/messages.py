"""Messages, read the careful way: every line but a RECORD that the fast way understands."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, NoReturn

import msgspec

from target_redshift.errors import InputError, shorten
from target_redshift.values import BIGINT_MAX, BIGINT_MIN

NO_TOKEN = msgspec.Raw(b"null")
# Every escape is matched, so that an escaped backslash before a `u` is not taken for one.
_ESCAPE = re.compile(
    rb"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)|.)",
    re.DOTALL,
)
# U+FFFD, spelled so that a repaired place is told from one that the source wrote.
_REPAIRED = rb"\uFfFd"
_ESCAPED_COLON = re.compile(rb"\\u003[aA]")


class Message(msgspec.Struct):
    """Any Singer message; parts that it has not are JSON null."""

    type: str
    stream: str = ""
    record: msgspec.Raw = NO_TOKEN
    schema: msgspec.Raw = NO_TOKEN
    key_properties: msgspec.Raw = NO_TOKEN
    value: msgspec.Raw = NO_TOKEN
    encoding: msgspec.Raw = NO_TOKEN
    manifest: msgspec.Raw = NO_TOKEN
    time_extracted: str | None = None
    version: Annotated[int, msgspec.Meta(ge=BIGINT_MIN, le=BIGINT_MAX)] | None = None


class NotANumberError(Exception):
    """A RECORD holds NaN or Infinity, which JSON does not have.

    Attributes:
        stream: The record's stream.
        reason: Which property holds which of them.
    """

    def __init__(self, stream: str, reason: str) -> None:
        super().__init__(reason)
        self.stream = stream
        self.reason = reason


_decode_message = msgspec.json.Decoder(Message).decode
_decode_tokens = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def read_message(line: bytes, where: str) -> Message:
    """Read one line.

    Args:
        line: Its bytes.
        where: Which line it is, for an error.

    Raises:
        InputError: The line is no Singer message.
        NotANumberError: It is a RECORD that is JSON but for NaN or Infinity.
    """
    source, line = line, repair(line)
    try:
        line.decode()
        message = _decode_message(line)
    except UnicodeDecodeError:
        raise InputError(f"{where} is no valid UTF-8.") from None
    except RecursionError:
        raise InputError(f"{where} is nested too deeply to be read.") from None
    except msgspec.ValidationError as error:
        raise InputError(f"{where} is no Singer message: {error}.") from None
    except msgspec.DecodeError as error:
        _raise_not_json(line, where, error)
    _check_members(line, where)
    if message.type == "STATE" and line != source and message.value is not NO_TOKEN:
        # A state goes back to the tap as it came; what was repaired kept its length.
        value = bytes(message.value)
        start = line.rfind(value)
        message.value = msgspec.Raw(source[start : start + len(value)])
    return message


def repair(line: bytes) -> bytes:
    """Write U+FFFD for NULs and lone surrogates, which no database takes as text."""
    if rb"\u" not in line:
        return line
    return _ESCAPE.sub(lambda match: _REPAIRED if match[2] else match[0], line)


def split_record(record: msgspec.Raw, notes: dict[str, Any]) -> dict[str, str]:
    """A record's properties as JSON text, and in `notes` what was changed in them.

    Raises:
        ValueError: The record is no JSON object.
    """
    source = bytes(record)
    raws = _decode_tokens(source)
    repaired = [name for name, raw in raws.items() if _REPAIRED in bytes(raw)]
    if repaired:
        notes["replaced_characters"] = repaired
    repeated = _repeated(source, raws)
    if repeated:
        notes["duplicate_properties"] = repeated
    return {name: _plain(raw) for name, raw in raws.items()}


def _check_members(line: bytes, where: str) -> None:
    """Refuse a message that can be read in two ways.

    Raises:
        InputError: It has a member twice, or a stream whose name is not what it seems.
    """
    raws = _decode_tokens(line)
    if repeated := _repeated(line, raws):
        raise InputError(
            f"{where} has {shorten(repeated[0])} more than once: it is not clear which is meant."
        )
    if _REPAIRED in bytes(raws.get("stream", NO_TOKEN)):
        raise InputError(
            f"{where} is of a stream whose name holds a NUL or a lone surrogate: with another "
            "character in its place it might be another stream."
        )


def _plain(raw: msgspec.Raw) -> str:
    token = str(raw, "utf-8")
    # In valid JSON these are never inside of a string, so that they are but space.
    return token.replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _repeated(source: bytes, raws: dict[str, msgspec.Raw]) -> list[str]:
    """Names that a JSON object holds more than once; `raws` has the last of each."""
    colons = sum(1 + name.count(":") + bytes(raw).count(b":") for name, raw in raws.items())
    if source.count(b":") == colons and not _ESCAPED_COLON.search(source):
        return []
    pairs: list[tuple[str, Any]] = json.loads(
        source, object_pairs_hook=list, parse_int=str, parse_float=str
    )
    names = [name for name, _ in pairs]
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _raise_not_json(line: bytes, where: str, error: msgspec.DecodeError) -> NoReturn:
    try:
        message = json.loads(line, parse_constant=_Constant, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise InputError(f"{where} is no JSON ({error}): {shorten(line.decode())}.") from None
    for path, constant in _constants(message):
        reason = f'property "{path}": {constant} is no number in JSON'
        if isinstance(message, dict) and message.get("type") == "RECORD":
            raise NotANumberError(str(message.get("stream")), reason) from None
        raise InputError(f"{where} is no JSON: {reason}.") from None
    raise InputError(f"{where} is no JSON ({error}).") from None


class _Constant(str):
    """NaN, Infinity or -Infinity."""

    __slots__ = ()


def _constants(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Where in a JSON value there is a constant that JSON does not have."""
    if isinstance(value, _Constant):
        yield path.removeprefix("record."), value
    items: dict[str, object] = {}
    if isinstance(value, dict):
        items = value
    elif isinstance(value, list):
        items = {str(at): each for at, each in enumerate(value)}
    for name, each in items.items():
        yield from _constants(each, f"{path}.{name}" if path else name)
