"""Units of the order's lines, reckoned from units of what they are made of."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

Units = Mapping[str, int]


class Part(Struct, frozen=True, gc=False):
    """A fulfillment's line that stands for `line_id` of the order: `per_unit` of it for each unit there."""

    line_id: str
    per_unit: int = 1


def whole_units(parts: Mapping[str, Part], units: Units) -> dict[str, int]:
    """By the order's line: how many are complete. What is no part of anything stands for itself."""
    found = {line_id: count for line_id, count in units.items() if line_id not in parts}
    whole: dict[str, int] = {}
    for line_id, part in parts.items():
        complete = units.get(line_id, 0) // part.per_unit
        whole[part.line_id] = min(whole.get(part.line_id, complete), complete)
    return found | {line_id: count for line_id, count in whole.items() if count}


def asked_units(parts: Mapping[str, Part], units: Units) -> dict[str, int]:
    """By the order's line: how many were asked for."""
    found: dict[str, int] = {}
    for line_id, count in units.items():
        part = parts.get(line_id, Part(line_id))
        found[part.line_id] = max(found.get(part.line_id, 0), -(-count // part.per_unit))
    return found


def completed(parts: Mapping[str, Part], parcels: Sequence[Units]) -> list[dict[str, int]]:
    """By the order's line: what each parcel completes, one after the other. A kit counts when all of it has left."""
    so_far: dict[str, int] = {}
    before: dict[str, int] = {}
    found = []
    for parcel in parcels:
        for line_id, count in parcel.items():
            so_far[line_id] = so_far.get(line_id, 0) + count
        now = whole_units(parts, so_far)
        new = {line_id: count - before.get(line_id, 0) for line_id, count in now.items()}
        found.append({line_id: count for line_id, count in new.items() if count > 0})
        before = now
    return found
