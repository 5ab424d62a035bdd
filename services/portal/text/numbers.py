"""Numbers: exact until shown, and never shown so that they contradict their verdict."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

MINUS = "\u2212"
MOST_DECIMALS = 12


def fraction(text: str | None) -> Fraction | None:
    """`exact`, `value` or `target` of the API: "8/11", "0.95"."""
    return None if text is None else Fraction(text)


def count(number: int) -> str:
    """1,084."""
    return signed(f"{number:,}")


def signed(text: str) -> str:
    return text.replace("-", MINUS)


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Half away from zero, as people round."""
    with localcontext(prec=60):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def faithful(value: Fraction, marks: tuple[Fraction, ...], decimals: int = 2) -> str:
    """``value`` with two decimals, and more while the rounded number would touch or cross a mark.

    94.996 against a target of 95 shows 94.996, not 95.00. In whole numbers: a page has thousands of these.
    """
    top, bottom = value.numerator, value.denominator
    size = abs(top)
    sides = [_side(top * mark.denominator, mark.numerator * bottom) for mark in marks]
    for places in range(decimals, MOST_DECIMALS + 1):
        scale = 10**places
        # Half away from zero, as people round.
        shown = (2 * size * scale + bottom) // (2 * bottom)
        shown = -shown if top < 0 else shown
        if all(
            _side(shown * mark.denominator, mark.numerator * scale) == side
            for mark, side in zip(marks, sides, strict=True)
        ):
            break
    whole, rest = divmod(abs(shown), scale)
    text = f"{whole:,}" + (f".{rest:0{places}}" if places else "")
    # A decimal keeps the sign of what was rounded to zero.
    return signed(f"-{text}" if top < 0 else text)


def _side(value: int, mark: int) -> int:
    return (value > mark) - (value < mark)


def percent(share: Fraction, target: Fraction | None) -> str:
    """A share in percent, without a sign: 94.29."""
    marks = [Fraction(0), Fraction(100)] + ([] if target is None else [target * 100])
    return faithful(share * 100, tuple(marks))


def plain(value: Fraction, target: Fraction | None) -> str:
    """A value that is no share: whole numbers without decimals, else as `faithful`."""
    if value.denominator == 1:
        return count(value.numerator)
    return faithful(value, (Fraction(0),) if target is None else (Fraction(0), target))


def short(value: Fraction) -> str:
    """As many decimals as it has: 95, 99.5. What people declared, such as a target."""
    for places in range(MOST_DECIMALS + 1):
        shown = rounded(value, places)
        if Fraction(shown) == value:
            break
    return signed(f"{shown:,f}")
