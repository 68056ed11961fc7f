"""Where measured ledgers lie: on a disk, as those that count do, and not in memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DISK = Path("/var/tmp")  # /tmp may be memory


@contextmanager
def on_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tranter-bench-", dir=DISK if DISK.is_dir() else None) as folder:
        yield Path(folder)
