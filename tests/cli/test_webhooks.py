"""Webhooks at the terminal."""

import base64
import re

from tests.cli.shell import Shell
from tests.docs.code_blocks import DOCS
from tranter.ledger.outbox import EVENTS


def test_a_webhook_is_made_listed_changed_and_removed(shell: Shell) -> None:
    shell.done("orders")
    made = shell.read("webhook", "add", "https://shop.example/hook", "--event", "order.sent")
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    again = shell.done("webhook", "renew-secret", str(made["id"])).stdout.splitlines()[-1]
    assert again.startswith("whsec_")
    assert again != made["secret"]

    shell.done("webhook", "change", str(made["id"]), "--all-events")
    (line,) = shell.read("webhook", "list")
    assert (line["url"], line["events"], line["state"]) == ("https://shop.example/hook", [], "live")
    assert "whsec_" not in shell.done("webhook", "list").stdout

    shell.done("webhook", "pause", str(made["id"]))
    assert shell.read("webhook", "list")[0]["state"] == "paused"
    shell.done("webhook", "resume", str(made["id"]))
    shell.done("webhook", "remove", str(made["id"]))
    assert shell.read("webhook", "list") == []


def test_what_happens_is_listed_and_replayed(shell: Shell) -> None:
    shell.done("orders")
    hook = str(shell.read("webhook", "add", "https://127.0.0.1:9/hook")["id"])
    shell.connect()
    shell.done("pause", "shop")
    found = shell.read("webhook", "messages", hook)
    assert "connection.paused" in {one["event"] for one in found}

    assert shell.read("webhook", "attempts", str(found[0]["id"])) == []
    assert shell.read("webhook", "replay", str(found[0]["id"])) == {"replayed": 1}
    assert shell.read("webhook", "replay", "--failed", hook) == {"replayed": 0}
    assert shell.run("webhook", "test", hook).exit_code == 5


def test_what_can_not_be_a_webhook_is_told(shell: Shell) -> None:
    shell.done("orders")
    for words in (("add", "shop.example"), ("add", "https://a.example", "--event", "rain"), ("remove", "99")):
        assert shell.run("webhook", *words).exit_code == 2


def test_every_event_is_explained_and_no_other() -> None:
    section = (DOCS / "commands.md").read_text().partition("## Telling other programs")[2]
    assert set(re.findall(r"`([a-z]+\.[a-z_]+)`", section)) == set(EVENTS.values())
