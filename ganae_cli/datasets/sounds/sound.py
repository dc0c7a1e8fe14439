"""The scale of images of sound: which time, frequency and loudness a pixel stands for, and the way back."""

from typing import Any, NamedTuple

import numpy as np

WHITE = 255.0


class Sound(NamedTuple):
    """How a clip of sound and an image uint8 (mel_bins, frames, 1) belong together.

    rate: samples per second. frames: columns of an image, of `hop` samples each. n_fft: samples of the Hann window that
    a column is computed from. mel_bins: rows, the lowest band at the bottom, between low_hz and high_hz. top_db: level
    of a white pixel; range_db: how far below it a black one is.

    The power P of a band becomes the pixel v, rounded and cut to 0 … 255:

        L = 10 log10 P,    v = 255 (1 + (L - top_db) / range_db)

    so networks see x = v / 127.5 - 1 as of any image. L is 0 dB where a band holds all of a sine of full scale, from -1
    to 1: see `spectrogram`. No sound goes above 3 dB.
    """

    rate: int
    frames: int
    hop: int
    n_fft: int
    mel_bins: int
    low_hz: float
    high_hz: float
    top_db: float = 0.0
    range_db: float = 80.0

    @classmethod
    def read(cls, facts: dict[str, Any]) -> "Sound | None":
        """Return what `facts` has written to a checkpoint's JSON file; None if it is not there."""
        found = facts.get("sound")
        return cls(**{key: found[key] for key in cls._fields}) if found else None

    def facts(self) -> dict[str, Any]:
        """Return the numbers as a section `sound` of a JSON file."""
        return {"sound": self._asdict()}

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return the shape of an image."""
        return self.mel_bins, self.frames, 1

    @property
    def samples(self) -> int:
        """Return the samples of a clip."""
        return self.frames * self.hop

    @property
    def seconds(self) -> float:
        """Return the seconds of a clip."""
        return self.samples / self.rate

    def scaled(self, power: np.ndarray) -> np.ndarray:
        """Return the pixels of powers, float64, neither rounded nor cut; -inf where there is no power.

        >>> Sound(8000, 64, 100, 512, 64, 0, 4000).scaled(np.array([1.0, 1e-4, 1e-8])).tolist()
        [255.0, 127.5, 0.0]
        """
        with np.errstate(divide="ignore"):
            return WHITE * (1 + (10 * np.log10(power, dtype=np.float64) - self.top_db) / self.range_db)

    def pixels(self, power: np.ndarray) -> np.ndarray:
        """Return powers of bands as pixels, uint8."""
        return np.clip(np.rint(self.scaled(power)), 0, WHITE).astype(np.uint8)

    def power(self, pixels: np.ndarray) -> np.ndarray:
        """Return the powers of pixels, float64: the inverse of `scaled`. Black is silence, and has none.

        >>> Sound(8000, 64, 100, 512, 64, 0, 4000).power(np.array([255, 127.5, 0])).tolist()
        [1.0, 0.0001, 0.0]
        """
        level = self.top_db + self.range_db * (np.asarray(pixels, np.float64) / WHITE - 1)
        return np.where(np.asarray(pixels) > 0, 10 ** (level / 10), 0.0)

    def level(self, pixel: float) -> float:
        """Return the level of a pixel in dB."""
        return self.top_db + self.range_db * (pixel / WHITE - 1)
