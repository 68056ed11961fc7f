"""eBay's REST errors: ids, domains and messages, and the replies that carry them."""

from collections.abc import Mapping

from tranter.testing.simulator import SimReply, json_reply

Known = tuple[int, str, str, str]
"""(status, domain, category, message)"""

_FULFILLMENT: Mapping[int, str] = {
    30700: "Invalid filter name: {name}",
    30800: "Invalid filter value '{value}' for filter '{name}'",
    30810: "Invalid date format",
    30820: "Start date is missing",
    30830: "Time range between start date and end date must be within '2' years.",
    30840: "Start date should be before end date",
    30850: "Start and end dates can't be in the future",
    30900: "Exceeded maximum number of order IDs (the current limit is 50)",
    31000: "Invalid offset: {value}",
    31100: "Invalid limit: {value}",
    32100: "Invalid order ID: {value}",
    32110: "Invalid shipping fulfillment ID: {value}",
    32200: "Invalid line item id: {value}",
    32210: "Duplicate line item in the request",
    32300: "Invalid shipment tracking number or carrier",
    32400: "Requested user is suspended",
    32500: "Invalid shipped date",
    32600: "Invalid input data",
    32800: "Invalid field group: {value}",
    34100: "Maximum tracking number for order is exceeded",
    34300: "Mark As Shipped for multiple Global Shipping Program line items is not supported",
    34500: "Please use PUT operation for updating shipping fulfillment",
}
_INVENTORY: Mapping[int, str] = {
    25002: "Any User error. {value}",
    25702: "{value} could not be found or is not available in the system.",
    25706: "You have provided invalid pagination values. {value}.",
    25708: "Invalid SKU.",
    25709: "Invalid value for {name}. {value}",
    25710: "We didn't find the resource/entity you are requesting. Please verify the request",
    25713: "This Offer is not available : {value}.",
    25727: "The number of InventoryItems in the request cannot exceed {value}.",
    25734: "SKU should be unique in the request.",
    25804: "Input error. {value}",
    25805: "{name} Not Found.",
}
_NOTIFICATION: Mapping[int, tuple[int, str]] = {
    195001: (404, "The specified key id is invalid."),
    195002: (404, "Invalid or missing topic id."),
    195003: (409, "Please provide configurations required for notifications. Refer to /config"),
    195004: (400, "Invalid limit. Supported ranges 10 - 100."),
    195005: (400, "Invalid continuation token."),
    195006: (400, "Invalid or missing subscription status."),
    195007: (400, "Invalid or missing destination id."),
    195008: (400, "Invalid or missing schema version."),
    195009: (400, "Specified format is not supported for the topic."),
    195010: (400, "Invalid or missing protocol"),
    195011: (403, "Not authorized for this topic."),
    195012: (409, "Subscription already exists"),
    195013: (404, "The subscription id does not exist."),
    195015: (409, "The subscription cannot be enabled since the destination is not enabled."),
    195016: (400, "Invalid name. Markups or lengths greater than 64 not supported"),
    195017: (400, "Invalid or missing endpoint."),
    195018: (400, "Invalid or missing destination status. Supported values:[ENABLED,DISABLED]"),
    195019: (400, "Invalid or missing verification token for this endpoint."),
    195020: (409, "Challenge verification failed for requested endpoint"),
    195021: (409, "Destination exists for this endpoint"),
    195022: (404, "Invalid or missing destination id."),
    195024: (409, "Destination is in use and cannot be deleted."),
    195025: (400, "Invalid or missing email."),
    195026: (404, "Configuration Not Found."),
    195027: (400, "Invalid or missing topic id."),
}
_FEED: Mapping[int, tuple[int, str]] = {
    160003: (404, "Task {value} does not exist."),
    160006: (400, "The 'feed_type' {value} is invalid."),
    160014: (404, "No file found for task ID {value}."),
    160017: (400, "The 'feedType' is missing or invalid."),
    160018: (400, "The 'schemaVersion' is invalid."),
    160020: (400, "The format of the file to be uploaded is invalid. {value}"),
    160023: (400, "Task {value} cannot upload a file."),
    160025: (409, "You have exceeded the maximum number of records or tasks in the period."),
    160026: (400, "This task has expired and you cannot use it to upload a file."),
    160027: (400, "The X-EBAY-C-MARKETPLACE-ID header is missing or invalid."),
    160028: (400, "The file you tried to upload is too large."),
    160100: (400, "Payload not found under the key name 'file'."),
}
_COMMON: Mapping[int, Known] = {
    1001: (401, "OAuth", "REQUEST", "Invalid access token"),
    1002: (400, "OAuth", "REQUEST", "Missing access token"),
    1003: (400, "OAuth", "REQUEST", "Token type in the Authorization header is invalid"),
    1100: (403, "ACCESS", "REQUEST", "Access denied"),
    2001: (429, "ACCESS", "REQUEST", "Too many requests."),
    2002: (404, "ACCESS", "REQUEST", "Resource not resolved"),
    2003: (500, "ACCESS", "APPLICATION", "Internal error"),
    2004: (400, "ACCESS", "REQUEST", "Invalid request"),
    30500: (500, "API_FULFILLMENT", "APPLICATION", "System error."),
}


def known(error_id: int) -> Known:
    if error_id in _FULFILLMENT:
        return 400, "API_FULFILLMENT", "REQUEST", _FULFILLMENT[error_id]
    if error_id in _INVENTORY:
        return 400, "API_INVENTORY", "REQUEST", _INVENTORY[error_id]
    if error_id in _NOTIFICATION:
        status, message = _NOTIFICATION[error_id]
        return status, "API_NOTIFICATION", "REQUEST", message
    if error_id in _FEED:
        status, message = _FEED[error_id]
        return status, "API_FEED", "BUSINESS" if status == 409 else "REQUEST", message
    return _COMMON[error_id]


class RefusedError(Exception):
    """The vendor says no. `status` overrides the error's usual one."""

    def __init__(self, error_id: int, *, status: int = 0, name: str = "", value: str = "") -> None:
        super().__init__(f"eBay error {error_id}")
        self.error_id = error_id
        self.status = status or known(error_id)[0]
        self.name, self.value = name, value

    def as_json(self) -> dict[str, object]:
        _, domain, category, message = known(self.error_id)
        body: dict[str, object] = {
            "errorId": self.error_id,
            "domain": domain,
            "category": category,
            "message": message.format(name=self.name, value=self.value),
        }
        if self.name or self.value:
            body["parameters"] = [{"name": self.name or "value", "value": self.value}]
        return body

    def reply(self) -> SimReply:
        return json_reply(self.status, {"errors": [self.as_json()]})
