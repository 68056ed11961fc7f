"""What a body says, however it is written: JSON, or a form with brackets as Rails and PHP write them."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl

import msgspec

from tranter.web.cartrover.envelope import Refusal

MOST_FIELDS = 20_000
DEEPEST = 6
KEY = re.compile(r"\[([^\[\]]*)\]")
LISTS = ("items", "shipments")
Object = dict[str, object]


def parse(body: bytes, content_type: str) -> object:
    """None for an empty one. What begins like JSON is JSON, whatever it is called. Raises `Refusal`."""
    text = body.removeprefix(BOM_UTF8).strip()
    if not text:
        return None
    if text[:1] in (b"{", b"[") or "form" not in content_type:
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refusal(f"The body can't be read as JSON: {error}") from error
    try:
        if content_type.lower().startswith("multipart/"):
            return _tree(_parts(body, content_type))
        return _tree(parse_qsl(text.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (UnicodeDecodeError, ValueError) as error:
        raise Refusal(f"The body can't be read as a form: {error}") from error


def objects(body: object) -> list[Object]:
    """One object, or several. Raises `Refusal`."""
    several = _listed(body)
    listed = [several] if isinstance(several, dict) else several
    if not isinstance(listed, list) or not listed:
        raise Refusal("The body holds no order")
    for one in listed:
        if not isinstance(one, dict):
            raise Refusal("The body is no object, and no list of objects")
    return [one | {name: _listed(one[name]) for name in LISTS if name in one} for one in listed]


def _listed(value: object) -> object:
    """PHP numbers the places of a list in its forms, and in JSON when one of them is gone."""
    if isinstance(value, dict) and value and all(name.isdecimal() for name in value):
        return list(value.values())
    return value


def an_object(body: object) -> Object:
    """Raises `Refusal`."""
    found = objects(body)
    if len(found) != 1:
        raise Refusal("The body holds several objects, and one is wanted")
    return found[0]


def _parts(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """As curl sends fields that it is given one by one."""
    whole = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = list(whole.walk())[1:]
    if not parts or len(parts) > MOST_FIELDS:
        raise ValueError("its parts can't be told apart, or are too many")
    return [(_name(part), _content(part)) for part in parts]


def _name(part: Message) -> str:
    return str(part.get_param("name", "", header="Content-Disposition"))


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode() if isinstance(content, bytes) else ""


def _tree(pairs: Iterable[tuple[str, str]]) -> Object:
    """`items[][sku]=A&items[][sku]=B` are two items: a name that comes again begins the next."""
    root: Object = {}
    for key, value in pairs:
        name, _, rest = key.partition("[")
        path = [name, *KEY.findall(f"[{rest}")] if rest else [name]
        if len(path) > DEEPEST:
            raise ValueError("it is nested too deeply")
        _set(root, path, value)
    return root


def _set(place: Object, path: list[str], value: object) -> None:
    name, *rest = path
    if not rest:
        place[name] = value
    elif rest[0] == "":
        listed = place.setdefault(name, [])
        if not isinstance(listed, list):
            raise ValueError(f"{name} is a list and something else")
        _append(listed, rest[1:], value)
    else:
        inner = place.setdefault(name, {})
        if not isinstance(inner, dict):
            raise ValueError(f"{name} is an object and something else")
        _set(inner, rest, value)


def _append(listed: list[object], path: list[str], value: object) -> None:
    if not path:
        listed.append(value)
        return
    last = listed[-1] if listed else None
    if not isinstance(last, dict) or _has(last, path):
        last = {}
        listed.append(last)
    _set(last, path, value)


def _has(place: Object, path: list[str]) -> bool:
    """A list inside takes one more; everything else is there once."""
    name, *rest = path
    if name not in place or (rest and rest[0] == ""):
        return False
    inner = place[name]
    return not rest or not isinstance(inner, dict) or _has(inner, rest)
