"""The endpoints below `/_sandbox/` that every simulated API has; no real API has them."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.answering import json_response
from sandbox.clock import Clock
from sandbox.faults import RANDOM, Faults
from sandbox.traffic import Traffic


class Control:
    """Faults, counts of what was served, the clock that runs, and health.

    Args:
        home: The data folder, by which the server is recognised.
        world_clock: Tells the world's day.
        faults: Orders for trouble.
        traffic: What was served.
        clock: The clock that runs.
    """

    def __init__(
        self,
        home: Path,
        world_clock: Callable[[], date],
        faults: Faults[Any],
        traffic: Traffic,
        clock: Clock,
    ) -> None:
        self._home = home
        self._world_clock = world_clock
        self._faults = faults
        self._traffic = traffic
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its paths."""
        return [
            Route("/_sandbox/health", self.health),
            Route("/_sandbox/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/_sandbox/stats", self.stats, methods=["GET", "POST"]),
            Route("/_sandbox/clock", self.clock, methods=["GET", "POST"]),
        ]

    async def health(self, _request: Request) -> Response:
        """Whose server this is, and what day it is in the world."""
        return json_response(
            {"home": str(self._home), "pid": os.getpid(), "clock": str(self._world_clock())}
        )

    async def faults(self, request: Request) -> Response:
        """Take an order, list all of them, or forget them."""
        if request.method == "POST":
            form = self._faults.form
            try:
                self._faults.order(msgspec.json.decode(await request.body(), type=form))
            except msgspec.DecodeError as error:
                kinds = ", ".join((*form.known, RANDOM))
                return json_response({"error": f"{error}; kinds are {kinds}"}, 400)
        elif request.method == "DELETE":
            self._faults.clear()
        return json_response(self._faults.listed())

    async def stats(self, request: Request) -> Response:
        """What was served; POST begins to count anew."""
        if request.method == "POST":
            self._traffic.reset()
        return json_response(self._traffic.stats())

    async def clock(self, request: Request) -> Response:
        """The clock that runs, ahead of the true one by so many seconds."""
        if request.method == "POST":
            step = msgspec.json.decode(await request.body(), type=_Step)
            self._clock.skew += step.advance_seconds
        return json_response({"skew_seconds": self._clock.skew})


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    advance_seconds: float
