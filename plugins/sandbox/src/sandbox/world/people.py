"""Visitors, and the customers some of them become."""

import zlib

import msgspec

from sandbox.world.campaigns import ADS, ADS_BY_WEIGHT
from sandbox.world.catalog import CITIES, COUNTRIES, DIALLING, FIRST_NAMES, LAST_NAMES
from sandbox.world.chance import Chance, Weighted

BUCKETS = 23
# Chances in 1000 to come again on a day, by the days since the first visit.
_LOYAL, _REGULAR, _CASUAL = 0, 1, 2
KINDS = Weighted({_LOYAL: 10, _REGULAR: 25, _CASUAL: 65})
_STEPS = {
    _LOYAL: ((14, 430), (45, 360), (400, 300)),
    _REGULAR: ((3, 210), (14, 170), (45, 120), (400, 90)),
    _CASUAL: ((1, 80), (3, 45), (7, 17), (14, 12), (45, 10), (400, 7)),
}
LONGEST = 400
CHANNELS = Weighted({"organic": 30, "direct": 16, "referral": 9, "email": 5, "paid": 40})
REFERRALS = ("chaiblog", "brewguide", "friends")
PHONES = Weighted({
    ("Android", "14", "Samsung", "SM-A546E"): 26,
    ("Android", "13", "Xiaomi", "22101316I"): 24,
    ("Android", "15", "OnePlus", "CPH2581"): 10,
    ("iOS", "18.1", "Apple", "iPhone15,2"): 14,
    ("iOS", "17.6", "Apple", "iPhone13,2"): 8,
    ("Web", "Windows 11", "Chrome", "Desktop"): 12,
    ("Web", "macOS 15", "Safari", "Desktop"): 6,
})  # fmt: skip
VERSIONS = ("4.2.0", "4.2.1", "4.3.0")


def _habits() -> list[list[int]]:
    tables = []
    for steps in _STEPS.values():
        table = [0]
        for until, per_mille in steps:
            table += [per_mille] * (until - len(table) + 1)
        tables.append(table)
    return tables


HABITS = _habits()


class Device(msgspec.Struct, array_like=True, gc=False):
    """A phone or browser; CleverTap knows it by its objectId."""

    number: int
    object_id: str
    platform: str
    os_version: str
    make: str
    model: str
    app_version: str

    @property
    def bucket(self) -> int:
        """The one of CleverTap's 23 buckets that holds this device's data."""
        return zlib.crc32(self.object_id.encode()) % BUCKETS


class Customer(msgspec.Struct, array_like=True):
    """What the shop knows of somebody who signed up."""

    customer_id: str
    name: str
    email: str
    phone: str | None
    signed_up_at: int
    tier: str
    birthday: int | None
    orders: int = 0
    spent: int = 0
    tags: list[str] = msgspec.field(default_factory=list)


class Person(msgspec.Struct, array_like=True):
    """One human being, whatever the number of devices.

    `events` maps an event name to its count, first and last epoch second.
    """

    number: int
    arrived: int
    kind: int
    country: str
    city: str
    channel: str
    source: str
    ad: int | None
    click_id: str
    first_touch_at: int
    devices: list[Device]
    customer: Customer | None = None
    keen_until: int = -1
    gone: bool = False
    events: dict[str, list[int]] = msgspec.field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The currency this person pays in."""
        return "INR" if self.country == "IN" else "USD"


def new_device(number: int, chance: Chance) -> Device:
    """A device that was never seen before."""
    platform, os_version, make, model = chance.weigh(PHONES)
    prefix = {"Android": "__g", "iOS": "-", "Web": "_w"}[platform]
    object_id = prefix + chance.hexadecimal(32)
    return Device(number, object_id, platform, os_version, make, model, chance.pick(VERSIONS))


def new_person(number: int, day_number: int, device: Device, chance: Chance) -> Person:
    """A visitor who arrives on a day, through a channel."""
    channel = chance.weigh(CHANNELS)
    country = chance.weigh(COUNTRIES)
    ad, source, click_id = None, "", ""
    if channel == "paid":
        ad = chance.weigh(ADS_BY_WEIGHT).number
        account = ADS[ad].campaign.account
        source = account.platform
        channel = "paid_social" if source == "facebook" else "paid_search"
        country = "IN" if account.currency == "INR" else chance.pick(("US", "US", "GB", "AE"))
        click_id = chance.hexadecimal(24)
    elif channel == "referral":
        source = chance.pick(REFERRALS)
    return Person(
        number=number,
        arrived=day_number,
        kind=chance.weigh(KINDS),
        country=country,
        city=chance.pick(CITIES[country]),
        channel=channel,
        source=source,
        ad=ad,
        click_id=click_id,
        first_touch_at=0,
        devices=[device],
    )


def new_customer(person: Person, epoch: int, chance: Chance) -> Customer:
    """What a visitor tells when signing up."""
    first, last = chance.pick(FIRST_NAMES), chance.pick(LAST_NAMES)
    phone = f"{DIALLING[person.country]}{chance.between(0, 9_999_999):07d}"
    return Customer(
        customer_id=chance.uuid(),
        name=f"{first} {last}",
        email=f"customer{person.number:06d}@example.com",
        phone=phone if chance.hit(820) else None,
        signed_up_at=epoch,
        tier="new",
        birthday=chance.between(315_532_800, 1_104_537_600) if chance.hit(350) else None,
        tags=["newsletter"] if chance.hit(400) else [],
    )
