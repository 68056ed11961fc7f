"""One operation of the API: where it is, what it needs, and the function that carries it out."""

import inspect
import re
from collections.abc import Callable
from typing import Any, BinaryIO, get_type_hints

import msgspec

from tranter.ledger.api_keys import Scope

JSON = "application/json"
View = Callable[..., Any]
"""`view(desk, …)`: what the desk is followed by comes from the address, the query or the body."""


class Download(msgspec.Struct, frozen=True):
    """A file, whatever is in it, under the name that it is saved by. A large one is opened and sent as it is read."""

    name: str
    content: bytes | BinaryIO


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """`carts`: a key of one connection may, too. `house`: only a key of the installation.

    `current` reads what a change changes: with `If-Match` it is only made where that is as the caller knows it.
    `media`: of what is answered; where it is no JSON, the view returns a `Download`.
    """

    method: str
    path: str
    view: View
    scope: Scope
    status: int = 200
    carts: bool = False
    house: bool = False
    current: View | None = None
    media: str = JSON

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def group(self) -> str:
        return self.view.__module__.rpartition(".")[2].replace("_", " ")

    @property
    def says(self) -> str:
        return inspect.cleandoc(self.view.__doc__ or "")

    @property
    def answer(self) -> Any:
        return get_type_hints(self.view)["return"]

    @property
    def is_one(self) -> bool:
        """It reads one thing, which has an ETag."""
        return self.method == "GET" and self.media == JSON


def get(path: str, view: View, **more: Any) -> Operation:
    return Operation(method="GET", path=path, view=view, **{"scope": Scope.READ, **more})


def post(path: str, view: View, **more: Any) -> Operation:
    return Operation(method="POST", path=path, view=view, **{"scope": Scope.WRITE, **more})


def put(path: str, view: View, **more: Any) -> Operation:
    return Operation(method="PUT", path=path, view=view, **{"scope": Scope.WRITE, **more})


def patch(path: str, view: View, **more: Any) -> Operation:
    return Operation(method="PATCH", path=path, view=view, **{"scope": Scope.WRITE, **more})


def delete(path: str, view: View, **more: Any) -> Operation:
    return Operation(method="DELETE", path=path, view=view, **{"scope": Scope.WRITE, "status": 204, **more})


def in_address(path: str) -> list[str]:
    return re.findall(r"{(?:\w+:)?(\w+)}", path)
