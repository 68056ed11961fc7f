"""A stretch of time read again from a terminal."""

from tests.cli.shell import Shell
from tests.cli.test_operating import synced


def test_a_stretch_is_read_again_and_says_what_it_found(connected: Shell) -> None:
    connected.buy("LAMP")
    synced(connected)
    connected.buy("KETL")
    found = connected.read("repull", "shop", "--from", "2020-01-01")
    assert found["found"] == found["known"] + sum(found["new"].values())
    assert found["known"] >= 1
    again = connected.done("repull", "shop", "--from", "2020-01-01")
    assert "0 new" in again.stdout
    assert connected.read("repull", "shop", "--from", "2020-01-01", "--to", "2020-02-01")["found"] == 0
    assert connected.run("repull", "warehouse", "--from", "2020-01-01").exit_code == 1
    assert connected.run("repull", "shop").exit_code == 2
