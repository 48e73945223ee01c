"""How an answer leaves: whole, in half, or not at all."""

import asyncio

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Send


def json_response(content: object, status: int = 200) -> Response:
    """Anything as JSON."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


async def send_half(response: Response, send: Send) -> None:
    """Promise a whole body and break off: the server closes the connection."""
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
    )
    body = bytes(response.body)
    half = body[: len(body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})


async def hang(seconds: float, receive: Receive) -> None:
    """Do nothing until the client gives up or the time is over."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), seconds)
    except TimeoutError:
        return
