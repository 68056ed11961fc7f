"""The outbox at the terminal."""

from tests.cli.shell import Shell
from tests.engine.mail_office import Office, free_port, serving
from tranter.engine import mailing
from tranter.engine.clock import RealClock
from tranter.engine.mailing import Message
from tranter.ledger.setup import open_ledger


def written(shell: Shell) -> None:
    now = RealClock().now()
    vault = open_ledger(shell.home, shell.home / "keys.json", now)
    mailing.write(vault, Message(key="1", to="ada@example.com", subject="Come in", text="https://hub/i/1"), now)


def test_a_letter_can_be_read_and_sent_by_hand(shell: Shell) -> None:
    written(shell)

    assert "tranter letters show ID" in shell.done("letters").stderr
    [line] = shell.read("letters")
    assert "https://hub/i/1" in shell.done("letters", "show", str(line["id"])).stdout
    assert shell.read("letters", "send", str(line["id"]))["state"] == "waiting"
    assert shell.run("letters", "show", "99").exit_code == 2


def test_a_test_letter_goes_at_once_or_says_why_not(shell: Shell) -> None:
    assert shell.run("letters", "test", "ada@example.com").exit_code == 2

    office = Office()
    with serving(office) as port:
        shell.variables["TRANTER_EMAIL_URL"] = f"smtp://127.0.0.1:{port}/?tls=none&from=hub@example.com"
        shell.done("letters", "test", "ada@example.com")
    assert [str(mail["To"]) for mail in office.mails] == ["ada@example.com"]

    shell.variables["TRANTER_EMAIL_URL"] = f"smtp://127.0.0.1:{free_port()}/?tls=none&from=hub@example.com"
    assert shell.run("letters", "test", "ada@example.com").exit_code == 5


def test_config_check_tells_the_mail_server_without_its_password(newcomer: Shell) -> None:
    newcomer.variables["TRANTER_EMAIL_URL"] = "smtp://hub%40example.com:hush@mail.example.com"
    said = newcomer.done("config", "check").stdout
    assert "mail.example.com:587 (STARTTLS), from hub@example.com" in said
    assert "hush" not in said

    newcomer.variables["TRANTER_EMAIL_URL"] = "mail.example.com"
    assert "TRANTER_EMAIL_URL: begin with smtp://" in newcomer.run("config", "check").stderr
