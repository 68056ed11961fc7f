"""What several operations take or answer."""

from typing import Annotated

import msgspec
from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

Number = Annotated[int, Field(ge=1, lt=2**63)]
"""Of a row."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00/]+$")]
"""Of a connection, as it stands in an address."""
Text = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$", strip_whitespace=True)]
File = Annotated[str, StringConstraints(max_length=900_000, pattern=r"^[^\x00]*$")]


class Given(Schema):
    """A body: what it does not know it refuses, for it would be lost silently."""

    model_config = ConfigDict(extra="forbid")


class Reason(Given):
    """`reason` stands in the journal."""

    reason: Text = ""


class Nothing(Given):
    pass


class Count(msgspec.Struct, frozen=True):
    """How many it concerned."""

    count: int
