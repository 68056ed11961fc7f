"""A person's hand on orders."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tranter.connectors.ebay.simulator import UNKNOWN_SKU, Purchase, Want
from tranter.connectors.ebay.simulator import simulator as ebay_simulator
from tranter.connectors.tradegecko.simulator import Goods
from tranter.connectors.tradegecko.simulator import simulator as gecko_simulator
from tranter.testing.faultmark import fault

ELSEWHERE = "11-11111-11111"


@fault("OPS-13")
def test_without_somebody_to_ask_nothing_that_can_not_be_taken_back_is_done(connected: Shell) -> None:
    """A script in the wrong place: each command says what it lacks, and has changed nothing."""
    number = delivered(connected)
    held = taken(connected)
    before = connected.order(number), connected.read("connections"), connected.at_warehouse(number)
    for words in (
        ("remove", "shop"),
        ("go-live", "shop", "--orders"),
        ("go-live", "shop", "--stock"),
        ("cancel-at-cart", held),
        ("resend", number, "--anyway"),
        ("resend", number, "--anyway", "--confirm", "another"),
    ):
        result = connected.run(*words)
        assert (words, result.exit_code) == (words, 3)
        assert "--yes" in result.stderr or f"--confirm {number}" in result.stderr
    assert (connected.order(number), connected.read("connections"), connected.at_warehouse(number)) == before


def synced(shell: Shell) -> None:
    shell.run("sync", "--until-idle")


def taken(shell: Shell, sku: str = "LAMP") -> str:
    """An order that is in the hub and not yet on its way."""
    synced(shell)
    number = shell.buy(sku)
    shell.done("sync", "shop", "orders")
    shell.done("sync", "shop", "decide")
    return number


def delivered(shell: Shell) -> str:
    number = shell.buy()
    shell.done("sync", "shop", "orders")
    synced(shell)
    assert shell.at_warehouse(number) == ["active"]
    return number


def remote_id(shell: Shell, number: str) -> int:
    return next(seen.id for seen in shell.gecko.orders() if seen.reference_number == number)


def test_a_held_order_is_not_sent_until_it_is_released(connected: Shell) -> None:
    number = taken(connected)

    connected.done("hold", number, "--reason", "waits for a gift card")
    synced(connected)
    assert connected.at_warehouse(number) == []
    assert connected.order(number)["held"] == "operator"

    connected.done("release", number)
    synced(connected)
    assert connected.at_warehouse(number) == ["active"]
    assert connected.read("exceptions") == []


def test_a_hold_outlasts_a_change_at_the_cart(connected: Shell) -> None:
    number = taken(connected)
    connected.done("hold", number)

    connected.ebay.edit_note(number, "please hurry")
    connected.clock.sleep(400)
    connected.run("sync", "shop", "orders")
    synced(connected)

    assert connected.at_warehouse(number) == []
    assert connected.order(number)["held"] == "operator"


def test_what_the_warehouse_has_can_not_be_held(connected: Shell) -> None:
    number = delivered(connected)

    result = connected.run("hold", number)

    assert result.exit_code == 1
    assert f"tranter cancel {number}" in result.stderr


def test_an_order_that_was_not_sent_is_canceled_here(connected: Shell) -> None:
    number = taken(connected)

    result = connected.done("cancel", number)
    synced(connected)

    assert "nothing of it was sent" in result.stdout
    assert connected.at_warehouse(number) == []
    assert connected.order(number)["status"] == "canceled"


def test_an_order_at_the_warehouse_is_stopped_there(connected: Shell) -> None:
    number = delivered(connected)

    connected.done("cancel", number, "--reason", "fraud")
    synced(connected)

    assert connected.at_warehouse(number) == ["void"]
    assert connected.order(number)["status"] == "canceled"
    assert connected.run("cancel", number).exit_code == 1


def test_what_has_left_can_not_be_canceled(connected: Shell) -> None:
    number = delivered(connected)
    connected.gecko.ship(remote_id(connected, number))
    connected.done("sync", "warehouse", "shipments")
    synced(connected)

    result = connected.run("cancel", number)

    assert result.exit_code == 1
    assert "has left already" in result.stderr


def test_resend_looks_first(connected: Shell) -> None:
    number = delivered(connected)

    result = connected.done("resend", number)

    assert f"already there as {number}; nothing was sent" in result.stdout
    synced(connected)
    assert connected.at_warehouse(number) == ["active"]


def test_what_was_stopped_at_the_warehouse_is_sent_again_on_a_persons_word(connected: Shell) -> None:
    number = delivered(connected)
    connected.gecko.set_order_status(remote_id(connected, number), "void")

    doubted = connected.run("resend", number)
    unsure = connected.run("resend", number, "--anyway")
    connected.done("resend", number, "--anyway", "--confirm", number)
    assert (unsure.exit_code, f"--confirm {number}" in unsure.stderr) == (3, True)
    synced(connected)

    assert doubted.exit_code == 1
    assert "--anyway" in doubted.stderr
    assert sorted(connected.at_warehouse(number)) == ["active", "void"]
    assert connected.order(number)["status"] == "at_wms"


def test_what_was_canceled_by_hand_can_be_sent_after_all(connected: Shell) -> None:
    number = taken(connected)
    connected.done("cancel", number)

    connected.done("resend", number)
    synced(connected)

    assert connected.at_warehouse(number) == ["active"]


@pytest.fixture
def with_strangers(shell: Shell) -> Shell:
    """A cart that sells what the warehouse doesn't know."""
    shell.ebay = ebay_simulator(shell.clock, 8, skus=("LAMP", "KETL"), odd_listings=True, auto_consent=True)
    shell.gecko = gecko_simulator(shell.clock, 9, goods=Goods(skus=("LAMP", "KETL", "UMBRELLA")), auto_consent=True)
    shell.cart, shell.warehouse = shell.serve(shell.ebay), shell.serve(shell.gecko)
    return shell.connect()


def test_an_alias_frees_the_orders_that_wait_for_it(with_strangers: Shell) -> None:
    number = taken(with_strangers, UNKNOWN_SKU)
    assert with_strangers.read("exceptions")[0]["kind"] == "unknown_sku"

    said = with_strangers.read("alias", "set", UNKNOWN_SKU, "UMBRELLA")
    synced(with_strangers)

    assert said == {"changed": 1, "orders_decided_again": 1}
    assert with_strangers.at_warehouse(number) == ["active"]
    assert with_strangers.read("exceptions") == []


def test_aliases_come_from_a_file_all_or_nothing(with_strangers: Shell, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(f"alias,sku,connection\n{UNKNOWN_SKU},UMBRELLA,shop\nOLD-LAMP,LAMP,\n")
    bad.write_text("alias,sku\nA,LAMP\nA,KETL\n")

    with_strangers.done("alias", "import", str(good))
    refused = with_strangers.run("alias", "import", str(bad))

    assert refused.exit_code == 2
    assert "line 3" in refused.stderr
    aliases = [(one["connection"], one["alias"]) for one in with_strangers.read("alias", "list")]
    assert aliases == [("", "OLD-LAMP"), ("shop", UNKNOWN_SKU)]
    with_strangers.done("alias", "remove", "OLD-LAMP")
    assert with_strangers.run("alias", "remove", "OLD-LAMP").exit_code == 1


def test_an_alias_for_a_connection_that_there_is_not_is_refused(connected: Shell) -> None:
    assert connected.run("alias", "set", "A", "LAMP", "--connection", "shpo").exit_code == 2


def test_a_ship_method_travels_under_the_warehouses_name(connected: Shell) -> None:
    connected.done("ship-method", "set", "shop", "USPSPriority", "Express")
    connected.done("carrier", "set", "warehouse", "Pigeon Post", "Other")

    assert connected.read("ship-method", "list") == [
        {"connection": "shop", "code": "USPSPriority", "method": "Express"}
    ]
    assert connected.read("carrier", "list") == [{"connection": "warehouse", "word": "Pigeon Post", "carrier": "Other"}]


def test_methods_and_carriers_come_from_one_file(connected: Shell, tmp_path: Path) -> None:
    file = tmp_path / "methods.csv"
    file.write_text("direction,connection,from,to\nto_warehouse,shop,A,B\nto_cart,warehouse,C,D\n")

    said = connected.read("ship-method", "import", str(file))

    assert said["changed"] == 2
    assert connected.done("carrier", "export").stdout.count("\n") == 3


@fault("API-25")
def test_tracking_that_waits_for_a_carriers_name_goes_on_when_it_is_given(shell: Shell) -> None:
    shell.done(*shell.cart_words(unknown_carrier="hold"), *shell.secret_words(shell.ebay))
    shell.done(*shell.warehouse_words(), *shell.secret_words(shell.gecko))
    number = delivered(shell)
    order_id = remote_id(shell, number)
    shell.gecko.ship(order_id, carrier="Pigeon Post", tracking="PP-1")
    shell.done("sync", "warehouse", "shipments")
    synced(shell)
    assert [one["value"] for one in shell.read("exceptions")] == ["Pigeon Post"]

    shell.done("carrier", "set", "warehouse", "Pigeon Post", "Other")
    synced(shell)

    assert shell.read("exceptions") == []
    assert shell.order(number)["status"] == "confirmed"


def test_an_order_explains_itself_by_any_of_its_numbers(connected: Shell) -> None:
    number = delivered(connected)

    told = connected.done("explain", str(remote_id(connected, number))).stdout

    assert f"where: at warehouse as {number}" in told
    assert "next:  warehouse packs and ships it; parcels are asked for, at 20" in told
    assert "sent: push fulfillment at warehouse → done" in told


def test_a_held_order_explains_what_to_do(with_strangers: Shell) -> None:
    number = taken(with_strangers, UNKNOWN_SKU)

    story = with_strangers.read("explain", number)["orders"][0]

    assert story["where"] == "here, in the hub, waiting for a person"
    assert "has no SKU" in story["why"]
    assert "add an alias" in story["next"]


def test_an_order_that_is_not_here_is_asked_for_at_the_cart(connected: Shell) -> None:
    synced(connected)
    number = connected.buy()

    there, nowhere = connected.run("explain", number), connected.run("explain", ELSEWHERE)

    assert (there.exit_code, nowhere.exit_code) == (1, 1)
    assert "shop: it has the order (open" in there.stdout
    assert "It would be sent, 1 lines. Orders were last pulled" in there.stdout
    assert "shop: it has no such order" in nowhere.stdout


def test_the_cart_says_why_an_order_is_not_taken(connected: Shell) -> None:
    connected.done(*connected.cart_words(earliest_order_date="2099-01-01"))
    number = connected.buy()

    assert "It is not taken: ordered before 2099-01-01" in connected.run("explain", number).stdout


def test_orders_are_found_and_filtered(with_strangers: Shell) -> None:
    held = taken(with_strangers, UNKNOWN_SKU)
    sent = delivered(with_strangers)

    assert [one["number"] for one in with_strangers.read("orders", "--held")] == [held]
    assert [one["number"] for one in with_strangers.read("orders", "--status", "at_wms")] == [sent]
    assert [one["number"] for one in with_strangers.read("orders", sent)] == [sent]
    assert len(with_strangers.read("orders", "--limit", "1")) == 1


def test_an_exception_can_be_looked_at_and_muted(with_strangers: Shell) -> None:
    taken(with_strangers, UNKNOWN_SKU)
    number = str(with_strangers.read("exceptions")[0]["id"])

    assert "what to do: create it there, or add an alias" in with_strangers.done("exceptions", "show", number).stdout
    with_strangers.done("exceptions", "mute", number)
    assert with_strangers.read("exceptions") == []
    assert len(with_strangers.read("exceptions", "--muted")) == 1
    assert with_strangers.run("exceptions", "mute", number).exit_code == 1


def test_an_unknown_number_is_told_in_one_line(connected: Shell) -> None:
    for word in ("retry", "hold", "release", "cancel", "resend"):
        result = connected.run(word, ELSEWHERE)
        assert result.exit_code == 1
        assert result.stderr == f"Error: no order '{ELSEWHERE}' is here; ask the carts: tranter explain {ELSEWHERE}\n"


def test_everything_is_accounted_for(connected: Shell) -> None:
    for sku in ("LAMP", "KETL", "BOOK"):
        connected.buy(sku)
    synced(connected)

    result = connected.done("reconcile")

    assert "3 of 3 orders accounted for" in result.stdout


def test_an_order_that_is_gone_from_the_warehouse_is_a_difference(connected: Shell) -> None:
    number = delivered(connected)
    connected.gecko.set_order_status(remote_id(connected, number), "void")

    result = connected.run("reconcile", "--json")

    assert result.exit_code == 3
    assert f'"order":"{number}"' in result.stdout


def test_a_remote_that_does_not_answer_is_not_counted_as_agreeing(connected: Shell) -> None:
    synced(connected)
    connected.warehouse.close()

    result = connected.run("reconcile")

    assert result.exit_code == 5
    assert "not asked: warehouse" in result.stderr


def test_two_lines_of_one_order_are_compared_by_line(connected: Shell) -> None:
    connected.ebay.buy(Purchase((Want("LAMP", 2), Want("KETL", 1))))
    synced(connected)

    assert "1 of 1 orders accounted for" in connected.done("reconcile").stdout
