"""From images back to sound: frequencies, loudness and both ends of what comes back."""

import numpy as np
import pytest

from ganae_cli.datasets.sounds import griffin_lim, spectrogram
from tests.datasets.recordings import RATE, SOUND, noise, sine

FINE = SOUND._replace(frames=64, hop=64, n_fft=512)  # clips of 4096 samples, frequencies every 15.6 Hz


def transformed(samples):
    return np.abs(spectrogram.transform(FINE, samples).numpy())


def loudest(samples, low, high):
    """Return the loudest frequency between two."""
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    strength = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return hertz[np.where((hertz > low) & (hertz < high), strength, 0).argmax()]


def convergence(samples, wanted):
    """Return the spectral convergence: the norm of the difference of magnitudes, over that of the magnitudes."""
    return np.linalg.norm(transformed(samples) - wanted) / np.linalg.norm(wanted)


def test_a_sum_of_sines_comes_back_from_its_magnitudes():
    count = FINE.samples + sum(spectrogram.margins(FINE))
    wanted = transformed(sine(440, count, height=0.3) + sine(1234, count, height=0.2) + sine(3000, count, height=0.1))
    found = griffin_lim.phased(FINE, wanted, iterations=60)
    for hertz in (440, 1234, 3000):
        assert loudest(found, hertz - 200, hertz + 200) == pytest.approx(hertz, abs=RATE / FINE.n_fft)
    assert convergence(found, wanted) < 0.1
    assert convergence(griffin_lim.phased(FINE, wanted, iterations=1), wanted) > 0.2, "it is the iterations that do it"


def test_momentum_is_faster_than_without(monkeypatch):
    """Perraudin et al. 2013, figure 1, of noise."""
    wanted = transformed(noise(FINE.samples + sum(spectrogram.margins(FINE))))
    fast = convergence(griffin_lim.phased(FINE, wanted), wanted)
    monkeypatch.setattr(griffin_lim, "MOMENTUM", 0.0)
    griffin_lim.program.cache_clear()
    slow = convergence(griffin_lim.phased(FINE, wanted), wanted)
    griffin_lim.program.cache_clear()
    assert fast < 0.7 * slow


@pytest.mark.parametrize("hertz", [300, 1000, 2500])
def test_a_sine_comes_back_from_its_image(hertz):
    """In its band, as loud at both ends as in the middle, and nearly as loud as it was.

    Nearly: a band says nothing of the one frequency in it, and a sound whose power is spread over the band is none of
    constant loudness.
    """
    clip = sine(hertz, FINE.samples)
    image = spectrogram.image(FINE, clip)
    found = griffin_lim.wave(FINE, image)
    assert (found.shape, found.dtype) == ((4096,), np.float32)
    again = spectrogram.image(FINE, found)
    assert (again.argmax(axis=0) == image.argmax(axis=0)).mean() > 0.95
    parts = [np.sqrt((part**2).mean()) for part in np.split(found, 8)]
    np.testing.assert_allclose(parts, np.mean(parts), rtol=0.1)
    assert 0.7 < np.mean(parts) / (0.5 / np.sqrt(2)) < 1.05


def test_the_bands_of_the_magnitudes_are_those_of_the_image():
    wanted = spectrogram.power(FINE, noise(FINE.samples))
    found = griffin_lim.magnitudes(FINE, wanted)
    assert found.min() >= 0
    bands = spectrogram.unit(FINE) * (spectrogram.weights(FINE) @ np.square(found).T)
    np.testing.assert_allclose(bands, wanted, rtol=0.02)


def test_a_transform_that_is_one_of_a_sound_is_inverted_exactly():
    padded = noise(FINE.samples + sum(spectrogram.margins(FINE)))
    found = griffin_lim._inverse(FINE, spectrogram.transform(FINE, padded)).numpy()
    inside = slice(FINE.hop, -FINE.hop)
    np.testing.assert_allclose(found[inside], padded[inside], atol=1e-5)


def test_the_seed_determines_the_sound():
    image = spectrogram.image(FINE, noise(FINE.samples))
    one, again, other = (griffin_lim.wave(FINE, image, seed, 3) for seed in ((0, 1), (0, 1), (0, 2)))
    assert np.array_equal(one, again)
    assert not np.allclose(one, other)


def test_white_is_not_cut_off_and_black_is_silence():
    loud = griffin_lim.wave(FINE, np.full(FINE.shape, 255, np.uint8), iterations=5)
    assert np.abs(loud).max() == pytest.approx(1.0)
    assert (np.abs(loud) == 1).sum() == 1, "the loudest sample only: nothing is cut"
    assert not griffin_lim.wave(FINE, np.zeros(FINE.shape, np.uint8), iterations=5).any()
