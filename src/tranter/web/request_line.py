"""The first line of a request, where a client has not escaped its address: SKUs hold blanks and letters."""

import re
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser  # type: ignore[import-untyped]

LINE = re.compile(rb"(GET|POST) (/v1/[^\r\n]*) (HTTP/[0-9]\.[0-9]) *")
UNESCAPED = re.compile(rb"[ \x80-\xff]")


def escaped(header: bytes) -> bytes:
    """Only of the API whose clients do it; everything else stays as it is."""
    line, end, rest = header.partition(b"\r\n")
    found = LINE.fullmatch(line)
    if found is None:
        return header
    method, address, version = found.groups()
    whole = UNESCAPED.sub(lambda sign: b"%%%02X" % sign[0][0], address)
    return b" ".join((method, whole, version)) + end + rest


class Parser(HTTPRequestParser):  # type: ignore[misc]
    def parse_header(self, header_plus: bytes) -> Any:
        return super().parse_header(escaped(header_plus))


class Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = Parser
