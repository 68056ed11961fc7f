"""Lending a warehouse of the house to merchants."""

from msgspec import Struct

from tranter.engine.connecting import NAME
from tranter.engine.hub import Hub
from tranter.engine.numbering import fit_of
from tranter.engine.schedule import flow_times, times_of_share
from tranter.ledger import lending
from tranter.ledger.book import Book
from tranter.ledger.connections import ConnectionRecord, ConnectionState
from tranter.ledger.lending import CanNotLend, NewLoan
from tranter.model import Terms
from tranter.routing.cust_ref import STRANGE
from tranter.sdk.errors import ConnectorError, RejectedError


class LoanWish(Struct, frozen=True, kw_only=True):
    """`name`: as the merchant shall see it; empty: as the house calls it. `alone`: the location is theirs alone."""

    terms: Terms
    name: str = ""
    alone: bool = False


def lend(hub: Hub, house: Book, lender: ConnectionRecord, to: Book, wish: LoanWish) -> ConnectionRecord:
    """Looks first whether the warehouse has this location. Raises `CanNotLend` and the connector's errors."""
    name = wish.name or lender.name
    if not NAME.fullmatch(name):
        raise CanNotLend(f"the name {name!r}: use letters, digits, dots, dashes and underscores, at most 64")
    if lender.state is not ConnectionState.LIVE:
        raise CanNotLend(f"{lender.name} does not run ({lender.state.value}): let it run first, then lend it")
    _check_location(hub, lender, wish.terms.location)
    plug = hub.plug(lender)
    if STRANGE[fit_of(plug).characters].search(wish.terms.prefix):
        raise CanNotLend(f"the prefix {wish.terms.prefix!r} has characters that no order number may have there")
    flows = times_of_share(flow_times(plug.manifest, plug.connector))
    new = NewLoan(name=name, terms=wish.terms, alone=wish.alone, flows=flows)
    return lending.lend(house, lender, to, new, hub.ports.clock.now())


def _check_location(hub: Hub, lender: ConnectionRecord, location: str) -> None:
    plug = hub.plug(lender)
    if not location:
        raise CanNotLend("a location is needed: orders have to leave from somewhere")
    values = {**lender.settings, plug.manifest.location_setting: location}
    try:
        hub.trial(plug.manifest, plug.manifest.settings.read(values), plug.credentials).verify()
    except RejectedError as error:
        raise CanNotLend(error.reason) from error
    except ConnectorError as error:
        raise CanNotLend(f"the location could not be looked at: {error.reason}") from error
