import gzip
import io
import zipfile
from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.simulators.ebay.seller import Answer, Seller

PATH = "/sell/feed/v1/task"
REVISE = {"feedType": "LMS_REVISE_INVENTORY_STATUS", "schemaVersion": "1.0"}
SPACE = "{urn:ebay:apis:eBLBaseComponents}"


def new_task(seller: Seller, **changes: str) -> Answer:
    return seller.post(PATH, {**REVISE, **changes}, x_ebay_c_marketplace_id="EBAY_US")


def task_id(seller: Seller) -> str:
    return new_task(seller).headers["Location"].rpartition("/")[2]


def revision(message_id: str, item_id: str, quantity: int) -> str:
    row = f"<InventoryStatus><ItemID>{item_id}</ItemID><Quantity>{quantity}</Quantity></InventoryStatus>"
    return f"<ReviseInventoryStatusRequest><MessageID>{message_id}</MessageID>{row}</ReviseInventoryStatusRequest>"


def file_of(*requests: str) -> bytes:
    return f"<BulkDataExchangeRequests>{''.join(requests)}</BulkDataExchangeRequests>".encode()


def upload(seller: Seller, task: str, content: bytes, name: str = "file") -> Answer:
    body = (
        f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="r.xml"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    headers = {
        "authorization": f"Bearer {seller.token}",
        "content-type": "multipart/form-data; boundary=cut",
    }
    return seller.send("POST", f"{PATH}/{task}/upload_file", body + content + b"\r\n--cut--\r\n", headers)


def result(seller: Seller, task: str) -> list[Element]:
    packed = seller.get(f"{PATH}/{task}/download_result_file").body
    return list(fromstring(gzip.decompress(packed)))


def trading_listing(seller: Seller) -> str:
    return next(listing.listing_id for listing, _ in seller.vendor.shop.catalogue.with_sku("KETL-L"))


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("r.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zipped])
def test_a_file_is_worked_off_by_and_by(seller, clock, pack):
    task, listing_id = task_id(seller), trading_listing(seller)
    assert upload(seller, task, pack(file_of(revision("m1", listing_id, 4)))).status == 200
    seen = []
    for seconds in (0, 10, 20):
        clock.sleep(seconds)
        seen.append(seller.get(f"{PATH}/{task}").json["status"])
    assert seen == ["QUEUED", "IN_PROCESS", "COMPLETED"]
    assert seller.vendor.quantity(listing_id, "KETL-L") == 4
    assert result(seller, task)[0].findtext(f"{SPACE}CorrelationID") == "m1"


def test_errors_stand_in_the_result_file_only(seller, clock):
    task, listing_id = task_id(seller), trading_listing(seller)
    upload(seller, task, file_of(revision("good", listing_id, 4), revision("bad", "1", 4)))
    clock.sleep(30)
    told = seller.get(f"{PATH}/{task}").json
    assert told["status"] == "COMPLETED_WITH_ERROR"
    assert told["uploadSummary"] == {"successCount": 1, "failureCount": 1}
    acks = {each.findtext(f"{SPACE}CorrelationID"): each.findtext(f"{SPACE}Ack") for each in result(seller, task)}
    assert acks == {"good": "Success", "bad": "Failure"}


def test_a_file_that_is_no_xml_fails_whole(seller, clock):
    task = task_id(seller)
    upload(seller, task, b"quantity;4")
    clock.sleep(30)
    assert seller.get(f"{PATH}/{task}").json["status"] == "FAILED"
    assert seller.get(f"{PATH}/{task}/download_result_file").error_ids == [160014]


def test_a_task_waits_an_hour_for_its_file_and_takes_one(seller, clock):
    late, twice = task_id(seller), task_id(seller)
    content = file_of()
    assert upload(seller, twice, content).status == 200
    assert upload(seller, twice, content).error_ids == [160023]
    clock.sleep(3601)
    assert upload(seller, late, content).error_ids == [160026]


def test_each_wrong_task_has_its_own_error(seller):
    assert new_task(seller, feedType="LMS_PAINT").error_ids == [160017]
    assert new_task(seller, schemaVersion="").error_ids == [160018]
    assert seller.post(PATH, REVISE).error_ids == [160027]
    assert seller.get(f"{PATH}/task-1").error_ids == [160003]
    assert seller.get(PATH).error_ids == [160006]
    task = task_id(seller)
    assert upload(seller, task, file_of(), name="document").error_ids == [160100]
    assert upload(seller, task, b"\x1f\x8bnothing").error_ids == [160020]
    assert seller.get(f"{PATH}?feed_type=LMS_REVISE_INVENTORY_STATUS").json["total"] == 1


def test_four_hundred_tasks_are_enough_for_a_day(seller):
    for _ in range(400):
        assert new_task(seller).status == 202
    assert new_task(seller).error_ids == [160025]
