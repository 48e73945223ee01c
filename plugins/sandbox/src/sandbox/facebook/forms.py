"""Bodies of requests: forms of both kinds, and JSON."""

from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

import msgspec

from sandbox.facebook.errors import GraphError


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a body; what is no text in JSON is given as JSON.

    Raises:
        GraphError: The body is not what its type says.
    """
    if not body:
        return {}
    if content_type.startswith("application/json"):
        return _json(body)
    if content_type.startswith("multipart/form-data"):
        return _parts(content_type, body)
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _json(body: bytes) -> dict[str, str]:
    try:
        found = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError:
        raise GraphError("(#100) The body is not valid JSON") from None
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in found.items()
    }


def _parts(content_type: str, body: bytes) -> dict[str, str]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found: dict[str, str] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content.decode(errors="replace").removesuffix("\r\n")
    return found
