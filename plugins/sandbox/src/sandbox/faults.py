"""Trouble on demand, whatever the API: which request an order strikes, and how often."""

from typing import ClassVar, Generic, Literal, NamedTuple, TypeVar

import msgspec

from sandbox.world.chance import Chance

RANDOM = "random"


class Asked(NamedTuple):
    """A request, as far as an order for trouble cares.

    `endpoint` is its path without the frame; `about` is what it asks for: an event's name, an
    account.
    """

    endpoint: str
    method: str
    about: str | None = None


class Order(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An order for trouble, as POST /_sandbox/faults takes it; each API adds its own fields.

    Args:
        kind: One of the kinds, or `random` for a mix.
        times: How often it strikes; 0 is for ever.
        endpoint: Only requests to this endpoint, or below it.
        method: Only requests by this method.
        nth: Begin with the nth request that matches.
        seconds: How long `timeout` hangs, or `latency` waits.
        per_mille: `random` strikes so many of a thousand requests.
        seed: Chance of `random`.
        kinds: What `random` draws from; all transient kinds unless given.
    """

    known: ClassVar[tuple[str, ...]] = ()
    transient: ClassVar[tuple[str, ...]] = ()

    kind: str
    times: int = 1
    endpoint: str | None = None
    method: Literal["GET", "POST", "DELETE"] | None = None
    nth: int = 1
    seconds: float = 3600.0
    per_mille: int = 100
    seed: int = 0
    kinds: tuple[str, ...] = ()
    seen: int = 0
    served: int = 0

    def __post_init__(self) -> None:
        self.kinds = self.kinds or self.transient
        wrong = {self.kind, *self.kinds} - {*self.known, RANDOM}
        if wrong or RANDOM in self.kinds:
            raise ValueError(f"unknown kind {', '.join(sorted(wrong)) or RANDOM}")

    @property
    def about(self) -> str | None:
        """Only requests that ask for this."""
        return None

    def befits(self, kind: str, asked: Asked) -> bool:  # noqa: ARG002 - for the APIs to say
        """Tell whether a kind of trouble can befall such a request at all."""
        return True

    def matches(self, asked: Asked) -> bool:
        """Tell whether a request is of the sort that was ordered."""
        return (
            (self.kind == RANDOM or self.befits(self.kind, asked))
            and (
                self.endpoint in (None, asked.endpoint)
                or asked.endpoint.startswith(f"{self.endpoint}/")
            )
            and self.method in (None, asked.method)
            and self.about in (None, asked.about)
        )


F = TypeVar("F", bound=Order)


class Faults(Generic[F]):
    """The orders that stand, oldest first.

    Args:
        form: The form of an order.
    """

    def __init__(self, form: type[F]) -> None:
        self.form = form
        self._orders: list[F] = []
        self._chances: dict[int, Chance] = {}

    def order(self, fault: F) -> None:
        """Take an order."""
        self._orders.append(fault)
        self._chances[id(fault)] = Chance(f"faults|{fault.seed}")

    def clear(self) -> None:
        """Forget all orders."""
        self._orders.clear()
        self._chances.clear()

    def listed(self) -> list[F]:
        """All orders, with how often they struck."""
        return self._orders

    def strike(self, asked: Asked) -> F | None:
        """What befalls a request, if anything."""
        struck = None
        for fault in self._orders:
            if not fault.matches(asked):
                continue
            fault.seen += 1
            if struck is None and fault.seen >= fault.nth:
                struck = self._draw(fault, asked)
        return struck

    def _draw(self, fault: F, asked: Asked) -> F | None:
        if fault.times and fault.served >= fault.times:
            return None
        if fault.kind != RANDOM:
            fault.served += 1
            return fault
        chance = self._chances[id(fault)]
        kinds = [kind for kind in fault.kinds if fault.befits(kind, asked)]
        if not chance.hit(fault.per_mille) or not kinds:
            return None
        fault.served += 1
        return msgspec.structs.replace(fault, kind=chance.pick(kinds))
