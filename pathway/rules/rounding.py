"""One rounding everywhere: half up, one decimal; and a change is the difference of what is shown."""

from decimal import ROUND_HALF_UP, Decimal

ONE_PLACE = Decimal("0.1")
DIGITS = 6  # beyond them a number of single precision is its own noise


def rounded(value: float) -> Decimal:
    """Half up (away from zero), one decimal: 4.25 is 4.3, and so is a 4.25 kept as 4.2499999."""
    return Decimal(repr(round(float(value), DIGITS))).quantize(ONE_PLACE, ROUND_HALF_UP)


def one_decimal(value: float | None) -> str:
    """For example "4.0"; a question mark where nothing is known."""
    return "?" if value is None else str(abs(number) if not (number := rounded(value)) else number)


def shown(value: float) -> str:
    """As a score of a form is said: "5", "4.3"."""
    number = rounded(value)
    return str(int(number)) if number == int(number) else str(number)


def whole(value: float) -> int:
    """Half up, as everything is: 6.5 is 7."""
    return int(Decimal(repr(round(float(value), DIGITS))).to_integral_value(ROUND_HALF_UP))


def difference(one: float, other: float) -> Decimal:
    """`other` less `one`, as a reader works it out from the two numbers shown."""
    return rounded(other) - rounded(one)
