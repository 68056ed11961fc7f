"""Which files are taken, and when."""

from datetime import timedelta

import pytest

from tests.connectors.csv.rig import IN, Rig
from tranter.sdk.errors import RejectedError, TransientError
from tranter.testing.builders import NOON
from tranter.testing.faultmark import fault

ONE = "order_number,sku,quantity\n{},LAMP,1\n"


def test_a_file_is_taken_once() -> None:
    rig = Rig()
    rig.comes("orders-1.csv", ONE.format("R-1"))
    keys, cursor = rig.taken()
    rig.comes("orders-2.csv", ONE.format("R-2"))
    later, cursor = rig.taken(cursor)
    assert (keys, later, rig.taken(cursor)[0]) == (["R-1"], ["R-2"], [])


def test_a_changed_file_is_taken_again_and_one_that_was_only_touched_is_not() -> None:
    rig = Rig()
    rig.comes("orders.csv", ONE.format("R-1"))
    _, cursor = rig.taken()
    rig.comes("orders.csv", ONE.format("R-1"), ago=60)
    touched, cursor = rig.taken(cursor)
    rig.comes("orders.csv", ONE.format("R-2"), ago=30)
    assert (touched, rig.taken(cursor)[0]) == ([], ["R-2"])


def test_a_file_that_grows_is_left_alone_until_it_has_settled() -> None:
    rig = Rig(settle_seconds=30)
    rig.comes("orders.csv", ONE.format("R-1"), ago=29)
    early, cursor = rig.taken()
    rig.clock.advance(1)
    assert (early, rig.taken(cursor)[0]) == ([], ["R-1"])


def test_whether_it_has_settled_is_told_by_the_clock_of_the_place() -> None:
    rig = Rig(settle_seconds=30)
    rig.drive.clock = rig.clock.__class__(NOON - timedelta(hours=1))
    facts = rig.connector.verify().facts
    assert facts["clock_ahead_seconds"] == "-3600"


def test_with_a_marker_only_the_marker_counts() -> None:
    rig = Rig(marker=".ok")
    rig.comes("orders.csv", ONE.format("R-1"))
    before, cursor = rig.taken()
    rig.comes("orders.csv.ok", "", ago=0)
    assert (before, rig.taken(cursor)[0]) == ([], ["R-1"])


@pytest.mark.parametrize("name", [".orders.csv", "orders.csv.part", "orders.csv.tmp", "invoices.csv", "orders.txt"])
def test_other_names_mean_nothing(name: str) -> None:
    rig = Rig()
    rig.comes(name, ONE.format("R-1"))
    assert rig.taken()[0] == []


def test_names_may_be_others() -> None:
    rig = Rig(files="orders = Export_*.TXT")
    rig.comes("export_2026-03-02.txt", ONE.format("R-1"))
    assert rig.taken()[0] == ["R-1"]


@fault("NET-03")
def test_a_file_is_put_away_only_when_its_records_are_stored() -> None:
    rig = Rig(after="move")
    rig.comes("orders.csv", ONE.format("R-1"))
    page = rig.connector.pull_orders("", NOON, False)
    assert rig.drive.names(IN) == ["orders.csv"]
    assert [raw.key for raw in rig.connector.pull_orders("", NOON, False).records] == ["R-1"]
    rig.connector.pull_orders(page.cursor, NOON, False)
    assert (rig.drive.names(IN), rig.drive.names(f"{IN}/done")) == ([], ["orders.csv"])


def test_two_files_of_one_name_are_both_kept() -> None:
    rig = Rig(after="move")
    cursor = ""
    for number in ("R-1", "R-2"):
        rig.comes("orders.csv", ONE.format(number))
        keys, cursor = rig.taken(cursor)
        assert keys == [number]
    assert len(rig.drive.names(f"{IN}/done")) == 2
    assert all(name.startswith("orders") and name.endswith(".csv") for name in rig.drive.names(f"{IN}/done"))


def test_a_marker_goes_with_its_file() -> None:
    rig = Rig(after="move", marker=".ok")
    rig.comes("orders.csv", ONE.format("R-1"))
    rig.comes("orders.csv.ok", "")
    rig.taken()
    assert rig.drive.names(IN) == []


def test_taken_files_may_be_deleted() -> None:
    rig = Rig(after="delete")
    rig.comes("orders.csv", ONE.format("R-1"))
    rig.taken()
    assert rig.drive.files == {}


def test_a_sweep_and_a_question_for_one_order_look_at_what_is_done_too() -> None:
    rig = Rig(after="move")
    rig.comes("orders-1.csv", ONE.format("R-1"))
    rig.taken()
    rig.comes("orders-2.csv", ONE.format("R-2"))
    swept = rig.connector.pull_orders("", NOON - timedelta(days=2), True)
    found = rig.connector.fetch_orders(["R-1", "R-9"])
    assert ([raw.key for raw in swept.records], swept.cursor) == (["R-1", "R-2"], "")
    assert [raw.key for raw in found] == ["R-1"]


def test_the_newest_file_that_has_an_order_speaks_for_it() -> None:
    rig = Rig()
    rig.comes("orders-1.csv", ONE.format("R-1"), ago=7200)
    rig.comes("orders-2.csv", "order_number,sku,quantity,status\nR-1,LAMP,1,canceled\n")
    (raw,) = rig.connector.fetch_orders(["R-1"])
    assert rig.connector.read_order(raw.payload).state.value == "canceled"


def test_a_file_that_somebody_takes_away_is_nobodys_trouble() -> None:
    rig = Rig(after="move")
    rig.comes("orders.csv", ONE.format("R-1"))
    page = rig.connector.pull_orders("", NOON, False)
    rig.drive.files.clear()
    rig.comes("orders-2.csv", ONE.format("R-2"))
    assert rig.taken(page.cursor)[0] == ["R-2"]


def test_a_place_without_the_folder_in_is_told() -> None:
    class Empty:
        def send(self, request: object, timeout_seconds: float) -> object:
            from tranter.sdk.http import Reply

            return Reply(404, (), b'{"error": "there is no such file"}')

    with pytest.raises(RejectedError, match="in: there is no such file"):
        Rig().over(Empty()).pull_orders("", NOON, False)


def test_a_warehouse_that_has_given_no_list_yet_is_waited_for() -> None:
    rig = Rig(plays="warehouse")
    with pytest.raises(TransientError, match=r"no file stock\*\.csv lies in in yet"):
        rig.connector.pull_stock("")


def test_the_newest_list_is_the_list() -> None:
    rig = Rig(plays="warehouse")
    rig.comes("stock-1.csv", "sku,available\nLAMP,3\nMUG,4\n", ago=7200)
    rig.comes("stock-2.csv", "SKU,Qty,Warehouse\nLAMP,9,north\nLAMP,1,south\n", ago=600)
    (raw,) = rig.connector.pull_stock("").records
    levels = rig.connector.read_stock(raw.payload, NOON)
    assert [(level.location, level.available) for level in levels] == [("north", 9), ("south", 1)]
    assert {level.read_at for level in levels} == {NOON - timedelta(seconds=600)}
    assert [raw.key for raw in rig.connector.pull_products("").records] == ["LAMP"]


def test_a_list_that_is_no_table_ends_nothing() -> None:
    rig = Rig(plays="warehouse")
    rig.comes("stock.csv", "<html>down for maintenance</html>")
    with pytest.raises(RejectedError, match=r"stock\.csv: no column sku and no available"):
        rig.connector.pull_products("")
