"""Who buys and where it goes, as far as the hub remembers it or TradeGecko can be asked."""

import threading
import zlib
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from tranter.connectors.tradegecko.addresses import address_fields, find_place
from tranter.connectors.tradegecko.certainty import nothing_written
from tranter.connectors.tradegecko.client import Client, Rows, convert, has_more, portions
from tranter.connectors.tradegecko.order_body import Party, billing_address
from tranter.connectors.tradegecko.rows import AddressRow, CompanyRow, OrderRow, text_of
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.model import Fulfillment, address_key
from tranter.sdk.errors import TransientError
from tranter.sdk.verbs import Link

TURNS = 64
MOST_MET = 5000
ALIVE = (("status", "active"), ("include", "addresses"))


class Met:
    """Buyers and addresses met since this connector was built.

    The hub's own memory learns of them when a batch is settled; until then two orders of one new buyer, sent at the
    same time, would make two companies.
    """

    def __init__(self) -> None:
        self._links: dict[tuple[str, str], str] = {}
        self._turns = tuple(threading.Lock() for _ in range(TURNS))

    def turn(self, fulfillment: Fulfillment) -> threading.Lock:
        """Orders of one buyer go one after the other."""
        name = fulfillment.buyer.remote_id or fulfillment.buyer.email
        return self._turns[zlib.crc32(name.encode()) % TURNS]

    def recalled(self, fulfillment: Fulfillment) -> Fulfillment:
        billing = fulfillment.bill_to
        return replace(
            fulfillment,
            buyer_id=fulfillment.buyer_id or self._known("buyer", fulfillment.buyer.remote_id),
            address_id=fulfillment.address_id or self._known("address", address_key(fulfillment.ship_to)),
            bill_to_id=fulfillment.bill_to_id
            or ("" if billing is None else self._known("address", address_key(billing))),
        )

    def keep(self, links: Iterable[Link]) -> None:
        for link in links:
            if len(self._links) >= MOST_MET:
                self._links.clear()
            self._links[link.kind, link.key] = link.remote_id

    def _known(self, kind: str, key: str) -> str:
        return self._links.get((kind, key), "") if key else ""


def known_party(fulfillment: Fulfillment, settings: TradeGeckoSettings) -> Party:
    """What the hub remembers. An address counts only for the company that it was made for."""
    fixed = settings.customer_matching == "fixed"
    company_id = settings.company_id if fixed else fulfillment.buyer_id
    if not company_id.isdecimal():
        return Party()
    return Party(
        company_id=company_id,
        address_id=_own(fulfillment.address_id, company_id),
        billing_id=_own(fulfillment.bill_to_id, company_id),
    )


def links_of(order: OrderRow, settings: TradeGeckoSettings, fulfillment: Fulfillment) -> tuple[Link, ...]:
    """Ids for the next order of this buyer. An address's id carries its company's: `company:address`."""
    company_id, links = text_of(order.company_id), []
    if company_id and fulfillment.buyer.remote_id and settings.customer_matching != "fixed":
        links.append(Link(kind="buyer", key=fulfillment.buyer.remote_id, remote_id=company_id))
    places = [(fulfillment.ship_to, order.shipping_address_id)]
    billing = billing_address(fulfillment)
    if billing is not None:
        places.append((billing, order.billing_address_id))
    for address, address_id in places:
        if company_id and address_id is not None:
            links.append(Link(kind="address", key=address_key(address), remote_id=f"{company_id}:{address_id}"))
    return tuple(links)


def look_for(client: Client, settings: TradeGeckoSettings, fulfillment: Fulfillment) -> Party:
    """One call finds the company and its addresses, so that no address is made twice."""
    name, value = _company_filter(settings, fulfillment)
    if not value or fulfillment.buyer_sought:
        return Party()
    with nothing_written():
        return _match(client.page("companies", [(name, value), *ALIVE]), settings, fulfillment)


def find_buyers(client: Client, settings: TradeGeckoSettings, fulfillments: Sequence[Fulfillment]) -> tuple[Link, ...]:
    """The same for many buyers at once. `TransientError` when the answer is too long to be a filtered one."""
    filters = [_company_filter(settings, each) for each in fulfillments]
    values = sorted({value for _, value in filters if value})
    if not values:
        return ()
    links: list[Link] = []
    for query in portions(filters[0][0], values):
        page = client.page("companies", [*query, *ALIVE])
        if has_more(page, 1):
            raise TransientError("TradeGecko found more companies than were asked for", not_done=True)
        for each in fulfillments:
            links += _party_links(_match(page, settings, each), each)
    return tuple(links)


def _party_links(party: Party, fulfillment: Fulfillment) -> list[Link]:
    if not party.company_id or not fulfillment.buyer.remote_id:
        return []
    links = [Link(kind="buyer", key=fulfillment.buyer.remote_id, remote_id=party.company_id)]
    billing = billing_address(fulfillment)
    places = [(fulfillment.ship_to, party.address_id)]
    if billing is not None:
        places.append((billing, party.billing_id))
    for address, address_id in places:
        if address_id:
            links.append(Link(kind="address", key=address_key(address), remote_id=f"{party.company_id}:{address_id}"))
    return links


def _match(page: Rows, settings: TradeGeckoSettings, fulfillment: Fulfillment) -> Party:
    companies = [convert(row, CompanyRow) for row in page.rows]
    matching = [company for company in companies if _is_buyer(company, settings, fulfillment)]
    if not matching:
        return Party()
    company_id = str(min(matching, key=lambda company: company.id).id)
    places = [convert(row, AddressRow) for row in page.beside.get("addresses", ())]
    billing = billing_address(fulfillment)
    return Party(
        company_id=company_id,
        address_id=find_place(places, company_id, address_fields(fulfillment.ship_to)),
        billing_id="" if billing is None else find_place(places, company_id, address_fields(billing)),
    )


def _company_filter(settings: TradeGeckoSettings, fulfillment: Fulfillment) -> tuple[str, str]:
    """(filter, value). Only by the buyer's own e-mail: the address of a hub may carry that of the hub."""
    match settings.customer_matching:
        case "email":
            return "email", fulfillment.buyer.email.strip()
        case "buyer":
            return "company_code", fulfillment.buyer.remote_id
        case "fixed":
            return "", ""


def _is_buyer(company: CompanyRow, settings: TradeGeckoSettings, fulfillment: Fulfillment) -> bool:
    """Filters find parts of words, too; and a supplier is nobody's customer."""
    if company.company_type == "supplier" or company.status not in (None, "active"):
        return False
    if settings.customer_matching == "buyer":
        return (company.company_code or "").strip() == fulfillment.buyer.remote_id
    return (company.email or "").strip().casefold() == fulfillment.buyer.email.strip().casefold()


def _own(remembered: str, company_id: str) -> str:
    owner, _, address_id = remembered.partition(":")
    return address_id if owner == company_id and address_id.isdecimal() else ""
