"""The company's days, one after the other.

A day depends on nothing but the seed, its date and the people as they stood the evening before,
so it does not matter how days are grouped.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.world import advertising, messages, shop_rows
from sandbox.world.catalog import PRODUCTS, Product
from sandbox.world.chance import Chance
from sandbox.world.daybook import DayBook
from sandbox.world.days import FIRST_DAY, SECONDS
from sandbox.world.journeys import Novelty, Scene, Visit
from sandbox.world.orders import Order, basket, place, use_coupon
from sandbox.world.people import (
    HABITS,
    LONGEST,
    Device,
    Person,
    new_customer,
    new_device,
    new_person,
)

# Visitors in 1000 of an average day, Monday to Sunday.
WEEKDAYS = (930, 910, 940, 960, 1040, 1140, 1080)
TIERS = (("gold", 800_000), ("silver", 250_000), ("new", 0))
UNINSTALL_PER_MILLE = 3
KEEN_DAYS = 14
AGAIN_PER_MILLE = 70
# Seconds that a session of its own is away from the one before.
PAUSE = 1800
LATEST_AGAIN = SECONDS - 3600
EARLIER_RATES = 7


@dataclass(frozen=True)
class Plan:
    """What a world is made from; the same plan gives the same world everywhere."""

    seed: int
    users: int
    days: int

    @property
    def first_day(self) -> date:
        """The day on which the company opens."""
        return FIRST_DAY

    @property
    def last_day(self) -> date:
        """The day at which a world is handed over; from there it is advanced."""
        return FIRST_DAY + timedelta(days=self.days - 1)

    def visitors_until(self, day: date) -> int:
        """People who have arrived before a day begins; grows a little every day."""
        return self.users * self._weight(day) // self._weight(self.last_day + timedelta(days=1))

    def _weight(self, day: date) -> int:
        weight = 0
        for number in range((day - self.first_day).days):
            weekday = (self.first_day + timedelta(days=number)).weekday()
            weight += WEEKDAYS[weekday] * (200 + min(number, 200))
        return weight


class Simulation:
    """The people of a world and what they do on a day.

    Args:
        plan: What the world is made from.
        people: Everybody so far, in order of arrival.
    """

    def __init__(self, plan: Plan, people: list[Person]) -> None:
        self.plan = plan
        self.people = people
        self.touched: set[int] = set()
        self._novelty = Novelty(plan.first_day, plan.days)
        self._devices = sum(len(person.devices) for person in people)

    def live(self, day: date) -> DayBook:
        """Live through a day and return what it adds to the records."""
        book = DayBook(day)
        chance = Chance(f"{self.plan.seed}|{day}")
        number = (day - self.plan.first_day).days
        visits = advertising.Day(book, self.plan.seed)
        visited: list[Visit] = []
        self._keep_shop(book)
        messages.send(book, self.people, self.plan.seed)
        newcomers = self.plan.visitors_until(day + timedelta(days=1)) - len(self.people)
        weekday = WEEKDAYS[day.weekday()]
        for person in self.people:
            if person.gone:
                continue
            age = number - person.arrived
            per_mille = HABITS[person.kind][min(age, LONGEST)] * weekday // 1000
            if person.keen_until >= number:
                per_mille += per_mille // 2
            draw = chance.random() * 1000
            if draw < per_mille:
                visited.append(self._visit(person, book, chance, visits))
            elif draw > 1000 - UNINSTALL_PER_MILLE and age > 1:
                self._leave(person, book, chance)
        for _ in range(newcomers):
            self._arrive(number, book, chance, visits)
        self._come_again(visited, book)
        self._change_customers(book, chance)
        visits.close()
        return book

    def _arrive(self, number: int, book: DayBook, chance: Chance, visits: advertising.Day) -> None:
        person = new_person(len(self.people), number, self._new_device(chance), chance)
        self.people.append(person)
        visits.click(person)
        self._visit(person, book, chance, visits, first=True)

    def _visit(
        self,
        person: Person,
        book: DayBook,
        chance: Chance,
        visits: advertising.Day,
        *,
        first: bool = False,
    ) -> Visit:
        self.touched.add(person.number)
        device = self._device(person, chance)
        visit = Visit(person, device, Scene(book, chance, self._novelty), first=first)
        if first:
            person.first_touch_at = visit.epoch
        visit.arrive()
        if person.customer is None and chance.hit(190 if first else 120):
            self._sign_up(person, visit, chance)
        seen = visit.browse()
        if not seen:
            return visit
        eagerness = 260 if person.keen_until >= 0 else 170
        wanted = list(dict.fromkeys(product for product in seen if chance.hit(eagerness)))
        for product in wanted:
            visit.take(product)
        if wanted and chance.hit(480):
            self._buy(person, visit, wanted, visits)
        return visit

    def _come_again(self, visited: list[Visit], book: DayBook) -> None:
        """Some are back later in the day, with any of their devices, only to look around."""
        chance = Chance(f"{self.plan.seed}|again|{book.day}")
        for visit in visited:
            if not chance.hit(AGAIN_PER_MILLE) or visit.second > LATEST_AGAIN - PAUSE:
                continue
            device = chance.pick(visit.person.devices)
            second = chance.between(visit.second + PAUSE, LATEST_AGAIN)
            scene = Scene(book, chance, self._novelty)
            again = Visit(visit.person, device, scene, at=second)
            again.arrive()
            again.browse()

    def _buy(
        self, person: Person, visit: Visit, wanted: list[Product], visits: advertising.Day
    ) -> None:
        chance, book = visit.chance, visit.book
        if person.customer is None:
            if not chance.hit(600):
                return
            self._sign_up(person, visit, chance)
        lines = basket(wanted, person.currency, book.day, chance)
        visit.check_out(lines)
        coupon = None
        if chance.hit(240):
            coupon = use_coupon(lines, chance) if chance.hit(700) else None
            visit.apply_coupon(coupon)
        if not chance.hit(620):
            return
        order_id = chance.uuid()
        second = visit.second
        # Now and then the app fails to tell what the shop knows.
        if not chance.hit(15):
            visit.pay(order_id, lines)
        order = Order(order_id, person, book.day, second, person.currency, lines, coupon, book=book)
        gross = order.gross
        place(order, chance)
        visits.convert(person, gross)
        self._thank(person, gross, book, visit.second)

    def _thank(self, person: Person, gross: int, book: DayBook, second: int) -> None:
        """A buyer comes back more often, and climbs."""
        customer = person.customer
        if customer is None:
            raise ValueError(f"person {person.number} bought without signing up")
        person.keen_until = (book.day - self.plan.first_day).days + KEEN_DAYS
        customer.orders += 1
        customer.spent += gross if person.currency == "INR" else gross * 80
        tier = next(name for name, least in TIERS if customer.spent >= least)
        if tier != customer.tier:
            customer.tier = tier
            book.shop.append(shop_rows.customer_row(person, book.day, second))

    def _sign_up(self, person: Person, visit: Visit, chance: Chance) -> None:
        person.customer = new_customer(person, visit.epoch, chance)
        visit.book.shop.append(shop_rows.customer_row(person, visit.book.day, visit.second))
        visit.sign_up()

    def _leave(self, person: Person, book: DayBook, chance: Chance) -> None:
        self.touched.add(person.number)
        person.gone = True
        device = person.devices[0]
        scene = Scene(book, chance, self._novelty)
        Visit(person, device, scene).uninstall()

    def _device(self, person: Person, chance: Chance) -> Device:
        """The device of this visit; only customers have a second one."""
        draw = chance.random() * 1000
        if person.customer is None or draw >= 250:  # noqa: PLR2004 - one visit in four
            return person.devices[0]
        if len(person.devices) == 1 and draw < 60:  # noqa: PLR2004 - some get a second one
            person.devices.append(self._new_device(chance))
        return person.devices[-1]

    def _new_device(self, chance: Chance) -> Device:
        device = new_device(self._devices, chance)
        self._devices += 1
        return device

    def _keep_shop(self, book: DayBook) -> None:
        """New prices in the morning, the dollar's rate in the evening of working days."""
        opening = book.day == self.plan.first_day
        for product in PRODUCTS:
            if opening or product.changes_on(book.day):
                row = shop_rows.product_row(product, book.day, self.plan.first_day, 6 * 3600)
                book.shop.append(row)
        earlier = EARLIER_RATES if opening else 0
        for back in range(earlier, -1, -1):
            rate_date = book.day - timedelta(days=back)
            if rate_date.weekday() < 5:  # noqa: PLR2004 - Monday to Friday
                book.shop.append(shop_rows.rate_row(rate_date, book.day, self.plan.seed))

    def _change_customers(self, book: DayBook, chance: Chance) -> None:
        """A few customers move, or change their minds about the newsletter."""
        for _ in range(len(self.people) // 800 + 1):
            person = chance.pick(self.people) if self.people else None
            if person is None or person.customer is None:
                continue
            self.touched.add(person.number)
            tags = person.customer.tags
            if "newsletter" in tags:
                tags.remove("newsletter")
            else:
                tags.append("newsletter")
            second = chance.between(SECONDS - 3600, SECONDS - 1)
            book.shop.append(shop_rows.customer_row(person, book.day, second))
