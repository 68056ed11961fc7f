"""Who the seller is, whether he may sell, and how many calls are left today."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.options import Options
from tranter.connectors.ebay.simulator.shop import Shop
from tranter.connectors.ebay.simulator.times import stamp
from tranter.testing.simulator import SimReply, SimRequest, json_reply

Json = dict[str, Any]
DAY_BEGINS = time(8)
"""eBay counts by the day of its west coast; summer time is left out here."""

RESOURCES: dict[str, tuple[str, str, int]] = {
    "fulfillment": ("sell", "Fulfillment", 100_000),
    "inventory": ("sell", "Inventory", 2_000_000),
    "account": ("sell", "Account", 25_000),
    "feed": ("sell", "Feed", 100_000),
    "notification": ("commerce", "Notification", 10_000),
    "identity": ("commerce", "Identity", 5_000),
    "analytics": ("developer", "Analytics", 5_000),
    "post_order": ("sell", "PostOrder", 5_000),
    "trading": ("tradingapi", "TradingAPI", 5_000),
}
"""resource → (context, name, calls a day by default)"""


@dataclass
class Quota:
    options: Options
    day: date | None = None
    used: Counter[str] = field(default_factory=Counter)

    def count(self, resource: str, now: datetime) -> None:
        """Raises error 2001 once the day's calls are used up."""
        self._turn(now)
        if self.options.enforce_limits and self.used[resource] >= self.limit(resource):
            raise RefusedError(2001)
        self.used[resource] += 1

    def limit(self, resource: str) -> int:
        return self.options.daily_limits.get(resource, RESOURCES[resource][2])

    def resets_at(self, now: datetime) -> datetime:
        start = now.replace(hour=DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
        return start if now < start else start + timedelta(days=1)

    def as_json(self, now: datetime) -> Json:
        self._turn(now)
        limits = [self._resource(name, now) for name in RESOURCES]
        return {"rateLimits": limits}

    def _resource(self, resource: str, now: datetime) -> Json:
        context, name, _ = RESOURCES[resource]
        limit, used = self.limit(resource), self.used[resource]
        rate = {
            "count": used,
            "limit": limit,
            "remaining": max(0, limit - used),
            "reset": stamp(self.resets_at(now)),
            "timeWindow": 86_400,
        }
        resources = [{"name": f"{context}.{name}".lower(), "rates": [rate]}]
        return {"apiContext": context, "apiName": name, "apiVersion": "v1", "resources": resources}

    def _turn(self, now: datetime) -> None:
        day = self.resets_at(now).date()
        if day != self.day:
            self.day = day
            self.used.clear()


def get_user(shop: Shop, request: SimRequest) -> SimReply:
    body = {
        "userId": shop.user_id,
        "username": shop.options.username,
        "accountType": "BUSINESS",
        "registrationMarketplaceId": shop.options.registration_marketplace,
        "status": "CONFIRMED",
        "businessAccount": {"name": "Simulated Trading Post"},
    }
    return json_reply(200, body)


def get_privileges(shop: Shop, request: SimRequest) -> SimReply:
    limit = {"amount": {"value": "500000.0", "currency": "USD"}, "quantity": 100_000}
    body = {"sellerRegistrationCompleted": shop.options.seller_registered, "sellingLimit": limit}
    return json_reply(200, body)
