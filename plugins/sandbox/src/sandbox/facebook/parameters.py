"""Parameters as the Graph API takes them: from query or form, as JSON or as plain words."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sandbox.facebook.errors import GraphError, one_of

Parameters = Mapping[str, str]
_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*")
_MODIFIER = re.compile(r"\.([a-z_]+)\(([^()]*)\)")


@dataclass(frozen=True)
class Field:
    """A field as asked for: its parameters (`.limit(5)`) and the fields below it."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)
    below: "tuple[Field, ...]" = ()


def parse_fields(text: str | None) -> tuple[Field, ...]:
    """The fields of a request: `id,creative{id,name}`, a JSON list, or even Python's own list.

    Raises:
        GraphError: It is none of them.
    """
    if not text:
        return ()
    plain = text.strip()
    if plain.startswith("["):
        plain = re.sub(r"""["'\s]""", "", plain.strip("[]"))
    found, rest = _fields(plain)
    if rest:
        raise GraphError(
            f'Syntax error "Expected end of string instead of "{rest[0]}"." at character '
            f"{len(plain) - len(rest)}: {plain}",
            2500,
        )
    return found


def _fields(text: str) -> tuple[tuple[Field, ...], str]:
    """Fields up to the end or a closing brace, and what is left."""
    found: list[Field] = []
    while text and not text.startswith("}"):
        match = _NAME.match(text)
        if not match:
            break
        name, text = match[1], text[match.end() :]
        parameters: dict[str, str] = {}
        while modifier := _MODIFIER.match(text):
            parameters[modifier[1]] = modifier[2]
            text = text[modifier.end() :]
        below: tuple[Field, ...] = ()
        if text.startswith("{"):
            below, text = _fields(text[1:])
            if not text.startswith("}"):
                break
            text = text[1:].lstrip()
        found.append(Field(name, parameters, below))
        if not text.startswith(","):
            break
        text = text[1:]
    return tuple(found), text


def words(parameters: Parameters, name: str) -> list[str]:
    """A list of words: JSON, or separated by commas."""
    text = parameters.get(name, "").strip()
    if not text:
        return []
    if text.startswith("["):
        found = structure(parameters, name)
        if isinstance(found, list) and all(isinstance(word, str) for word in found):
            return found
        raise GraphError(f"(#100) param {name} must be an array.")
    return [word.strip().strip("\"'") for word in text.split(",")]


def chosen(parameters: Parameters, name: str, values: tuple[str, ...]) -> list[str]:
    """A list of words, each of which must be one of some values."""
    found = words(parameters, name)
    for place, word in enumerate(found):
        if word not in values:
            raise one_of(f"{name}[{place}]", values)
    return found


def structure(parameters: Parameters, name: str) -> object:
    """A parameter that is JSON (of which Meta takes single quotes too); None when absent."""
    text = parameters.get(name, "").strip()
    if not text:
        return None
    for attempt in (text, text.replace("'", '"'), _quote(text)):
        try:
            return json.loads(attempt)
        except ValueError:
            continue
    raise GraphError(f"(#100) param {name} must be valid JSON.")


def _quote(text: str) -> str:
    """`{field:"spend"}`, as Meta's own examples have it, as JSON."""
    return re.sub(r"([{,]\s*)([a-z_]+)\s*:", r'\1"\2":', text)


def number(parameters: Parameters, name: str, default: int) -> int:
    """A whole number from 1 on."""
    text = parameters.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise GraphError(f"(#100) Param {name} must be an integer greater than 0")
    return int(text)


def day(value: object, name: str) -> date:
    """A day as yyyy-mm-dd."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise GraphError(f"(#100) {name} must be a valid date in the format YYYY-MM-DD") from None
