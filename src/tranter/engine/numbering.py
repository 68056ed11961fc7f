"""By which number warehouses call an order: fitted to all of them, given when the order comes in."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from tranter.engine.hub import Hub, Plug
from tranter.engine.run import Run
from tranter.engine.warehouses import connected
from tranter.ledger import cust_refs
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord
from tranter.ledger.order_marks import OrderToDecide
from tranter.model import Order
from tranter.routing.cust_ref import LONGEST, Characters, Fit, candidates, fits, tightest


def fit_of(plug: Plug) -> Fit:
    """The connection's settings go before the connector's declaration. A share's prefix comes before each number."""
    limits, settings = plug.manifest.limits, plug.settings
    length = getattr(settings, "order_number_length", None) or limits.order_number_length
    chosen = getattr(settings, "order_number_characters", None)
    word = getattr(chosen, "value", "declared")  # the connector's own enumeration
    room = (length or LONGEST) - (len(plug.info.terms.prefix) if plug.info.terms is not None else 0)
    return Fit(room, Characters(limits.order_number_characters if word == "declared" else word))


def fit_of_warehouses(hub: Hub, book: Book) -> Fit:
    return fit_of_all(hub, connected(hub, book))


def fit_of_all(hub: Hub, warehouses: Iterable[ConnectionRecord]) -> Fit:
    return tightest(fit_of(hub.plug(info)) for info in warehouses)


def names_of(order: Order, account: str, fit: Fit) -> Iterator[str]:
    return candidates(order.number or order.remote_id, f"{account}/{order.remote_id}", fit)


def share_number(run: Run, item: OrderToDecide, warehouses: Sequence[ConnectionRecord]) -> Callable[[int], str]:
    """The order's number for its first share (0), and one made of it for each of the others, always the same."""

    def number(share: int) -> str:
        if not share:
            return item.cust_ref
        fit = fit_of_all(run.hub, warehouses)
        name = f"{item.cust_ref or item.order.number or item.order.remote_id}-{share + 1}"
        return next(candidates(name, f"{item.account}/{item.order.remote_id}/{share + 1}", fit))

    return number


def numbered(run: Run, batch: Sequence[OrderToDecide]) -> list[OrderToDecide]:
    """With a number each. One that warehouses connected since would not take is replaced while nobody has it."""
    fit = fit_of_warehouses(run.hub, run.book)
    unfit = [item for item in batch if not fits(item.cust_ref, fit)]
    wanted = {item.id: names_of(item.order, item.account, fit) for item in unfit}
    given = cust_refs.give(run.book, wanted) if wanted else {}
    return [replace(item, cust_ref=given[item.id]) if item.id in given else item for item in batch]
