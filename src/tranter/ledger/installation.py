"""The hub itself: its name, its time zone, the address that it was reached at."""

from tranter.ledger.models import Installation

UNNAMED = "Tranter"


def hub_name() -> str:
    row = Installation.objects.first()
    return (row.name if row is not None else "") or UNNAMED


def hub_time_zone() -> str:
    """Empty where nobody chose one."""
    row = Installation.objects.first()
    return row.time_zone if row is not None else ""


def rename_hub(name: str, time_zone: str) -> None:
    Installation.objects.update(name=name.strip()[:120], time_zone=time_zone)


def served_at() -> str:
    """Empty before it ever had a public address."""
    row = Installation.objects.first()
    return row.served_at if row is not None else ""


def note_served_at(base_url: str) -> None:
    Installation.objects.update(served_at=base_url[:300])
