"""What becomes of the rows of a file with orders."""

from datetime import UTC, datetime

import pytest

from tests.connectors.csv.rig import Rig
from tranter.model import Address, CartState, Money

SHOPIFYISH = """Name,Email,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name,\
Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Shipping,Total
#1001,ada@example.com,2026-03-01T09:30:00+01:00,2,Desk lamp,19.90,LAMP,Ada Lovelace,12 St James's Square,London,\
SW1Y 4LB,GB,4.50,54.20
#1001,ada@example.com,,1,Mug,9.90,MUG,,,,,,,
"""
GERMAN = """Bestellnummer;Artikel;Menge;Preis;Datum;Straße;Ort;PLZ
R-7;LAMPE;2;1.019,90;01.03.2026 09:30;Hauptstraße 5;Köln;50667
"""


def test_rows_of_one_number_are_one_order_and_what_is_said_once_counts_for_all() -> None:
    rig = Rig(columns="order_number=Name; name=Shipping Name")
    rig.comes("orders.csv", SHOPIFYISH)
    order = rig.orders()["#1001"]
    assert [(line.line_id, line.sku, line.quantity, line.amount) for line in order.lines] == [
        ("1", "LAMP", 2, Money(3980, "EUR")),
        ("2", "MUG", 1, Money(990, "EUR")),
    ]
    assert (order.shipping, order.total) == (Money(450, "EUR"), Money(5420, "EUR"))
    assert order.ordered_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert order.ship_to == Address(
        name="Ada Lovelace",
        lines=("12 St James's Square",),
        city="London",
        postal_code="SW1Y 4LB",
        country="GB",
        email="ada@example.com",
    )


def test_headings_signs_and_dates_are_what_the_settings_say() -> None:
    columns = "order_number=Bestellnummer; sku=Artikel; quantity=Menge; orders.unit_price=Preis; ordered_at=Datum;"
    rig = Rig(
        columns=columns + "address1=Straße; city=Ort; postal_code=PLZ",
        decimal=",",
        dates="%d.%m.%Y %H:%M",
        zone="Europe/Berlin",
        country="de",
    )
    rig.comes("orders.csv", GERMAN)
    order = rig.orders()["R-7"]
    assert order.total == Money(203980, "EUR")
    assert order.ordered_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert (order.ship_to.lines, order.ship_to.city, order.ship_to.country) == (("Hauptstraße 5",), "Köln", "DE")


def test_an_encoding_is_not_guessed() -> None:
    rig = Rig(columns="order_number=Bestellnummer; sku=Artikel; quantity=Menge", decimal=",")
    rig.drive.drop_bytes("/acme/in/orders.csv", GERMAN.encode("cp1252"))
    rig.clock.advance(60)
    assert "not utf-8" in rig.orders()["orders.csv"]
    told = Rig(columns="order_number=Bestellnummer; sku=Artikel; quantity=Menge", decimal=",", encoding="cp1252")
    told.drive.files = rig.drive.files
    told.clock.advance(60)
    assert told.orders()["R-7"].lines[0].sku == "LAMPE"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    rig = Rig()
    rig.drive.drop_bytes("/acme/in/orders.csv", "order_number,sku,quantity\nR-7,LÄMP,2\n".encode(encoding))
    rig.clock.advance(60)
    assert rig.orders()["R-7"].lines[0].sku == "LÄMP"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_headings(sign: str) -> None:
    rig = Rig()
    rig.comes("orders.csv", "order number,sku,quantity,note\nR-7,LAMP,2,a b\n".replace(",", sign))
    assert rig.orders()["R-7"].note == "a b"


def test_one_bad_row_stops_nobody_and_says_where_it_is() -> None:
    rig = Rig()
    rig.comes(
        "orders.csv",
        'order_number,sku,quantity\nR-1,LAMP,two\n"R-2","LA\nMP",1\nR-3,MUG,1,too,many\nR-4,MUG,1\n,MUG,1\n',
    )
    found = rig.orders()
    assert found["R-1"].startswith("orders.csv, line 2, column quantity ('two'): ")
    assert found["R-2"].lines[0].sku == "LA\nMP"
    assert found["orders.csv line 5"] == "orders.csv, line 5: 5 cells under 3 headings"
    assert found["R-4"].number == "R-4"
    assert "line 7, column order_number: it is empty" in found["orders.csv line 7"]


def test_a_file_without_a_needed_column_waits_for_a_person_and_the_others_go_on() -> None:
    rig = Rig()
    rig.comes("orders-1.csv", "order_number,product\nR-1,LAMP\n")
    rig.comes("orders-2.csv", "order_number,sku,quantity\nR-2,LAMP,1\n")
    found = rig.orders()
    assert "no column sku and no quantity" in found["orders-1.csv"]
    assert found["R-2"].number == "R-2"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("paid", CartState.OPEN),
        ("", CartState.OPEN),
        ("On hold", CartState.WAITING),
        ("Cancelled", CartState.CANCELED),
        ("fulfilled", CartState.SHIPPED),
    ],
)
def test_the_status_word_says_whether_it_is_to_be_sent(word: str, state: CartState) -> None:
    rig = Rig()
    rig.comes("orders.csv", f"order_number,sku,quantity,status\nR-1,LAMP,1,{word}\n")
    assert rig.orders()["R-1"].state is state


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("order_number,sku,quantity,city\nR-1,LAMP,1,Rome\nR-1,MUG,1,Oslo\n", "differ in city"),
        ("order_number,sku,quantity,line_id\nR-1,LAMP,1,7\nR-1,MUG,1,7\n", "two rows have the same line_id"),
        ("order_number,sku,quantity,price\nR-1,LAMP,1,1.234.5\n", "no number with a decimal '.'"),
        ("order_number,sku,quantity,ordered_at\nR-1,LAMP,1,01/03/2026\n", "no date"),
        ("order_number,sku,quantity,currency\nR-1,LAMP,1,euro\n", "no ISO code"),
    ],
)
def test_what_is_not_understood_is_never_guessed(text: str, cause: str) -> None:
    rig = Rig()
    rig.comes("orders.csv", text)
    assert cause in rig.orders()["R-1"]


def test_no_buyer_is_named_in_what_a_person_is_told() -> None:
    rig = Rig()
    rig.comes("orders.csv", "order_number,sku,quantity,city,name\nR-1,LAMP,1,Rome,Ada\nR-1,MUG,1,Oslo,Grace\n")
    told = rig.orders()["R-1"]
    assert not any(word in told for word in ("Rome", "Oslo", "Ada", "Grace"))
