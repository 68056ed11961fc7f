import re
from enum import Enum
from pathlib import Path

import pytest

from tests.docs.code_blocks import DOCS
from tests.docs.words import exception_kinds, journal_words, unread_names
from tranter.ledger.connections import ConnectionState
from tranter.model import CartState, OrderStatus

GLOSSARY, ERRORS = DOCS / "glossary.md", DOCS / "errors.md"
CODE = re.compile(r"`([a-z_]+)`")


def section(page: Path, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page.name} has no section {title!r}"
    return found[1]


def first_column(text: str) -> set[str]:
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {word for row in rows for word in CODE.findall(row)}


def unexplained(spoken: set[str], explained: set[str]) -> list[str]:
    """A word with `*` in it is explained by at least one that fits."""
    patterns = {word: re.compile(re.escape(word).replace(r"\*", "[a-z_]+")) for word in spoken}
    return sorted(word for word in spoken if not any(patterns[word].fullmatch(one) for one in explained))


def unspoken(spoken: set[str], explained: set[str]) -> list[str]:
    patterns = [re.compile(re.escape(word).replace(r"\*", "[a-z_]+")) for word in spoken]
    return sorted(word for word in explained if not any(pattern.fullmatch(word) for pattern in patterns))


def test_every_word_of_the_journal_is_in_the_glossary_and_no_other() -> None:
    explained = first_column(section(GLOSSARY, "Words of the journal"))
    assert (unexplained(journal_words(), explained), unspoken(journal_words(), explained)) == ([], [])


def test_every_kind_of_exception_is_in_the_glossary_and_no_other() -> None:
    explained = set(CODE.findall(section(GLOSSARY, "Kinds of exceptions")))
    assert (unexplained(exception_kinds(), explained), unspoken(exception_kinds(), explained)) == ([], [])


def test_every_kind_of_exception_says_its_cause_and_what_to_do() -> None:
    explained = first_column(ERRORS.read_text())
    assert unexplained(exception_kinds(), explained) == []
    rows = [line.strip("|").split("|") for line in ERRORS.read_text().splitlines() if line.startswith("| `")]
    assert [row for row in rows if not all(cell.strip() for cell in row)] == []


def test_no_word_is_made_in_a_way_that_can_not_be_followed() -> None:
    assert unread_names() == []


def test_the_reader_of_the_code_sees_words_that_are_made_in_different_ways() -> None:
    assert {"order_taken", "order_skipped", "order_waits", "connection_*"} <= journal_words()
    assert {"unknown_sku", "mass_change", "carrier", "*_shrunk", "duplicate_number"} <= exception_kinds()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Status of an order", OrderStatus),
        ("What the cart says of it", CartState),
        ("State of a connection", ConnectionState),
    ],
)
def test_every_status_word_is_in_the_glossary(title: str, words: type[Enum]) -> None:
    assert set(CODE.findall(section(GLOSSARY, title))) == {word.value for word in words}
