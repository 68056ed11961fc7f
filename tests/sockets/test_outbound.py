import pytest

from tests.sockets.remote import keeping_alive, remote
from tranter.sdk.http import NeverSent, Request, ReqwestTransport
from tranter.sdk.outbound import Blocked, Outbound, is_public

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
]
PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "2002:808:808::"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_not_public_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://localhost./",
        "https://10.0.0.1:8443/",
        "https://169.254.169.254/latest",
    ],
)
def test_a_private_host_is_refused_and_the_text_names_the_remedy(url: str) -> None:
    transport = ReqwestTransport(Outbound())
    with pytest.raises(NeverSent, match="TRANTER_ALLOW_HOSTS"):
        transport.send(Request("GET", url), 5)


@pytest.mark.parametrize("url", ["http://example.test/", "ftp://example.test/", "file:///etc/passwd"])
def test_only_https_leaves_the_hub(url: str) -> None:
    transport = ReqwestTransport(Outbound(lookup=lambda _host, _port: ["8.8.8.8"]))
    with pytest.raises(NeverSent):
        transport.send(Request("GET", url), 5)


def test_a_name_with_one_private_address_is_refused_whole() -> None:
    outbound = Outbound(lookup=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(Blocked, match=r"10\.0\.0\.1"):
        outbound.addresses("https", "shop.test", 443, 1)


def test_a_name_that_changes_its_mind_is_called_at_the_address_that_was_judged() -> None:
    answers = iter([["127.0.0.1"], ["10.9.9.9"], ["10.9.9.9"]])
    transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"shop.test"}), lookup=lambda _h, _p: next(answers)))
    with remote(keeping_alive) as server:
        for _ in range(3):
            assert transport.send(Request("GET", f"http://shop.test:{server.port}/"), 5).status == 200
    transport.close()
    assert next(answers) == ["10.9.9.9"]


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.1:9911", " 127.0.0.1 "])
def test_the_operator_allows_a_host_or_one_port_of_it(entry: str) -> None:
    outbound = Outbound(allow_hosts=frozenset({entry}))
    assert outbound.addresses("http", "127.0.0.1", 9911, 1) == ("127.0.0.1",)


@pytest.mark.parametrize("entry", ["127.0.0.1:9912", "127.0.0.2", "localhost", "0.0.1", ""])
def test_what_is_allowed_allows_nothing_else(entry: str) -> None:
    outbound = Outbound(allow_hosts=frozenset({entry}))
    with pytest.raises(Blocked, match=r"127\.0\.0\.1:9911 to TRANTER_ALLOW_HOSTS"):
        outbound.addresses("http", "127.0.0.1", 9911, 1)


@pytest.mark.parametrize("entry", ["::1", "[::1]", "[::1]:443"])
def test_an_ipv6_host_is_allowed_with_or_without_brackets(entry: str) -> None:
    assert Outbound(allow_hosts=frozenset({entry})).addresses("https", "[::1]", 443, 1) == ("::1",)


def test_a_public_name_needs_no_permission() -> None:
    outbound = Outbound(lookup=lambda _host, _port: ["8.8.8.8", "2606:2800:21f:cb07::1"])
    assert outbound.addresses("https", "api.shop.test", 443, 1) == ("8.8.8.8", "2606:2800:21f:cb07::1")
