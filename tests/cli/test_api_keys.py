"""Keys for programs, at the terminal."""

import json

from tests.cli.shell import Shell


def made(shell: Shell, *words: str) -> dict[str, str]:
    last = shell.done("api-key", "create", *words, "--json").stdout.splitlines()[-1]
    found: dict[str, str] = json.loads(last)
    assert found.keys() == {"api_user", "api_key"}
    return found


def test_a_key_of_each_level_is_made_and_the_last_line_is_the_key(shell: Shell) -> None:
    for level in ("cart", "merchant", "warehouse"):
        key = made(shell, "--level", level, "--name", f"{level}-till")
        assert (len(key["api_user"]), len(key["api_key"])) == (12, 15)

    listed = shell.read("api-key", "list", "--all")
    assert [(one["level"], one["merchant"], one["connection"]) for one in listed] == [
        ("warehouse", None, None),
        ("merchant", "default", None),
        ("cart", "default", "cart-till"),
    ]
    assert [one["name"] for one in shell.read("connections")] == ["cart-till"]


def test_the_cart_of_a_key_may_be_there_already(shell: Shell) -> None:
    made(shell, "--level", "cart", "--name", "till")
    made(shell, "--level", "cart", "--name", "till")
    made(shell, "--level", "cart", "--name", "spare", "--connection", "till", "--scope", "read")

    listed = shell.read("api-key", "list")
    assert next((one["name"], one["connection"], one["scopes"]) for one in listed) == ("spare", "till", ["read"])
    assert len(shell.read("connections")) == 1


def test_a_key_may_have_an_end(shell: Shell) -> None:
    made(shell, "--level", "merchant", "--name", "days", "--expires", "30")
    made(shell, "--level", "merchant", "--name", "date", "--expires", "2099-12-31")
    ends = {one["name"]: one["expires_at"] for one in shell.read("api-key", "list")}

    assert ends["date"] == "2100-01-01T00:00:00Z"
    assert ends["days"] < ends["date"]
    assert "until 2100-01-01 00:00" in shell.done("api-key", "list").stdout
    for text in ("soon", "0", "2020-01-01", "9999-12-31"):
        made_none = shell.run("api-key", "create", "--level", "merchant", "--name", "x", "--expires", text)
        assert made_none.exit_code in (1, 2)


def test_a_key_is_cycled_and_revoked_by_its_user(shell: Shell) -> None:
    first = made(shell, "--level", "merchant", "--name", "office")
    user = first["api_user"]

    again = shell.read("api-key", "cycle", user)
    assert again["api_user"] == user
    assert again["api_key"] != first["api_key"]
    assert shell.done("api-key", "revoke", user).stdout == f"{user} (office) is revoked\n"
    assert shell.run("api-key", "cycle", user).exit_code == 2
    assert "revoked" in shell.done("api-key", "list").stdout


def test_what_makes_no_key_is_a_mistake_of_usage(shell: Shell) -> None:
    for words in (
        ("--level", "cart", "--name", "no blanks!"),
        ("--level", "cart", "--name", "x", "--connection", "nowhere"),
        ("--level", "merchant", "--name", "x", "--connection", "shop"),
        ("--level", "merchant", "--name", "x", "--merchant", "nobody"),
    ):
        assert shell.run("api-key", "create", *words).exit_code == 2, words
