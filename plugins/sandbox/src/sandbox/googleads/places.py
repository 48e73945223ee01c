"""Countries and cities as geo target constants.

The countries' criteria are Google's; those of the cities are ours, as are the cities' shares.
"""

from dataclasses import dataclass
from itertools import count

from sandbox.world.catalog import CITIES


@dataclass(frozen=True)
class GeoTarget:
    """A country, or a city in one."""

    criterion_id: int
    name: str
    country_code: str
    country: "GeoTarget | None" = None

    @property
    def resource_name(self) -> str:
        """`geoTargetConstants/2356`."""
        return f"geoTargetConstants/{self.criterion_id}"

    def attributes(self) -> dict[str, object]:
        """As the resource `geo_target_constant`."""
        country = self.country
        return {
            "resource_name": self.resource_name,
            "id": self.criterion_id,
            "name": self.name,
            "country_code": self.country_code,
            "target_type": "City" if country else "Country",
            "status": "ENABLED",
            "canonical_name": f"{self.name},{country.name}" if country else self.name,
            "parent_geo_target": country.resource_name if country else None,
        }


INDIA = GeoTarget(2356, "India", "IN")
EMIRATES = GeoTarget(2784, "United Arab Emirates", "AE")
STATES = GeoTarget(2840, "United States", "US")
KINGDOM = GeoTarget(2826, "United Kingdom", "GB")
COUNTRIES = {one.country_code: one for one in (INDIA, EMIRATES, STATES, KINGDOM)}


_numbers = count(9_100_000)
CITIES_OF = {
    code: {
        name: GeoTarget(next(_numbers), name, code, country) for name in dict.fromkeys(CITIES[code])
    }
    for code, country in COUNTRIES.items()
}
# Where an account's ads are seen, in percent.
SEEN_IN = {
    "INR": ((INDIA, 97), (EMIRATES, 3)),
    "USD": ((STATES, 70), (KINGDOM, 20), (EMIRATES, 10)),
}
