"""A value with all of its fields: what is stored leaves out those with their defaults, whoever is told it gets them."""

from typing import Any

from msgspec import Struct


def whole(found: Any) -> Any:
    """The same with a mapping in place of each struct."""
    match found:
        case Struct():
            config = found.__struct_config__
            told = {name: whole(getattr(found, name)) for name in found.__struct_fields__}
            return {config.tag_field: config.tag, **told} if config.tag_field else told
        case list() | tuple():
            return [whole(one) for one in found]
        case dict():
            return {key: whole(value) for key, value in found.items()}
        case _:
            return found
