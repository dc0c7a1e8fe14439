"""The scale of images of sound: worked out by hand, and led back exactly."""

import json

import numpy as np
import pytest

from ganae_cli.datasets.scaling import to_float
from ganae_cli.datasets.sounds.sound import Sound
from tests.datasets.recordings import SOUND


def test_levels_become_pixels():
    """0 dB is white, -80 dB black, -40 dB halfway: 127.5, which is rounded to an even number; louder is white, too."""
    power = np.array([1.0, 1e-8, 1e-4, 0.1, 10, 1e-9, 0])
    assert SOUND.pixels(power).tolist() == [255, 0, 128, 223, 255, 0, 0]  # 255 * 70 / 80 = 223.1
    assert to_float(SOUND.pixels(power[:2])).tolist() == [1.0, -1.0]


def test_another_top_and_range():
    """-20 dB is white and -60 dB black: -30 dB lies at three quarters, 191.25."""
    quiet = SOUND._replace(top_db=-20.0, range_db=40.0)
    assert quiet.scaled(np.array([1e-2, 1e-3, 1e-6])) == pytest.approx([255, 191.25, 0])
    assert (quiet.level(255), quiet.level(0), quiet.level(127.5)) == (-20, -60, -40)


@pytest.mark.parametrize("sound", [SOUND, SOUND._replace(top_db=-31.0, range_db=55.0)])
def test_the_inverse_is_exact(sound):
    power = 10 ** np.random.default_rng(0).uniform((sound.top_db - sound.range_db) / 10 + 0.01, sound.top_db / 10, 1000)
    np.testing.assert_allclose(sound.power(sound.scaled(power)), power, rtol=1e-12)
    every = np.arange(256)
    assert sound.pixels(sound.power(every)).tolist() == every.tolist(), "each pixel comes back"
    assert sound.power(np.uint8([0])) == 0, "black is silence, not -80 dB"


def test_a_checkpoint_keeps_every_number():
    told = json.loads(json.dumps(SOUND.facts()))
    assert Sound.read(told) == SOUND
    assert Sound.read({}) is None
    assert (SOUND.samples, SOUND.seconds, SOUND.shape) == (1600, 0.2, (16, 32, 1))
