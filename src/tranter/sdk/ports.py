"""What a connector is handed from outside: the time, and a place where credentials are kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Clock(Protocol):
    """`now` is aware UTC; `monotonic` counts seconds; `scale` is how much faster than real time it runs."""

    @property
    def scale(self) -> float: ...

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class Credentials(Struct, frozen=True):
    """Secret values by name; `generation` rises with every change."""

    values: Mapping[str, str]
    generation: int

    def get(self, name: str) -> str:
        return self.values.get(name, "")


class CredentialStore(Protocol):
    """One connection's credentials, shared by every thread and process that serves it."""

    def load(self) -> Credentials: ...

    def begin_refresh(self, generation: int) -> bool:
        """Claims the right to change credentials that still have this generation, for 60 s at most."""
        ...

    def save(self, values: Mapping[str, str], generation: int) -> bool:
        """Replaces the named values if nobody did since `generation`; false when somebody did."""
        ...

    def end_refresh(self) -> None:
        """Gives the claim back without a change."""
        ...
