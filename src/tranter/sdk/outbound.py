"""Which hosts the hub may call: public addresses over https and sftp, and what the operator allows by name.

A name is looked up once, all its addresses are judged, and the caller connects to none but those. So a name
that changes its mind between look-up and call (DNS rebinding) gains nothing.
"""

import queue
import socket
import threading
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from cryptography.x509 import load_pem_x509_certificates
from msgspec import Struct

Lookup = Callable[[str, int], list[str]]

SAFE = frozenset({"https", "sftp"})  # nobody on the way reads or changes it
PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")  # Python before 3.12.4 calls most of it global
GLOBAL_UNICAST = IPv6Network("2000::/3")


class Blocked(Exception):
    """The address may not be called. The text says which setting would allow it."""


class LookupFailed(Exception):
    """The host's name could not be turned into an address in time."""


def system_lookup(host: str, port: int) -> list[str]:
    """IPv4 first: what has both is reached by IPv4 from every network, by IPv6 only from some."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = {str(entry[4][0]): entry[0] for entry in found}
    return sorted(addresses, key=lambda address: addresses[address] != socket.AF_INET)


class Outbound(Struct, frozen=True, kw_only=True):
    """`allow_hosts` holds `host` or `host:port`; `extra_ca_pem` certificates trusted beside the usual."""

    allow_hosts: frozenset[str] = frozenset()
    extra_ca_pem: bytes = b""
    lookup: Lookup = system_lookup

    def __post_init__(self) -> None:
        if self.extra_ca_pem:
            load_pem_x509_certificates(self.extra_ca_pem)  # ValueError: the HTTP library would ignore it silently

    def addresses(self, scheme: str, host: str, port: int, seconds: float) -> tuple[str, ...]:
        """The addresses to connect to, best first. Raises Blocked and LookupFailed."""
        host = plain_host(host)
        allowed = self._allows(host, port)
        if scheme not in SAFE and not (scheme == "http" and allowed):
            raise Blocked(f"{scheme}:// to {host} is refused, only https:// is safe; {_remedy(host, port)}")
        found = _literal(host) or self._look_up(host, port, seconds)
        if not allowed:
            for address in found:
                if not is_public(address):
                    raise Blocked(f"{host} is the private address {address}; {_remedy(host, port)}")
        return found

    def _allows(self, host: str, port: int) -> bool:
        wanted = {host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"}
        return any(entry.strip().lower() in wanted for entry in self.allow_hosts)

    def _look_up(self, host: str, port: int, seconds: float) -> tuple[str, ...]:
        answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self.lookup(host, port))
            except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long
                answers.put(error)

        # The system's resolver knows no deadline; a thread of its own may hang without holding up the caller.
        threading.Thread(target=ask, name=f"lookup {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=seconds)
        except queue.Empty:
            raise LookupFailed(f"the name {host} got no address in time") from None
        if isinstance(answer, Exception) or not answer:
            raise LookupFailed(f"the name {host} has no address ({answer or 'none found'})")
        return tuple(answer)


def plain_host(host: str) -> str:
    """Without the brackets of an IPv6 address and the dot at the end of a full name."""
    return host.lower().removeprefix("[").removesuffix("]").rstrip(".")


def is_public(address: str) -> bool:
    """False for loopback, private, link-local, shared (CGNAT), reserved, multicast; in IPv6 clothes too."""
    ip = ip_address(address.partition("%")[0])
    match ip:
        case IPv4Address():
            return ip.is_global and not ip.is_multicast and ip not in PROTOCOL_ASSIGNMENTS
        case IPv6Address(ipv4_mapped=IPv4Address() as inner) | IPv6Address(sixtofour=IPv4Address() as inner):
            return is_public(str(inner))
        case IPv6Address():
            return ip.is_global and ip in GLOBAL_UNICAST


def _literal(host: str) -> tuple[str, ...]:
    try:
        return (str(ip_address(host)),)
    except ValueError:
        return ()


def _remedy(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"to allow it all the same, add {name}:{port} to TRANTER_ALLOW_HOSTS"
