"""What the first push of stock would change, as a sheet to look through."""

from collections.abc import Iterator

from tranter.engine.going_live import StockPlan
from tranter.routing.csv_rows import csv_line

HEAD = ("what", "sku", "item code", "listing", "marketplace", "shows", "will show", "available")


def stock_sheet(plan: StockPlan) -> str:
    """CSV with a mark of its encoding, for spreadsheets that would guess."""
    return "\ufeff" + "".join(map(csv_line, (HEAD, *_rows(plan))))


def _rows(plan: StockPlan) -> Iterator[tuple[object, ...]]:
    groups = (
        ("to zero", plan.to_zero),
        ("down", plan.down),
        ("up", plan.up),
        ("unmatched", plan.unmatched),
        ("level unknown", plan.unknown),
    )
    for what, lines in groups:
        for line in lines:
            named = (what, line.sku, line.item_sku, line.listing_id, line.marketplace)
            yield (*named, line.shown, line.wanted, line.available)
