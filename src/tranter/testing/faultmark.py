"""Marks a test with the ids of tests/faults.csv that it covers: `@fault("NET-02")`."""

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object] | type)


def fault(*ids: str) -> Callable[[Test], Test]:
    if not ids:
        raise ValueError("name the fault that the test covers")

    def mark(test: Test) -> Test:
        import pytest  # the product ships without pytest

        marked: Test = pytest.mark.fault(*ids)(test)
        return marked

    return mark
