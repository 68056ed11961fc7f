"""Addresses within a destination's limits, with nothing cut."""

from collections.abc import Iterable, Sequence

from tranter.routing.countries import country_code, country_known

__all__ = ["country_code", "country_known", "fit"]


def fit(lines: Sequence[str], limit: int, most: int) -> tuple[str, ...] | None:
    """At most `most` lines of at most `limit` characters, with every word of `lines` in its place.

    Lines break between words only, and are kept apart as long as there is room. None when it can't be done.
    """
    given = [line.strip() for line in lines if line.strip()]
    apart = [piece for line in given for piece in ([line] if len(line) <= limit else _wrapped(line.split(), limit))]
    # The last way may part a house number from its street, so it comes after joining whole lines.
    for pieces in (apart, _wrapped(apart, limit), _wrapped(" ".join(given).split(), limit)):
        if len(pieces) <= most and all(len(piece) <= limit for piece in pieces):
            return tuple(pieces)
    return None


def _wrapped(words: Iterable[str], limit: int) -> list[str]:
    pieces: list[str] = []
    for word in words:
        if pieces and len(pieces[-1]) + 1 + len(word) <= limit:
            pieces[-1] = f"{pieces[-1]} {word}"
        else:
            pieces.append(word)
    return pieces
