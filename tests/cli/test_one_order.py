"""Stop, send anyway, cancel at the cart, correct, pull, note: typed."""

import pytest

from tests.cli.shell import Shell
from tests.cli.test_operating import ELSEWHERE, delivered, synced, taken, with_strangers
from tranter.connectors.ebay.simulator import UNKNOWN_SKU

__all__ = ["with_strangers"]


def test_an_order_is_stopped_before_it_leaves(connected: Shell) -> None:
    number = taken(connected)

    said = connected.done("stop", number).stdout
    synced(connected)

    assert said == f"{number}: it is not sent. The cart is not told\n"
    assert connected.at_warehouse(number) == []


def test_what_is_there_is_not_stopped_but_canceled(connected: Shell) -> None:
    number = delivered(connected)

    result = connected.run("stop", number)

    assert result.exit_code == 1
    assert f"to stop it there: tranter cancel {number}" in result.stderr


def test_the_cart_cancels_only_after_a_yes(connected: Shell) -> None:
    number = taken(connected)

    asked = connected.run("cancel-at-cart", number)
    connected.done("cancel-at-cart", number, "--yes", "--reason", "sold out")
    synced(connected)

    assert (asked.exit_code, "may refund" in asked.stderr) == (3, True)
    assert connected.ebay.order(number).cancel_state.value in ("IN_PROGRESS", "CANCELED")


def test_a_skipped_order_is_sent_anyway(connected: Shell) -> None:
    connected.done(*connected.cart_words(earliest_order_date="2099-01-01"))
    synced(connected)
    number = connected.buy()
    connected.done("sync", "shop", "orders")
    synced(connected)
    assert connected.order(number)["status"] == "skipped"

    connected.done("send-anyway", number)
    synced(connected)

    assert connected.at_warehouse(number) == ["active"]


def test_a_sku_and_an_address_are_corrected(with_strangers: Shell) -> None:
    number = taken(with_strangers, UNKNOWN_SKU)
    line = with_strangers.ebay.order(number).lines[0].line_item_id

    with_strangers.done("correct", number, "--sku", f"{line}=UMBRELLA", "--to", "city=Leeds", "--to", "country=UK")
    synced(with_strangers)

    assert with_strangers.at_warehouse(number) == ["active"]


@pytest.mark.parametrize(
    "words", [(), ("--sku", "UMBRELLA"), ("--to", "planet=Mars"), ("--to", "country=Atlantis"), ("--sku", "99=LAMP")]
)
def test_a_correction_that_can_not_be_is_refused(connected: Shell, words: tuple[str, ...]) -> None:
    assert connected.run("correct", taken(connected), *words).exit_code == 2


def test_an_order_is_pulled(connected: Shell) -> None:
    synced(connected)
    number = connected.buy()

    assert [one["number"] for one in connected.read("pull", number)] == [number]
    assert connected.run("pull", ELSEWHERE).exit_code == 1


def test_a_note_is_written_and_read(connected: Shell) -> None:
    number = taken(connected)
    connected.done("note", number, "rang twice")

    assert [one["text"] for one in connected.read("note", number)] == ["rang twice"]


def test_orders_are_narrowed_as_on_the_page(with_strangers: Shell) -> None:
    held = taken(with_strangers, UNKNOWN_SKU)
    sent = delivered(with_strangers)

    assert [one["number"] for one in with_strangers.read("orders", "--pill", "problem")] == [held]
    assert [one["number"] for one in with_strangers.read("orders", "--sku", "LAMP")] == [sent]
    assert with_strangers.read("orders", "--until", "2001-01-01") == []
