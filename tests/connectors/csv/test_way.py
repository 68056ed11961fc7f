"""Files from end to end, as a person types it: a shop that writes files, and a warehouse that reads them."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell

ORDERS = """Order Number,Status,Email,Name,Address 1,City,State,Zip,Country,SKU,Qty,Price,Currency
W-1001,paid,ada@example.com,Ada Lovelace,1 Analytical Way,Springfield,IL,62704,US,LAMP,2,9.90,USD
W-1001,paid,ada@example.com,Ada Lovelace,1 Analytical Way,Springfield,IL,62704,US,ROPE,1,4.00,USD
W-1002,paid,grace@example.com,Grace Hopper,2 Harbor Road,Arlington,VA,22201,US,NOSUCH,1,4.00,USD
W-1003,paid,,Nobody,3 Nowhere,Springfield,IL,62704,US,LAMP,many,4.00,USD
"""


@pytest.fixture
def exchange(tmp_path: Path) -> Path:
    for name in ("in", "out"):
        (tmp_path / "exchange" / name).mkdir(parents=True)
    return tmp_path / "exchange"


@pytest.fixture
def shell(tmp_path: Path, exchange: Path) -> Iterator[Shell]:
    made = Shell(tmp_path / "home", variables={"TRANTER_FOLDERS": str(exchange)})
    yield made
    made.close()


def connect(shell: Shell, name: str, *pairs: str) -> Any:
    return shell.read("connect", "csv", "--name", name, *(f"--set={pair}" for pair in pairs))


def synced(shell: Shell) -> Any:
    return shell.read("sync", "--until-idle")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_orders_in_files_go_to_tradegecko_and_their_tracking_comes_back_in_a_file(shell: Shell, exchange: Path) -> None:
    made = connect(shell, "shop", f"place=folder:{exchange}", "settle_seconds=0", "after=move")
    assert (made["state"], made["todo"]) == ("live", [])
    shell.done(*shell.warehouse_words(), *shell.secret_words(shell.gecko))
    (exchange / "in" / "orders-1.csv").write_text(ORDERS)

    first = synced(shell)
    (sent,) = [seen for seen in shell.gecko.orders() if seen.reference_number == "W-1001"]
    shell.gecko.ship(sent.id, tracking="1Z0001")
    shell.done("sync", "warehouse", "shipments")
    synced(shell)

    assert (first["orders_pulled"], first["fulfillments_pushed"]) == (2, 1)
    assert shell.order("W-1001")["status"] == "confirmed"
    (name,) = [path for path in (exchange / "out").iterdir() if path.is_file()]
    assert [(row["order_id"], row["sku"], row["quantity"], row["tracking_number"]) for row in read(name)] == [
        ("W-1001", "LAMP", "2", "1Z0001"),
        ("W-1001", "ROPE", "1", "1Z0001"),
    ]
    troubles = {line["kind"]: line["cause"] for line in shell.read("exceptions")}
    assert "orders-1.csv, line 5, column Qty ('many')" in troubles["unreadable"]
    assert "NOSUCH" in troubles["unknown_sku"]
    shell.done("sync", "shop")
    assert [path.name for path in (exchange / "in" / "done").iterdir()] == ["orders-1.csv"]


def test_two_shops_may_call_their_orders_the_same(shell: Shell, tmp_path: Path) -> None:
    """Each goes its own way, and what stops one leaves the other."""
    head, order = ORDERS.splitlines()[:2]
    shops = [tmp_path / "exchange" / name for name in ("first", "second")]
    for shop in shops:
        (shop / "in").mkdir(parents=True)
        (shop / "out").mkdir()
        connect(shell, shop.name, f"place=folder:{shop}", "settle_seconds=0")
        (shop / "in" / "orders-1.csv").write_text(f"{head}\n{order}\n")
    shell.done(*shell.warehouse_words(), *shell.secret_words(shell.gecko))
    assert synced(shell)["fulfillments_pushed"] == 2

    for left, shop in zip((1, 0), shops, strict=True):
        (shop / "in" / "orders-2.csv").write_text(f"{head}\n{order.replace('paid', 'canceled')}\n")
        shell.done("sync", shop.name)
        synced(shell)
        open_there = [seen for seen in shell.gecko.orders() if seen.status != "void"]
        assert len(open_there) == left
    assert shell.read("exceptions") == []


def test_a_warehouse_of_files_that_people_bring_and_fetch(shell: Shell, tmp_path: Path) -> None:
    shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay))
    connect(shell, "depot", "plays=warehouse", "place=upload", "settle_seconds=0")
    number = shell.buy("LAMP", 2)

    bring(shell, tmp_path / "stock.csv", "SKU,Quantity\nLAMP,40\n")
    synced(shell)
    (written,) = shell.read("files", "list", "depot")["written"]
    shell.done("files", "fetch", "depot", written["name"], "--to", str(tmp_path / "delivery.csv"))
    (row,) = read(tmp_path / "delivery.csv")
    bring(shell, tmp_path / "shipments.csv", f"Order,Carrier,Tracking,SKU,Qty\n{row['order_number']},UPS,1Z7,LAMP,2\n")
    synced(shell)

    assert (row["reference"], row["sku"], row["quantity"]) == (number, "LAMP", "2")
    assert shell.order(number)["status"] == "confirmed"
    assert_sealed(shell, row["name"])


def bring(shell: Shell, path: Path, text: str) -> None:
    path.write_text(text)
    seen = shell.read("files", "bring", "depot", str(path))
    assert (seen["good"], seen["bad"]) == (1, 0)


def assert_sealed(shell: Shell, buyer: str) -> None:
    kept = [path.read_bytes() for path in (shell.home / "uploads").rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert buyer
    assert not any(buyer.encode() in body for body in kept)


def test_a_folder_that_the_operator_did_not_name_is_refused(shell: Shell, tmp_path: Path) -> None:
    result = shell.run("connect", "csv", "--name", "shop", f"--set=place=folder:{tmp_path}/elsewhere")
    assert result.exit_code == 5
    assert "name it in TRANTER_FOLDERS" in result.output
    assert shell.read("connections") == []


def test_a_file_is_previewed_before_it_is_brought(shell: Shell, exchange: Path, tmp_path: Path) -> None:
    connect(shell, "shop", f"place=folder:{exchange}", "columns=orders.quantity=Pieces")
    (tmp_path / "orders.csv").write_text(ORDERS.replace("Qty", "Pieces"))
    result = shell.done("files", "preview", "shop", str(tmp_path / "orders.csv"))
    assert "2 × LAMP, 1 × ROPE" in result.stdout
    assert "orders.csv, line 5, column Pieces ('many')" in result.stderr
    assert "orders: 2 can be read, 1 can't" in result.stderr
    assert list((exchange / "in").iterdir()) == []


def test_a_connection_that_deals_in_no_files_says_so(shell: Shell) -> None:
    shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay))
    result = shell.run("files", "list", "shop")
    assert (result.exit_code, "deals in no files" in result.output) == (1, True)
