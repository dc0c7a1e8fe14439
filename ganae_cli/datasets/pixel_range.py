"""The range of pixel values, from black to white: detected from an array's type, least and greatest value, or given.

Detected are [0, 1], [-1, 1], [0, 255] and [0, 65535]; bool is [0, 1]. Values may exceed a range by a thousandth of
their span, as rounding errors do, and are cut. What may be of another range, too, is refused, with what to type: values
that span less than half of the range (a quarter where the type or small numbers leave little doubt: [0, 1], [-1, 1],
[0, 255] of uint8, [0, 65535] of uint16), and [-1, 1] without a value below -0.5, which may be [0, 1] with an overshoot.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ganae_cli.errors import UserError

TOLERANCE = 1e-3  # of the width of a range, or of that of the values: so far outside are rounding errors
FAR = 0.25  # of the width of a range: values so far outside do not belong to it


class Range(NamedTuple):
    """The values of black and of white.

    >>> str(Range(-1, 1))
    '[-1,1]'
    """

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def excess(self, least: float, greatest: float) -> float:
        """Return how far values lie outside; 0 or less if all lie inside."""
        return max(self.low - least, greatest - self.high)

    def holds(self, least: float, greatest: float) -> bool:
        """Return True if all values lie inside, but for rounding errors."""
        return self.excess(least, greatest) <= TOLERANCE * min(self.width, greatest - least)

    def __str__(self) -> str:
        return f"[{self.low:g},{self.high:g}]"


UNIT, SIGNED, BYTE, WORD = Range(0, 1), Range(-1, 1), Range(0, 255), Range(0, 65535)
BITS = tuple(Range(0, 2**bits - 1) for bits in (10, 12, 14))  # of cameras and scanners: suggested, never detected


def detect(dtype: np.dtype, least: float, greatest: float, found: str) -> Range:
    """Return the range of values that have this type and these bounds.

    found: what the array is, in words, for the message. Raises UserError if several ranges are possible, or none.

    >>> detect(np.dtype(np.float32), -1e-6, 0.99, "x"), detect(np.dtype(np.uint16), 0, 60000, "x")
    (Range(low=0, high=1), Range(low=0, high=65535))
    """
    known = clear(dtype, least, greatest)
    if known:
        return known
    found = f"{found} from {least:g} to {greatest:g}"
    if least == greatest:
        raise UserError(f"{found}: all pixels are the same; dataset.range=[0,255] trains on them all the same")
    first, *others = _possible(least, greatest)
    also = "".join(f" or dataset.range={other}" for other in others)
    raise UserError(f"{found}: which values are black and white? type dataset.range={first}{also}")


def clear(dtype: np.dtype, least: float, greatest: float) -> Range | None:
    """Return the range of values that have this type and these bounds; None if that is not clear."""
    if dtype.kind == "b":
        return UNIT
    ranges = (known for known in (UNIT, SIGNED, BYTE, WORD) if known.holds(least, greatest))
    return next((known for known in ranges if _is_clear(known, dtype, least, greatest)), None)


def _is_clear(known: Range, dtype: np.dtype, least: float, greatest: float) -> bool:
    """Return True if values within a range use so much of it that they are meant to be of this range."""
    if known is SIGNED and least > -0.5:
        return False
    fits = known in (UNIT, SIGNED) or (known, dtype) in ((BYTE, np.uint8), (WORD, np.uint16))
    return greatest - least >= (0.25 if fits else 0.5) * known.width


def _possible(least: float, greatest: float) -> list[Range]:
    """Return the ranges that values may be of: that of the values themselves, then the well-known ones around it."""
    if -0.5 < least < 0 and greatest <= 1 + TOLERANCE:
        return [UNIT, SIGNED]
    own = Range(0 if least >= 0 else _rounded(least), _rounded(greatest))
    bits = [known for known in BITS if known.holds(least, greatest) and own.high > known.high // 2][:1]
    around = [*bits, *(known for known in (UNIT, SIGNED, BYTE, WORD) if known.holds(least, greatest))]
    found = [own, *around[: 1 + len(bits)]] if own.high > own.low else around[:1] or [BYTE]
    return list(dict.fromkeys(found))


def _rounded(value: float) -> float:
    """Return a number with four digits, but the ends of a type of whole numbers, such as -32768 and 32767, in full."""
    whole = abs(int(value))
    is_end = whole == abs(value) and (whole & (whole - 1) == 0 or whole & (whole + 1) == 0)
    return value if is_end else float(f"{value:.4g}")


def given_range(option: Sequence[float], least: float, greatest: float, found: str) -> tuple[Range, str | None]:
    """Return the range that the user names, and a warning if values lie outside, which are cut.

    Raises UserError for what is no range, and for values further outside than a quarter of it.
    """
    if len(option) != 2 or not option[0] < option[1]:
        raise UserError(f"dataset.range must be [black,white] with the smaller number first, got {list(option)}")
    chosen = Range(*option)
    outside = f"{found} from {least:g} to {greatest:g}, outside of dataset.range={chosen}"
    if chosen.excess(least, greatest) > FAR * chosen.width:
        raise UserError(f"{outside}: type dataset.range={_possible(least, greatest)[0]}, or leave it null to detect it")
    return chosen, None if chosen.holds(least, greatest) else f"{outside}: values outside are cut"


def to_bytes(pixels: np.ndarray, of: Range) -> np.ndarray:
    """Return pixels of a range as uint8: round((x - low) / (high - low) * 255), cut to 0 … 255.

    Whole numbers are computed with in float64 (of up to 16 bits in float32), float16 in float32, others in their type.

    >>> to_bytes(np.array([-1.0, -0.6, 1.0]), SIGNED).tolist(), to_bytes(np.array([False, True]), UNIT).tolist()
    ([0, 51, 255], [0, 255])
    """
    if pixels.dtype == np.uint8 and of == BYTE:
        return pixels
    if pixels.dtype.kind != "f" or pixels.dtype.itemsize < 4:
        pixels = pixels.astype(np.float32 if pixels.dtype.itemsize <= 2 else np.float64)
    return np.clip(np.rint((pixels - of.low) / of.width * 255.0), 0, 255).astype(np.uint8)
