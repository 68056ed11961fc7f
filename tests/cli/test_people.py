"""People at the terminal."""

from tests.cli.shell import Shell

PASSWORD = "a lamp on the harbour"


def test_somebody_is_added_changed_and_switched_off(shell: Shell) -> None:
    shell.done("orders")
    added = shell.run("user", "add", "Ada@example.com", "--role", "owner", "--staff", typed=f"{PASSWORD}\n")
    assert "ada@example.com may sign in as owner" in added.stdout
    shell.run("user", "add", "bob@example.com", "--for", "default", typed=f"{PASSWORD}\n")

    shell.done("user", "role", "bob@example.com", "operator")
    shell.done("user", "off", "bob@example.com")

    listed = {one["email"]: one for one in shell.read("user", "list")}
    assert (listed["bob@example.com"]["role"], listed["bob@example.com"]["active"]) == ("operator", False)
    assert listed["bob@example.com"]["merchants"] == ["default"]
    assert "every merchant (staff)" in shell.done("user", "list").stdout
    shell.done("user", "on", "bob@example.com")


def test_the_last_owner_can_not_be_lost(shell: Shell) -> None:
    shell.done("orders")
    shell.run("user", "add", "ada@example.com", "--role", "owner", "--staff", typed=f"{PASSWORD}\n")

    assert "last owner" in shell.run("user", "off", "ada@example.com").stderr
    assert shell.run("user", "role", "ada@example.com", "viewer").exit_code == 2
    assert shell.run("user", "password", "ada@example.com", typed="short\n").exit_code == 2
    assert shell.run("user", "password", "ada@example.com", typed="another lamp, another day\n").exit_code == 0


def test_an_invitation_is_printed_and_mailed(shell: Shell) -> None:
    shell.done("orders")
    said = shell.read("user", "add", "kim@example.com", "--for", "default", "--invite")

    assert said["link"].startswith("http://127.0.0.1:8321/invitation/")
    [letter] = shell.read("letters")
    assert letter["to"] == "kim@example.com"
