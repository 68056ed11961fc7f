"""Connections as a person makes them."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from tests.cli.shell import Shell
from tranter.connectors.ebay.simulator import simulator as ebay_simulator
from tranter.connectors.tradegecko.simulator import simulator as gecko_simulator
from tranter.testing.faultmark import fault


def test_what_was_seen_is_shown_and_the_connection_is_live(shell: Shell) -> None:
    result = shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay))

    assert "shop is connected: ebay, live, account sim-seller-us" in result.stdout
    assert "out of stock control: on" in result.stdout
    assert "tranter go-live shop --stock" in result.stderr
    assert [(one["name"], one["state"]) for one in shell.read("connections")] == [("shop", "live")]


def test_the_first_command_makes_the_ledger(newcomer: Shell) -> None:
    assert not newcomer.home.exists()

    newcomer.done("orders")

    assert (newcomer.home / "tranter.sqlite3").exists()
    assert (newcomer.home / "keys.json").stat().st_mode & 0o777 == 0o600


def test_secrets_come_from_files_and_are_never_shown(shell: Shell, tmp_path: Path) -> None:
    words = []
    secrets = {key: value for key, value in shell.ebay.credentials().items() if key != "ru_name"}
    for key, value in secrets.items():
        (tmp_path / key).write_text(f"{value}\n")
        words.append(f"--secret={key}=@{tmp_path / key}")

    said = shell.done(*shell.cart_words(), *words, "--json").output + shell.done("connections", "--json").output

    assert not [value for value in secrets.values() if value in said]
    stored = b"".join(path.read_bytes() for path in shell.home.glob("tranter.sqlite3*"))
    assert not [value for value in secrets.values() if value.encode() in stored]


def test_one_secret_comes_from_standard_input(shell: Shell) -> None:
    *others, last = shell.secret_words(shell.gecko)
    key, _, value = last.removeprefix("--secret=").partition("=")

    result = shell.run(*shell.warehouse_words(), *others, f"--secret={key}=-", typed=value)

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set=marketplce=EBAY_US"], "marketplce: there is no such setting"),
        (["--set=marketplace=EBAY_XX"], "EBAY_XX: no such eBay site"),
        (["--set=marketplace"], "write KEY=VALUE"),
        (["--set=client_id=abc"], "give it with --secret"),
        (["--secret=client_key=abc"], "has no such secret"),
        (["--secret=client_id=@not-there"], "not-there"),
        (["--name=my shop"], "use letters, digits"),
    ],
)
def test_bad_input_is_named_and_nothing_is_saved(shell: Shell, words: list[str], said: str) -> None:
    result = shell.run(*shell.cart_words(), *words)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.startswith("Error: ")
    assert shell.read("connections") == []


def test_an_unknown_connector_is_told_with_those_that_there_are(shell: Shell) -> None:
    result = shell.run("connect", "shopify", "--name", "shop")

    assert result.exit_code == 2
    assert "installed are: api, cartrover, csv, ebay, tradegecko" in result.stderr


def test_a_refused_secret_asks_for_a_sign_in_and_saves_nothing(shell: Shell) -> None:
    result = shell.run(
        *shell.cart_words(),
        "--secret=client_id=sim-client-id",
        "--secret=client_secret=wrong",
        "--secret=refresh_token=x",
    )

    assert result.exit_code == 4
    assert shell.read("connections") == []


def test_a_remote_that_is_down_is_told_apart(shell: Shell) -> None:
    shell.cart.close()

    result = shell.run(*shell.cart_words(), *shell.secret_words(shell.ebay))

    assert result.exit_code == 5
    assert "can't be reached" in result.stderr


def test_a_private_host_is_refused_unless_it_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shell, "environment", {"TRANTER_HOME": str(shell.home), "TRANTER_ALLOW_HOSTS": ""})

    result = shell.run(*shell.cart_words(), *shell.secret_words(shell.ebay))

    assert result.exit_code == 5
    assert "TRANTER_ALLOW_HOSTS" in result.stderr


@fault("AUTH-07")
def test_the_same_account_is_connected_once(connected: Shell) -> None:
    again = connected.run(*connected.cart_words("second"), *connected.secret_words(connected.ebay))
    other_site = connected.run(
        *connected.cart_words("abroad", marketplace="EBAY_GB"), *connected.secret_words(connected.ebay)
    )

    assert again.exit_code == 1
    assert "is connected as shop" in again.stderr
    assert other_site.exit_code == 0, other_site.output


@fault("AUTH-06")
def test_another_account_never_takes_a_connections_place(connected: Shell) -> None:
    other = ebay_simulator(connected.clock, 99, user_id="somebody-else", auto_consent=True)
    front = connected.serve(other)

    result = connected.run(*connected.cart_words(base_url=front.url), *connected.secret_words(other))

    assert result.exit_code == 1
    assert "is bound to the account" in result.stderr
    assert connected.read("connections")[0]["settings"]["base_url"] == connected.cart.url
    connected.done("check", "shop")


def test_to_connect_again_changes_what_is_named_and_keeps_the_rest(connected: Shell) -> None:
    connected.done(*connected.cart_words(buffer="3"))
    connected.done("connect", "ebay", "--name", "shop", "--set=marketplace=EBAY_GB")

    settings = connected.read("connections")[0]["settings"]

    assert settings["buffer"] == 3
    assert settings["marketplaces"] == ["EBAY_GB"]


def test_an_account_that_nobody_looked_at_is_looked_at_by_the_first_sync(shell: Shell) -> None:
    shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay), "--no-verify")
    assert shell.read("connections")[0]["account_id"] == ""

    shell.done("sync")

    seen = shell.read("connections")[0]
    assert seen["account_name"] == "sim-seller-us"
    assert seen["facts"]["out_of_stock_control"] == "on"


def test_a_draft_moves_nothing_until_it_is_resumed(shell: Shell) -> None:
    shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay), "--draft")
    shell.buy()

    assert shell.read("sync")["orders_pulled"] == 0
    shell.done("resume", "shop")
    assert shell.read("sync")["orders_pulled"] == 1


def test_a_paused_connection_rests(connected: Shell) -> None:
    connected.done("pause", "shop", "--reason", "stock-taking")
    connected.buy()

    assert connected.read("sync", "--until-idle")["orders_pulled"] == 0
    assert connected.read("connections")[0]["state_reason"] == "stock-taking"
    connected.done("resume", "shop")
    assert connected.read("sync", "--until-idle")["orders_pulled"] == 1


class Stay(HTTPRedirectHandler):
    """Whoever plays the browser wants to see the address, not to go there."""

    def redirect_request(self, *_: object) -> Request | None:
        return None


def consented(url: str) -> str:
    """The address that the browser ends at."""
    from urllib.error import HTTPError

    try:
        build_opener(Stay).open(url).close()
    except HTTPError as reply:
        with reply:
            return str(reply.headers["Location"])
    raise AssertionError("the consent page sent nobody anywhere")


def asked_to_sign_in(shell: Shell) -> str:
    secrets = [word for word in shell.secret_words(shell.ebay) if "refresh_token" not in word]
    shell.done(*shell.cart_words(ru_name="Sim-RuName"), *secrets, "--no-verify")
    return str(shell.read("sign-in", "shop")["url"])


def test_a_person_signs_in_by_pasting_the_address(shell: Shell) -> None:
    returned = consented(asked_to_sign_in(shell))

    result = shell.done("sign-in", "shop", "--url", returned)

    assert "shop is signed in: ebay, live, account sim-seller-us" in result.stdout
    shell.buy()
    assert shell.read("sync")["orders_pulled"] == 1


def test_a_pasted_address_counts_once(shell: Shell) -> None:
    returned = consented(asked_to_sign_in(shell))
    shell.done("sign-in", "shop", "--url", returned)

    again = shell.run("sign-in", "shop", "--url", returned)

    assert again.exit_code == 4
    assert "used before" in again.stderr


def test_an_address_of_somebody_elses_sign_in_is_refused(shell: Shell) -> None:
    returned = consented(asked_to_sign_in(shell))
    forged = urlsplit(returned)._replace(query="code=abc&state=not-ours").geturl()

    result = shell.run("sign-in", "shop", "--url", forged)

    assert result.exit_code == 4
    assert "begin the sign-in again" in result.stderr


@fault("AUTH-02")
def test_a_revoked_consent_asks_for_a_sign_in_and_goes_on_after_it(connected: Shell) -> None:
    connected.done("sync", "--until-idle")
    connected.ebay.revoke()
    number = connected.buy()

    halted = connected.run("sync", "shop", "orders")
    connected.done(*connected.cart_words(), *_fresh(connected))

    assert halted.exit_code == 4
    assert "tranter sign-in shop" in halted.stderr
    assert connected.read("sync", "--until-idle")["fulfillments_pushed"] == 1
    assert connected.at_warehouse(number) == ["active"]
    assert connected.read("exceptions") == []


def _fresh(shell: Shell) -> list[str]:
    shell.ebay.sign_in()
    return shell.secret_words(shell.ebay)


def test_how_often_a_flow_runs_can_be_set(connected: Shell) -> None:
    connected.done("every", "shop", "orders", "2m")
    bad = connected.run("every", "shop", "orders", "2 weeks")
    unknown = connected.run("every", "shop", "invoices", "5m")

    flows = {line["name"]: line["every_seconds"] for line in connected.read("connections")[0]["flows"]}
    assert flows["orders"] == 120
    assert (bad.exit_code, unknown.exit_code) == (2, 2)
    assert "listing_stock" in unknown.stderr

    connected.done("every", "shop", "orders", "auto")
    flows = {line["name"]: line["every_seconds"] for line in connected.read("connections")[0]["flows"]}
    assert flows["orders"] == 300
    assert connected.run("every", "shop", "listings", "auto").exit_code == 2


def test_a_new_merchant_begins_with_its_first_connection(shell: Shell) -> None:
    assert shell.run("orders", "--merchant", "acme").exit_code == 2

    shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay), "--merchant", "acme")

    assert [one["name"] for one in shell.read("connections", "--merchant", "acme")] == ["shop"]
    assert shell.read("connections") == []


def test_orders_pulled_before_the_account_was_known_are_filed_under_it(shell: Shell) -> None:
    shell.done(*shell.cart_words(), *shell.secret_words(shell.ebay), "--no-verify")
    number = shell.buy()
    # As when the identity call is refused: the orders come, and nobody knows whose they are.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tranter.engine.connecting.check_unseen", lambda hub, book: None)
        shell.done("sync", "--until-idle")
    shell.done("check", "shop")
    shell.done(*shell.warehouse_words(), *shell.secret_words(shell.gecko))

    counts = shell.read("sync", "--until-idle")

    assert counts["fulfillments_pushed"] == 1
    assert shell.at_warehouse(number) == ["active"]
    assert len(shell.read("orders")) == 1


def test_a_warehouse_is_connected_with_a_token_that_never_expires(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("privileged-token\n")
    shell.warehouse = shell.serve(gecko_simulator(shell.clock, 5, access_token="privileged-token"))

    result = shell.done(*shell.warehouse_words(), f"--secret=access_token=@{tmp_path / 'token'}")

    assert "warehouse is connected: tradegecko, live" in result.stdout
    assert shell.run("sync", "warehouse").exit_code == 0
