"""Which `Sound` the options of a dataset and its recordings ask for."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ganae_cli.datasets.sounds import headers
from ganae_cli.datasets.sounds.recording import Recording
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.datasets.sounds.spectrogram import weights
from ganae_cli.errors import UserError

LONG = 1.0  # seconds of a clip, if recordings are that long
LONGEST_WINDOW = 2**16  # samples


class Scale(NamedTuple):
    """Options of the dataset `audio_folder` that a `Sound` is made of; None is chosen by the recordings."""

    sample_rate: int | None = None
    seconds: float | None = None
    frames: int = 64
    mel_bins: int = 64
    hop: int | None = None
    n_fft: int | None = None
    low_hz: float = 0.0
    high_hz: float | None = None
    top_db: float = 0.0
    range_db: float = 80.0


def settled(scale: Scale, recordings: Sequence[Recording], path: str) -> Sound:
    """Return the sound of some recordings. Raises UserError, with what to type, for options that do not fit together.

    Without `hop`, `frames` columns share the seconds of a clip equally, rounded up to whole samples; without `n_fft`,
    the window is the smallest power of two of at least 4 columns, the overlap with which Griffin and Lim 1984 work, and
    of a frequency in every band.
    """
    rate = scale.sample_rate or headers.common_rate(list(recordings), path)
    hop = scale.hop or _hop(scale, rate, max(recording.seconds for recording in recordings))
    if scale.hop and scale.seconds:
        raise UserError(
            f"dataset.hop={scale.hop} and dataset.seconds={scale.seconds:g} both say how long a clip is: leave one null"
        )
    high = rate / 2 if scale.high_hz is None else float(scale.high_hz)
    bands = scale.mel_bins, float(scale.low_hz), high
    sound = Sound(rate, scale.frames, hop, scale.n_fft or _overlapping(hop), *bands, scale.top_db, scale.range_db)
    _check_window(sound)
    _check_limits(sound)
    while scale.n_fft is None and 2 * sound.n_fft <= sound.samples and _empty(sound):
        sound = sound._replace(n_fft=2 * sound.n_fft)
    _check_bands(sound)
    return sound


def _hop(scale: Scale, rate: int, longest: float) -> int:
    seconds = min(LONG, longest) if scale.seconds is None else scale.seconds
    return max(1, int(np.ceil(round(seconds * rate / scale.frames, 6))))


def _overlapping(hop: int) -> int:
    return max(16, 2 ** (4 * hop - 1).bit_length())


def _empty(sound: Sound) -> int:
    """Return how many bands hold no frequency."""
    return int((weights(sound).sum(axis=1) == 0).sum())


def _check_window(sound: Sound) -> None:
    said = f"dataset.n_fft: a window of {sound.n_fft:,} samples"
    if sound.n_fft > LONGEST_WINDOW:
        raise UserError(
            f"{said} is too long (expected at most {LONGEST_WINDOW:,}): raise dataset.frames, lower dataset.seconds, "
            "or set dataset.n_fft"
        )
    if sound.n_fft < 2 * sound.hop:
        wanted = f"type dataset.n_fft={_overlapping(sound.hop)}, or null"
        raise UserError(f"{said} is too short for columns every {sound.hop:,}: {wanted}")
    if sound.n_fft > sound.samples:
        raise UserError(
            f"{said} is longer than a clip of {sound.samples:,} samples ({sound.seconds:.3g} s): raise dataset.seconds "
            "or dataset.frames"
        )


def _check_limits(sound: Sound) -> None:
    half = sound.rate / 2
    if sound.high_hz > half:
        raise UserError(f"dataset.high_hz={sound.high_hz:g} is above half of the sample rate, {half:g} Hz")
    if sound.low_hz >= sound.high_hz:
        raise UserError(f"dataset.low_hz={sound.low_hz:g} must be below dataset.high_hz={sound.high_hz:g}")


def _check_bands(sound: Sound) -> None:
    empty = _empty(sound)
    if empty:
        raise UserError(
            f"dataset.mel_bins={sound.mel_bins}: {empty} of these bands hold no frequency of a window of "
            f"{sound.n_fft:,} samples at {sound.rate:,} Hz: lower dataset.mel_bins, or raise dataset.n_fft or "
            "dataset.low_hz"
        )
