"""Who is told what, at the terminal."""

from tests.cli.shell import Shell


def test_rules_are_made_listed_tried_and_removed(shell: Shell) -> None:
    shell.done("orders")
    made = shell.read("tell", "add", "sku", "ada@example.com", "--for", "default")
    url = shell.run("tell", "add", "errors", "-", "--label", "our channel", typed="slack://TokenA/TokenB/TokenC\n")
    assert "our channel" in url.stdout
    assert "slack://" not in shell.done("tell", "list").stdout

    assert shell.run("tell", "test", str(made["id"])).exit_code == 5
    shell.done("tell", "remove", str(made["id"]))
    assert [one["topic"] for one in shell.read("tell", "list")] == ["errors"]


def test_what_can_not_be_a_rule_is_told(shell: Shell) -> None:
    shell.done("orders")
    for words in (
        ("sku", "nobody"),
        ("sku", "slack://TokenA/TokenB/TokenC"),
        ("sku", "ada@example.com", "--for", "nowhere"),
        ("weather", "ada@example.com"),
    ):
        assert shell.run("tell", "add", *words).exit_code == 2
    assert shell.run("tell", "remove", "99").exit_code == 2
