"""What waits for a person, by cause."""

from tests.cli.shell import Shell
from tests.cli.test_errands import stuck
from tests.cli.test_operating import synced, with_strangers
from tranter.connectors.ebay.simulator import UNKNOWN_SKU

__all__ = ["with_strangers"]


def test_a_cause_is_fixed_and_its_orders_are_sent(with_strangers: Shell) -> None:
    numbers = stuck(with_strangers, 3)
    [problem] = with_strangers.read("problems")
    assert (problem["cause"]["value"], problem["orders"], problem["merchant"]) == (UNKNOWN_SKU, 3, "default")
    assert "3" in with_strangers.done("problems").stdout

    ended = with_strangers.read("problems", "fix", "unknown_sku", UNKNOWN_SKU, "UMBRELLA")
    synced(with_strangers)

    assert (ended["done"], ended["total"]) == (3, 3)
    assert all(with_strangers.at_warehouse(number) == ["active"] for number in numbers)
    assert with_strangers.read("problems") == []
    assert len(with_strangers.read("problems", "--state", "resolved")) == 1


def test_a_cause_is_muted_put_back_and_settled(with_strangers: Shell) -> None:
    stuck(with_strangers, 2)

    assert with_strangers.read("problems", "mute", "unknown_sku") == {"muted": 2}
    assert with_strangers.read("problems") == []
    assert with_strangers.read("problems", "--state", "muted")[0]["count"] == 2
    assert with_strangers.read("problems", "unmute", "unknown_sku", "--value", UNKNOWN_SKU) == {"unmuted": 2}
    assert with_strangers.read("problems", "settle", "unknown_sku") == {"settled": 2}


def test_a_cause_that_there_is_not_is_said(connected: Shell) -> None:
    for words in (("fix", "unknown_sku", "A", "LAMP"), ("mute", "unknown_sku"), ("settle", "carrier", "--value", "x")):
        result = connected.run("problems", *words)
        assert result.exit_code == 1
        assert "see `tranter problems`" in result.stderr
