"""The demo's picture in the terminal: orders on their way, from the cart to the warehouse and back."""

from collections import Counter

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tranter.demo.world import World
from tranter.ledger import exceptions, journal, overview
from tranter.ledger.book import Book

STEPS = ("new", "at_wms", "shipped", "confirmed")
LABELS = {
    "new": ("new", "cyan"),
    "at_wms": ("at warehouse", "blue"),
    "shipped": ("shipped", "magenta"),
    "confirmed": ("confirmed", "green"),
    "error": ("needs you", "red"),
    "canceled": ("canceled", "dim"),
    "skipped": ("skipped", "dim"),
}
WORDS = {
    "order_taken": "taken from eBay",
    "order_at_warehouse": "arrived at TradeGecko",
    "parcel_shipped": "parcel left the warehouse",
    "tracking_confirmed": "eBay has the tracking number",
    "order_canceled": "stopped",
    "exception_opened": "waits for a person",
    "stock_pushed": "stock levels sent to eBay",
    "connection_needs_sign_in": "needs a sign-in",
    "connection_live": "signed in",
}
ROWS = 12


def draw(world: World, book: Book, sign_ins: int) -> RenderableType:
    counts = overview.status_counts(book)
    return Group(_head(world), _stations(world, counts), _orders(book), _news(book), _foot(world, book, sign_ins))


def _head(world: World) -> RenderableType:
    head = Table.grid(expand=True)
    head.add_column()
    head.add_column(justify="right")
    title = Text.assemble(("Tranter", "bold"), "  eBay → hub → TradeGecko, and back")
    head.add_row(title, Text(f"{world.clock.now():%a %d %b %H:%M:%S}", style="dim"))
    return head


def _stations(world: World, counts: Counter[str]) -> RenderableType:
    total = max(world.scenario.orders, sum(counts.values()), 1)
    bought = sum(1 for order in world.ebay.orders() if order.paid_at is not None)
    table = Table.grid(padding=(0, 2), expand=True)
    for _ in range(4):
        table.add_column(ratio=1)
    passed = _passed(counts)
    stations = (
        ("bought at eBay", bought),
        ("at TradeGecko", passed["at_wms"]),
        ("shipped", passed["shipped"]),
        ("confirmed at eBay", passed["confirmed"]),
    )
    table.add_row(*[_station(name, count, total) for name, count in stations])
    return Panel(table, border_style="dim")


def _passed(counts: Counter[str]) -> dict[str, int]:
    """How many orders came at least as far as each step."""
    return {step: sum(counts[later] for later in STEPS[index:]) for index, step in enumerate(STEPS)}


def _station(name: str, count: int, total: int) -> RenderableType:
    number = Text.assemble((f"{count}", "bold"), (f" of {total}  {name}", ""))
    return Group(number, ProgressBar(total=total, completed=count, width=None, complete_style="green"))


def _orders(book: Book) -> RenderableType:
    table = Table(expand=True, box=None, header_style="dim", pad_edge=False)
    for name in ("order", "site", "lines", "way", "status"):
        table.add_column(name, no_wrap=True)
    table.add_column("", ratio=1, no_wrap=True, overflow="ellipsis", style="dim")
    for glance in overview.newest_orders(book, ROWS):
        label, style = LABELS[glance.status]
        site = glance.marketplace.removeprefix("EBAY_")
        reason = glance.reason if glance.status in ("error", "canceled", "skipped") else ""
        table.add_row(glance.number, site, str(glance.lines), _way(glance.status), Text(label, style=style), reason)
    return Panel(table, title="newest orders", title_align="left", border_style="dim")


def _way(status: str) -> Text:
    """Four stations; a filled one is behind the order."""
    if status not in STEPS:
        return Text("×" if status == "canceled" else "!", style=LABELS[status][1])
    reached = STEPS.index(status)
    return Text("─".join("●" if index <= reached else "○" for index in range(len(STEPS))), style=LABELS[status][1])


def _news(book: Book) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    known = [line for line in journal.lines(book, limit=60) if line.what in WORDS][:6]
    for line in known:
        what = WORDS[line.what]
        cause = str(line.detail.get("cause", ""))
        text = f"{what}: {cause}" if cause else what
        table.add_row(Text(f"{line.at:%H:%M:%S}", style="dim"), line.subject or "·", text)
    return Panel(table, title="what happens", title_align="left", border_style="dim")


def _foot(world: World, book: Book, sign_ins: int) -> RenderableType:
    faults = sum(plan.count for plan in world.plans.values())
    waiting = exceptions.count_open(book)
    parts = [f"{waiting} wait for a person", f"{len(world.gecko.duplicate_orders())} doubled"]
    if faults:
        parts.append(f"{faults} faults survived")
    if sign_ins:
        parts.append("signed in once more" if sign_ins == 1 else f"signed in {sign_ins} times more")
    return Text(" · ".join(parts), style="dim")
