"""What the company sells, and the words its people are made of."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sandbox.world.chance import Chance, Weighted

CURRENCIES = ("INR", "USD")
PRICE_DAYS = 45
_RUPEES_PER_DOLLAR = 80

_GOODS = {
    "Tea": (
        "Assam Breakfast", "Darjeeling First Flush", "Masala Chai", "Nilgiri Frost",
        "Kashmiri Kahwa", "Tulsi Green", "Matcha 抹茶", "Oolong № 7", "White Peony", "Earl Grey",
    ),
    "Coffee": (
        "Chikmagalur Dark", "Coorg Honey", "Monsooned Malabar", "Cold Brew Bags", "Café Filter",
        "Araku Single Estate", "Decaf Blue", "Instant Gold", "Peaberry AA", "Espresso 1931",
    ),
    "Mugs": (
        "Café Mug ☕", "Terracotta Kulhad", "Enamel Camp Mug", "Glass Duo", "Blue Pottery Cup",
        "Travel Tumbler", "Stoneware Set", "Copper Tumbler", "Kintsugi Cup", "Tiny Espresso Cup",
    ),
    "Brewers": (
        "Pour-over Stand", "Moka Pot", "South Indian Filter", "French Press", "Gooseneck Kettle",
        "Hand Grinder", "Cast-iron Teapot", "Infuser Bottle", "Milk Frother", "Digital Scale",
    ),
    "Sweets": (
        "Jaggery Bites", 'Chikki "Crunch"', "Dark 72% Bar", "Orange Peel", "कोको बर्फी",
        "Almond Biscotti", "Ginger Snaps", "Honey Jar", "Rusk & Cardamom", "Date Rolls",
    ),
    "Gifts": (
        "Festive Hamper", "Tasting Box", "Tea Library", "Brew Starter Kit", "Gift Card 1000",
        "Diwali Crate", "Office Box", "New Home Set", "Wedding Favour", "Subscription Box",
    ),
}  # fmt: skip
_PRICES = {"Tea": 34900, "Coffee": 54900, "Mugs": 79950, "Brewers": 189900, "Sweets": 24950,
           "Gifts": 249900}  # fmt: skip
CATEGORIES = tuple(_GOODS)
SEARCHES = ("chai", "filter coffee", "gift", "mug", "masala chai", "कॉफ़ी", "moka pot", "sale",
            "decaf", "té verde", "hamper under 2000", "kettle")  # fmt: skip
COUPONS = ("WELCOME10", "CHAI50", "DIWALI", "FREESHIP", "SECONDCUP")
COUNTRIES = Weighted({"IN": 740, "US": 150, "GB": 50, "AE": 40, "SG": 20})
CITIES = {
    "IN": ("Mumbai", "Bengaluru", "दिल्ली", "Hyderabad", "Chennai", "Pune", "कोलकाता", "Kochi"),
    "US": ("New York", "San José", "Austin", "Seattle"),
    "GB": ("London", "Leeds", "Glasgow"),
    "AE": ("Dubai", "أبو ظبي"),
    "SG": ("Singapore",),
}
DIALLING = {"IN": "+9190", "US": "+1555", "GB": "+4479", "AE": "+9715", "SG": "+658"}
FIRST_NAMES = ("Aarav", "Priya", "Vikram", "Ananya", "Rohan", "Meera", "Kabir", "Ishita", "प्रिया",
               "Arjun", "Zoë", "José", "Fatima", "Liam", "Mei", "Søren", "Chloé", "Nikhil", "Divya",
               "O'Brien")  # fmt: skip
LAST_NAMES = ("Sharma", "Iyer", "Patel", "Das", "Kapoor", "Nair", "Singh", "शर्मा", "García",
              "Smith", "Müller", "Khan", "Lee", "D'Souza", "Rao", "Bose", "Łukasz",
              "Chen")  # fmt: skip


@dataclass(frozen=True)
class Product:
    """Something on the shelf; its price changes every few weeks."""

    number: int
    product_id: str
    sku: str
    name: str
    category: str
    base_price: int

    def price(self, currency: str, day: date) -> int:
        """Price in minor units (paise, cents) on a day."""
        percent = 100 + Chance(f"price|{self.number}|{self.period(day)}").between(-6, 9)
        paise = self.base_price * percent // 100
        return paise if currency == "INR" else paise // _RUPEES_PER_DOLLAR

    def period(self, day: date) -> int:
        """Number of the stretch of days in which the price stays."""
        return (day.toordinal() + self.number * 7) // PRICE_DAYS

    def changes_on(self, day: date) -> bool:
        """Tell whether a new price begins on a day."""
        return self.period(day) != self.period(day - timedelta(days=1))


def _products() -> list[Product]:
    chance = Chance("products")
    products: list[Product] = []
    for category, names in _GOODS.items():
        for name in names:
            number = len(products)
            price = _PRICES[category] * chance.between(60, 180) // 100
            sku = f"{category[:3].upper()}-{number:03d}"
            products.append(Product(number, chance.uuid(), sku, name, category, price))
    return products


PRODUCTS = _products()
# A few products sell best.
POPULARITY = Weighted({product: 400 // (3 + place) + 4 for place, product in enumerate(PRODUCTS)})


def quoted(text: str) -> str:
    """A text as JSON, letters outside ASCII kept."""
    return json.dumps(text, ensure_ascii=False)


def amount(minor: int) -> str:
    """Minor units as a decimal number with two places."""
    return f"{minor // 100}.{minor % 100:02d}"


@lru_cache(maxsize=4096)
def price_on(number: int, currency: str, day: date) -> int:
    """`Product.price`, remembered."""
    return PRODUCTS[number].price(currency, day)
