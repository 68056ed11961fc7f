"""What else is to be seen of an order at a glance: tags beside its number, never its status."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tranter.ledger import combining, returns
from tranter.ledger.order_list import OrderInList
from tranter.model import Money
from tranter.web.desk import Desk


def badges(desk: Desk, orders: Sequence[OrderInList]) -> dict[int, tuple[str, ...]]:
    ids = [one.id for one in orders]
    together, might = combining.combined(desk.books, ids), combining.might(desk.books, ids)
    back = returns.marks(desk.books, ids)
    found = {one.id: _of(one, one.id in together, one.id in might) for one in orders}
    return {pk: (*shown, *([return_badge(back[pk])] if pk in back else [])) for pk, shown in found.items()}


def return_badge(mark: str) -> str:
    words = {
        returns.RETURNING: _("Coming back"),
        returns.PARTLY: _("Partly returned"),
        returns.RETURNED: _("Returned"),
    }
    return words[mark]


def refund_badge(refunded: Money | None, paid: Money) -> str | None:
    if refunded is None or not refunded.minor:
        return None
    return _("Refunded") if refunded >= paid else _("Partly refunded")


def _of(one: OrderInList, together: bool, might: bool) -> list[str]:
    shown = [
        (one.is_test, _("Test")),
        (one.corrected, _("Corrected")),
        (together, _("Combined")),
        (might, _("Could be combined")),
    ]
    if (refund := refund_badge(one.refunded, one.total)) is not None:
        shown.append((True, refund))
    return [text for holds, text in shown if holds]
