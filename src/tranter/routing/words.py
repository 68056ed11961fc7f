"""Words that people type."""


def folded(text: str) -> str:
    """Case and extra blanks don't count."""
    return " ".join(text.split()).casefold()
