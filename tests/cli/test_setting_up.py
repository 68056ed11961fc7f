"""Setting a connection up from the command line: what the pages do, in words."""

import re

from tests.cli.shell import Shell


def keys(shell: Shell) -> list[str]:
    secrets = shell.ebay.credentials()
    plain = {"environment": "custom", "base_url": shell.cart.url, "ru_name": shell.ebay.options.ru_name}
    words = [f"--set={key}={value}" for key, value in plain.items()]
    return words + [f"--secret={name}={secrets[name]}" for name in ("client_id", "client_secret")]


def test_keys_are_given_once_and_never_shown(shell: Shell) -> None:
    assert shell.read("application", "ebay")["missing"] == ["ru_name", "client_id", "client_secret"]

    said = shell.done("application", "ebay", *keys(shell), "--json").stdout

    assert shell.ebay.credentials()["client_secret"] not in said
    shell.done("connect", "ebay", "--name", "shop", "--no-verify", "--draft")
    assert shell.read("connections")[0]["settings"]["ru_name"] == shell.ebay.options.ru_name


def test_an_owner_is_asked_by_a_link(shell: Shell) -> None:
    shell.done("application", "ebay", *keys(shell))
    shell.done("connect", "ebay", "--name", "shop", "--no-verify", "--draft")
    assert "TRANTER_BASE_URL" in shell.run("share", "shop", "ada@example.com").stderr
    shell.variables["TRANTER_BASE_URL"] = "https://hub.example"

    asked = shell.done("share", "shop", "ada@example.com")

    assert re.fullmatch(r"https://hub\.example/setup/\S{43}", asked.stdout.strip())
    assert "send this yourself" in asked.stderr
    (link,) = shell.read("share-links", "shop")
    assert (link["email"], link["state"]) == ("ada@example.com", "open")
    shell.done("share-links", "shop", "--revoke", str(link["id"]))
    assert shell.run("share-links", "shop", "--revoke", str(link["id"])).exit_code == 1


def test_a_preview_stores_nothing(connected: Shell) -> None:
    connected.buy("LAMP")
    connected.clock.sleep(400)

    seen = connected.read("check", "shop", "--preview")

    assert seen["orders"]["open"] == 1
    assert connected.read("orders") == []
    assert "1 open orders since" in connected.done("check", "shop", "--preview").stdout


def test_going_live_shows_the_plan_and_asks(shell: Shell) -> None:
    shell.done(*shell.warehouse_words(), *shell.secret_words(shell.gecko))
    shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay), "--draft")

    asked = shell.run("go-live", "shop", "--orders")
    assert asked.exit_code == 3
    assert "0 open orders" in asked.stdout
    shell.done("go-live", "shop", "--orders", "--yes")

    assert {one["name"]: one["state"] for one in shell.read("connections")}["shop"] == "live"
    assert shell.run("go-live", "shop").exit_code == 2


def test_a_test_order_goes_and_comes_back(connected: Shell) -> None:
    connected.done("sync", "--until-idle")

    begun = connected.read("test-order", "shop", "--sku", "LAMP")

    assert begun["state"] == "sent"
    assert connected.at_warehouse(begun["number"]) == ["draft"]
    ended = connected.read("test-order", "shop", "--cancel", str(begun["id"]))
    assert ended["status"] == "canceled"
    assert "canceled" in connected.done("test-order", "shop", "--show", str(begun["id"])).stdout


def test_a_test_order_that_can_t_be_made_says_why(connected: Shell) -> None:
    connected.done("sync", "--until-idle")

    assert "NO-SUCH" in connected.run("test-order", "shop", "--sku", "NO-SUCH").stderr


def test_a_copy_runs_and_the_end(connected: Shell) -> None:
    connected.buy("LAMP")
    connected.clock.sleep(400)
    connected.done("sync", "--until-idle")
    assert "orders" in {line["flow"] for line in connected.read("runs", "shop")}

    connected.done("duplicate", "shop", "second")
    assert connected.run("remove", "second").exit_code == 3
    connected.done("remove", "second", "--yes")
    connected.done("remove", "shop", "--yes")
    assert [one["name"] for one in connected.read("bring-back")] == ["shop"]
    assert "tranter sign-in shop" in connected.done("bring-back", "shop").stdout

    assert {one["name"] for one in connected.read("connections")} == {"shop", "warehouse"}
