"""The JSON file of a checkpoint: what it may hold. A file with anything else counts as damaged."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.plain_file import is_number, is_seconds, is_whole, read_object

MOST_BYTES = 2**20  # a checkpoint of ganae has a few thousand, and a run may have many
MOST_NUMBERS = 2**28  # of one image or point: 16384 x 16384 pixels
MOST_SAMPLES = 2**27  # of a clip of sound: 48 minutes at 48 kHz
MOST_LINES = 2**31  # how often a run may go back to an older checkpoint


def read(path: Path, step: int) -> dict[str, Any]:
    """Return the facts of a checkpoint. step: of the file's name. Raises UserError for facts that cannot be.

    A fact may lack, as versions differ: who needs it says so. Raises FileNotFoundError for a file that has gone.
    """
    facts = read_object(path, MOST_BYTES)
    if "step" not in facts or "sha256" not in facts:
        raise UserError(f"{path} has no '{'sha256' if 'step' in facts else 'step'}'")
    for key, (is_right, expected) in _EXPECTED.items():
        if key in facts and not is_right(facts[key]):
            raise UserError(f"{path}: '{key}' is not {expected}")
    if facts["step"] != step:
        raise UserError(f"{path}: its step is {facts['step']}, not that of its name")
    if facts.get("last_row", 0) > step:
        raise UserError(f"{path}: 'last_row' is {facts['last_row']}, after its step")
    return facts


def _is_line(value: Any) -> bool:
    return is_whole(value, MOST_LINES)


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def _is_metric(value: Any) -> bool:
    return isinstance(value, dict) and all(one is None or is_number(one) for one in value.values())


def _is_standard(value: Any) -> bool:
    """Return True for mean and standard deviation of each column of points."""
    if not isinstance(value, dict) or not all(isinstance(value.get(key), list) for key in ("mean", "std")):
        return False
    numbers = [*value["mean"], *value["std"]]
    is_finite = all(is_number(one) and math.isfinite(one) for one in numbers)
    return len(value["mean"]) == len(value["std"]) > 0 and is_finite and min(value["std"]) > 0


def _is_sound(value: Any) -> bool:
    """Return True for the scale of images of sound, of a size that can be computed."""
    if not isinstance(value, dict):
        return False
    wholes: list[Any] = [value.get(key) for key in ("rate", "frames", "hop", "n_fft", "mel_bins")]
    numbers: list[Any] = [value.get(key) for key in ("low_hz", "high_hz", "top_db", "range_db")]
    if not all(is_whole(one, MOST_SAMPLES) and one for one in wholes):
        return False
    if not all(is_number(one) and math.isfinite(one) for one in numbers):
        return False
    rate, frames, hop, n_fft, mel_bins = wholes
    fits = frames * hop <= MOST_SAMPLES and n_fft * mel_bins <= MOST_SAMPLES and hop <= n_fft <= frames * hop
    return fits and 0 <= numbers[0] < numbers[1] <= rate / 2 and numbers[3] > 0


def _is_rollbacks(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _is_architecture(value: Any) -> bool:
    """Return True for the settings that determine the contents of a weights file."""
    if not isinstance(value, dict):
        return False
    if not all(isinstance(value.get(key), dict) for key in ("model", "networks", "optimizer", "hardware")):
        return False
    is_kinds = all(isinstance(kind, dict) for kind in value["optimizer"].values())
    return is_kinds and isinstance(value.get("terms"), str) and _is_shape(value.get("shape"))


def _is_shape(value: Any) -> bool:
    """Return True for the shape of an image (height, width, channels) or of a point (numbers)."""
    if not isinstance(value, list) or len(value) not in (1, 3) or not all(is_whole(size) and size for size in value):
        return False
    return math.prod(value) <= MOST_NUMBERS


_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "step": (is_whole, "a whole number"),
    "sha256": (_is_sha256, "a checksum of 64 hexadecimal digits"),
    "metric": (_is_metric, "an object of numbers"),
    "last_row": (is_whole, "a whole number"),
    "seconds": (is_seconds, "a number from 0 up"),
    "standard": (_is_standard, "mean and standard deviation of each column"),
    "sound": (_is_sound, "a scale of images of sound"),
    "line": (_is_line, f"a whole number up to {MOST_LINES}"),
    "line_began": (is_whole, "a whole number"),
    "rollbacks": (_is_rollbacks, "a list of objects"),
    "architecture": (_is_architecture, "the settings of a model"),
}
