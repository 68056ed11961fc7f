"""Whoever asks a process to end is heard, whenever that is."""

import os
import signal
from collections.abc import Iterator

import pytest

from tranter.testing.faultmark import fault
from tranter.web.asked import ENDING, asked_to_end


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = {name: signal.getsignal(name) for name in ENDING}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@fault("CRASH-17")
@pytest.mark.parametrize("name", ENDING)
def test_one_who_asked_before_anybody_waited_is_heard(name: signal.Signals) -> None:
    with asked_to_end() as wait:
        assert not wait(0.01)
        os.kill(os.getpid(), name)
        assert wait()


def test_other_signals_end_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """And asking twice, or when all is over, harms nobody."""
    others = signal.signal(signal.SIGUSR2, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
    try:
        with asked_to_end() as wait:
            os.kill(os.getpid(), signal.SIGUSR2)
            wait()
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGUSR2, others)
    assert capfd.readouterr().err == ""
