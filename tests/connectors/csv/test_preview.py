"""A file is looked at before it is believed."""

import pytest

from tests.connectors.csv.rig import Rig
from tranter.sdk.errors import RejectedError

ORDERS = """Order Number,SKU,Qty,Price,Name,Colour
R-1,LAMP,2,9.90,Ada,red
R-1,MUG,1,4.00,Ada,
R-2,LAMP,some,9.90,Grace,red
"""


def test_it_shows_how_rows_would_be_read_and_what_is_wrong_in_which_line() -> None:
    rig = Rig()
    seen = rig.connector.preview_file("orders-7.csv", ORDERS.encode())
    good, bad = seen.rows
    assert (good.lines, good.values["lines"], good.values["total"]) == ((2, 3), "2 × LAMP, 1 × MUG", "23.80 EUR")
    assert bad.trouble.startswith("orders-7.csv, line 4, column Qty ('some'): it holds no whole number") or (
        bad.trouble.startswith("orders-7.csv, line 4, column Qty ('some'): it is no number")
    )
    assert (seen.columns["quantity"], seen.unused, seen.good, seen.bad) == ("Qty", ("Colour",), 1, 1)
    assert rig.drive.files == {}


def test_a_file_that_is_no_table_is_one_trouble() -> None:
    seen = Rig().connector.preview_file("orders.csv", b"\xff\x00")
    assert (seen.good, seen.bad) == (0, 1)


def test_a_name_that_says_nothing_is_refused() -> None:
    with pytest.raises(RejectedError, match=r"Call it like|says not what"):
        Rig().connector.preview_file("things.csv", ORDERS.encode())


def test_what_is_brought_by_hand_is_taken_and_what_went_out_can_be_fetched() -> None:
    rig = Rig(plays="cart")
    rig.connector.bring_file("orders-7.csv", ORDERS.encode())
    assert [entry.name for entry in rig.connector.files_in()] == ["orders-7.csv"]
    rig.clock.advance(60)
    assert rig.taken()[0] == ["R-1", "R-2"]
    rig.drive.drop("/acme/out/tracking-1.csv", "x")
    assert [entry.name for entry in rig.connector.files_out()] == ["tracking-1.csv"]
    assert rig.connector.fetch_file("tracking-1.csv") == b"x"


@pytest.mark.parametrize("name", ["../orders.csv", ".tranter/clock", ".tranter"])
def test_nothing_else_can_be_fetched(name: str) -> None:
    with pytest.raises(RejectedError, match="no plain name"):
        Rig().connector.fetch_file(name)
