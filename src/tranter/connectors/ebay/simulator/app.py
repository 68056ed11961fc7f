"""eBay's front door: finds the route, checks the token and the day's calls, and lets the route answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from tranter.connectors.ebay.simulator import account, consent, feed, fulfillment, inventory, post_order, shipping
from tranter.connectors.ebay.simulator import notification_routes as notification
from tranter.connectors.ebay.simulator import trading_listings as listings
from tranter.connectors.ebay.simulator import trading_orders as orders
from tranter.connectors.ebay.simulator.account import Quota
from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.feed import Feed
from tranter.connectors.ebay.simulator.notifications import Notifier
from tranter.connectors.ebay.simulator.oauth import OAuth, Token, revoke_endpoint, token_endpoint
from tranter.connectors.ebay.simulator.shop import Shop
from tranter.connectors.ebay.simulator.trading import Handler, trading_endpoint
from tranter.testing.simulator import SimReply, SimRequest, json_reply

TOKEN_PATH = "/identity/v1/oauth2/token"  # noqa: S105 - a path
TRADING_PATHS = frozenset({"/ws/api.dll", "/wsapi"})

TRADING: dict[str, Handler] = {
    "GeteBayOfficialTime": listings.official_time,
    "GetUser": listings.get_user,
    "GetUserPreferences": listings.get_user_preferences,
    "SetUserPreferences": listings.set_user_preferences,
    "GetNotificationPreferences": listings.get_notification_preferences,
    "GetMyeBaySelling": listings.get_my_ebay_selling,
    "GetSellerList": listings.get_seller_list,
    "GetItem": listings.get_item,
    "ReviseInventoryStatus": listings.revise_inventory_status,
    "GetOrders": orders.get_orders,
    "CompleteSale": orders.complete_sale,
}


@dataclass
class App:
    shop: Shop
    oauth: OAuth
    notifier: Notifier
    quota: Quota
    feed: Feed


class Visit(NamedTuple):
    request: SimRequest
    args: tuple[str, ...]
    token: Token


class Route(NamedTuple):
    """`scopes`: any one of them is enough; "" is eBay's base scope."""

    method: str
    pattern: re.Pattern[str]
    operation: str
    resource: str
    scopes: tuple[str, ...]
    run: Callable[[App, Visit], SimReply]


ShopHandler = Callable[..., SimReply]


def _of_shop(handler: ShopHandler) -> Callable[[App, Visit], SimReply]:
    return lambda app, visit: handler(app.shop, visit.request, *visit.args)


def _of_notifier(handler: ShopHandler) -> Callable[[App, Visit], SimReply]:
    return lambda app, visit: handler(app.notifier, visit.request, *visit.args)


def _of_feed(handler: ShopHandler) -> Callable[[App, Visit], SimReply]:
    return lambda app, visit: handler(app.feed, visit.request, *visit.args)


def _subscribe(app: App, visit: Visit) -> SimReply:
    return notification.create_subscription(app.notifier, visit.request, visit.token)


def _rate_limits(app: App, visit: Visit) -> SimReply:
    if visit.token.is_user:
        raise RefusedError(1100)
    return json_reply(200, app.quota.as_json(app.shop.now))


def _user_rate_limits(app: App, visit: Visit) -> SimReply:
    if not visit.token.is_user:
        raise RefusedError(1100)
    return json_reply(200, app.quota.as_json(app.shop.now))


def _routes() -> tuple[Route, ...]:
    return (
        *_area("fulfillment", "/sell/fulfillment/v1", _of_shop, FULFILLMENT),
        *_area("inventory", "/sell/inventory/v1", _of_shop, INVENTORY),
        *_area("feed", "/sell/feed/v1", _of_feed, FEED),
        *_area("account", "/sell/account/v1", _of_shop, ACCOUNT),
        *_area("identity", "/commerce/identity/v1", _of_shop, IDENTITY),
        *_area("notification", "/commerce/notification/v1", _of_notifier, NOTIFICATION),
        _route("notification", "/commerce/notification/v1", SUBSCRIBE, _subscribe),
        _route("analytics", "/developer/analytics/v1_beta", RATE_LIMITS, _rate_limits),
        _route("analytics", "/developer/analytics/v1_beta", USER_RATE_LIMITS, _user_rate_limits),
    )


Line = tuple[str, str, tuple[str, ...]]
"""("GET /path/{id}", operation, scopes)"""


def _area(
    resource: str,
    base: str,
    wrap: Callable[[ShopHandler], Callable[[App, Visit], SimReply]],
    lines: dict[Line, ShopHandler],
) -> list[Route]:
    return [_route(resource, base, line, wrap(handler)) for line, handler in lines.items()]


def _route(resource: str, base: str, line: Line, run: Callable[[App, Visit], SimReply]) -> Route:
    method, _, path = line[0].partition(" ")
    pattern = re.compile(re.sub(r"\{\w+\}", "([^/]+)", base + path))
    return Route(method, pattern, line[1], resource, line[2], run)


READ_ORDERS = ("sell.fulfillment", "sell.fulfillment.readonly")
READ_STOCK = ("sell.inventory", "sell.inventory.readonly")
FEED_SCOPES = ("sell.inventory", "sell.fulfillment")
NOTIFY = ("", "commerce.notification.subscription")
FULFILLMENTS = "/order/{order_id}/shipping_fulfillment"

FULFILLMENT: dict[Line, ShopHandler] = {
    ("GET /order", "getOrders", READ_ORDERS): fulfillment.get_orders,
    ("GET /order/{order_id}", "getOrder", READ_ORDERS): fulfillment.get_order,
    (f"GET {FULFILLMENTS}", "getShippingFulfillments", READ_ORDERS): fulfillment.get_shipping_fulfillments,
    (f"GET {FULFILLMENTS}/{{id}}", "getShippingFulfillment", READ_ORDERS): (fulfillment.get_shipping_fulfillment),
    (f"POST {FULFILLMENTS}", "createShippingFulfillment", ("sell.fulfillment",)): (
        shipping.create_shipping_fulfillment
    ),
}
INVENTORY: dict[Line, ShopHandler] = {
    ("GET /inventory_item", "getInventoryItems", READ_STOCK): inventory.get_inventory_items,
    ("GET /inventory_item/{sku}", "getInventoryItem", READ_STOCK): inventory.get_inventory_item,
    ("POST /bulk_get_inventory_item", "bulkGetInventoryItem", READ_STOCK): inventory.bulk_get_inventory_item,
    ("GET /offer", "getOffers", READ_STOCK): inventory.get_offers,
    ("GET /offer/{offer_id}", "getOffer", READ_STOCK): inventory.get_offer,
    ("POST /bulk_update_price_quantity", "bulkUpdatePriceQuantity", ("sell.inventory",)): (
        inventory.bulk_update_price_quantity
    ),
    ("GET /location", "getInventoryLocations", READ_STOCK): inventory.get_inventory_locations,
    ("GET /location/{key}", "getInventoryLocation", READ_STOCK): inventory.get_inventory_location,
}
FEED: dict[Line, ShopHandler] = {
    ("GET /task", "getTasks", FEED_SCOPES): feed.get_tasks,
    ("POST /task", "createTask", FEED_SCOPES): feed.create_task,
    ("GET /task/{id}", "getTask", FEED_SCOPES): feed.get_task,
    ("POST /task/{id}/upload_file", "uploadFile", FEED_SCOPES): feed.upload_file,
    ("GET /task/{id}/download_result_file", "getResultFile", FEED_SCOPES): feed.download_result_file,
    ("GET /task/{id}/download_input_file", "getInputFile", FEED_SCOPES): feed.download_input_file,
}
ACCOUNT: dict[Line, ShopHandler] = {
    ("GET /privilege", "getPrivileges", ("sell.account", "sell.account.readonly")): account.get_privileges,
}
IDENTITY: dict[Line, ShopHandler] = {
    ("GET /user/?", "getUser", ("commerce.identity.readonly",)): account.get_user,
}
NOTIFICATION: dict[Line, ShopHandler] = {
    ("GET /config", "getConfig", NOTIFY): notification.get_config,
    ("PUT /config", "updateConfig", NOTIFY): notification.update_config,
    ("GET /destination", "getDestinations", NOTIFY): notification.get_destinations,
    ("POST /destination", "createDestination", NOTIFY): notification.create_destination,
    ("GET /destination/{id}", "getDestination", NOTIFY): notification.get_destination,
    ("PUT /destination/{id}", "updateDestination", NOTIFY): notification.update_destination,
    ("DELETE /destination/{id}", "deleteDestination", NOTIFY): notification.delete_destination,
    ("GET /public_key/{kid}", "getPublicKey", NOTIFY): notification.get_public_key,
    ("GET /topic", "getTopics", NOTIFY): notification.get_topics,
    ("GET /topic/{topic}", "getTopic", NOTIFY): notification.get_topic,
    ("GET /subscription", "getSubscriptions", NOTIFY): notification.get_subscriptions,
    ("GET /subscription/{id}", "getSubscription", NOTIFY): notification.get_subscription,
    ("PUT /subscription/{id}", "updateSubscription", NOTIFY): notification.update_subscription,
    ("DELETE /subscription/{id}", "deleteSubscription", NOTIFY): notification.delete_subscription,
    ("POST /subscription/{id}/disable", "disableSubscription", NOTIFY): notification.disable_subscription,
    ("POST /subscription/{id}/enable", "enableSubscription", NOTIFY): notification.enable_subscription,
    ("POST /subscription/{id}/test", "testSubscription", NOTIFY): notification.test_subscription,
}
SUBSCRIBE: Line = ("POST /subscription", "createSubscription", NOTIFY)
RATE_LIMITS: Line = ("GET /rate_limit/?", "getRateLimits", ("",))
USER_RATE_LIMITS: Line = ("GET /user_rate_limit/?", "getUserRateLimits", ("",))
ROUTES = _routes()


def respond(app: App, request: SimRequest) -> SimReply:
    if request.path == TOKEN_PATH:
        app.shop.history.calls["token"] += 1
        return token_endpoint(app.oauth, request, app.shop.now)
    if request.path == f"{TOKEN_PATH}/revoke":
        return revoke_endpoint(app.oauth, request, app.shop.now)
    if request.path == "/oauth2/authorize":
        page = consent.consent_decision if request.method == "POST" else consent.consent_page
        return page(app.oauth, request, app.shop.now, app.shop.origin(request))
    if request.path == "/ws/eBayISAPI.dll":
        return consent.landing_page()
    if request.path in TRADING_PATHS and request.method == "POST":
        return _trading(app, request)
    if request.path.startswith(post_order.PATH):
        app.shop.history.calls["cancellation"] += 1
        app.quota.used["post_order"] += 1
        return post_order.post_order_endpoint(app.shop, app.oauth, request)
    return _rest(app, request)


def _trading(app: App, request: SimRequest) -> SimReply:
    app.shop.history.calls[request.headers.get("x-ebay-api-call-name", "?")] += 1
    try:
        app.quota.count("trading", app.shop.now)
    except RefusedError as error:
        return error.reply()
    return trading_endpoint(app.shop, app.oauth, request, TRADING)


def _rest(app: App, request: SimRequest) -> SimReply:
    operation = "?"
    try:
        route, args = _find(request)
        operation = route.operation
        app.shop.history.calls[operation] += 1
        token = _authorized(app, request, route)
        app.quota.count(route.resource, app.shop.now)
        _check_language(app, request, route)
        return route.run(app, Visit(request, args, token))
    except RefusedError as error:
        app.shop.note_error(operation, error)
        return error.reply()


def _find(request: SimRequest) -> tuple[Route, tuple[str, ...]]:
    for route in ROUTES:
        match = route.pattern.fullmatch(request.raw_path) if route.method == request.method else None
        if match:
            return route, tuple(unquote(part) for part in match.groups())
    raise RefusedError(2002)


def _authorized(app: App, request: SimRequest, route: Route) -> Token:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if not value:
        raise RefusedError(1002)
    if scheme.lower() != "bearer":
        raise RefusedError(1003)
    token = app.oauth.find(value)
    if token is None or token.expires_at <= app.shop.now:
        odd = route.resource == "inventory" and app.shop.options.inventory_expired_as_403
        raise RefusedError(1100 if odd and token is not None else 1001)
    needs_user = "" not in route.scopes
    if not token.allows(route.scopes) or (needs_user and not token.is_user):
        raise RefusedError(1100)
    return token


def _check_language(app: App, request: SimRequest, route: Route) -> None:
    """The Inventory API wants a real language; `*` or nothing is refused."""
    if route.resource != "inventory" or not app.shop.options.accept_language_required:
        return
    if not re.match(r"[a-z]{2}(-[A-Z]{2})?\b", request.headers.get("accept-language", "")):
        raise RefusedError(25709, name="header Accept-Language")
