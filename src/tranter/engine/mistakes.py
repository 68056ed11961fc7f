"""Mistakes in the program, as the log tells them."""

import traceback
from pathlib import Path


def where(error: Exception) -> list[str]:
    """The way to it, without the error's own text: that may quote a buyer."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
