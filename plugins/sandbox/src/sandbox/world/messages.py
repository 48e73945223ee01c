"""The messages that the company sends, and how people take them.

A message goes out on the morning of its day, to whoever can be reached then; it is viewed and
clicked on that day and the next two.
"""

from datetime import date, timedelta

from sandbox.world.chance import Chance
from sandbox.world.daybook import DayBook, MessageDay
from sandbox.world.people import Person

PUSH, EMAIL = "push", "email"
# What goes out on which weekday, Monday first.
_PLAN: tuple[tuple[tuple[str, str], ...], ...] = (
    ((PUSH, "Nudge"),),
    (),
    ((PUSH, "Midweek ☕"),),
    ((EMAIL, "Weekly sip"),),
    ((PUSH, "Nudge"),),
    ((PUSH, "Weekend offer"), (EMAIL, "Weekend offer")),
    (),
)
_FIRST_ID = 1_457_000_000
_MOST_A_DAY = 10


def send(book: DayBook, people: list[Person], seed: int) -> None:
    """Record the messages of a day, with all that will come of them.

    Args:
        book: The day.
        people: Everybody as they stood the evening before.
        seed: The world's seed.
    """
    for place, (channel, title) in enumerate(_PLAN[book.day.weekday()]):
        number = _FIRST_ID + book.day.toordinal() * _MOST_A_DAY + place
        chance = Chance(f"{seed}|message|{number}")
        sent = _reach(channel, people)
        name = f"{title} {book.day:%G-W%V}"
        for day, viewed, clicked in _views(sent, book.day, chance):
            sent_then = sent if day == book.day else 0
            book.messages.append(
                MessageDay(number, name, channel, book.day, day, sent_then, viewed, clicked)
            )


def _reach(channel: str, people: list[Person]) -> int:
    """Phones that have the app, or subscribers of the newsletter."""
    if channel == PUSH:
        return sum(
            device.platform != "Web"
            for person in people
            if not person.gone
            for device in person.devices
        )
    customers = (person.customer for person in people)
    return sum(customer is not None and "newsletter" in customer.tags for customer in customers)


def _views(sent: int, first: date, chance: Chance) -> list[tuple[date, int, int]]:
    """Day, views and clicks: most on the first day, the rest on the next two."""
    left = sent * chance.between(20, 60) // 100
    days = []
    for age, percent in enumerate((chance.between(55, 75), chance.between(50, 80), 100)):
        viewed = left * percent // 100
        left -= viewed
        clicked = viewed * chance.between(3, 25) // 100
        days.append((first + timedelta(days=age), viewed, clicked))
    return days
