"""What one day adds to the world's records. Nothing in it is ever changed later."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class ShopRow(NamedTuple):
    """A row of the shop as it stands from a day on.

    `line` is the whole row as text for COPY.
    """

    day: date
    table: str
    key: str
    line: str


class OrderAmount(NamedTuple):
    """An order's gross amount (minor units) as it stands from `day` on."""

    order_id: str
    ordered_on: date
    day: date
    currency: str
    gross: int


class Refund(NamedTuple):
    """Money given back on `day` (minor units)."""

    order_id: str
    ordered_on: date
    day: date
    currency: str
    amount: int


class AdMetrics(NamedTuple):
    """What a platform adds on `reported_on` to what it says of an ad on `day`.

    Money in micros of the account's currency, conversions in millionths; restatements are
    entries with a later `reported_on`, and may be negative.
    """

    ad: int
    day: date
    reported_on: date
    impressions: int = 0
    clicks: int = 0
    spend: int = 0
    conversions: int = 0
    value: int = 0


class MessageDay(NamedTuple):
    """What came on `day` of the message that was sent on `sent_on`."""

    message_id: int
    name: str
    channel: str
    sent_on: date
    day: date
    sent: int
    viewed: int
    clicked: int


class EventBlock(NamedTuple):
    """Events of one name and day that become visible on the same day.

    A fragment is an event's JSON without its opening brace and its profile.
    """

    fragments: list[str]
    devices: list[int]


@dataclass
class DayBook:
    """The records of one day; `visits` counts them by the day from which the API shows them."""

    day: date
    events: dict[tuple[str, date], EventBlock] = field(default_factory=dict)
    shop: list[ShopRow] = field(default_factory=list)
    orders: list[OrderAmount] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    visits: Counter[date] = field(default_factory=Counter)
    metrics: list[AdMetrics] = field(default_factory=list)
    messages: list[MessageDay] = field(default_factory=list)

    def add_event(self, name: str, visible: date, fragment: str, device: int) -> None:
        """Record an event that the API shows from the day `visible` on."""
        block = self.events.get((name, visible))
        if block is None:
            block = self.events[name, visible] = EventBlock([], [])
        block.fragments.append(fragment)
        block.devices.append(device)


def copy_line(*values: object) -> str:
    """A row in the text form of COPY, without the end of the line."""
    return "\t".join(
        "\\N"
        if value is None
        else str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
        for value in values
    )
