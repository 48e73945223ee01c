"""What people do in a visit, written as CleverTap would tell it."""

from datetime import date, timedelta
from typing import NamedTuple

from sandbox.world.catalog import (
    CATEGORIES,
    COUPONS,
    POPULARITY,
    PRODUCTS,
    SEARCHES,
    Product,
    amount,
    price_on,
    quoted,
)
from sandbox.world.chance import Chance, Weighted
from sandbox.world.daybook import DayBook
from sandbox.world.days import CLOCK_TIMES, SECONDS, midnight
from sandbox.world.orders import Line
from sandbox.world.people import Device, Person
from sandbox.world.shop_rows import utm

EVENT_NAMES = (
    "App Launched",
    "UTM Visited",
    "Notification Clicked",
    "Category Viewed",
    "Searched",
    "Product Viewed",
    "Added To Cart",
    "Signed Up",
    "Checkout Started",
    "Coupon Applied",
    "Charged",
    "App Uninstalled",
)
# Share of the visits by hour: a small wave at breakfast, a large one in the evening, and a few
# around midnight, where days are told apart.
HOURS = Weighted(dict(enumerate(
    (22, 9, 5, 3, 4, 8, 20, 38, 46, 44, 40, 40, 46, 44, 38, 38, 42, 50, 62, 78, 92, 96, 78, 47)
)))  # fmt: skip
DUPLICATE_PER_MILLE = 4
LATE_PER_MILLE = 30
PAYMENTS = Weighted({"UPI": 52, "Card": 27, "NetBanking": 8, "Wallet": 7, "COD": 6})
EDGE_SECONDS = (0, 1, SECONDS - 2, SECONDS - 1)


class Novelty:
    """From which day on the app sends what it never sent before.

    Args:
        first_day: The world's first day.
        days: Days in the world when it was made.
    """

    def __init__(self, first_day: date, days: int) -> None:
        self.property_from = first_day + timedelta(days=days * 2 // 3)
        self.field_from = first_day + timedelta(days=days * 5 // 6)


class Scene(NamedTuple):
    """The day on which a visit takes place."""

    book: DayBook
    chance: Chance
    novelty: Novelty


class Visit:
    """One visit of one person; its methods append events in the order they happen.

    Args:
        person: Who comes.
        device: With what.
        scene: The day.
        first: It is the person's very first.
        at: Second of the day; any time when not given.
    """

    def __init__(
        self,
        person: Person,
        device: Device,
        scene: Scene,
        *,
        first: bool = False,
        at: int | None = None,
    ) -> None:
        book, chance, novelty = scene
        self.person = person
        self.device = device
        self.chance = chance
        self.book = book
        self.first = first
        self.second = _start(chance) if at is None else at
        self._midnight = midnight(book.day)
        self._date = book.day.strftime("%Y%m%d")
        self._new_property = book.day >= novelty.property_from
        # The first visit is never late: who came from where is known at once.
        late = not first and chance.hit(LATE_PER_MILLE)
        self._visible = book.day + timedelta(days=chance.between(1, 3) if late else 0)
        self._parameters = self._utm_of_this_visit()
        self._tail = self._render_tail(with_experiment=book.day >= novelty.field_from)

    @property
    def epoch(self) -> int:
        """The moment the visit has come to."""
        return self._midnight + self.second

    def event(self, name: str, properties: str = "") -> None:
        """Something happens now; a little later the visit goes on."""
        comma = "," if properties else ""
        stamp = f"{self._date}{CLOCK_TIMES[self.second]}"
        fragment = f'"ts":{stamp},"event_props":{{{properties}{comma}{self._tail}'
        number = self.device.number
        self.book.add_event(name, self._visible, fragment, number)
        self._count(name)
        if self.chance.hit(DUPLICATE_PER_MILLE):
            again = self._visible + timedelta(days=self.chance.between(0, 1))
            latest = self.book.day + timedelta(days=3)
            self.book.add_event(name, min(again, latest), fragment, number)
        self.second = min(self.second + self.chance.between(4, 150), SECONDS - 1)

    def arrive(self) -> None:
        """Open the app, from wherever the person came."""
        self.book.visits[self._visible] += 1
        if self._parameters:
            words = [f"{quoted(name)}:{quoted(text)}" for name, text in self._parameters.items()]
            if self.first and self.person.ad is not None:
                click = "fbclid" if self.person.source == "facebook" else "gclid"
                words.append(f'"{click}":"{self.person.click_id}"')
            self.event("UTM Visited", ",".join(words))
        elif not self.first and self.chance.hit(90):
            channel = self.chance.pick(("push", "push", "email"))
            self.event(
                "Notification Clicked",
                f'"Campaign":"{channel}-{self.book.day:%V}","Channel":"{channel}"',
            )
        self.event("App Launched", f'"First Time":{"true" if self.first else "false"}')

    def browse(self) -> list[Product]:
        """Look around; returns what was looked at."""
        chance = self.chance
        if chance.hit(600):
            self.event("Category Viewed", f'"Category":"{chance.pick(CATEGORIES)}"')
        if chance.hit(300):
            words = chance.pick(SEARCHES)
            self.event("Searched", f'"Query":{quoted(words)},"Results":{chance.between(0, 40)}')
        seen = [chance.weigh(POPULARITY) for _ in range(chance.pick((0, 1, 1, 2, 3, 3, 4, 6)))]
        for product in seen:
            self.event("Product Viewed", self._product(product))
        return seen

    def take(self, product: Product) -> None:
        """Put something into the cart."""
        # Some versions of the app send the number as text.
        quantity = '"1"' if self.chance.hit(50) else "1"
        self.event("Added To Cart", f'{self._product(product)},"Quantity":{quantity}')

    def sign_up(self) -> None:
        """Tell the event that goes with a new customer."""
        method = self.chance.pick(("google", "phone", "email"))
        self.event("Signed Up", f'"Method":"{method}"')

    def check_out(self, lines: list[Line]) -> None:
        """Begin to pay."""
        total = amount(sum(line.total for line in lines))
        self.event(
            "Checkout Started",
            f'"Cart Value":{total},"Currency":"{self.person.currency}","Items Count":{len(lines)}',
        )

    def apply_coupon(self, code: str | None) -> None:
        """Try a coupon; without a code it is one that does not work."""
        accepted = "true" if code else '"no"' if self.chance.hit(300) else "false"
        self.event(
            "Coupon Applied", f'"Code":"{code or self.chance.pick(COUPONS)}","Accepted":{accepted}'
        )

    def pay(self, order_id: str, lines: list[Line]) -> None:
        """Tell the purchase, with its items and the promised day of delivery."""
        items = ",".join(
            f'{{"Product Id":"{line.product.product_id}","Name":{quoted(line.product.name)},'
            f'"Category":"{line.product.category}","Price":{amount(line.unit_price)},'
            f'"Quantity":{line.quantity}}}'
            for line in lines
        )
        total = amount(sum(line.total for line in lines))
        delivery = self._midnight + 5 * SECONDS
        self.event(
            "Charged",
            f'"Order Id":"{order_id}","Amount":{total},"Currency":"{self.person.currency}",'
            f'"Payment Mode":"{self.chance.weigh(PAYMENTS)}","Delivery Date":"$D{delivery}",'
            f'"Items":[{items}]',
        )

    def uninstall(self) -> None:
        """The app is gone, as the platform reports it: of no session."""
        self._tail = "}}"
        self.event("App Uninstalled")

    def _product(self, product: Product) -> str:
        price = amount(price_on(product.number, self.person.currency, self.book.day))
        text = f'"{price}"' if self.chance.hit(30) else price
        extra = ',"Recommended By":"model-7"' if self._new_property and self.chance.hit(400) else ""
        return (
            f'{_PRODUCT_WORDS[product.number]},"Price":{text},'
            f'"Currency":"{self.person.currency}"{extra}'
        )

    def _utm_of_this_visit(self) -> dict[str, str] | None:
        if self.first:
            return utm(self.person)
        if self.chance.hit(60):
            return {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "weekly_sip"}
        if self.person.ad is not None and self.chance.hit(40):
            return utm(self.person)
        return None

    def _render_tail(self, *, with_experiment: bool) -> str:
        device = self.device
        source = "Web" if device.platform == "Web" else "Mobile"
        session = {"session_source": "Others", "session_referrer": _REFERRERS[self.person.channel]}
        if self._parameters:
            session |= self._parameters
        words = ",".join(f"{quoted(name)}:{quoted(text)}" for name, text in session.items())
        experiment = (
            f',"experiment":{{"id":"checkout-v2","variant":"{"AB"[self.person.number % 2]}"}}'
        )
        return (
            f'"CT SDK Version":70304,"CT Session Id":{self.epoch},'
            f'"CT OS Version":"{device.os_version}","CT App Version":"{device.app_version}",'
            f'"CT Source":"{source}"}},"session_props":{{{words}}}'
            f"{experiment if with_experiment else ''}}}"
        )

    def _count(self, name: str) -> None:
        epoch = self.epoch
        counted = self.person.events.get(name)
        if counted is None:
            self.person.events[name] = [1, epoch, epoch]
        else:
            counted[0] += 1
            counted[1] = min(counted[1], epoch)
            counted[2] = max(counted[2], epoch)


_REFERRERS = {
    "organic": "https://www.google.com/",
    "direct": "",
    "referral": "https://blog.example/chai",
    "email": "android-app://mail",
    "paid_social": "https://l.facebook.com/",
    "paid_search": "https://www.google.com/",
}
_PRODUCT_WORDS = [
    f'"Product Id":"{product.product_id}","Product Name":{quoted(product.name)},'
    f'"Category":"{product.category}"'
    for product in PRODUCTS
]


def _start(chance: Chance) -> int:
    """The second of the day at which a visit begins."""
    if chance.hit(5):
        return chance.pick(EDGE_SECONDS)
    return chance.weigh(HOURS) * 3600 + chance.between(0, 3599)
