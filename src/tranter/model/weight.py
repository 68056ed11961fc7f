"""How heavy something is, in exact grams: sixteen ounces are a pound, however they are added up."""

from decimal import Decimal, InvalidOperation

GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}
MOST_GRAMS = Decimal(10**9)


def grams_of(amount: Decimal, unit: str) -> Decimal | None:
    """None for a unit that is none of `GRAMS`, for nothing, and for what nobody lifts."""
    each = GRAMS.get(unit.strip().casefold())
    if each is None or not amount.is_finite() or not 0 < amount <= MOST_GRAMS:
        return None
    return (amount * each).normalize()


def parse_weight(text: str) -> Decimal:
    """Grams of "2.5 kg". Raises ValueError."""
    amount, _, unit = text.strip().partition(" ")
    try:
        found = grams_of(Decimal(amount), unit)
    except InvalidOperation:
        found = None
    if found is None:
        raise ValueError(f"{text!r} is not a weight with its unit ({', '.join(GRAMS)}), such as 2.5 kg")
    return found
