"""Addresses stand as the post of their country writes them."""

import pytest

from tranter.model import Address
from tranter.web.orders.address import address_lines

HOME = {"name": "Ada L", "company": "ACME", "lines": ("Street 1", "Floor 2")}


@pytest.mark.parametrize(
    ("country", "city", "region", "code", "last"),
    [
        ("DE", "Berlin", "", "10115", ("10115 Berlin", "Germany")),
        ("US", "New York", "NY", "10001", ("New York, NY 10001", "United States")),
        ("GB", "Leeds", "", "LS1 1AA", ("Leeds", "LS1 1AA", "United Kingdom")),
        ("GB", "Leeds", "Yorkshire", "LS1 1AA", ("Leeds", "LS1 1AA", "Yorkshire", "United Kingdom")),
        ("FR", "Paris", "", "75001", ("75001 Paris", "France")),
        ("QQ", "Somewhere", "", "1", ("1 Somewhere", "QQ")),
    ],
)
def test_the_town_stands_where_the_country_puts_it(
    country: str, city: str, region: str, code: str, last: tuple[str, ...]
) -> None:
    lines = address_lines(Address(**HOME, city=city, region=region, postal_code=code, country=country))  # type: ignore[arg-type]

    assert lines[-len(last) :] == last
    assert {"Ada L", "ACME", "Street 1", "Floor 2"} <= set(lines)


def test_an_address_in_japan_begins_with_the_largest_part_in_japanese_only() -> None:
    there = Address(name="山田太郎", lines=("千代田1-1",), region="東京都", postal_code="100-0001", country="JP")
    abroad = Address(name="Taro Yamada", lines=("1-1 Chiyoda",), city="Tokyo", postal_code="100-0001", country="JP")

    assert address_lines(there)[:2] == ("〒100-0001", "東京都")
    assert address_lines(abroad)[:2] == ("Taro Yamada", "1-1 Chiyoda")


def test_without_an_address_there_are_no_lines() -> None:
    assert address_lines(None) == ()
