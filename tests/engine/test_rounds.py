import threading
import time

from tranter.engine.rounds import Round, going_round


def test_rounds_that_hang_are_left_behind_together() -> None:
    hung, begun = threading.Event(), threading.Semaphore(0)

    def hang() -> None:
        begun.release()
        hung.wait()

    with going_round([Round(str(number), 60.0, hang) for number in range(4)], stop_seconds=0.5):
        for _ in range(4):
            assert begun.acquire(timeout=30)
        began = time.monotonic()

    assert 0.4 < time.monotonic() - began < 1.9
    hung.set()
