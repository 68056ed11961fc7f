"""A no in CartRover's words."""

from typing import Any


class Refused(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.body: dict[str, Any] = {"success_code": False, "error_code": code, "message": message}
