"""Values as the vendor writes and reads them: decimals are strings, times are UTC with milliseconds."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from tranter.connectors.tradegecko.simulator.shapes import Kind

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
LONGEST = 15
DAY_FORMATS = ("%d-%m-%Y", "%d/%m/%Y", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y%m%d")


class UnreadableError(ValueError):
    """The value cannot be what the attribute wants; the text is the vendor's complaint."""


def decimal_text(value: Decimal) -> str:
    text = number_text(value)
    return text if "." in text else f"{text}.0"


def number_text(value: Decimal) -> str:
    return format(value.normalize(), "f")


def moment_text(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"


def parse_moment(value: object) -> datetime | None:
    """Anything that reads like a date or a time; None when it does not."""
    text = str(value).strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime, *map(_format_reader, DAY_FORMATS)):
        try:
            found = read(text)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _format_reader(pattern: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, pattern).replace(tzinfo=UTC)


def parse_decimal(value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise UnreadableError("is not a number") from None
    if not number.is_finite():
        raise UnreadableError("is not a number")
    if number.adjusted() >= LONGEST or int(number.as_tuple().exponent) <= -LONGEST:
        raise UnreadableError("is out of range")
    return number


def parse_int(value: object) -> int | None:
    text = str(value).strip()
    return int(text) if WHOLE_NUMBER.fullmatch(text) else None


def parse_flag(value: object) -> bool:
    return str(value).strip().lower() in ("true", "1", "t", "yes", "on")


def parse_list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [part.strip() for part in str(value).split(",") if part.strip()]


def parse_text(value: object) -> str:
    if isinstance(value, dict | list):
        raise UnreadableError("is invalid")
    return str(value)


def parse(kind: Kind, value: object) -> Any:
    match kind:
        case Kind.INT:
            return parse_int(value)
        case Kind.TEXT:
            return parse_text(value)
        case Kind.FLAG:
            return parse_flag(value)
        case Kind.DECIMAL | Kind.NUMBER:
            return None if value == "" else parse_decimal(value)
        case Kind.MOMENT:
            return parse_moment(value)
        case Kind.DAY:
            moment = parse_moment(value)
            return moment.date() if moment else None
        case Kind.LIST | Kind.COMMA_LIST:
            return parse_list(value)
        case Kind.HASH:
            return value if isinstance(value, dict) else {}
        case Kind.RAW | Kind.IDS | Kind.WRITE_ONLY:
            return value


def _write_day(value: date | datetime) -> str:
    return f"{value:%Y-%m-%d}"


WRITERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.DECIMAL: decimal_text,
    Kind.NUMBER: number_text,
    Kind.MOMENT: moment_text,
    Kind.DAY: _write_day,
    Kind.COMMA_LIST: ",".join,
}


def written(kind: Kind, value: Any) -> Any:
    """The JSON value; an absent list or hash is empty, never null."""
    if value is None:
        return {Kind.LIST: [], Kind.HASH: {}}.get(kind)
    writer = WRITERS.get(kind)
    return writer(value) if writer else value
