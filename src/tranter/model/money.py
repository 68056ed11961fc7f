"""Amounts of money in integer minor units."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from msgspec import Struct

# ISO 4217, minor units other than two (list of 2024).
ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
FOUR_DECIMALS = frozenset("CLF UYW".split())


class MoneyError(ValueError):
    """An amount that can't be read, or two currencies in one sum."""


def decimals_of(currency: str) -> int:
    if currency in ZERO_DECIMALS:
        return 0
    if currency in THREE_DECIMALS:
        return 3
    return 4 if currency in FOUR_DECIMALS else 2


class Money(Struct, frozen=True, order=True, gc=False):
    """`minor` counts the currency's smallest unit: 1234 USD is 12.34, 1234 JPY is 1,234."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, value: str, currency: str) -> "Money":
        """Reads a decimal string, padded or not ("4085.0", "7"). Finer fractions are rounded half up."""
        if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            raise MoneyError(f"{currency!r} is not an ISO 4217 currency code")
        try:
            amount = Decimal(value)
        except (InvalidOperation, TypeError) as error:
            raise MoneyError(f"{value!r} is not an amount of money") from error
        if not amount.is_finite() or abs(amount) > Decimal(10) ** 15:
            raise MoneyError(f"{value!r} is not an amount of money")
        code = currency.upper()
        minor = amount.scaleb(decimals_of(code)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return cls(int(minor), code)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-decimals_of(self.currency))

    def text(self) -> str:
        """The padded decimal without the currency: "12.30"."""
        return f"{self.decimal():f}"

    def __add__(self, other: "Money") -> "Money":
        _check_same(self.currency, other.currency)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        _check_same(self.currency, other.currency)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def times(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def split(self, parts: int) -> tuple["Money", ...]:
        """Equal parts that add up to the whole: the first ones are a minor unit larger."""
        each, rest = divmod(self.minor, parts)
        return tuple(Money(each + (1 if index < rest else 0), self.currency) for index in range(parts))

    def apportion(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Parts in proportion to these weights that add up to the whole: by the largest remainders, the first first.

        Where all weights are zero, all parts are alike.
        """
        scale = list(weights) if sum(weights) else [1] * len(weights)
        whole, sign = sum(scale), -1 if self.minor < 0 else 1
        parts = [divmod(abs(self.minor) * weight, whole) for weight in scale]
        rest = abs(self.minor) - sum(minor for minor, _ in parts)
        dearer = set(sorted(range(len(parts)), key=lambda place: -parts[place][1])[:rest])
        minors = [minor + (place in dearer) for place, (minor, _) in enumerate(parts)]
        return tuple(Money(sign * minor, self.currency) for minor in minors)


def total(amounts: Iterable[Money], currency: str) -> Money:
    minor = 0
    for amount in amounts:
        _check_same(currency, amount.currency)
        minor += amount.minor
    return Money(minor, currency)


def _check_same(currency: str, other: str) -> None:
    if currency != other:
        raise MoneyError(f"{currency} and {other} can't be added")
