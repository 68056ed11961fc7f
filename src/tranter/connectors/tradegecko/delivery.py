"""One fulfillment → one order at TradeGecko, in one call where the buyer is known and two where not."""

import hashlib
import re
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from tranter.connectors.tradegecko.addresses import shortened
from tranter.connectors.tradegecko.buyers import Met, known_party, links_of, look_for
from tranter.connectors.tradegecko.certainty import already_written
from tranter.connectors.tradegecko.client import Client, convert, listed
from tranter.connectors.tradegecko.long_orders import FIRST_PART, append_rest
from tranter.connectors.tradegecko.order_body import (
    Party,
    SentLine,
    amount_of,
    company_name,
    order_body,
    sent_lines,
)
from tranter.connectors.tradegecko.refusals import ADDRESS, BUYER, UNKNOWN_SKU
from tranter.connectors.tradegecko.rows import LineRow, OrderRow, VariantRow, text_of
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.connectors.tradegecko.words import ORDER_COMMITTED, ORDER_LIVE
from tranter.model import Fulfillment, Money, MoneyError
from tranter.sdk.errors import AuthError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.verbs import Receipt

PLAIN_KEY = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
PATH = "/orders"


class Delivery:
    """`currency` is the account's, empty while nobody knows it."""

    def __init__(self, client: Client, settings: TradeGeckoSettings, facts: Mapping[str, str]) -> None:
        self._client, self._settings, self._currency = client, settings, facts.get("currency", "")
        self._met = Met()

    def push(self, fulfillment: Fulfillment) -> Receipt:
        if known_party(fulfillment, self._settings).company_id:
            return self._push(self._met.recalled(fulfillment))
        with self._met.turn(fulfillment):
            return self._push(self._met.recalled(fulfillment))

    def _push(self, fulfillment: Fulfillment) -> Receipt:
        lines = sent_lines(fulfillment, self._settings)
        known = known_party(fulfillment, self._settings)
        party = known if known.company_id else look_for(self._client, self._settings, fulfillment)
        key = header_key(fulfillment.idempotency_key)
        try:
            return self._create(fulfillment, lines, party, key)
        except RejectedError as error:
            if error.kind == UNKNOWN_SKU:
                raise self._named(error, lines, fulfillment) from error
            party = self._without_the_gone(error, known, fulfillment)
        # What the hub remembered is gone at TradeGecko. Nothing was made, so another key begins anew.
        return self._create(fulfillment, lines, party, header_key(f"{key}/anew"))

    def _without_the_gone(self, error: RejectedError, known: Party, fulfillment: Fulfillment) -> Party:
        """Raises the refusal again when it isn't about an id that the hub remembered."""
        if error.kind == ADDRESS and (known.address_id or known.billing_id):
            return Party(company_id=known.company_id)
        if error.kind == BUYER and known.company_id and self._settings.customer_matching != "fixed":
            return look_for(self._client, self._settings, fulfillment)
        raise error

    def _create(self, fulfillment: Fulfillment, lines: tuple[SentLine, ...], party: Party, key: str) -> Receipt:
        body = order_body(fulfillment, self._settings, party, self._currency_for(fulfillment))
        wanted = str(body["status"])
        is_long = len(lines) > FIRST_PART
        if is_long and wanted == "finalized":
            body["status"] = "active"  # a finalized order takes no more lines
        body["order_line_items"] = [line.fields for line in lines[:FIRST_PART]]
        reply = self._client.post(PATH, "order", body, key)
        if "order" not in reply:
            raise UnexpectedResponseError("TradeGecko's reply to a new order holds no order")
        order = convert(reply["order"], OrderRow)
        check_is_ours(order, fulfillment)
        with already_written():
            if is_long:
                remote_lines = append_rest(self._client, order, lines, key)
                order = self._finish(order, wanted)
                pairs = paired(lines, [line.id for line in remote_lines])
            else:
                pairs = paired_with_reply(lines, order, reply)
            return self._receipt(fulfillment, lines, order, pairs)

    def _finish(self, order: OrderRow, wanted: str) -> OrderRow:
        path = f"{PATH}/{order.id}"
        if wanted == "finalized" and order.status == "active":
            self._client.put(path, "order", {"status": wanted}, "")
        return self._client.show(path, "order", OrderRow)

    def _receipt(
        self,
        fulfillment: Fulfillment,
        lines: tuple[SentLine, ...],
        order: OrderRow,
        pairs: tuple[tuple[str, str], ...],
    ) -> Receipt:
        notes = [*total_notes(order, fulfillment, lines), *adapted_notes(fulfillment)]
        if order.status == "finalized":
            notes += self._follow_up(order, fulfillment)
        links = links_of(order, self._settings, fulfillment)
        self._met.keep(links)
        return replace(receipt_of(order, pairs), links=links, notes=tuple(notes))

    def _follow_up(self, order: OrderRow, fulfillment: Fulfillment) -> list[str]:
        """Invoice and parcel. Each covers what is left, so a repetition adds nothing; a refusal stops no order."""
        notes: list[str] = []
        name = header_key(fulfillment.idempotency_key)
        steps = (
            (self._settings.create_invoice, "invoice", "invoice", {"notes": fulfillment.reference}),
            (self._settings.pack_orders, "pack", "fulfillment", {"notes": fulfillment.reference}),
        )
        for wanted, action, root, fields in steps:
            if not wanted:
                continue
            try:
                self._client.post(f"{PATH}/{order.id}/actions/{action}", root, fields, f"{name}/{action}")
            except RejectedError as error:
                notes.append(f"The order is at TradeGecko, but {action} was refused: {error.reason}")
        return notes

    def _currency_for(self, fulfillment: Fulfillment) -> str:
        """Amounts of one currency never stand in an order of another one."""
        wanted, own = self._settings.currency, fulfillment.currency
        if wanted in ("", "order"):
            return own if wanted or (self._currency and self._currency != own) else ""
        if wanted != own:
            raise RejectedError(
                f"The order is in {own}, and orders go to TradeGecko in {wanted}.",
                "Set currency to `order`, or add a connection for that currency.",
                kind="currency",
                value=own,
            )
        return wanted

    def _named(self, error: RejectedError, lines: tuple[SentLine, ...], fulfillment: Fulfillment) -> RejectedError:
        """The refusal doesn't say which variant is missing, so look."""
        wanted = dict.fromkeys(line.product_id for line in lines if line.product_id)
        try:
            rows = self._client.all("variants", listed("ids", wanted), VariantRow)
        except (TransientError, AuthError, UnexpectedResponseError):
            return error
        there = {text_of(row.id) for row in rows if row.status in (None, "active")}
        missing = [line.sku for line in fulfillment.lines if line.product_id not in there]
        if not missing:
            return error
        reason = f"TradeGecko no longer has the variant of the SKU {missing[0]!r}."
        return RejectedError(reason, error.remedy, kind=UNKNOWN_SKU, value=missing[0])


def check_is_ours(order: OrderRow, fulfillment: Fulfillment) -> None:
    """A create may be answered with an order that was there before. It counts only if it is this one, and alive."""
    reference, number = (order.reference_number or "").strip(), (order.order_number or "").strip()
    if order.status not in ORDER_LIVE:
        raise _foreign(order, f"is {order.status!r}")
    if reference != fulfillment.reference.strip():
        raise _foreign(order, "carries another reference")
    if fulfillment.number.strip() and number != fulfillment.number.strip():
        raise _foreign(order, "carries another number")


def paired_with_reply(
    lines: tuple[SentLine, ...], order: OrderRow, reply: dict[str, msgspec.Raw]
) -> tuple[tuple[str, str], ...]:
    """(our line id, TradeGecko's). A SKU may stand in an order twice, so lines pair by their place.

    Ids rise in the order in which the lines were sent; the list of ids itself is in no order (the reference shows
    `[3, 2, 1]`). Lines that come along with the reply are compared as well.
    """
    if "order_line_items" in reply:
        beside = sorted(convert(reply["order_line_items"], list[LineRow]), key=lambda line: line.id)
        sent = [line.product_id for line in lines]
        if [text_of(line.variant_id) for line in beside] != sent:
            raise UnexpectedResponseError(f"TradeGecko's new order {order.id} has other lines than were sent")
        return paired(lines, [line.id for line in beside])
    if order.order_line_item_ids is None:
        return ()
    if len(order.order_line_item_ids) != len(lines):
        raise UnexpectedResponseError(
            f"TradeGecko's new order {order.id} has {len(order.order_line_item_ids)} lines, {len(lines)} were sent"
        )
    return paired(lines, order.order_line_item_ids)


def paired(lines: tuple[SentLine, ...], remote_ids: list[int]) -> tuple[tuple[str, str], ...]:
    pairs = zip(lines, sorted(remote_ids), strict=True)
    return tuple((line.line_id, str(identity)) for line, identity in pairs if line.line_id)


def receipt_of(order: OrderRow, pairs: tuple[tuple[str, str], ...]) -> Receipt:
    return Receipt(
        remote_id=str(order.id),
        number=order.order_number or "",
        committed=order.status in ORDER_COMMITTED,
        lines=pairs,
    )


def remote_total(order: OrderRow, currency: str) -> Money | None:
    if order.total is None or str(order.total).strip() == "":
        return None
    try:
        return Money.parse(str(order.total), currency)
    except MoneyError as error:
        raise UnexpectedResponseError(f"the total of TradeGecko's order {order.id} is no amount") from error


def total_notes(order: OrderRow, fulfillment: Fulfillment, lines: tuple[SentLine, ...]) -> list[str]:
    """A total that differs holds no order (tax settings do that), but it is told."""
    counted = remote_total(order, fulfillment.currency)
    if counted is None or counted == fulfillment.total:
        return []
    sent = amount_of(lines, fulfillment.currency)
    return [
        (
            f"TradeGecko counts {counted.text()} {counted.currency}, the cart {fulfillment.total.text()}; "
            f"the lines that were sent make {sent.text()}."
        )
    ]


def adapted_notes(fulfillment: Fulfillment) -> list[str]:
    if fulfillment.buyer_id or not shortened(company_name(fulfillment))[1]:
        return []
    return ["The company's name was too long for TradeGecko and is cut; the address has it in full."]


def header_key(key: str) -> str:
    """Fit for a header, and short."""
    return key if PLAIN_KEY.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()


def _foreign(order: OrderRow, how: str) -> RejectedError:
    return RejectedError(
        f"TradeGecko answered with the order {order.id}, which {how}.",
        "Look at that order in TradeGecko. Release this one to send it again.",
        kind="foreign_order",
        value=str(order.id),
    )
