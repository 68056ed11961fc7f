"""Words of the trade as a seller reads them."""

from django.utils.translation import gettext as _


def site_label(marketplace: str) -> str:
    """EBAY_GB is "eBay GB": the site's country, as carts name their sites by it."""
    maker, _sep, country = marketplace.partition("_")
    if not country:
        return marketplace
    name = {"EBAY": "eBay"}.get(maker, maker.title())
    return f"{name} {country.replace('_', ' ')}"


def kind_label(kind: str) -> str:
    """What an order waits for."""
    labels = {
        "unknown_sku": _("Unknown SKU"),
        "empty_sku": _("No SKU"),
        "duplicate_sku": _("SKU twice at the warehouse"),
        "no_address": _("No address"),
        "address": _("Address refused"),
        "country_unknown": _("Unknown country"),
        "address_doubtful": _("Address looks wrong"),
        "no_warehouse": _("No warehouse"),
        "cancel_requested": _("Buyer asks to cancel"),
        "line_trouble": _("A line can't be sent"),
        "zero_quantity": _("Nothing of a line"),
        "unmapped_ship_method": _("Unmapped ship method"),
        "too_many_lines": _("Too many lines"),
        "rule_hold": _("Held by a rule"),
        "no_stock": _("No stock"),
        "no_single_warehouse": _("At several warehouses"),
        "operator": _("Held by a person"),
        "doubtful_at_warehouse": _("Perhaps at the warehouse already"),
        "buyer_erased": _("Buyer erased"),
        "rejected": _("Refused"),
        "carrier": _("Unknown carrier"),
        "changed_at_cart": _("Changed after it was sent"),
        "change_too_late": _("Too late to change"),
        "cancel_too_late": _("Too late to cancel"),
        "not_delivered_for_a_day": _("Not delivered for a day"),
    }
    return labels.get(kind, kind.replace("_", " ").capitalize())
