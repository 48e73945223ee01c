"""Who there is: the manager and the customers below it, and who may read them."""

from dataclasses import dataclass

from sandbox.world.campaigns import ACCOUNTS

MANAGER_ID = "9000000001"


@dataclass(frozen=True)
class Customer:
    """A customer.

    Args:
        customer_id: Ten digits.
        name: Its descriptive name.
        currency: Of its money.
        time_zone: Of its days.
        status: A `CustomerStatus`.
        manager: Whether it manages others.
        readable: Whether our user may read it.
    """

    customer_id: str
    name: str
    currency: str
    time_zone: str
    status: str = "ENABLED"
    manager: bool = False
    readable: bool = True

    @property
    def resource_name(self) -> str:
        """`customers/1234567890`."""
        return f"customers/{self.customer_id}"

    def attributes(self) -> dict[str, object]:
        """As the resource `customer`."""
        return {
            "resource_name": self.resource_name,
            "id": int(self.customer_id),
            "descriptive_name": self.name,
            "currency_code": self.currency,
            "time_zone": self.time_zone,
            "manager": self.manager,
            "test_account": False,
            "status": self.status,
            "auto_tagging_enabled": not self.manager,
            "has_partners_badge": False,
            "call_reporting_setting.call_reporting_enabled": True,
            "call_reporting_setting.call_conversion_reporting_enabled": False,
            "conversion_tracking_setting.conversion_tracking_id": int(self.customer_id) % 10**9,
            "conversion_tracking_setting.conversion_tracking_status": (
                "CONVERSION_TRACKING_MANAGED_BY_SELF"
            ),
            "conversion_tracking_setting.accepted_customer_data_terms": True,
            "conversion_tracking_setting.google_ads_conversion_customer": self.resource_name,
        }

    def as_client(self, of: "Customer") -> dict[str, object]:
        """As the resource `customer_client`, seen from itself or its manager."""
        return {
            "resource_name": f"{of.resource_name}/customerClients/{self.customer_id}",
            "client_customer": self.resource_name,
            "id": int(self.customer_id),
            "level": 0 if of is self else 1,
            "manager": self.manager,
            "hidden": False,
            "test_account": False,
            "descriptive_name": self.name,
            "currency_code": self.currency,
            "time_zone": self.time_zone,
            "status": self.status,
        }


MANAGER = Customer(MANAGER_ID, "Headwater Manager", "INR", "Asia/Kolkata", manager=True)
CUSTOMERS = {
    customer.customer_id: customer
    for customer in (
        MANAGER,
        *(
            Customer(account.account_id, account.name, account.currency, account.time_zone)
            for account in ACCOUNTS
            if account.platform == "google"
        ),
        Customer("1123581321", "Headwater Classic", "INR", "Asia/Kolkata", status="CANCELED"),
        Customer("1618033988", "Headwater Partner", "USD", "America/New_York", readable=False),
    )
}


def clients(customer: Customer) -> list[Customer]:
    """A customer and, of a manager, those below it."""
    return list(CUSTOMERS.values()) if customer.manager else [customer]
