"""Routes of the Notification API."""

from typing import Any

from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.notifications import (
    TOPICS,
    Destination,
    Notifier,
    Subscription,
    destination_from,
)
from tranter.connectors.ebay.simulator.oauth import Token
from tranter.connectors.ebay.simulator.shop import body_of, whole_number
from tranter.connectors.ebay.simulator.times import stamp
from tranter.testing.simulator import SimReply, SimRequest, json_reply

Json = dict[str, Any]
PATH = "/commerce/notification/v1"
NO_CONTENT = SimReply(204)


def get_config(notifier: Notifier, request: SimRequest) -> SimReply:
    if not notifier.alert_email:
        raise RefusedError(195026)
    return json_reply(200, {"alertEmail": notifier.alert_email})


def update_config(notifier: Notifier, request: SimRequest) -> SimReply:
    email = body_of(request, 195025).get("alertEmail")
    if not isinstance(email, str) or "@" not in email:
        raise RefusedError(195025)
    notifier.alert_email = email
    return NO_CONTENT


def get_destinations(notifier: Notifier, request: SimRequest) -> SimReply:
    rows = [_destination(each) for each in notifier.destinations.values()]
    return _list(request, "destination", "destinations", rows)


def create_destination(notifier: Notifier, request: SimRequest) -> SimReply:
    _need_config(notifier)
    made = destination_from(notifier, body_of(request, 195017), _new_id(notifier))
    notifier.destinations[made.destination_id] = made
    return _created(notifier, request, "destination", made.destination_id)


def get_destination(notifier: Notifier, request: SimRequest, destination_id: str) -> SimReply:
    return json_reply(200, _destination(_known(notifier, destination_id)))


def update_destination(notifier: Notifier, request: SimRequest, destination_id: str) -> SimReply:
    _known(notifier, destination_id)
    made = destination_from(notifier, body_of(request, 195017), destination_id)
    notifier.destinations[destination_id] = made
    return NO_CONTENT


def delete_destination(notifier: Notifier, request: SimRequest, destination_id: str) -> SimReply:
    _known(notifier, destination_id)
    if any(each.destination_id == destination_id for each in notifier.subscriptions.values()):
        raise RefusedError(195024)
    del notifier.destinations[destination_id]
    return NO_CONTENT


def get_topics(notifier: Notifier, request: SimRequest) -> SimReply:
    return _list(request, "topic", "topics", [_topic(name) for name in TOPICS])


def get_topic(notifier: Notifier, request: SimRequest, topic: str) -> SimReply:
    if topic not in TOPICS:
        raise RefusedError(195002)
    return json_reply(200, _topic(topic))


def get_public_key(notifier: Notifier, request: SimRequest, kid: str) -> SimReply:
    if kid != notifier.key.kid:
        raise RefusedError(195001)
    return json_reply(200, notifier.key.public_json())


def get_subscriptions(notifier: Notifier, request: SimRequest) -> SimReply:
    rows = [_subscription(each) for each in notifier.subscriptions.values()]
    return _list(request, "subscription", "subscriptions", rows)


def create_subscription(notifier: Notifier, request: SimRequest, token: Token) -> SimReply:
    """Topics of the application want an application token, topics of a user that user's."""
    _need_config(notifier)
    body = body_of(request, 195027)
    topic = str(body.get("topicId"))
    if topic not in TOPICS:
        raise RefusedError(195027)
    if (TOPICS[topic][0] == "USER") != token.is_user:
        raise RefusedError(195011)
    if any(each.topic == topic for each in notifier.subscriptions.values()):
        raise RefusedError(195012)
    made = _from_body(notifier, body, Subscription(_new_id(notifier), topic, "", "", "", ""))
    made.created_at = stamp(notifier.shop.now)
    notifier.subscriptions[made.subscription_id] = made
    return _created(notifier, request, "subscription", made.subscription_id)


def get_subscription(notifier: Notifier, request: SimRequest, subscription_id: str) -> SimReply:
    return json_reply(200, _subscription(_subscribed(notifier, subscription_id)))


def update_subscription(notifier: Notifier, request: SimRequest, subscription_id: str) -> SimReply:
    _from_body(notifier, body_of(request, 195006), _subscribed(notifier, subscription_id))
    return NO_CONTENT


def delete_subscription(notifier: Notifier, request: SimRequest, subscription_id: str) -> SimReply:
    _subscribed(notifier, subscription_id)
    del notifier.subscriptions[subscription_id]
    return NO_CONTENT


def disable_subscription(notifier: Notifier, request: SimRequest, subscription_id: str) -> SimReply:
    _subscribed(notifier, subscription_id).status = "DISABLED"
    return NO_CONTENT


def enable_subscription(notifier: Notifier, request: SimRequest, subscription_id: str) -> SimReply:
    subscription = _subscribed(notifier, subscription_id)
    if notifier.destinations[subscription.destination_id].status != "ENABLED":
        raise RefusedError(195015)
    subscription.status = "ENABLED"
    return NO_CONTENT


def test_subscription(notifier: Notifier, request: SimRequest, subscription_id: str) -> SimReply:
    notifier.test(_subscribed(notifier, subscription_id))
    return SimReply(202)


def _need_config(notifier: Notifier) -> None:
    if not notifier.alert_email:
        raise RefusedError(195003)


def _known(notifier: Notifier, destination_id: str) -> Destination:
    if destination_id not in notifier.destinations:
        raise RefusedError(195022)
    return notifier.destinations[destination_id]


def _subscribed(notifier: Notifier, subscription_id: str) -> Subscription:
    if subscription_id not in notifier.subscriptions:
        raise RefusedError(195013)
    return notifier.subscriptions[subscription_id]


def _from_body(notifier: Notifier, body: dict[str, object], subscription: Subscription) -> Subscription:
    payload = body.get("payload")
    if not isinstance(payload, dict) or payload.get("deliveryProtocol") != "HTTPS":
        raise RefusedError(195010)
    if payload.get("format") != "JSON":
        raise RefusedError(195009)
    if payload.get("schemaVersion") != "1.0":
        raise RefusedError(195008)
    if body.get("status") not in ("ENABLED", "DISABLED"):
        raise RefusedError(195006)
    destination = notifier.destinations.get(str(body.get("destinationId")))
    if destination is None:
        raise RefusedError(195007)
    if body["status"] == "ENABLED" and destination.status != "ENABLED":
        raise RefusedError(195015)
    subscription.status, subscription.schema_version = str(body["status"]), "1.0"
    subscription.destination_id = destination.destination_id
    return subscription


def _new_id(notifier: Notifier) -> str:
    return f"{notifier.shop.random.getrandbits(64):016x}"


def _created(notifier: Notifier, request: SimRequest, what: str, made_id: str) -> SimReply:
    location = f"{notifier.shop.origin(request)}{PATH}/{what}/{made_id}"
    return json_reply(201, {}, (("Location", location),))


def _list(request: SimRequest, what: str, plural: str, rows: list[Json]) -> SimReply:
    limit = whole_number(request, "limit", 20, 195004)
    if not 10 <= limit <= 100:
        raise RefusedError(195004)
    start = whole_number(request, "continuation_token", 0, 195005)
    page = rows[start : start + limit]
    body: Json = {"href": f"{PATH}/{what}?limit={limit}", "limit": limit, "total": len(rows), plural: page}
    if start + limit < len(rows):
        body["next"] = f"{PATH}/{what}?limit={limit}&continuation_token={start + limit}"
    return json_reply(200, body)


def _destination(destination: Destination) -> Json:
    config = {"endpoint": destination.endpoint, "verificationToken": destination.verification_token}
    return {
        "destinationId": destination.destination_id,
        "name": destination.name,
        "status": destination.status,
        "deliveryConfig": config,
    }


def _subscription(subscription: Subscription) -> Json:
    return {
        "subscriptionId": subscription.subscription_id,
        "topicId": subscription.topic,
        "status": subscription.status,
        "creationDate": subscription.created_at,
        "destinationId": subscription.destination_id,
        "payload": {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"},
    }


def _topic(name: str) -> Json:
    scope, context, description = TOPICS[name]
    payload = {"format": ["JSON"], "schemaVersion": "1.0", "deliveryProtocol": "HTTPS", "deprecated": False}
    return {
        "topicId": name,
        "description": description,
        "authorizationScopes": ["https://api.ebay.com/oauth/api_scope"],
        "status": "ENABLED",
        "context": context,
        "scope": scope,
        "supportedPayloads": [payload],
        "filterable": False,
    }
