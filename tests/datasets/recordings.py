"""Files of sound for tests, written by soundfile."""

from pathlib import Path

import numpy as np
import pytest

from ganae_cli.datasets.sounds.sound import Sound

RATE = 8000
SOUND = Sound(RATE, frames=32, hop=50, n_fft=256, mel_bins=16, low_hz=0.0, high_hz=4000.0)  # clips of 1600 samples


def write(path: Path, samples: np.ndarray, rate: int = RATE, **options) -> Path:
    """Write samples (N,) or (N, channels); skip the test where soundfile is missing."""
    soundfile = pytest.importorskip("soundfile", reason="needs the extra `audio`")
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, **options)
    return path


def sine(hertz: float, count: int, rate: int = RATE, height: float = 0.5) -> np.ndarray:
    return (height * np.sin(2 * np.pi * hertz * np.arange(count) / rate)).astype(np.float32)


def noise(count: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).normal(size=count)).astype(np.float32)
