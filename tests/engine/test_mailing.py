"""Letters, carried to a real mail server."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import trustme

from tests.engine.mail_office import PASSWORD, USER, Office, certificate, check, free_port, serving
from tests.ledger.conftest import NOW
from tranter.config import ConfigError, read_config
from tranter.engine import mailing
from tranter.engine.mailing import Message
from tranter.engine.smtp import MailServer, MailUrlError, parse_mail_url
from tranter.ledger import letters
from tranter.ledger.models import Letter
from tranter.ledger.rotation import rotate
from tranter.ledger.vault import Vault, read_key_file

RANDOM = Random(1)
QUOTED = "p%2Fss%23w%40rd"


def message(key: str = "invitation/1", to: str = "ada@example.com", **more: object) -> Message:
    return Message(**{"key": key, "to": to, "subject": "Come in — Ürün", "text": "https://hub.example/i/abc", **more})  # type: ignore[arg-type]


def plain(port: int) -> MailServer:
    return parse_mail_url(f"smtp://127.0.0.1:{port}/?tls=none&from=hub@example.com")


def test_a_letter_arrives_once_with_its_text_and_its_time(vault: Vault) -> None:
    office = Office()
    mailing.write(vault, message(), NOW)
    with serving(office) as port:
        assert mailing.send_due(vault, plain(port), NOW, RANDOM) == 1
        assert mailing.send_due(vault, plain(port), NOW + timedelta(hours=1), RANDOM) == 0

    [mail] = office.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("hub@example.com", "ada@example.com", "Come in — Ürün")
    assert mail.get_content().strip() == "https://hub.example/i/abc"  # type: ignore[attr-defined]
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"].endswith("@example.com>")


def test_what_was_sent_is_forgotten_but_for_whom_and_what_about(vault: Vault) -> None:
    number = mailing.write(vault, message(), NOW)
    with serving(Office()) as port:
        mailing.send_due(vault, plain(port), NOW, RANDOM)

    seen = letters.letter(vault, number)
    assert (seen.state, seen.to, seen.text, seen.sent_at) == ("sent", "ada@example.com", "", NOW)


def test_a_letter_written_twice_is_one(vault: Vault) -> None:
    assert mailing.write(vault, message(), NOW) == mailing.write(vault, message(text="another"), NOW)
    assert letters.letters(vault)[0].text == "https://hub.example/i/abc"


def test_nobody_reads_it_in_the_ledger(vault: Vault, home: Path) -> None:
    mailing.write(vault, message(), NOW)

    assert b"ada@example.com" not in (home / "tranter.sqlite3").read_bytes()
    assert b"ada@example.com" not in b"".join(path.read_bytes() for path in home.glob("*.sqlite3-wal"))


def test_without_a_mail_server_letters_are_kept_and_can_be_read(vault: Vault) -> None:
    number = mailing.write(vault, message(), NOW)

    assert mailing.send_due(vault, None, NOW, RANDOM) == 0

    seen = letters.letter(vault, number)
    assert (seen.state, seen.text) == ("kept", "https://hub.example/i/abc")


def test_a_kept_letter_goes_when_a_person_says_so(vault: Vault) -> None:
    number = mailing.write(vault, message(), NOW)
    mailing.send_due(vault, None, NOW, RANDOM)
    office = Office()
    with serving(office) as port:
        assert mailing.send_due(vault, plain(port), NOW, RANDOM) == 0
        letters.send_again(number, NOW)
        assert mailing.send_due(vault, plain(port), NOW, RANDOM) == 1

    with pytest.raises(letters.UnknownLetter):
        letters.send_again(number, NOW)


def test_a_secret_text_is_shown_to_nobody_and_still_arrives(vault: Vault) -> None:
    number = mailing.write(vault, message(secret=True), NOW)
    assert letters.letter(vault, number).text == ""

    office = Office()
    with serving(office) as port:
        mailing.send_due(vault, plain(port), NOW, RANDOM)
    assert "https://hub.example/i/abc" in office.mails[0].get_content()  # type: ignore[attr-defined]


def test_a_server_that_is_down_gets_it_when_it_is_up_again(vault: Vault) -> None:
    port = free_port()
    number = mailing.write(vault, message(), NOW)

    assert mailing.send_due(vault, plain(port), NOW, RANDOM) == 0
    waiting = letters.letter(vault, number)
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert f"127.0.0.1:{port}" in waiting.trouble
    assert timedelta(seconds=30) <= waiting.due_at - NOW <= timedelta(seconds=33)

    later = waiting.due_at + timedelta(seconds=1)
    mailing.send_due(vault, plain(port), later, RANDOM)
    assert letters.letter(vault, number).due_at - later >= timedelta(minutes=2)

    office = Office()
    with serving(office, port):
        assert mailing.send_due(vault, plain(port), later + timedelta(minutes=3), RANDOM) == 1
    assert len(office.mails) == 1


def test_after_three_days_it_is_given_up_and_says_so(vault: Vault) -> None:
    number = mailing.write(vault, message(), NOW)
    mailing.send_due(vault, plain(free_port()), NOW + timedelta(days=3, minutes=1), RANDOM)

    assert letters.letter(vault, number).state == "failed"


def test_an_address_that_is_refused_for_good_fails_and_the_others_go(vault: Vault) -> None:
    office = Office()
    office.strangers["ada@example.com"] = "550 no such person"
    refused = mailing.write(vault, message(), NOW)
    mailing.write(vault, message("invitation/2", "bob@example.com"), NOW)
    with serving(office) as port:
        assert mailing.send_due(vault, plain(port), NOW, RANDOM) == 1

    seen = letters.letter(vault, refused)
    assert (seen.state, "550 no such person" in seen.trouble) == ("failed", True)
    assert [str(mail["To"]) for mail in office.mails] == ["bob@example.com"]


@pytest.mark.parametrize("answer", ["450 try later", "451 greylisted"])
def test_a_refusal_for_now_is_tried_again(vault: Vault, answer: str) -> None:
    office = Office()
    office.strangers["ada@example.com"] = answer
    number = mailing.write(vault, message(), NOW)
    with serving(office) as port:
        mailing.send_due(vault, plain(port), NOW, RANDOM)
        assert letters.letter(vault, number).state == "waiting"
        office.strangers.clear()
        assert mailing.send_due(vault, plain(port), NOW + timedelta(minutes=1), RANDOM) == 1


def test_an_address_that_is_none_harms_nobody(vault: Vault) -> None:
    bad = mailing.write(vault, message(to="ada@example.com\r\nBcc: eve@example.com"), NOW)
    worse = mailing.write(vault, message("2", subject="a\r\nBcc: eve@example.com"), NOW)
    office = Office()
    with serving(office) as port:
        mailing.send_due(vault, plain(port), NOW, RANDOM)

    assert letters.letter(vault, bad).state == "failed"
    assert letters.letter(vault, worse).state == "sent"
    assert office.subjects == ["a Bcc: eve@example.com"]
    assert office.mails[0]["Bcc"] is None


def test_two_hubs_send_it_once(vault: Vault) -> None:
    mailing.write(vault, message(), NOW)

    assert len(letters.claim(vault, NOW, ["mail"])) == 1
    assert letters.claim(vault, NOW, ["mail"]) == []
    assert len(letters.claim(vault, NOW + timedelta(minutes=6), ["mail"])) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_with_encryption_and_a_password_takes_it(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    encrypted = {"tls_context": certificate(authority), "require_starttls": True}
    manners = {"ssl_context": certificate(authority)} if scheme == "smtps" else encrypted
    auth = {"authenticator": check, "auth_required": scheme == "smtp", "auth_require_tls": scheme == "smtp"}
    office = Office()
    mailing.write(vault, message(), NOW)
    with serving(office, **manners, **auth) as port:
        wrong = parse_mail_url(f"{scheme}://hub%40example.com:guess@127.0.0.1:{port}")
        assert mailing.send_due(vault, wrong, NOW, RANDOM) == 0
        assert "refuses user and password" in letters.letters(vault)[0].trouble
        right = parse_mail_url(f"{scheme}://hub%40example.com:{QUOTED}@127.0.0.1:{port}")
        assert mailing.send_due(vault, right, NOW + timedelta(minutes=1), RANDOM) == 1

    assert (right.user, right.password) == (USER, PASSWORD)
    assert office.mails[0]["From"] == USER


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(vault: Vault) -> None:
    office = Office()
    mailing.write(vault, message(), NOW)
    with serving(office, tls_context=certificate(trustme.CA()), require_starttls=True) as port:
        server = parse_mail_url(f"smtp://127.0.0.1:{port}/?from=hub@example.com")
        assert mailing.send_due(vault, server, NOW, RANDOM) == 0

    assert "CERTIFICATE_VERIFY_FAILED" in letters.letters(vault)[0].trouble.upper()
    assert office.mails == []


def test_a_server_that_can_not_encrypt_is_told_nothing(vault: Vault) -> None:
    office = Office()
    mailing.write(vault, message(), NOW)
    with serving(office) as port:
        mailing.send_due(vault, parse_mail_url(f"smtp://127.0.0.1:{port}/?from=hub@example.com"), NOW, RANDOM)

    assert "STARTTLS" in letters.letters(vault)[0].trouble
    assert office.mails == []


def test_a_new_key_opens_the_outbox_too(vault: Vault, home: Path) -> None:
    number = mailing.write(vault, message(), NOW)
    rotate(home / "keys.json", lambda done, total: None)

    fresh = read_key_file(home / "keys.json")
    assert fresh.is_newest(Letter.objects.get().sealed)
    assert letters.letter(fresh, number).to == "ada@example.com"


def test_old_letters_are_forgotten(vault: Vault) -> None:
    mailing.write(vault, message(), NOW)
    mailing.send_due(vault, None, NOW, RANDOM)

    assert letters.forget_old(NOW + timedelta(days=29)) == 0
    assert letters.forget_old(NOW + timedelta(days=31)) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example.com:587", "begin with smtp://"),
        ("http://mail.example.com", "begin with smtp://"),
        ("smtp:///?from=a@b.c", "names no host"),
        ("smtp://mail.example.com", "add from=hub@example.com"),
        ("smtp://hub:secret@mail.example.com", "add from=hub@example.com"),
        ("smtp://hub@example.com:p/ss@mail.example.com", "the port is no number"),
        ("smtp://mail.example.com/?from=a@b.c&tls=ssl", "write tls=starttls or tls=none"),
        ("smtp://mail.example.com/?from=a@b.c&secure=1", "knows no option 'secure'"),
        ("smtp://u:p@mail.example.com/?from=a@b.c&tls=none", "in the clear"),
    ],
)
def test_an_address_of_a_mail_server_that_can_not_be_used_is_told_with_the_way_out(url: str, said: str) -> None:
    with pytest.raises(MailUrlError, match=said.replace("?", r"\?")):
        parse_mail_url(url)
    with pytest.raises(ConfigError, match="TRANTER_EMAIL_URL: "):
        read_config({"TRANTER_EMAIL_URL": url})


def test_usual_addresses_of_mail_servers_are_understood() -> None:
    both = [parse_mail_url(f"{scheme}://hub%40example.com:x@mail.example.com") for scheme in ("smtp", "smtps")]
    assert [(one.port, one.starttls, one.tls, one.sender) for one in both] == [
        (587, True, False, "hub@example.com"),
        (465, False, True, "hub@example.com"),
    ]
