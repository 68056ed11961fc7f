"""Amounts as eBay writes them: a decimal without padding, but never without a decimal point."""

from decimal import ROUND_HALF_UP, Decimal

THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
NO_DECIMALS = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})
ZERO = Decimal(0)


def exponent(currency: str) -> int:
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def rounded(value: Decimal, currency: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-exponent(currency)), ROUND_HALF_UP)


def written(value: Decimal) -> str:
    """`4085.0`, `277.23`, `0.0`: seen in production orders of June 2026."""
    text = format(value, "f")
    if "." not in text:
        return f"{text}.0"
    text = text.rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def amount(value: Decimal, currency: str) -> dict[str, str]:
    return {"value": written(rounded(value, currency)), "currency": currency}
