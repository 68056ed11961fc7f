"""What the cart changed since the warehouse got it, as a table of before and now."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from msgspec import Struct

from tranter.routing.changes import Field, OrderChange


class Changed(Struct, frozen=True, kw_only=True):
    """`of` is the line's SKU. Nothing before: added; nothing now: taken back."""

    label: str
    of: str
    before: str
    now: str


def changed(found: Iterable[OrderChange]) -> tuple[Changed, ...]:
    return tuple(_row(change) for change in found)


def _row(change: OrderChange) -> Changed:
    is_units = change.field is Field.UNITS
    before = "" if is_units and change.before == "0" else change.before
    now = "" if is_units and change.now == "0" else change.now
    return Changed(label=_label(change.field), of=change.of, before=before, now=now)


def _label(field: Field) -> str:
    return {
        Field.UNITS: _("Units"),
        Field.SKU: _("SKU"),
        Field.TROUBLE: _("Trouble"),
        Field.NAME: _("Name"),
        Field.COMPANY: _("Company"),
        Field.STREET: _("Street"),
        Field.CITY: _("City"),
        Field.REGION: _("Region"),
        Field.POSTAL_CODE: _("Postal code"),
        Field.COUNTRY: _("Country"),
        Field.PHONE: _("Phone"),
        Field.SHIP_METHOD: _("Ship method"),
        Field.TOTAL: _("Total"),
        Field.NOTE: _("Note"),
    }[field]
