"""What the parameters of an address ask for."""

from collections.abc import Mapping

from tranter.ledger.api_orders import LISTS, Asked, Window
from tranter.web.cartrover.dates import moment
from tranter.web.cartrover.envelope import Refusal
from tranter.web.cartrover.order_object import Shown

USUAL, MOST, MOST_SKUS = 20, 100, 500
LAST_PAGE = 1_000_000
Query = Mapping[str, str]


def shown(query: Query) -> Shown:
    return Shown(
        filtered_items=_yes(query, "include_filtered_items"),
        order_extras=_yes(query, "include_order_extras"),
        line_extras=_yes(query, "include_line_extras"),
        aliases=_yes(query, "include_aliases"),
    )


def _yes(query: Query, name: str) -> bool:
    """Raises `Refusal`."""
    said = query.get(name, "").strip().upper()
    if said not in ("", "Y", "N"):
        raise Refusal(f"{name} is {said[:20]!r}, and wants Y or N")
    return said == "Y"


def asked(query: Query, status: str, connection_id: int | None) -> Asked:
    """Raises `Refusal`."""
    if status not in LISTS:
        raise Refusal(f"There is no status {status[:40]!r}; known are: {', '.join(LISTS)}")
    window = Window(
        start=moment(query.get("from_date", ""), "from_date"),
        end=moment(query.get("to_date", ""), "to_date", to_the_end=True),
    )
    return Asked(
        status=status,
        window=window,
        source=query.get("order_source", "").strip(),
        connection_id=connection_id,
        limit=number(query, "limit", USUAL, MOST),
        page=number(query, "page", 1, LAST_PAGE),
    )


def number(query: Query, name: str, usual: int, most: int) -> int:
    """More than the most is the most. Raises `Refusal`."""
    said = query.get(name, "").strip()
    if not said:
        return usual
    if not said.isascii() or not said.isdecimal() or int(said[:12]) < 1:
        raise Refusal(f"{name} is {said[:20]!r}, and wants a number from 1 on")
    return min(int(said[:12]), most)
