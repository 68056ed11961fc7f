"""Times as eBay writes and reads them: ISO 8601, UTC, milliseconds."""

from datetime import UTC, datetime


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def parse(text: str) -> datetime:
    """Raises ValueError; a time without a zone is refused as well."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def whole_seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)
