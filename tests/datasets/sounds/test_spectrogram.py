"""From a clip to an image: against the formulas, written out in NumPy."""

import numpy as np
import pytest

from ganae_cli.datasets.sounds import spectrogram
from tests.datasets.recordings import RATE, SOUND, noise, sine


def mel(hertz):
    return 1127 * np.log(1 + hertz / 700)


def power_by_hand(sound, clip):
    """Return P (mel_bins, frames) by the formulas of the module, one column and one triangle at a time."""
    before = (sound.n_fft - sound.hop) // 2
    after = sound.n_fft - sound.hop - before
    padded = np.concatenate([clip[before:0:-1], clip, clip[-2 : -2 - after : -1]]).astype(np.float64)
    n = np.arange(sound.n_fft)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / sound.n_fft)
    k = np.arange(sound.n_fft // 2 + 1)
    fourier = np.exp(-2j * np.pi * np.outer(k, n) / sound.n_fft)
    edges = np.linspace(mel(sound.low_hz), mel(sound.high_hz), sound.mel_bins + 2)
    place = mel(k * sound.rate / sound.n_fft)
    found = np.zeros((sound.mel_bins, sound.frames))
    for t in range(sound.frames):
        squared = np.abs(fourier @ (window * padded[t * sound.hop :][: sound.n_fft])) ** 2
        squared[0] = 0
        for b in range(sound.mel_bins):
            low, middle, high = edges[b : b + 3]
            triangle = np.maximum(0, np.minimum((place - low) / (middle - low), (high - place) / (high - middle)))
            found[b, t] = 4 / (sound.n_fft * (window**2).sum()) * (triangle * squared).sum()
    return found


@pytest.mark.parametrize(
    "sound", [SOUND, SOUND._replace(low_hz=200.0, high_hz=3000.0, mel_bins=9), SOUND._replace(hop=49)]
)
def test_the_powers_are_those_of_the_formulas(sound):
    clip = noise(sound.samples) + sine(700, sound.samples)
    expected = power_by_hand(sound, clip)
    np.testing.assert_allclose(spectrogram.power(sound, clip), expected, rtol=2e-3, atol=1e-9)
    found = spectrogram.image(sound, clip)
    assert (found.shape, found.dtype) == (sound.shape, np.uint8)
    pixels = np.clip(np.rint(255 * (1 + 10 * np.log10(expected) / 80)), 0, 255)[::-1]
    assert (found[..., 0] == pixels).mean() > 0.99
    assert np.abs(found[..., 0] - pixels).max() <= 1


@pytest.mark.parametrize(
    ("hertz", "band"),
    [
        (1000, 7),  # 1127 ln(1 + 1000 / 700) = 1000.0 mel; of 17 steps to 4000 Hz (2146.1 mel, 126.2 each): 7.92
        (250, 2),  # 344.2 mel: 2.73 steps, so the third band, whose middle is at 3
        (3500, 15),  # 2019.3 mel: 15.995 steps
    ],
)
def test_a_sine_lies_in_the_band_that_is_worked_out_by_hand(hertz, band):
    found = spectrogram.image(SOUND, sine(hertz, SOUND.samples))[..., 0]
    assert (found.argmax(axis=0) == SOUND.mel_bins - 1 - band).all(), "low bands lie below"


@pytest.mark.parametrize("height", [1.0, 0.5, 0.01])
def test_the_bands_of_a_sine_have_its_power(height):
    """Triangles add up to 1, so the sum is the square of the amplitude: 0 dB of full scale."""
    found = spectrogram.power(SOUND, sine(1010, SOUND.samples, height=height)).sum(axis=0)
    np.testing.assert_allclose(found[4:-4], height**2, rtol=1e-3)


def test_columns_are_in_the_order_of_time():
    clip = np.concatenate([sine(500, 800), sine(2000, 800)])
    found = spectrogram.image(SOUND, clip)[..., 0].argmax(axis=0)
    assert (found[:13] > found[-13:]).all(), "first low, then high"


def test_the_program_is_the_transform_in_steps():
    padded = noise(SOUND.n_fft + 31 * SOUND.hop)
    np.testing.assert_array_equal(spectrogram.program(SOUND)(padded), spectrogram.transform(SOUND, padded))
    assert padded.size == SOUND.samples + sum(spectrogram.margins(SOUND))
    assert SOUND.rate == RATE
