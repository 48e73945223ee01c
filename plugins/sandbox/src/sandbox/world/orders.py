"""An order's life: planned whole when it is placed, and told day by day."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta

from sandbox.world.catalog import COUPONS, Product, amount, price_on
from sandbox.world.chance import Chance, Weighted
from sandbox.world.daybook import DayBook, OrderAmount, Refund, ShopRow, copy_line
from sandbox.world.days import SECONDS, local_text
from sandbox.world.people import Person
from sandbox.world.shop_rows import array, utm

FATES = Weighted({"delivered": 850, "cancelled": 45, "returned": 30, "damaged": 75})
REASONS = ("damaged in transit", "wrong item", "arrived late", "not as described: „Tee“")
CORRECTED_PER_MILLE = 35
PAID_LATER_PER_MILLE = 80
QUANTITIES = Weighted({1: 75, 2: 19, 3: 6})


@dataclass
class Line:
    """An order's line; money in minor units."""

    item_id: str
    product: Product
    quantity: int
    unit_price: int
    discount: int = 0

    @property
    def total(self) -> int:
        """What this line costs."""
        return self.quantity * self.unit_price - self.discount


@dataclass
class Order:
    """An order as it stands at a moment of its life."""

    order_id: str
    person: Person
    day: date
    second: int
    currency: str
    lines: list[Line]
    coupon: str | None
    status: str = "placed"
    book: DayBook = field(kw_only=True)

    @property
    def gross(self) -> int:
        """The sum of the lines, in minor units."""
        return sum(line.total for line in self.lines)

    def record(self, day: date, second: int) -> None:
        """Note the order's row as it stands from a moment on."""
        parameters = utm(self.person)
        ordered = local_text(self.day, self.second)
        customer = self.person.customer
        line = copy_line(
            self.order_id,
            customer.customer_id if customer else None,
            self.status,
            self.currency,
            amount(self.gross),
            array([self.coupon] if self.coupon else []),
            json.dumps(parameters, ensure_ascii=False) if parameters else None,
            ordered,
            ordered,
            local_text(day, second),
        )
        self.book.shop.append(ShopRow(day, "orders", self.order_id, line))

    def record_line(self, line: Line, day: date, second: int) -> None:
        """Note one line's row as it stands from a moment on."""
        text = copy_line(
            line.item_id,
            self.order_id,
            line.product.product_id,
            line.quantity,
            amount(line.unit_price),
            amount(line.discount),
            local_text(day, second),
        )
        self.book.shop.append(ShopRow(day, "order_items", line.item_id, text))

    def record_amount(self, day: date) -> None:
        """Note for the ledger what the order is worth from a day on."""
        entry = OrderAmount(self.order_id, self.day, day, self.currency, self.gross)
        self.book.orders.append(entry)


def basket(products: list[Product], currency: str, day: date, chance: Chance) -> list[Line]:
    """The lines of an order for these products."""
    return [
        Line(
            chance.uuid(),
            product,
            chance.weigh(QUANTITIES),
            price_on(product.number, currency, day),
        )
        for product in products
    ]


def use_coupon(lines: list[Line], chance: Chance) -> str:
    """Take ten per cent off the first line."""
    lines[0].discount = lines[0].quantity * lines[0].unit_price // 10
    return chance.pick(COUPONS)


def place(order: Order, chance: Chance) -> None:
    """Record an order and all that will happen to it, each thing on its day."""
    order.record(order.day, order.second)
    order.record_amount(order.day)
    for line in order.lines:
        order.record_line(line, order.day, order.second)
    fate = chance.weigh(FATES)
    order.status = "paid"
    if chance.hit(PAID_LATER_PER_MILLE):
        order.record(order.day + timedelta(days=1), 7 * 3600)
    else:
        order.record(order.day, min(order.second + chance.between(20, 900), SECONDS - 1))
    if fate == "cancelled":
        _cancel(order, chance)
        return
    shipped = order.day + timedelta(days=chance.between(1, 2))
    order.status = "shipped"
    order.record(shipped, chance.between(9 * 3600, 18 * 3600))
    if chance.hit(CORRECTED_PER_MILLE):
        _correct(order, shipped + timedelta(days=chance.between(0, 1)), chance)
    delivered = shipped + timedelta(days=chance.between(2, 4))
    order.status = "delivered"
    order.record(delivered, chance.between(9 * 3600, 20 * 3600))
    if fate != "delivered":
        share = 100 if fate == "returned" else chance.between(10, 60)
        day = delivered + timedelta(days=chance.between(1, 12))
        _refund(order, order.gross * share // 100, day, chance.pick(REASONS), chance)


def _cancel(order: Order, chance: Chance) -> None:
    day = order.day + timedelta(days=chance.between(1, 2))
    order.status = "cancelled"
    order.record(day, chance.between(8 * 3600, 12 * 3600))
    _refund(order, order.gross, day + timedelta(days=chance.between(0, 2)), "cancelled", chance)


def _correct(order: Order, day: date, chance: Chance) -> None:
    """Change a line after the fact, at most three days after the order."""
    second = chance.between(18 * 3600 + 1, 20 * 3600)
    line = chance.pick(order.lines)
    if line.quantity > 1 and chance.hit(500):
        line.quantity -= 1
        line.discount = min(line.discount, line.unit_price * line.quantity // 10)
    else:
        line.unit_price = line.unit_price * 95 // 100
    order.record_line(line, day, second)
    order.record(day, second)
    order.record_amount(day)


def _refund(order: Order, minor: int, day: date, reason: str, chance: Chance) -> None:
    second = chance.between(13 * 3600, SECONDS - 1)
    refund_id = chance.uuid()
    moment = local_text(day, second)
    text = copy_line(
        refund_id, order.order_id, amount(minor), order.currency, reason, moment, moment
    )
    order.book.shop.append(ShopRow(day, "refunds", refund_id, text))
    order.book.refunds.append(Refund(order.order_id, order.day, day, order.currency, minor))
    order.record(day, second)
