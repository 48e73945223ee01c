"""Rows of the shop's tables, in the order of their columns (see `sandbox.shop`)."""

import json
from datetime import date

from sandbox.world.campaigns import ADS
from sandbox.world.catalog import Product, amount
from sandbox.world.chance import Chance
from sandbox.world.daybook import ShopRow, copy_line
from sandbox.world.days import local_text, midnight
from sandbox.world.people import Person

RATE_SECOND = 18 * 3600


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def array(words: list[str]) -> str:
    """An array of plain words as Postgres reads it."""
    return "{" + ",".join(words) + "}"


def utm(person: Person) -> dict[str, str] | None:
    """The UTM parameters a person first came with; a direct visitor has none."""
    if person.channel == "direct":
        return None
    if person.ad is not None:
        campaign = ADS[person.ad].campaign
        medium = "paid_social" if person.source == "facebook" else "cpc"
        return {
            "utm_source": person.source,
            "utm_medium": medium,
            "utm_campaign": campaign.name,
            "utm_id": campaign.campaign_id,
        }
    if person.channel == "referral":
        return {"utm_source": person.source, "utm_medium": "referral"}
    if person.channel == "email":
        return {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "weekly_sip"}
    return {"utm_source": "google", "utm_medium": "organic"}


def customer_row(person: Person, day: date, second: int) -> ShopRow:
    """A customer as of a moment."""
    customer = person.customer
    if customer is None:
        raise ValueError(f"person {person.number} never signed up")
    signed_up = local_text(day, customer.signed_up_at - midnight(day))
    attributes = {
        "tier": customer.tier,
        "city": person.city,
        "first_touch": {"channel": person.channel, "utm": utm(person)},
    }
    line = copy_line(
        customer.customer_id,
        customer.email,
        customer.name,
        customer.phone,
        person.country,
        array(customer.tags),
        _json(attributes),
        signed_up,
        signed_up,
        local_text(day, second),
    )
    return ShopRow(day, "customers", customer.customer_id, line)


def product_row(product: Product, day: date, first_day: date, second: int) -> ShopRow:
    """A product with the price of a day."""
    line = copy_line(
        product.product_id,
        product.sku,
        product.name,
        product.category,
        amount(product.price("INR", day)),
        "INR",
        _json({"organic": product.number % 3 == 0, "weight_g": 100 + product.number * 15}),
        "true" if product.number % 29 else "false",
        local_text(first_day, 0),
        local_text(day, second),
    )
    return ShopRow(day, "products", product.product_id, line)


def rate_row(rate_date: date, day: date, seed: int) -> ShopRow:
    """The dollar's rate of a working day, published on `day`."""
    # A slow wave with some noise, in 1/100,000 rupees.
    phase = rate_date.toordinal() % 60
    wave = min(phase, 60 - phase) * 4_000
    rate = 8_310_000 + wave + Chance(f"{seed}|rate|{rate_date}").between(-9_000, 9_000)
    text = f"{rate // 100_000}.{rate % 100_000:05d}"
    line = copy_line(rate_date, "USD", "INR", text, local_text(day, RATE_SECOND))
    return ShopRow(day, "exchange_rates", f"{rate_date}|USD", line)
