"""What goes out goes out once, and harmlessly."""

import csv
import io
from collections.abc import Callable

import pytest

from tests.connectors.csv.rig import OUT, Broken, Rig
from tranter.model import Address, Fulfillment, ShipmentLine
from tranter.sdk.errors import RejectedError, TransientError
from tranter.sdk.http import Request
from tranter.sdk.verbs import Verdict
from tranter.testing.builders import fulfillment, fulfillment_line, parcel
from tranter.testing.faultmark import fault

NUMBER = "12-34567-89012"
CALLS: dict[str, Callable[[Request], bool]] = {
    "the file": lambda request: request.method == "PUT" and "/waiting/" in request.url,
    "the claim": lambda request: request.method == "PUT" and "/claims/" in request.url,
    "the move": lambda request: request.method == "MOVE",
}


def wanted(number: str = NUMBER, key: str = "", reference: str = "", **changes: object) -> Fulfillment:
    lines = [fulfillment_line("LAMP", "LAMP", quantity=2)]
    named = {"key": key or f"push_fulfillment/1/{number}/1", "number": number}
    return fulfillment(reference or number, lines, **named, **changes)


def rows(rig: Rig, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(rig.drive.text(f"{OUT}/{name}"))))


def verdict(rig: Rig, document: Fulfillment) -> Verdict:
    (sighting,) = rig.connector.look_up_fulfillments([document])
    found: Verdict = sighting.verdict
    return found


def test_a_delivery_has_a_row_for_each_line() -> None:
    rig = Rig(plays="warehouse")
    receipt = rig.connector.push_fulfillment(wanted())
    (row,) = rows(rig, f"deliveries-{NUMBER}.csv")
    assert receipt.remote_id == row["order_number"] == NUMBER
    assert (row["sku"], row["quantity"], row["line_total"], row["name"]) == ("LAMP", "2", "20.00", "Ada Lovelace")
    assert receipt.lines == (("line-LAMP", "1"),)


@fault("NET-03", "API-02")
@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("is_fetched", [False, True])
def test_a_crash_anywhere_is_found_out_although_the_file_was_fetched(
    call: str, is_done: bool, is_fetched: bool
) -> None:
    rig, document = Rig(plays="warehouse"), wanted()
    with pytest.raises(TransientError) as caught:
        rig.over(Broken(rig.drive, CALLS[call], is_done)).push_fulfillment(document)
    assert not caught.value.not_done
    went_out = call == "the move" and is_done
    assert len(rig.drive.names(OUT)) == went_out
    if is_fetched:
        rig.drive.files.pop(f"{OUT}/deliveries-{NUMBER}.csv", None)
    assert verdict(rig, document) is (Verdict.FOUND if went_out else Verdict.ABSENT)
    if not went_out:
        assert rig.connector.push_fulfillment(document).remote_id == NUMBER
        assert rig.drive.names(OUT) == [f"deliveries-{NUMBER}.csv"]
        assert verdict(rig, document) is Verdict.FOUND


def test_two_orders_of_one_number_get_names_of_their_own() -> None:
    rig = Rig(plays="warehouse")
    other = wanted(key="push_fulfillment/1/other/1", reference="99-99999-99999")
    assert rig.connector.push_fulfillment(wanted()).remote_id == NUMBER
    assert verdict(rig, other) is Verdict.ABSENT
    receipt = rig.connector.push_fulfillment(other)
    assert (receipt.remote_id, rows(rig, f"deliveries-{NUMBER}-2.csv")[0]["order_number"]) == (f"{NUMBER}-2",) * 2
    (sighting,) = rig.connector.look_up_fulfillments([other])
    assert sighting.receipt == receipt


def test_a_file_of_that_name_which_is_not_ours_is_never_replaced() -> None:
    rig = Rig(plays="warehouse")
    rig.drive.drop(f"{OUT}/deliveries-{NUMBER}.csv", "somebody else's")
    with pytest.raises(RejectedError, match="is there already"):
        rig.connector.push_fulfillment(wanted())
    assert rig.drive.text(f"{OUT}/deliveries-{NUMBER}.csv") == "somebody else's"


def test_a_number_that_is_no_name_for_a_file_is_one_in_the_file() -> None:
    rig = Rig(plays="warehouse")
    receipts = [rig.connector.push_fulfillment(wanted(number)) for number in ("../10/01", "..:10:01")]
    assert [receipt.remote_id for receipt in receipts] == ["../10/01", "..:10:01-2"]
    assert rig.drive.names(OUT) == ["deliveries-.._10_01-2.csv", "deliveries-.._10_01.csv"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://evil.test")', '\'=HYPERLINK("http://evil.test")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("+44 20 7946 0000", "+44 20 7946 0000"),
        ("plain; with, signs", "plain; with, signs"),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    rig = Rig(plays="warehouse")
    rig.connector.push_fulfillment(wanted(ship_to=Address(name=text, lines=("1 Road",), city="Rome", country="IT")))
    assert rows(rig, f"deliveries-{NUMBER}.csv")[0]["name"] == cell


def test_files_go_out_as_the_other_side_reads_them() -> None:
    rig = Rig(
        plays="warehouse", decimal=",", delimiter=";", encoding="cp1252", columns="deliveries.sku=Artikel; total=Summe"
    )
    rig.connector.push_fulfillment(wanted(ship_to=Address(name="Zoë", lines=("1 Road",), city="Köln", country="DE")))
    body, _ = rig.drive.files[f"{OUT}/deliveries-{NUMBER}.csv"]
    (row,) = csv.DictReader(io.StringIO(body.decode("cp1252")), delimiter=";")
    assert (row["Artikel"], row["Summe"], row["name"]) == ("LAMP", "20,00", "Zoë")


def test_a_sign_that_the_encoding_lacks_holds_the_order() -> None:
    rig = Rig(plays="warehouse", encoding="latin-1")
    with pytest.raises(RejectedError, match="has no sign for"):
        rig.connector.push_fulfillment(wanted(ship_to=Address(name="Łukasz", lines=("1 Road",), country="PL")))


def test_a_parcel_is_told_in_the_carts_words() -> None:
    rig = Rig()
    told = parcel("R-1", [ShipmentLine(quantity=2, sku="LAMP", line_id="1")], replaces="1Z-OLD")
    rig.connector.push_shipment(told)
    (row,) = rows(rig, "tracking-R-1-1Z0000000000000001.csv")
    assert (row["order_id"], row["line_id"], row["quantity"], row["replaces"]) == ("R-1", "1", "2", "1Z-OLD")
