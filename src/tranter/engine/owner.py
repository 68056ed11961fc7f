"""Which process owns a lease, and whether it still lives: a file lock that dies with its process."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO


class Owner:
    """Holds `HOME/owners/NAME.lock` as long as the process lives; `is_dead` tries another owner's lock."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "owners"
        self._folder.mkdir(parents=True, exist_ok=True)
        self.name = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._file: IO[str] = self._path(self.name).open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.write(boot_id())
        self._file.flush()

    def is_dead(self, name: str) -> bool:
        if name == self.name:
            return False
        try:
            with self._path(name).open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._path(name).unlink(missing_ok=True)
                return True
        except FileNotFoundError:
            return True
        except BlockingIOError:
            return False

    def pulse(self) -> int | None:
        """Nobody takes over from a living process: the lock dies with it, and not before."""
        return 0

    def close(self) -> None:
        self._path(self.name).unlink(missing_ok=True)
        self._file.close()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def boot_id() -> str:
    """Another one after every start of the machine; empty where the system has none."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else ""
