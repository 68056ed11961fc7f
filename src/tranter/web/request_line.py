"""The first line of a request, where a client has put blanks into the address: SKUs hold them, and not all escape."""

import re
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser  # type: ignore[import-untyped]

WITH_BLANKS = re.compile(rb"(GET|POST) (/v1/[^\r\n]* [^\r\n]*) (HTTP/[0-9]\.[0-9]) *")


def escaped(header: bytes) -> bytes:
    """Only of the API whose clients do it; everything else stays as it is."""
    line, end, rest = header.partition(b"\r\n")
    found = WITH_BLANKS.fullmatch(line)
    if found is None:
        return header
    method, address, version = found.groups()
    return b" ".join((method, address.replace(b" ", b"%20"), version)) + end + rest


class Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> Any:
        return super().parse_header(escaped(header_plus))


class Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = Parser
