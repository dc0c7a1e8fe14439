"""What null stands for, and options that do not fit together."""

import pytest

from ganae_cli.datasets.sounds.settle import Scale, settled
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.errors import UserError
from tests.datasets.sounds.test_headers import of


def recordings(*seconds, rate=22_050):
    return [
        one._replace(frames=round(length * rate))
        for one, length in zip(of(*[rate] * len(seconds)), seconds, strict=True)
    ]


def test_a_second_in_64_columns():
    """22,050 / 64 = 344.5 samples, rounded up; 4 * 345 = 1,380, so the window has 2,048."""
    found = settled(Scale(), recordings(0.2, 3.0), "own")
    assert found == Sound(22_050, 64, 345, 2048, 64, 0.0, 11_025.0, 0.0, 80.0)
    assert settled(Scale(), recordings(1.5, rate=16_000), "own")[1:4] == (64, 250, 1024)


def test_shorter_recordings_have_shorter_clips():
    """The longest lasts 0.5 s: 8,000 samples at 16,000 Hz, 125 for a column."""
    assert settled(Scale(), recordings(0.2, 0.5, rate=16_000), "own")[1:4] == (64, 125, 512)


def test_a_window_has_a_frequency_in_every_band():
    """0.2 s at 8,000 Hz: columns of 25 samples, windows of 128 with a frequency every 62.5 Hz.

    The lowest of 64 bands reach over 2 * 2146 / 65 = 66 mel, 41 Hz: of 256, every 31.25 Hz, there is one in each.
    """
    assert settled(Scale(), recordings(0.2, rate=8000), "own")[1:4] == (64, 25, 256)
    assert settled(Scale(mel_bins=20), recordings(0.2, rate=8000), "own")[1:4] == (64, 25, 128)


def test_what_is_set_is_kept():
    scale = Scale(8000, 0.4, 32, 20, None, 512, 100, 3000, -20, 60)
    assert settled(scale, recordings(1.0), "own") == Sound(8000, 32, 100, 512, 20, 100.0, 3000.0, -20, 60)
    assert settled(Scale(hop=200), recordings(1.0), "own")[1:4] == (64, 200, 1024)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hop": 300, "seconds": 2.0}, r"hop=300 and dataset\.seconds=2 both say how long a clip is: leave one null"),
        (
            {"n_fft": 512},
            r"n_fft: a window of 512 samples is too short for columns every 345: type dataset\.n_fft=2048",
        ),
        ({"seconds": 60.0}, r"n_fft: a window of 131,072 samples is too long \(expected at most 65,536\): raise"),
        (
            {"seconds": 0.05, "n_fft": 2048},
            r"a window of 2,048 samples is longer than a clip of 1,152 samples \(0\.0522 s\)",
        ),
        ({"high_hz": 12_000}, r"^dataset\.high_hz=12000 is above half of the sample rate, 11025 Hz$"),
        ({"low_hz": 500, "high_hz": 400}, r"^dataset\.low_hz=500 must be below dataset\.high_hz=400$"),
        (
            {"mel_bins": 600, "n_fft": 2048},
            r"^dataset\.mel_bins=600: \d+ of these bands hold no frequency of a window of 2,048 samples",
        ),
    ],
)
def test_what_does_not_fit_together_is_one_line(changes, said):
    with pytest.raises(UserError, match=said):
        settled(Scale()._replace(**changes), recordings(1.0), "own")
