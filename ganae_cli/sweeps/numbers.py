"""Numbers of results as text: as many digits as they are worth."""

import math
import statistics
from collections.abc import Sequence

DIGITS = 3  # of a number whose error is not known
ERROR_DIGITS = 2  # of an error; its value has the same decimals
SMALLEST = 1e-290  # an error that powers of ten can still divide
MOST_DECIMALS, MOST_DIGITS = 6, 15  # numbers that need more are written with a power of ten


def short(text: str) -> str:
    """Return a number with three digits, from 1,000 up as a whole number; any other text as it is.

    >>> short("0.16183"), short("298564"), short("gan")
    ('0.162', '298,564', 'gan')
    """
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value:,.0f}" if 1000 <= abs(value) < 10**MOST_DIGITS else f"{value:.{DIGITS}g}"


def mean(texts: Sequence[str]) -> str:
    """Return mean and standard error of the mean, s / sqrt(n) with s^2 over n - 1; "" if one is no number.

    Only finite values count. The others are named: the KL divergence of a model that finds no mode is infinite.

    >>> mean(["7", "8"])
    '7.50 ± 0.50'
    """
    try:
        given = [float(text) for text in texts]
    except ValueError:
        return ""
    values = [value for value in given if math.isfinite(value)]
    others = [str(value) for value in given if not math.isfinite(value)]
    if not values:
        return ", ".join(others)
    text = _mean_and_error(values)
    return f"{text} (and {', '.join(others)})" if others else text


def _mean_and_error(values: Sequence[float]) -> str:
    """Return mean and error of finite values, which may lie near the largest or the smallest number there is."""
    try:
        middle = statistics.fmean(values)
        error = statistics.stdev(values) / math.sqrt(len(values)) if min(values) != max(values) else 0.0
    except OverflowError:
        middle, error = sum(value / len(values) for value in values), 0.0
    return with_error(middle, error) if error > SMALLEST else short(str(middle))


def with_error(value: float, error: float) -> str:
    """Return a value and its error, which is above 0: the error has two digits, the value the same decimals.

    >>> with_error(6152.3, 648.1), with_error(0.36, 0.0021), with_error(3.21e-8, 1.4e-9)
    ('6,150 ± 650', '0.3600 ± 0.0021', '(3.21 ± 0.14)e-08')
    """
    decimals = ERROR_DIGITS - 1 - _exponent(error, ERROR_DIGITS)
    power = _exponent(max(abs(value), error), DIGITS)
    if power and (decimals > MOST_DECIMALS or power > MOST_DIGITS):
        return f"({with_error(value / 10.0**power, error / 10.0**power)})e{power:+03d}"
    shown = max(0, decimals)
    return f"{round(value, decimals):,.{shown}f} ± {round(error, decimals):,.{shown}f}"


def _exponent(value: float, digits: int) -> int:
    """Return the power of ten of a number's first digit, once it is rounded to so many digits: 0.0996 becomes 0.10."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])
